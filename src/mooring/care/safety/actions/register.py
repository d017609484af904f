"""Acts of the register: record an event, assess it anew, report it, withdraw one that was entered in error."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import Actor, note, recorded
from mooring.care.patients.models import Patient
from mooring.care.safety.models import AdverseEvent, Assessment, EventOutcome, EventSort, FoundIn, SentReport
from mooring.care.safety.queries import (
    ASSESS,
    REPORT,
    dose_before,
    open_points,
    term_named,
    unreported,
    whole,
)
from mooring.care.treatments.models import Cycle
from mooring.care.treatments.queries import where_of
from mooring.identity.models import Person, Site
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import policy_in_force
from mooring.identity.roles import Role
from mooring.rules.adverse_events import contradictions, expectation, implied_by, report_by
from mooring.rules.verdict import Refused
from mooring.sentences.adverse_events import FAULTS, REPORTED
from mooring.words.times import clock
from mooring.work.actions import Owed, close_tasks_about, make_task, move_task
from mooring.work.moments import end_of
from mooring.work.queries import open_tasks_about

ASSESS_DAYS = 7
"""By when a prescriber assesses an event that is not serious; a design default without a source."""


@dataclass(frozen=True, kw_only=True)
class NewEvent:
    """What is known when an event is recorded: the term's `id@version` or words of one's own, and when it began.

    `entry_key` is the line of a session's log, `dose_mg` what that session's order states.
    """

    term: str = ""
    words: str = ""
    description: str = ""
    onset_at: datetime
    grade: int | None = None
    sort: str = EventSort.EFFECT
    found_in: str = FoundIn.OTHER
    cycle: Cycle | None = None
    entry_key: UUID | None = None
    serious_why: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """An assessment as a person enters it, whole."""

    grade: int | None = None
    serious_why: Sequence[str] = ()
    relation_drug: str = ""
    relation_procedure: str = ""
    action: str = ""
    outcome: str = EventOutcome.UNKNOWN
    ended_at: datetime | None = None
    licensed_code: str = ""
    dictionary: str = ""
    note: str = ""


@dataclass(frozen=True)
class _Given:
    """What was given before the event: the product, and how much the order states."""

    cycle: Cycle | None = None
    product: str = ""
    dose_mg: Decimal | None = None


@recorded("care.safety.event-recorded")
def record_event(*, patient: Patient, event: NewEvent, by: Person, at: datetime) -> AdverseEvent:
    """Enter an event or incident into the register, with a first assessment.

    A grade of 4 or 5 makes it serious by itself. What is still to be decided becomes a prescriber's task, and the
    report of a serious one a task for the day that the site's policy names. A line of a log makes one event only.
    """
    site = patient.site
    if event.onset_at > at:
        raise Refused(_("This time lies in the future. Enter when it started."))
    pack = pack_in_force(site)
    term = term_named(pack, event.term)
    if event.term and term is None:
        raise Refused(
            _("This term is not on the list of the signed knowledge. Choose another, or use words.")
        )
    words = term.title if term is not None and not event.words.strip() else event.words.strip()
    if not words:
        raise Refused(_("Choose a term, or say in a few words what happened."))
    given = _given_before(patient, event)
    made = _store(
        patient,
        event,
        words,
        given,
        sort=term.sort if term is not None else event.sort,
        by=by,
        at=at,
    )
    implied = implied_by(event.grade)
    why = sorted({*event.serious_why, *([implied.value] if implied else [])})
    found = expectation(term, given.product)
    Assessment.objects.create(
        event=made,
        number=1,
        grade=event.grade,
        serious_why=why,
        expected=found.expected if found.known else None,
        by=by,
        at=at,
    )
    _follow(made, by=by, at=at)
    note(target=made, sort=made.sort, grade=event.grade, serious=bool(why))
    return made


def _given_before(patient: Patient, event: NewEvent) -> _Given:
    cycle = event.cycle or dose_before(patient, event.onset_at)
    if cycle is None:
        return _Given()
    order = cycle.orders.filter(withdrawn_at__isnull=True).first()
    if order is not None:
        return _Given(cycle, order.drug, order.dose_mg)
    return _Given(cycle, where_of(cycle.treatment).product)


def _store(
    patient: Patient, event: NewEvent, words: str, given: _Given, *, sort: str, by: Person, at: datetime
) -> AdverseEvent:
    site = patient.site
    year = site.today(at).year
    newest = AdverseEvent.objects.filter(site=site, year=year).aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            return AdverseEvent.objects.create(
                site=site,
                year=year,
                number=newest + 1,
                patient=patient,
                cycle=given.cycle,
                entry_key=event.entry_key,
                sort=sort,
                found_in=event.found_in,
                term=event.term,
                words=words,
                description=event.description.strip(),
                product=given.product,
                dose_mg=given.dose_mg,
                onset_at=event.onset_at,
                by=by,
                at=at,
            )
    except IntegrityError as error:
        same = AdverseEvent.objects.filter(entry_key=event.entry_key).first() if event.entry_key else None
        if same is not None:
            raise Refused(
                _("This line of the log is already in the register: {reference}.").format(
                    reference=same.reference
                )
            ) from error
        raise Refused(_("A colleague recorded an event in the same moment. Send it again.")) from error


@recorded("care.safety.event-assessed")
def assess_event(
    *, event: AdverseEvent, assessed: Assessed, seen: int, by: Person, at: datetime
) -> Assessment:
    """Record a new assessment; the earlier ones stay. `seen` is how many the page showed: the second of two is told."""
    _check_assessed(event, assessed, at)
    first = event.assessments.get(number=1)
    try:
        with transaction.atomic():
            made = Assessment.objects.create(
                event=event,
                number=seen + 1,
                grade=assessed.grade,
                serious_why=sorted(assessed.serious_why),
                expected=first.expected,
                relation_drug=assessed.relation_drug,
                relation_procedure=assessed.relation_procedure,
                action=assessed.action,
                outcome=assessed.outcome,
                ended_at=assessed.ended_at,
                licensed_code=assessed.licensed_code.strip(),
                dictionary=assessed.dictionary.strip(),
                note=assessed.note.strip(),
                by=by,
                at=at,
            )
    except IntegrityError as error:
        other = event.assessments.filter(number=seen + 1).select_related("by").first()
        if other is None:
            raise
        raise Refused(
            _("{person} changed the assessment at {time}. Open the event again before you save.").format(
                person=other.by, time=clock(event.site.local(other.at))
            )
        ) from error
    _follow(_again(event), by=by, at=at)
    note(target=event, number=made.number, serious=made.serious)
    return made


def _check_assessed(event: AdverseEvent, assessed: Assessed, at: datetime) -> None:
    if event.withdrawn_at is not None:
        raise Refused(_("This event was withdrawn. Record a new one."))
    faults = contradictions(assessed.grade, assessed.serious_why, assessed.outcome)
    if faults:
        raise Refused(*(str(FAULTS[fault]) for fault in faults))
    if assessed.ended_at is not None and not event.onset_at <= assessed.ended_at <= at:
        raise Refused(_("The end lies after the onset and not in the future. Check it."))
    if assessed.licensed_code.strip() and not assessed.dictionary.strip():
        raise Refused(_("Name the dictionary and version of the code, for instance MedDRA 28.0."))


@recorded("care.safety.event-reported")
def report_event(
    *,
    event: AdverseEvent,
    to: str,
    sent_at: datetime,
    reference: str = "",
    words: str = "",
    by: Person,
    at: datetime,
) -> SentReport:
    """Record that the event was reported, or that no report is due and why; the task of the report ends with it."""
    if event.withdrawn_at is not None:
        raise Refused(_("This event was withdrawn. Record a new one."))
    if to not in REPORTED:
        raise Refused(_("Choose whom it was reported to."))
    if to == "nobody" and not words.strip():
        raise Refused(_("Say why no report is due."))
    if sent_at > at or sent_at < event.onset_at:
        raise Refused(_("A report is sent after the onset and not in the future. Check the time."))
    sent = SentReport.objects.create(
        event=event, to=to, sent_at=sent_at, reference=reference.strip(), note=words.strip(), by=by, at=at
    )
    _follow(_again(event), by=by, at=at)
    note(target=event, to=to)
    return sent


@recorded("care.safety.event-withdrawn")
def withdraw_event(*, event: AdverseEvent, reason: str, by: Person, at: datetime) -> AdverseEvent:
    """Take back an event that was entered in error; the row stays, with the reason."""
    if not reason.strip():
        raise Refused(_("Say why it was entered in error."))
    withdrawn = AdverseEvent.objects.filter(pk=event.pk, withdrawn_at__isnull=True).update(
        withdrawn_by=by, withdrawn_at=at, withdrawn_reason=reason.strip()
    )
    if withdrawn != 1:
        raise Refused(_("This event was already withdrawn a moment ago."))
    found = _again(event)
    _follow(found, by=by, at=at)
    note(target=event)
    return found


def _again(event: AdverseEvent) -> AdverseEvent:
    return whole(AdverseEvent.objects.filter(pk=event.pk)).get()


def _follow(event: AdverseEvent, *, by: Actor, at: datetime) -> None:
    """Make, move or close the tasks of the event, as it is assessed now."""
    open_kinds = {task.kind: task for task in open_tasks_about(event)}
    serious, points = event.assessed.serious, open_points(event)
    due_at = _due(event, at, policy_in_force(event.site, at).serious_report_days if serious else ASSESS_DAYS)
    if points:
        _ask(event, ASSESS, _("Assess {event}").format(event=event), ", ".join(points), due_at, by, at)
        task = open_kinds.get(ASSESS)
        if task is not None and serious and task.due_at > due_at:
            move_task(task=task, opens_at=at, due_at=due_at, escalate_at=due_at, by=by, at=at)
    elif ASSESS in open_kinds:
        close_tasks_about(event, kind=ASSESS, outcome="done", by=by, at=at)
    to_report = unreported(event)
    if to_report:
        whom = ", ".join(str(REPORTED[each]) for each in to_report)
        reason = _("A serious event. Report to: {whom}.").format(whom=whom)
        _ask(event, REPORT, _("Report {event}").format(event=event), reason, due_at, by, at)
    elif REPORT in open_kinds:
        close_tasks_about(event, kind=REPORT, outcome="done", by=by, at=at)


def _due(event: AdverseEvent, at: datetime, days: int) -> datetime:
    """The end of the last day on the site's clock, counted from when the event was recorded."""
    site: Site = event.site
    return max(end_of(report_by(site.today(event.at), days), site.zone), at)


def _ask(
    event: AdverseEvent, kind: str, title: str, reason: str, due_at: datetime, by: Actor, at: datetime
) -> None:
    patient = event.patient
    make_task(
        owed=Owed(
            kind=kind,
            about=event,
            title=title,
            reason=reason,
            address=reverse("adverse-event", args=[event.pk]),
            act=_("Open the event"),
            role=Role.PRESCRIBER,
            due_at=due_at,
            escalate_at=due_at,
            subject=patient.subject_ref,
            subject_name=str(patient),
        ),
        site=event.site,
        by=by,
        at=at,
    )
