"""Before each part of a dose everything that is known is read again; what was seen in the room counts, too."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from mooring.care.consents.actions import withdraw_consent
from mooring.care.observations.actions import tell_allergy
from mooring.care.observations.models import Allergy
from mooring.care.sessions.actions import start_dosing, write_entry
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import chart_of
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.sessions.rows import confirmed, minute, opened, started, vitals
from tests.care.sessions.test_cases import record
from tests.care.sessions.whole_walk import Walk
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def knows_an_allergy(cast: Cast, session: Session, at: datetime) -> None:
    row = Allergy(patient=cast.patient, substance="Ketamine", reaction="swelling of the lips")
    tell_allergy(allergy=row, by=cast.monitor, at=at)


def takes_consent_back(cast: Cast, session: Session, at: datetime) -> None:
    for consent in cast.patient.consents.filter(withdrawn_at=None):
        withdraw_consent(consent=consent, by=cast.therapist, at=at)


def has_a_red_alert(cast: Cast, session: Session, at: datetime) -> None:
    vitals(cast, session, at, spo2_percent=85)


@pytest.mark.parametrize("happens", [knows_an_allergy, takes_consent_back, has_a_red_alert])
@pytest.mark.parametrize("protocol", ["IN-ESK-TRD", "IM-KAP"])
def test_each_further_part_is_refused_by_what_became_known(
    cast: Cast, protocol: str, happens: Callable[[Cast, Session, datetime], None]
) -> None:
    """Everything is read again before each part; what was given all the same is recorded with its reason."""
    chosen = {"booster_mg": Decimal(20)} if protocol == "IM-KAP" else {}
    walk = Walk(cast, protocol, amount=Decimal(56) if protocol == "IN-ESK-TRD" else None, chosen=chosen)
    session = walk.started()
    second = session.order.ordered.parts[1]
    at = NOW + timedelta(minutes=13)
    happens(cast, session, at - timedelta(minutes=1))
    with pytest.raises(Refused, match=r"othing more is given"):
        walk.give(session, second, at)
    assert not session.entries.filter(kind="dose-part", facts__number=second.number).exists()
    walk.give(session, second, at, deviation="Already sprayed when we heard of it.")
    assert session.entries.filter(kind="dose-part", facts__number=second.number).exists()
    review = Task.objects.get(kind="dose-deviation")
    assert review.reason.startswith("Already sprayed when we heard of it. ")
    assert "othing more is given" in review.reason, "the review says what stood against it"


def test_a_pressure_that_rises_with_the_dose_holds_no_further_part(cast: Cast) -> None:
    """150/85 after the first device would be questioned before a dose; in the session it is quiet."""
    walk = Walk(cast, "IN-ESK-TRD", amount=Decimal(56))
    session = walk.started()
    vitals(cast, session, NOW + timedelta(minutes=6), systolic_mmhg=150, diastolic_mmhg=85)
    walk.give(session, session.order.ordered.parts[1], NOW + timedelta(minutes=8))
    assert session.entries.filter(kind="dose-part").count() == 2


def began(cast: Cast, session: Session, number: float) -> None:
    start_dosing(session=session, happened_at=minute(number), key=uuid4(), by=cast.monitor, at=minute(number))


def test_a_grave_symptom_before_the_dose_keeps_it_from_starting_until_it_is_answered(cast: Cast) -> None:
    """Chest pain in the chair before the start: a red alert, no dose, and with an answer the way is open again."""
    session = confirmed(cast, opened(cast))
    record(session, cast, EntryKind.SYMPTOM, 4.5, code="chest-pain", severity=2)
    with pytest.raises(Refused, match="Chest pain A red alert is open"):
        began(cast, session, 5)
    reds = [alert.key for alert in chart_of(session, minute(5)).open_reds]
    record(session, cast, EntryKind.ACKNOWLEDGEMENT, 6, alerts=reds, action="prescriber-here")
    began(cast, session, 7)


def test_no_dose_starts_while_an_emergency_goes_on(cast: Cast) -> None:
    session = confirmed(cast, opened(cast))
    record(session, cast, EntryKind.EMERGENCY, 4.5, script="")
    with pytest.raises(Refused, match="An emergency is under way"):
        began(cast, session, 5)


@pytest.mark.parametrize("happens", [knows_an_allergy, takes_consent_back, has_a_red_alert])
def test_a_paused_infusion_resumes_only_over_what_is_known_now(
    cast: Cast, happens: Callable[[Cast, Session, datetime], None]
) -> None:
    """The rest of a dose is asked what a further part is asked; what runs again already is recorded and reviewed."""
    session = started(cast)
    record(session, cast, EntryKind.INTERVENTION, 10, what="paused")
    happens(cast, session, minute(11))
    with pytest.raises(Refused, match="say why under"):
        record(session, cast, EntryKind.INTERVENTION, 12, what="resumed")
    assert not session.entries.filter(facts__what="resumed").exists()
    write_entry(
        session=session,
        kind=EntryKind.INTERVENTION,
        facts={"what": "resumed"},
        text="It ran again before we heard of it.",
        happened_at=minute(12),
        key=uuid4(),
        by=cast.monitor,
        at=minute(12),
    )
    review = Task.objects.get(kind="dose-deviation")
    assert review.reason.startswith("It ran again before we heard of it. ")
    assert "othing more is given" in review.reason


def test_a_paused_infusion_resumes_when_nothing_speaks_against_it(cast: Cast) -> None:
    session = started(cast)
    record(session, cast, EntryKind.INTERVENTION, 10, what="paused")
    record(session, cast, EntryKind.INTERVENTION, 12, what="resumed")
    assert chart_of(session, minute(13)).state.pauses == ((minute(10), minute(12)),)
    assert not Task.objects.filter(kind="dose-deviation").exists()
