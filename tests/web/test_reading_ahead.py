"""A worker reads ahead what its first reader would wait for."""

import pytest

from mooring.academy.checks.views import lesson as lesson_page
from mooring.academy.checks.views import placing
from mooring.web import reading_ahead
from tests.courses import FOUNDATIONS, published_course
from tests.people import Cast


def test_the_first_reader_finds_every_lesson_rendered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    version = published_course(cast.educator, FOUNDATIONS)
    monkeypatch.setattr(reading_ahead.connection, "close", lambda: None)  # the test goes on with it
    assert reading_ahead.read_ahead(breath_s=0) == version.lessons
    before = lesson_page.rendered.cache_info().misses, placing.opening.cache_info().misses
    reading_ahead.read_ahead(breath_s=0)
    assert (lesson_page.rendered.cache_info().misses, placing.opening.cache_info().misses) == before
    assert placing.opening.cache_info().currsize >= 6
