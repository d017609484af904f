"""Merging while a colleague merges the other way round, or writes: each on their own connection."""

import pytest

from mooring.care.observations.actions import tell_medicine
from mooring.care.observations.models import Medicine
from mooring.care.patients.actions import merge_records
from mooring.care.patients.models import Patient, RecordMerge
from tests.care.treatments.test_two_at_once import both
from tests.packs import sign_pack_for
from tests.people import NOW, Cast, make_patient

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_directions_at_once_make_one_merge(cast: Cast) -> None:
    twin = make_patient(cast.site, "Calloway Ruth-Ann")
    pairs = [(twin, cast.patient), (cast.patient, twin)]
    copies = [tuple(Patient.objects.get(pk=record.pk) for record in pair) for pair in pairs]
    ended = both(
        *(
            lambda merged=merged, kept=kept: merge_records(  # type: ignore[misc]
                merged=merged, kept=kept, reason="One person.", by=cast.coordinator, at=NOW
            )
            for merged, kept in copies
        )
    )
    assert ended == ["done", "told"]
    assert RecordMerge.objects.count() == Patient.objects.filter(merged_into__isnull=False).count() == 1


def test_a_row_written_at_the_same_moment_is_not_lost(cast: Cast) -> None:
    """It was first, and is read through the kept record; or the merge was first, and it is refused."""
    sign_pack_for(cast)
    twin = make_patient(cast.site, "Calloway Ruth-Ann")
    copies = [Patient.objects.get(pk=twin.pk) for _ in range(2)]
    ended = both(
        lambda: merge_records(
            merged=copies[0], kept=cast.patient, reason="One person.", by=cast.coordinator, at=NOW
        ),
        lambda: tell_medicine(medicine=Medicine(patient=copies[1], name="Lithium"), by=cast.monitor, at=NOW),
    )
    assert "done" in ended
    cast.patient.forget_records()
    assert Medicine.objects.filter(patient__in=cast.patient.records).count() == ended.count("done") - 1
