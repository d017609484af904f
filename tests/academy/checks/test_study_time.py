"""How long somebody took part: gaps between acts, without the pauses."""

from datetime import timedelta

import pytest

from mooring.academy.checks.queries.study_time import minutes_studied
from mooring.academy.learning.actions import complete_lesson, open_lesson
from tests.courses import enrol, published_course
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_a_pause_counts_as_nothing(cast: Cast) -> None:
    enrolment = enrol(cast.learner, published_course(cast.educator), at=NOW)
    assert minutes_studied(enrolment) == 0
    for minute in (0, 9, 12, 60 * 24, 60 * 24 + 5):
        at = NOW + timedelta(minutes=minute)
        open_lesson(enrolment=enrolment, lesson_id="m1-l1", by=cast.learner, at=at)
    assert minutes_studied(enrolment) == 17
    done = NOW + timedelta(minutes=60 * 24 + 25)
    complete_lesson(enrolment=enrolment, lesson_id="m1-l1", by=cast.learner, at=done)
    assert minutes_studied(enrolment) == 37
