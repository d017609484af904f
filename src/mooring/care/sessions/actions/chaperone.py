"""The chaperone's phone at home: its code, its pairing, what is answered at it, and what the clock does with silence."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.care.sessions.actions.write_entry import write_entry
from mooring.care.sessions.models import ChaperoneConsole, LogEntry, Session, SessionState
from mooring.care.sessions.pairing import CODE_LENGTH, hash_of, pair
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.queries.home import arrangement_of
from mooring.identity.models import Person
from mooring.identity.queries import on_duty
from mooring.identity.roles import Role
from mooring.rules.home import Silence, next_attestation, silence
from mooring.rules.session_entry import EntryKind
from mooring.rules.session_events import standing
from mooring.rules.verdict import Refused
from mooring.words.times import clock
from mooring.work.actions import Owed, close_tasks_about, make_task, write_message
from mooring.work.codes import new_code
from mooring.work.models import Channel

logger = logging.getLogger(__name__)
CODE_HOLDS = timedelta(minutes=30)
SILENT, WELFARE = "chaperone-silent", "welfare-check"
WELFARE_SCRIPT = "SCRIPT-HOME-SILENCE"


@recorded("care.sessions.console-code-made")
def make_console(*, session: Session, by: Person, at: datetime) -> tuple[ChaperoneConsole, str]:
    """A code that pairs the chaperone's phone with this session; the chaperone was confirmed live today."""
    if session.state != SessionState.OPEN:
        raise Refused(_("This session is closed."))
    arranged = arrangement_of(session.cycle)
    if arranged is None or not arranged.confirmed_live:
        raise Refused(_("Confirm the chaperone live first, under “At home” of the dose."))
    before = ChaperoneConsole.objects.filter(
        session__patient__in=session.patient.records, arrangement__chaperone=arranged.chaperone_id
    ).first()
    person = (
        before.person
        if before is not None
        else Person.objects.create(legal_name=arranged.chaperone.name, phone=arranged.chaperone.phone)
    )
    code = new_code(CODE_LENGTH)
    console = ChaperoneConsole.objects.create(
        session=session,
        arrangement=arranged,
        person=person,
        code_hash=hash_of(code),
        code_until=at + CODE_HOLDS,
        made_by=by,
        made_at=at,
    )
    note(target=console, session=session.pk)
    return console, code


@recorded("care.sessions.console-paired")
def pair_console(*, console: ChaperoneConsole, by: Person, at: datetime) -> tuple[ChaperoneConsole, str]:
    """This phone is the session's console from now on, and one paired before is none any more; answers its token."""
    token = pair(console, at)
    note(target=console, session=console.session_id)
    return console, token


@recorded("care.sessions.attested")
def attest(
    *, console: ChaperoneConsole, answers: str, happened_at: datetime, key: UUID, by: Person, at: datetime
) -> LogEntry:
    """The chaperone's answer; it ends the silence, and every task that the silence made."""
    session = console.session
    entry = write_entry(
        session=session,
        kind=EntryKind.ATTESTATION,
        facts={"answers": answers},
        happened_at=happened_at,
        key=key,
        by=by,
        at=at,
    )
    ChaperoneConsole.objects.filter(pk=console.pk).update(passed_on=Silence.NONE)
    for kind in (SILENT, WELFARE):
        close_tasks_about(session, kind=kind, outcome="answered", by=by, at=at)
    note(target=console, answers=answers)
    return entry


def due_at(session: Session, at: datetime) -> datetime | None:
    """When the chaperone is to answer next; None before the dose starts and after the discharge."""
    state = chart_of(session, at).state
    if state.started_at is None or state.discharged_at is not None:
        return None
    answered = [each.at for each in standing(state.lines) if each.kind == EntryKind.ATTESTATION]
    return next_attestation(state.started_at, answered)


def watch_consoles(*, at: datetime) -> int:
    """The clock's turn: silence is passed on a step at a time, each session for itself; how many were passed on."""
    passed = 0
    consoles = ChaperoneConsole.objects.filter(ended_at__isnull=True, paired_at__isnull=False).filter(
        session__state=SessionState.OPEN
    )
    for console in consoles.select_related(
        "session__patient__person",
        "session__patient__site",
        "session__cycle__treatment__patient__site",
        "session__order",
        "session__pack",
        "arrangement__chaperone",
        "arrangement__second_contact",
        "arrangement__responsible",
        "person",
    ).defer("session__pack__body"):
        try:
            due = due_at(console.session, at)
            step = silence(due, at) if due is not None else Silence.NONE
            while due is not None and console.passed_on < step:
                pass_on_silence(console=console, due=due, by=CLOCK, at=at)
                passed += 1
        except Exception:
            logger.exception("watch_consoles:%s", console.pk)
    return passed


@recorded("care.sessions.silence-passed-on")
def pass_on_silence(*, console: ChaperoneConsole, due: datetime, by: Actor, at: datetime) -> None:
    """One step further: the chaperone, the patient, the clinician on duty, the welfare check."""
    step = Silence(console.passed_on + 1)
    moved = ChaperoneConsole.objects.filter(pk=console.pk, passed_on=console.passed_on).update(passed_on=step)
    if moved != 1:
        return
    console.passed_on = step
    if step in (Silence.CHAPERONE, Silence.PATIENT):
        _remind(console, step, by, at)
    else:
        _call_team(console, step, due, by, at)
    note(target=console, step=step.name.lower())


def _remind(console: ChaperoneConsole, step: Silence, by: Actor, at: datetime) -> None:
    patient = console.session.patient
    person = console.person if step == Silence.CHAPERONE else patient.person
    write_message(
        channel=Channel.SMS,
        person=person,
        site=patient.site,
        title=_("Are you all right?"),
        body=_("A check was missed. Please answer on the chaperone’s page now, or call {phone}.").format(
            phone=patient.site.phone
        ),
        urgent=True,
        by=by,
        at=at,
    )


def _call_team(console: ChaperoneConsole, step: Silence, due: datetime, by: Actor, at: datetime) -> None:
    session, arranged = console.session, console.arrangement
    patient = session.patient
    contact = arranged.second_contact
    numbers = [f"{arranged.chaperone}: {arranged.chaperone.phone}", f"{patient}: {patient.person.phone}"]
    if contact is not None:
        numbers.append(f"{contact}: {contact.phone}")
    welfare = step == Silence.WELFARE
    where = _("{number} to {address} {finding}").format(
        number=arranged.emergency_number, address=arranged.address, finding=arranged.finding
    )
    duty = on_duty(patient.site, Role.PRESCRIBER, at)
    others = [person for person in duty if person != arranged.responsible]
    make_task(
        owed=Owed(
            kind=WELFARE if welfare else SILENT,
            about=session,
            title=_("Welfare check at home: send help")
            if welfare
            else _("The chaperone does not answer: call now"),
            reason=_("Missed since {time}. {what}").format(
                time=clock(patient.site.local(due)), what=where if welfare else "; ".join(numbers)
            ),
            address=reverse("session-script", args=[session.pk, WELFARE_SCRIPT])
            if welfare
            else reverse("session", args=[session.pk]),
            act=_("Open the script") if welfare else _("Open the session"),
            role=Role.PRESCRIBER,
            due_at=at,
            escalate_at=at + timedelta(minutes=1),
            subject=patient.subject_ref,
            subject_name=str(patient),
            owner=arranged.responsible,
            fallback=others[0] if others else None,
            urgent=True,
        ),
        site=patient.site,
        by=by,
        at=at,
    )
