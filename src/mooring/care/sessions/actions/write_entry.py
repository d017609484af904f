"""The one door into the log for everything that a person records, for a page and for a correction alike.

What a kind asks and checks stands in its file under `kinds/`. Kinds that move the cycle or sign (start, end,
double check, discharge, sign-off) are written by acts of their own, which store one entry as this door does.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.patients.access import may_on
from mooring.care.sessions.actions.adverse import enter_emergency
from mooring.care.sessions.actions.alert_tasks import follow_alerts
from mooring.care.sessions.actions.follow_up import move_follow_up
from mooring.care.sessions.actions.give_part import refuse_faults, refuse_more
from mooring.care.sessions.actions.new_entry import NewEntry
from mooring.care.sessions.kinds import kind_of
from mooring.care.sessions.kinds.dosing_ended import refuse_impossible
from mooring.care.sessions.kinds.intervention import Intervention
from mooring.care.sessions.kinds.kind import ALREADY, Correction, Doubted, Kind
from mooring.care.sessions.kinds.part import DEVIATION
from mooring.care.sessions.models import LogEntry, Session, SessionState
from mooring.care.sessions.queries import SessionChart, chart_of, knowledge_of
from mooring.care.stock.actions import book_dose
from mooring.care.treatments.queries import where_of
from mooring.identity.competence import may_act
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.rules.doses.infusion import InfusionDose
from mooring.rules.session_entry import WITHDRAWN, EntryKind, in_utc
from mooring.rules.verdict import Refused
from mooring.words.numbers import with_unit
from mooring.words.times import clock


@recorded("care.sessions.entry-written")
def write_entry(
    *,
    session: Session,
    kind: EntryKind,
    facts: Mapping[str, Any],
    text: str = "",
    happened_at: datetime,
    key: UUID,
    corrects: LogEntry | None = None,
    withdraw: bool = False,
    sure: Collection[str] = (),
    by: Person,
    at: datetime,
) -> LogEntry:
    """Record what happened in a session, or correct an entry (`corrects`), or withdraw it (`withdraw`).

    A correction is a new entry that names the old one. Of kinds that an act writes only time and figures are
    corrected, and only before the discharge, which rests on them. Once the session is signed off, only who
    may sign off corrects it. Who observes or sits is competent for it (`Kind.asks`). A value that is possible and unlikely is refused (`Doubted`) until its sign is among
    those the person is `sure` of. The log is folded once, with the new entry in it; a refusal takes it out again. The entry brings that `chart`, for
    who shows the session next: until the act's commit nobody else writes into it.
    """
    described = kind_of(kind)
    if corrects is None and described.by_act:
        raise ValueError(f"{kind} is written by an act of its own")
    if corrects is not None:
        _refuse_correction(session, described, corrects, withdraw, by)
        facts = {**corrects.facts, **facts} if kind == EntryKind.PART else facts
    checked = {WITHDRAWN: True} if withdraw else described.check(facts, text, knowledge_of(session))
    if not withdraw and (facts.get(ALREADY) or (corrects is not None and corrects.facts.get(ALREADY))):
        checked[ALREADY] = True
    entry = NewEntry(
        session=session,
        kind=kind,
        by=by,
        at=at,
        happened_at=happened_at,
        key=key,
        facts=checked,
        text="" if withdraw else text,
        corrects=corrects,
    ).store()
    chart = chart_of(session, at)
    _refuse_unqualified(described, chart, by, at)
    _refuse_untimely(session, described, entry, chart)
    if not withdraw:
        _refuse_doubted(described, entry, chart, sure)
    if not withdraw and _gives_more(entry, corrects, chart):
        refuse_more(chart, entry, text or str(entry.facts.get(DEVIATION, "")), by=by, at=at)
    if corrects is not None:
        note(target=entry, corrects=str(corrects.key), withdrawn=withdraw)
    if described.by_act:
        _keep_order(session, entry, chart, by=by, at=at)
    if corrects is not None and kind in (EntryKind.DOSING_ENDED, EntryKind.PART):
        _book_again(session, entry, chart, by=by, at=at)
    if kind == EntryKind.EMERGENCY_OVER and corrects is None:
        enter_emergency(chart=chart, over=entry, by=by, at=at)
    follow_alerts(chart, by=by, at=at)
    entry.chart = chart
    return entry


def _book_again(session: Session, entry: LogEntry, chart: SessionChart, *, by: Person, at: datetime) -> None:
    """What was given is another amount now: the ledger hears it, in place of what the newest booking said."""
    if chart.state.ended_at is None:
        return
    booked = session.order.doses_given.filter(replaced_by__isnull=True).order_by("-id").first()
    if booked is None:
        return
    book_dose(
        order=session.order,
        given_mg=chart.administered.quantity.mg,
        key=entry.key,
        corrects=booked.key,
        happened_at=entry.at,
        by=by,
        at=at,
    )


def _gives_more(entry: LogEntry, corrects: LogEntry | None, chart: SessionChart) -> bool:
    """Whether the entry says that more is given than before: it resumes, runs faster, or a failed part was none.

    All of it is asked what a further part is asked, and so is what a correction makes of an entry.
    """
    before = corrects.facts if corrects is not None else {}
    if entry.kind == EntryKind.INTERVENTION:
        return bool(entry.facts["what"] == Intervention.RESUMED != before.get("what"))
    if entry.kind == EntryKind.RATE and isinstance(chart.dose.form, InfusionDose):
        earlier = [rate for since, rate in chart.state.rates if since < in_utc(entry.at)]
        return Decimal(entry.facts["rate_ml_per_h"]) > (earlier or [chart.dose.form.rate_ml_per_h])[-1]
    return entry.kind == EntryKind.PART and bool(before.get("failed")) and not entry.facts.get("failed")


def _refuse_correction(session: Session, kind: Kind, entry: LogEntry, withdraw: bool, by: Person) -> None:
    state = Session.objects.values_list("state", flat=True).get(pk=session.pk)
    if state == SessionState.VOID:
        raise Refused(_("This session was cancelled; its log stays as it is."))
    if state == SessionState.SIGNED_OFF and not may_on(by, session.patient, Permission.SESSIONS_SIGN_OFF):
        raise Refused(_("This session is signed off. Ask the prescriber to correct it."))
    if kind.correction == Correction.NONE or (withdraw and kind.correction != Correction.WHOLE):
        raise Refused(_("“{entry}” cannot be corrected. Add a note instead.").format(entry=kind.title))
    if hasattr(entry, "corrected_by"):
        raise Refused(_("This entry was already corrected. Correct the newer one."))


def _refuse_unqualified(kind: Kind, chart: SessionChart, by: Person, at: datetime) -> None:
    """Who observes or sits holds the credentials for it. In an emergency whoever is there records what they read."""
    if not kind.asks or chart.emergency is not None:
        return
    session = chart.session
    competence = may_act(
        by, kind.asks, at=at, site=session.patient.site, where=where_of(session.cycle.treatment)
    )
    if not competence.allowed:
        raise Refused(verdict=competence)


def _refuse_untimely(session: Session, kind: Kind, entry: LogEntry, chart: SessionChart) -> None:
    """What the log as it now stands does not allow at this moment."""
    state = chart.state
    if kind.code == EntryKind.DISCHARGE_CHECK and state.started_at is None:
        raise Refused(_("Dosing has not started, so there is nothing to be discharged from."))
    if kind.code == EntryKind.RATE and not entry.facts.get(WITHDRAWN):
        _refuse_rate(session, entry, chart)
    discharged_at = state.discharged_at
    if discharged_at is None or kind.after_discharge:
        return
    if kind.by_act:
        raise Refused(_("The discharge rests on this time; it can no longer change. Add a note instead."))
    if entry.at > discharged_at:
        raise Refused(
            _(
                "The patient was discharged at {time}. Record what came later as a note, or in the follow-up."
            ).format(time=clock(session.patient.site.local(discharged_at)))
        )


def _refuse_rate(session: Session, entry: LogEntry, chart: SessionChart) -> None:
    """A rate is of an infusion that runs, and never above the order's."""
    form, state = session.order.ordered.form, chart.state
    if not isinstance(form, InfusionDose):
        raise Refused(_("Only an infusion has a rate."))
    if state.started_at is None or in_utc(entry.at) < state.started_at or state.ended_at is not None:
        raise Refused(_("The rate is changed while the infusion runs."))
    if Decimal(str(entry.facts["rate_ml_per_h"])) > form.rate_ml_per_h:
        raise Refused(
            _("{rate} is the ordered rate; a faster one needs a new order.").format(
                rate=with_unit(form.rate_ml_per_h, "mL/h")
            )
        )


