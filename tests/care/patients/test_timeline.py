"""The timeline's shared types, and what the room of patients answers."""

from datetime import timedelta

import pytest

from mooring.care.patients.queries import timeline_of
from mooring.care.patients.timeline import TimelineEntry, newest
from tests.people import NOW, Cast


def test_newest_keeps_the_newest_and_puts_them_first() -> None:
    entries = [TimelineEntry(NOW + timedelta(days=day), str(day)) for day in (1, 3, 2)]
    assert [entry.what for entry in newest(entries, 2)] == ["3", "2"]


@pytest.mark.django_db
def test_a_patient_has_the_day_on_which_they_became_one(cast: Cast) -> None:
    assert [entry.at for entry in timeline_of(cast.monitor, cast.patient, 5)] == [cast.patient.since]
    assert timeline_of(cast.monitor, cast.patient, 0) == []
