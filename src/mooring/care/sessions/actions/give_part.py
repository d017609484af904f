"""One more part of the dose: the next device, injection, spray or unit, with its rest kept or a reason why not."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.sessions.actions.alert_tasks import follow_alerts
from mooring.care.sessions.actions.new_entry import NewEntry
from mooring.care.sessions.kinds.kind import ALREADY, StandsAgainst
from mooring.care.sessions.kinds.part import DEVIATION, check, filled
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import SessionChart, chart_of, knowledge_of
from mooring.care.treatments.gate import refuse_closed_repeat
from mooring.care.treatments.models import Cycle
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.doses.parts import PartGiven, faults_of
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.sentences.findings import words_of
from mooring.work.actions import Owed, make_task

REASON_LENGTH = 300
REVIEWED_WITHIN = timedelta(hours=4)
"""How soon a prescriber reviews a dose that was not given as ordered. A design default without a source."""


@recorded("care.sessions.part-given")
def give_part(
    *, session: Session, facts: Mapping[str, Any], happened_at: datetime, key: UUID, by: Person, at: datetime
) -> LogEntry:
    """Record one part of the dose; `facts` name its `number` and what was read of the product.

    Refused for a part that is not ordered or was given already. Everything that is known is read again: an allergy, a
    consent taken back, an urgent answer or a red alert that nobody answered refuses it, whatever reason is typed. What
    had happened already (`already`) is recorded with its time and its reason, as is a rest cut short or a booster too
    late (`deviation`); the prescriber is asked to review it.
    """
    entry = store_part(session=session, facts=facts, happened_at=happened_at, key=key, by=by, at=at)
    chart = chart_of(session, at)
    if chart.state.started_at is None:
        raise Refused(_("Dosing has not started. The first part starts it."))
    refuse_faults(chart, entry)
    reason = str(entry.facts.get(DEVIATION, ""))
    reviewed = not entry.facts.get("failed") and refuse_more(chart, entry, reason, by=by, at=at)
    if reason and not reviewed:
        make_task(owed=review_of(session, (reason,), at), site=session.patient.site, by=by, at=at)
    follow_alerts(chart, by=by, at=at)
    note(target=entry, number=entry.facts["number"])
    return entry


def refuse_more(chart: SessionChart, entry: LogEntry, reason: str, *, by: Person, at: datetime) -> bool:
    """Refuse an entry by which more of the dose is given while something stands against it.

    What had happened already is a fact: it is recorded with its time and its reason, and the prescriber reviews it
    (then True). A reason alone gives nothing.
    """
    against = against_more(chart.session, chart, at)
    if against is None:
        return False
    if not entry.facts.get(ALREADY):
        raise against
    faults = [] if reason.strip() else [_("Enter how it came about, although something stood against it.")]
    if entry.at >= at:
        faults.append(_("Enter the time at which it happened. Nothing is given from now on."))
    if faults:
        raise StandsAgainst(*faults)
    owed = review_of(chart.session, (reason.strip(), *against.reasons), at)
    make_task(owed=owed, site=chart.session.patient.site, by=by, at=at)
    note(against=[finding.rule for finding in against.verdict.findings])
    return True


def against_more(session: Session, chart: SessionChart, at: datetime) -> StandsAgainst | None:
    """What stands against a further part, or the rest of a paused dose, as its refusal; None when nothing does."""
    if chart.open_reds:
        return StandsAgainst(
            _("A red alert is open. Respond to it first; nothing more is given until then."),
            *(alert.says for alert in chart.open_reds),
        )
    cycle = Cycle.objects.select_related("treatment__patient__site", "treatment__screening").get(
        pk=session.cycle_id
    )
    try:
        refuse_closed_repeat(
            cycle, at, _("Nothing more is given: something is known that speaks against it.")
        )
    except Refused as refused:
        return StandsAgainst(*refused.reasons, verdict=refused.verdict)
    return None


def store_part(
    *, session: Session, facts: Mapping[str, Any], happened_at: datetime, key: UUID, by: Person, at: datetime
) -> LogEntry:
    """Write the entry with what the order says of this part."""
    parts = {part.number: part for part in session.order.ordered.parts}
    number = int(facts.get("number") or 0)
    if number not in parts:
        raise Refused(
            _("The order has {ordered} parts; there is no number {number}.").format(
                ordered=len(parts), number=number
            )
        )
    return NewEntry(
        session=session,
        kind=EntryKind.PART,
        by=by,
        at=at,
        happened_at=happened_at,
        key=key,
        facts=check(filled(facts, parts[number]), "", knowledge_of(session)),
    ).store()


def refuse_faults(chart: SessionChart, entry: LogEntry) -> None:
    """Refuse what can never be, and what may have happened unless its reason was written."""
    given = {part.key: part for part in chart.state.parts_given}
    new = given.get(str(entry.key))
    if new is None:
        return
    before: list[PartGiven] = [part for key, part in given.items() if key != str(entry.key)]
    faults = faults_of(chart.session.order.ordered.parts, before, new, chart.state.ended_at)
    refusing = [fault for fault in faults if not (fault.recordable and DEVIATION in entry.facts)]
    if refusing:
        with timezone.override(chart.session.patient.site.zone):
            raise Refused(*(words_of(fault.says) for fault in refusing))


def review_of(session: Session, why: Iterable[str], at: datetime) -> Owed:
    """The review that a prescriber owes of what was given although something spoke against it."""
    patient = session.patient
    return Owed(
        kind="dose-deviation",
        about=session,
        title=_("Review a dose that was not given as ordered"),
        reason=" ".join(why)[:REASON_LENGTH],
        address=reverse("session", args=[session.pk]),
        act=_("Open the session"),
        role=Role.PRESCRIBER,
        due_at=at + REVIEWED_WITHIN,
        escalate_at=at + REVIEWED_WITHIN,
        subject=patient.subject_ref,
        subject_name=str(patient),
        owner=session.order.signed_by,
        urgent=True,
    )
