"""Days and ranges in words; they follow the language, and a day is written once."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from mooring.sentences.ranges import range_words
from mooring.sentences.times import dated_moment_words, day_words, full_day_words


@pytest.mark.parametrize(
    ("least", "most", "unit", "said"),
    [
        (90, 140, "mmHg", "90 to 140\u00a0mmHg"),
        (90.0, 90, "mmHg", "90\u00a0mmHg"),
        (None, 89, "", "up to 89"),
        (181, None, "", "181 and above"),
        (None, None, "", "any value"),
    ],
)
def test_a_range_in_words(least: float | None, most: float | None, unit: str, said: str) -> None:
    assert range_words(least, most, unit) == said


def test_a_full_day_names_its_year() -> None:
    assert full_day_words(date(2026, 11, 29)) == "29 Nov 2026"


def test_names_of_days_follow_the_language_although_they_are_kept() -> None:
    on = date(2026, 3, 2)
    assert full_day_words(on) == "2 Mar 2026"
    with translation.override("de"):
        assert full_day_words(on) != "2 Mar 2026"
    assert day_words(on).startswith("Mon 2 Mar")


def test_a_moment_is_written_on_the_clock_that_is_named() -> None:
    at = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    with timezone.override(UTC):
        assert dated_moment_words(at) == "29 Nov 2026 23:30"
        assert dated_moment_words(at, ZoneInfo("Europe/Berlin")) == "30 Nov 2026 00:30"
