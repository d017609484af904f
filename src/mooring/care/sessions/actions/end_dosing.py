"""The end of dosing. It is not the end of the session: recovery begins, and the follow-up gets its window."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.sessions.actions.alert_tasks import follow_alerts
from mooring.care.sessions.actions.devices import end_devices
from mooring.care.sessions.actions.follow_up import move_follow_up
from mooring.care.sessions.actions.new_entry import NewEntry
from mooring.care.sessions.kinds import entry_in_words
from mooring.care.sessions.kinds.dosing_ended import SAME, check, refuse_impossible
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import chart_of, knowledge_of
from mooring.care.stock.actions import book_dose
from mooring.care.treatments.actions import move_cycle
from mooring.care.treatments.models import Cycle, Phase
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.doses.quantity import DoseQuantity
from mooring.rules.session_entry import EntryKind, in_utc
from mooring.rules.verdict import Refused
from mooring.sentences.doses import quantity_words
from mooring.words.times import clock
from mooring.work.actions import Owed, make_task

REVIEWED_WITHIN = timedelta(hours=4)
"""How soon a prescriber reviews a dose that was not given as ordered. A design default without a source."""


@recorded("care.sessions.dosing-ended")
def end_dosing(
    *,
    session: Session,
    given_ml: Decimal | None = None,
    happened_at: datetime,
    key: UUID,
    by: Person,
    at: datetime,
    reason: str = "",
    text: str = "",
) -> LogEntry:
    """Record the end, move the cycle to RECOVERY, give the follow-up its window.

    Of an infusion it says how much went in (mL); parts were recorded as they were given. Nothing and more than ordered are recorded as what happened, with a `reason`; the prescriber is asked to
    review both.
    """
    _refuse_second(session, key, at)
    facts = check({"given_ml": given_ml, "reason": reason}, text, knowledge_of(session))
    entry = NewEntry(
        session=session,
        kind=EntryKind.DOSING_ENDED,
        by=by,
        at=at,
        happened_at=happened_at,
        key=key,
        facts=facts,
        text=text,
    ).store()
    chart = chart_of(session, at)
    started_at = chart.state.started_at
    if started_at is None:
        raise Refused(_("Dosing has not started, so it cannot end."))
    if in_utc(happened_at) <= started_at:
        raise Refused(
            _("Dosing started at {time}; it ends after that.").format(
                time=clock(session.patient.site.local(started_at))
            )
        )
    dose = session.order.ordered
    refuse_impossible(facts, dose, chart.state, happened_at, session.patient.site.local)
    cycle = Cycle.objects.select_related("treatment__patient__site").get(pk=session.cycle_id)
    move_cycle(cycle=cycle, to=Phase.RECOVERY, by=by, at=at)
    move_follow_up(session, happened_at, by=by, at=at)
    end_devices(session, at)
    follow_alerts(chart, by=by, at=at)
    given = chart.administered
    _book(entry, session, given.quantity.mg, by=by, at=at)
    if given.quantity.mg == 0 or given.quantity.mg > dose.total_mg * (1 + SAME):
        _ask_review(session, given.quantity, by=by, at=at)
    note(target=entry, given_mg=str(given.quantity.mg), whole=chart.given_whole, reason=reason)
    return entry


def _refuse_second(session: Session, key: UUID, at: datetime) -> None:
    """Two people end it, one of them late from a device without a network: who comes second reads what stands."""
    known = set(session.entries.filter(kind=EntryKind.DOSING_ENDED).values_list("key", flat=True))
    if not known or key in known:
        return
    chart = chart_of(session, at)
    standing = next(
        line.entry
        for line in reversed(chart.state.lines)
        if line.entry.kind == EntryKind.DOSING_ENDED and not line.struck
    )
    raise Refused(
        _(
            "{person} recorded at {time}: {entry}. Nothing was saved twice; correct that entry if it was otherwise."
        ).format(
            person=chart.names[standing.by],
            time=clock(session.patient.site.local(standing.at)),
            entry=entry_in_words(standing, chart.knowledge),
        )
    )


def _book(entry: LogEntry, session: Session, given_mg: Decimal, *, by: Person, at: datetime) -> None:
    """Say to the ledger what went in; what no draw covers is owed there."""
    book_dose(
        order=session.order,
        given_mg=given_mg,
        key=entry.key,
        corrects=None,
        happened_at=entry.at,
        by=by,
        at=at,
    )


def _ask_review(session: Session, given: DoseQuantity, *, by: Person, at: datetime) -> None:
    """A dose that did not go in, or more than was ordered: the prescriber reviews it today."""
    patient = session.patient
    make_task(
        owed=Owed(
            kind="dose-deviation",
            about=session,
            title=_("Review a dose that was not given as ordered"),
            reason=_("{given} went in instead of {ordered}.").format(
                given=quantity_words(given), ordered=quantity_words(session.order.ordered.quantity)
            ),
            address=reverse("session", args=[session.pk]),
            act=_("Open the session"),
            role=Role.PRESCRIBER,
            due_at=at + REVIEWED_WITHIN,
            escalate_at=at + REVIEWED_WITHIN,
            subject=patient.subject_ref,
            subject_name=str(patient),
            owner=session.order.signed_by,
            urgent=True,
        ),
        site=patient.site,
        by=by,
        at=at,
    )
