"""A course of scores and doses, written straight into the tables."""

from datetime import datetime, timedelta
from decimal import Decimal

from mooring.care.measures.models import Asked, Filled
from mooring.care.treatments.models import Cycle, Treatment
from tests.care.treatments.rows import signed_treatment
from tests.packs import sign_pack_for
from tests.people import NOW, Cast
from tests.told import told

START = NOW - timedelta(days=30)


@told
def treatment_under_a_pack(cast: Cast) -> Treatment:
    sign_pack_for(cast)
    return signed_treatment(cast)


def scored(cast: Cast, day: int, total: int | None, instrument: str = "PHQ-9@1") -> Filled:
    """A questionnaire of that day after START."""
    at = START + timedelta(days=day)
    asked = Asked.objects.create(
        patient=cast.patient,
        instrument=instrument,
        asked_by=cast.coordinator,
        asked_at=at,
        due_at=at,
        state="done",
    )
    return Filled.objects.create(
        asked=asked,
        patient=cast.patient,
        instrument=instrument,
        answers={},
        total=None if total is None else Decimal(total),
        band="mild",
        filled_at=at,
        stored_at=at,
        by=cast.patient.person,
    )


def given(treatment: Treatment, number: int, day: int) -> Cycle:
    """A closed cycle whose dose began on that day after START."""
    at: datetime = START + timedelta(days=day)
    return Cycle.objects.create(
        treatment=treatment,
        number=number,
        target_date=at.date(),
        phase="closed",
        phase_since=at,
        administered=True,
        dosed_at=at,
        outcome="complete",
        closed_at=at + timedelta(days=2),
    )
