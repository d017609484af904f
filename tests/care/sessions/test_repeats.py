"""Before each part of a dose everything that is known is read again; what was seen in the room counts, too."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from mooring.care.consents.actions import withdraw_consent
from mooring.care.observations.actions import tell_allergy
from mooring.care.observations.models import Allergy
from mooring.care.patients.facts import facts_of
from mooring.care.sessions.actions import cancel_session, start_dosing, write_entry
from mooring.care.sessions.kinds.emergency_over import WhyOver
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.actions import close_finding
from mooring.care.treatments.gate import gate_of
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import ClosureKind, Refused
from mooring.work.models import Task
from tests.care.sessions.rows import confirmed, minute, opened, started, vitals
from tests.care.sessions.test_cases import record
from tests.care.sessions.whole_walk import Walk
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db

RED, READ = "READY-RED", "red_before_dose"


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
    with pytest.raises(Refused, match=r"othing more is given"):
        walk.give(session, second, at, deviation="We think it is fine.")
    with pytest.raises(Refused, match="how it came about"):
        walk.give(session, second, at, already=True)
    why = "Already sprayed when we heard of it."
    with pytest.raises(Refused, match="Enter the time at which it happened"):
        walk.give(session, second, at, deviation=why, already=True)
    walk.give(session, second, at, later=at + timedelta(minutes=2), deviation=why, already=True)
    entry = session.entries.get(kind="dose-part", facts__number=second.number)
    assert (entry.at, entry.facts["already"]) == (at, True)
    review = Task.objects.get(kind="dose-deviation")
    assert review.reason.startswith(f"{why} ")
    assert review.urgent
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


def closes_the_red(cast: Cast, session: Session, at: datetime) -> None:
    """The prescriber overrides what alarmed before the dose, with a reason."""
    close_finding(
        cycle=session.cycle,
        rule=f"{RED}@1",
        kind=ClosureKind.OVERRIDDEN,
        reason="Seen and examined; reflux.",
        by=cast.prescriber,
        at=at,
    )


def test_a_grave_symptom_before_the_dose_keeps_it_from_starting_until_it_is_closed(cast: Cast) -> None:
    """Chest pain in the chair: answering the alert is not enough, the prescriber decides whether a dose follows."""
    session = confirmed(cast, opened(cast))
    record(session, cast, EntryKind.SYMPTOM, 4.5, code="chest-pain", severity=2)
    with pytest.raises(Refused, match="Chest pain A red alert is open"):
        began(cast, session, 5)
    reds = [alert.key for alert in chart_of(session, minute(5)).open_reds]
    record(session, cast, EntryKind.ACKNOWLEDGEMENT, 6, alerts=reds, action="prescriber-here")
    with pytest.raises(Refused, match="A grave symptom or an emergency was recorded before the dose"):
        began(cast, session, 7)
    closes_the_red(cast, session, minute(8))
    record(session, cast, EntryKind.SYMPTOM, 9, code="chest-pain", severity=3)
    reds = [alert.key for alert in chart_of(session, minute(9)).open_reds]
    record(session, cast, EntryKind.ACKNOWLEDGEMENT, 9.5, alerts=reds, action="prescriber-here")
    with pytest.raises(Refused, match="A grave symptom or an emergency was recorded before the dose"):
        began(cast, session, 10)
    closes_the_red(cast, session, minute(11))
    began(cast, session, 12)


def test_a_start_that_is_typed_earlier_does_not_pass_what_alarmed_meanwhile(cast: Cast) -> None:
    """Chest pain at minute 6, answered; the start sent at minute 8 with the time of minute 5 is refused all the same."""
    session = confirmed(cast, opened(cast))
    record(session, cast, EntryKind.SYMPTOM, 6, code="chest-pain", severity=2)
    reds = [alert.key for alert in chart_of(session, minute(6)).open_reds]
    record(session, cast, EntryKind.ACKNOWLEDGEMENT, 7, alerts=reds, action="prescriber-here")
    with pytest.raises(Refused, match="A grave symptom or an emergency was recorded before the dose"):
        start_dosing(session=session, happened_at=minute(5), key=uuid4(), by=cast.monitor, at=minute(8))


def test_an_emergency_before_the_dose_holds_it_until_the_prescriber_closes_it(cast: Cast) -> None:
    session = confirmed(cast, opened(cast))
    called = record(session, cast, EntryKind.EMERGENCY, 4.5, script="")
    over = {"emergency": str(called.key), "reason": WhyOver.values[0]}
    record(session, cast, EntryKind.EMERGENCY_OVER, 6, **over)
    with pytest.raises(Refused, match="A grave symptom or an emergency was recorded before the dose"):
        began(cast, session, 7)
    closes_the_red(cast, session, minute(8))
    began(cast, session, 9)


def test_what_alarmed_in_a_cancelled_session_holds_the_next_one(cast: Cast) -> None:
    session = opened(cast)
    record(session, cast, EntryKind.SYMPTOM, 1, code="chest-pain", severity=2)
    cancel_session(session=session, reason="Chest pain.", by=cast.prescriber, at=minute(2))
    found = facts_of(cast.patient, minute(5)).newest(READ)
    assert found is not None
    assert found.value == "yes"
    assert f"{RED}@1" in {finding.rule for finding in gate_of(session.cycle, minute(5)).findings}


def test_a_symptom_that_was_entered_in_error_holds_nothing(cast: Cast) -> None:
    session = opened(cast)
    entry = record(session, cast, EntryKind.SYMPTOM, 1, code="chest-pain", severity=2)
    write_entry(
        session=session,
        kind=EntryKind.SYMPTOM,
        facts={},
        happened_at=minute(1),
        key=uuid4(),
        corrects=entry,
        withdraw=True,
        by=cast.monitor,
        at=minute(2),
    )
    assert facts_of(cast.patient, minute(5)).newest(READ) is None


def test_no_dose_starts_while_an_emergency_goes_on(cast: Cast) -> None:
    session = confirmed(cast, opened(cast))
    record(session, cast, EntryKind.EMERGENCY, 4.5, script="")
    with pytest.raises(Refused, match="An emergency is under way"):
        began(cast, session, 5)


def resumes(cast: Cast, session: Session, now: float, words: str, **facts: object) -> LogEntry:
    """The infusion runs again since minute 13, recorded at minute `now`."""
    return write_entry(
        session=session,
        kind=EntryKind.INTERVENTION,
        facts={"what": "resumed", **facts},
        text=words,
        happened_at=min(minute(now), minute(13)),
        key=uuid4(),
        by=cast.monitor,
        at=minute(now),
    )


def test_a_rate_is_raised_only_over_what_is_known_now(cast: Cast) -> None:
    """Slower is always recorded; back at the ordered rate is more of the dose, and asked like a resumed one."""
    session = started(cast)
    has_a_red_alert(cast, session, minute(9))
    changes_rate(cast, session, 10, "27")
    with pytest.raises(Refused, match="othing more is given"):
        changes_rate(cast, session, 11, "54")
    changes_rate(cast, session, 12, "20")


def changes_rate(cast: Cast, session: Session, at: float, rate: str) -> None:
    write_entry(
        session=session,
        kind=EntryKind.RATE,
        facts={"rate_ml_per_h": rate},
        text="The pressure rose.",
        happened_at=minute(at),
        key=uuid4(),
        by=cast.monitor,
        at=minute(at),
    )


def test_a_correction_resumes_nothing_that_is_held(cast: Cast) -> None:
    """“Position changed”, corrected into “dosing resumed”, and a failed part into a given one, are asked the same."""
    session = started(cast)
    record(session, cast, EntryKind.INTERVENTION, 10, what="paused")
    entry = record(session, cast, EntryKind.INTERVENTION, 11, what="position")
    has_a_red_alert(cast, session, minute(12))
    with pytest.raises(Refused, match="othing more is given"):
        write_entry(
            session=session,
            kind=EntryKind.INTERVENTION,
            facts={"what": "resumed"},
            text="Wrong button.",
            happened_at=minute(11),
            key=uuid4(),
            corrects=entry,
            by=cast.monitor,
            at=minute(13),
        )


@pytest.mark.parametrize("happens", [knows_an_allergy, takes_consent_back, has_a_red_alert])
def test_a_paused_infusion_resumes_only_over_what_is_known_now(
    cast: Cast, happens: Callable[[Cast, Session, datetime], None]
) -> None:
    """The rest of a dose is asked what a further part is asked; what runs again already is recorded and reviewed."""
    session = started(cast)
    record(session, cast, EntryKind.INTERVENTION, 10, what="paused")
    happens(cast, session, minute(11))
    with pytest.raises(Refused, match="othing more is given"):
        resumes(cast, session, 12, "We think it is fine.")
    with pytest.raises(Refused, match="how it came about"):
        resumes(cast, session, 13, "", already=True)
    with pytest.raises(Refused, match="Enter the time at which it happened"):
        resumes(cast, session, 13, "It ran again before we heard of it.", already=True)
    assert not session.entries.filter(facts__what="resumed").exists()
    resumes(cast, session, 14, "It ran again before we heard of it.", already=True)
    review = Task.objects.get(kind="dose-deviation")
    assert review.reason.startswith("It ran again before we heard of it. ")
    assert "othing more is given" in review.reason


def test_a_paused_infusion_resumes_when_nothing_speaks_against_it(cast: Cast) -> None:
    session = started(cast)
    record(session, cast, EntryKind.INTERVENTION, 10, what="paused")
    record(session, cast, EntryKind.INTERVENTION, 12, what="resumed")
    assert chart_of(session, minute(13)).state.pauses == ((minute(10), minute(12)),)
    assert not Task.objects.filter(kind="dose-deviation").exists()