def _refuse_doubted(kind: Kind, entry: LogEntry, chart: SessionChart, sure: Collection[str]) -> None:
    """Ask again for what is possible and unlikely beside the other signs, unless the person is `sure`."""
    if kind.doubts is None:
        return
    key, taken = str(entry.key), chart.state.vitals
    measured = next(signs for signs in taken if signs.key == key)
    others = [signs for signs in taken if signs.key != key]
    questions = kind.doubts(measured, others, chart.knowledge)
    open_questions = {sign: question for sign, question in questions.items() if sign not in sure}
    if open_questions:
        raise Doubted(open_questions)
    if questions:
        note(confirmed=sorted(questions))


def _keep_order(session: Session, entry: LogEntry, chart: SessionChart, *, by: Person, at: datetime) -> None:
    """Double check, start, end stay in this order, and the follow-up's window follows the end."""
    state = chart.state
    if state.started_at is None:
        raise Refused(_("Dosing has not started."))
    if state.double_checks and state.started_at < max(check.at for check in state.double_checks):
        raise Refused(_("The double check comes before the start. Enter a time after the last check."))
    if entry.kind == EntryKind.PART:
        refuse_faults(chart, entry)
    if state.ended_at is None:
        return
    if state.ended_at <= state.started_at:
        raise Refused(_("Dosing ends after it starts. Please check the time."))
    if entry.kind == EntryKind.DOSING_ENDED:
        refuse_impossible(
            entry.facts, session.order.ordered, state, state.ended_at, session.patient.site.local
        )
    move_follow_up(session, state.ended_at, by=by, at=at)
