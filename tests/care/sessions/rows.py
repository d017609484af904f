"""A session at any stage, told through the acts, for tests that begin in the middle."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from mooring.care.sessions import actions
from mooring.care.sessions.kinds.vitals import AGAIN
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.treatments.models import Cycle, Phase
from mooring.identity.models import Person, SignedPack
from mooring.rules.session_entry import EntryKind
from tests.care.consents.signing import signed_consent
from tests.care.treatments.before_dosing import asked
from tests.care.treatments.rows import cycle_in, live_order, signed_treatment
from tests.packs import grant, sign_pack_for
from tests.people import NOW, Cast
from tests.told import told

SIGNS = {
    "systolic_mmhg": 128,
    "diastolic_mmhg": 80,
    "heart_rate_per_min": 72,
    "spo2_percent": 98,
    "respiratory_rate_per_min": 14,
    "moaas": 5,
}
ANSWERS = {
    "oriented": "yes",
    "gait_steady": "yes",
    "dissociation_over": "yes",
    "nausea_severity": 0,
    "vomited_last_30min": "no",
    "new_suicidal_thoughts": "no",
    "standing_drop_mmhg": 5,
    "cannula_removed": "yes",
    "escort_present": "yes",
    "advice_given": "yes",
}


def minute(number: float, opened_at: datetime = NOW) -> datetime:
    """The moment so many minutes after the session was opened, on the same clock."""
    later = opened_at.astimezone(UTC) + timedelta(minutes=number)
    return later.astimezone(opened_at.tzinfo)


AT_4, AT_104 = minute(4), minute(104)


@told
def ready_cycle(cast: Cast, at: datetime = NOW) -> Cycle:
    """A ready cycle with an order signed half an hour before `at`, a signed pack, and competent people."""
    if not SignedPack.objects.filter(site=cast.site).exists():
        sign_pack_for(cast)
        for person in (cast.monitor, cast.second_monitor):
            grant(person, "professional-licence", "acls")
        grant(cast.prescriber, "professional-licence", "controlled-drug-registration", "acls")
        grant(cast.therapist, "professional-licence", "ketamine-course")
    pack = SignedPack.objects.filter(site=cast.site).latest("id")
    if not cast.patient.consents.exists():
        name = cast.patient.person.legal_name
        signed_consent(cast, pack, at=at - timedelta(days=1), signed_name=name)
    cycle = cycle_in(Phase.READY, signed_treatment(cast, at=at))
    asked(cast, cycle, at=minute(-1, at))
    live_order(cast, cycle, at=minute(-30, at))
    return cycle


@told
def opened(cast: Cast, at: datetime = NOW, cycle: Cycle | None = None) -> Session:
    return actions.open_session(cycle=cycle or ready_cycle(cast, at), by=cast.monitor, at=at)


def confirmed(cast: Cast, session: Session, at: datetime = AT_4) -> Session:
    for person in (cast.monitor, cast.second_monitor):
        actions.enter_reading(session=session, reading=Decimal("36"), key=uuid4(), by=person, at=at)
    return session


@told
def started(cast: Cast, at: datetime = NOW) -> Session:
    """Opened at `at`, baseline at +2, confirmed at +4, started at +5."""
    session = confirmed(cast, opened(cast, at), minute(4, at))
    vitals(cast, session, minute(2, at), now=minute(4, at))
    actions.start_dosing(
        session=session, happened_at=minute(5, at), key=uuid4(), by=cast.monitor, at=minute(5, at)
    )
    return session


@told
def recovering(cast: Cast, at: datetime = NOW) -> Session:
    """As `started`, with the whole dose given by +45."""
    session = started(cast, at)
    actions.end_dosing(
        session=session,
        given_ml=Decimal("36"),
        happened_at=minute(45, at),
        key=uuid4(),
        by=cast.monitor,
        at=minute(45, at),
    )
    return session


def checked(cast: Cast, session: Session, until: datetime = AT_104) -> Session:
    """As `recovering`, looked at twice before `until` with every criterion met."""
    for before in (18, 0):
        when = until - timedelta(minutes=before)
        vitals(cast, session, when)
        check(cast, session, when)
    return session


@told
def left(cast: Cast, at: datetime = NOW) -> Session:
    """Discharged at +105, which is the floor of the route."""
    session = checked(cast, recovering(cast, at), minute(104, at))
    discharge(cast, session, minute(105, at))
    return session


@told
def signed_off(cast: Cast, at: datetime = NOW) -> Session:
    return actions.sign_off(session=left(cast, at), key=uuid4(), by=cast.prescriber, at=minute(120, at))


def vitals(
    cast: Cast,
    session: Session,
    when: datetime,
    *,
    by: Person | None = None,
    now: datetime | None = None,
    key: UUID | None = None,
    **changed: Any,
) -> LogEntry:
    return actions.write_entry(
        session=session,
        kind=EntryKind.VITALS,
        facts={**SIGNS, **changed},
        sure=[*SIGNS, AGAIN],
        happened_at=when,
        key=key or uuid4(),
        by=by or cast.monitor,
        at=now or when,
    )


def note(session: Session, by: Person, text: str, when: datetime, key: UUID | None = None) -> LogEntry:
    return actions.write_entry(
        session=session,
        kind=EntryKind.NOTE,
        facts={},
        text=text,
        happened_at=when,
        key=key or uuid4(),
        by=by,
        at=when,
    )


def check(cast: Cast, session: Session, when: datetime, **changed: Any) -> LogEntry:
    return actions.write_entry(
        session=session,
        kind=EntryKind.DISCHARGE_CHECK,
        facts={**ANSWERS, **changed},
        happened_at=when,
        key=uuid4(),
        by=cast.monitor,
        at=when,
    )


def discharge(cast: Cast, session: Session, at: datetime, **changed: Any) -> LogEntry:
    given: dict[str, Any] = {
        "session": session,
        "overrides": {},
        "second": None,
        "key": uuid4(),
        "by": cast.monitor,
        "at": at,
    }
    return actions.discharge(**{**given, **changed})
