"""Starting the dose: only after two people read the order back. From here on the follow-up is due."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.audit.recording import note, recorded
from mooring.care.sessions.actions.follow_up import FOLLOW_UP
from mooring.care.sessions.actions.give_part import refuse_faults, store_part
from mooring.care.sessions.actions.groups import ratio_faults
from mooring.care.sessions.actions.new_entry import NewEntry
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import SessionChart, chart_of, contact_window
from mooring.care.stock.queries import undrawn_mg
from mooring.care.treatments.actions import move_cycle
from mooring.care.treatments.models import Cycle, DoseOrder, Phase
from mooring.care.treatments.queries import where_of
from mooring.identity.competence import may_act
from mooring.identity.models import CareTeamMember, Person
from mooring.identity.queries import on_duty
from mooring.identity.roles import Role
from mooring.rules.monitoring import AlertCode
from mooring.rules.session_entry import EntryKind
from mooring.rules.session_log import FoldedSession
from mooring.rules.verdict import Refused
from mooring.words.numbers import with_unit
from mooring.work.actions import Owed, make_task


@recorded("care.sessions.started")
def start_dosing(
    *,
    session: Session,
    happened_at: datetime,
    key: UUID,
    by: Person,
    at: datetime,
    part: Mapping[str, Any] | None = None,
) -> LogEntry:
    """Write the start, move the cycle to DOSING, and make the follow-up in the days after it a task.

    Where the dose is given in parts the start is its first `part`, with what was read of the product.
    """
    site = session.patient.site
    competence = may_act(by, "start-session", at=at, site=site, where=where_of(session.cycle.treatment))
    if not competence.allowed:
        raise Refused(verdict=competence)
    _refuse_alarm(chart_of(session, at))
    entry = NewEntry(
        session=session, kind=EntryKind.STARTED, by=by, at=at, happened_at=happened_at, key=key
    ).store()
    _refuse_unconfirmed(session, chart_of(session, at).state, happened_at)
    if session.order.ordered.parts:
        _give_first(session, part or {}, happened_at, key, by, at)
    cycle = Cycle.objects.select_related("treatment__patient__person").get(pk=session.cycle_id)
    move_cycle(cycle=cycle, to=Phase.DOSING, by=by, at=at)
    _plan_follow_up(session, cycle, entry.at, by=by, at=at)
    note(target=entry, order=session.order_id)
    return entry


def _give_first(
    session: Session, part: Mapping[str, Any], happened_at: datetime, key: UUID, by: Person, at: datetime
) -> None:
    entry = store_part(
        session=session,
        facts={**part, "number": 1},
        happened_at=happened_at,
        key=uuid5(key, EntryKind.PART),
        by=by,
        at=at,
    )
    refuse_faults(chart_of(session, at), entry)


def _refuse_alarm(chart: SessionChart) -> None:
    """A grave symptom that nobody answered, or an emergency that goes on; signs are read by the gate at their newest.

    Before the start is stored: from then on the log tells of the dose alone.
    """
    if chart.state.started_at is not None:
        return
    if chart.emergency is not None:
        raise Refused(_("An emergency is under way. It ends first; then look again whether the dose starts."))
    symptoms = [alert for alert in chart.open_reds if alert.code == AlertCode.SYMPTOM]
    if symptoms:
        raise Refused(
            *(str(alert.says) for alert in symptoms),
            _("A red alert is open. Respond to it first; the dose does not start until then."),
        )


def _refuse_unconfirmed(session: Session, state: FoldedSession, happened_at: datetime) -> None:
    reasons = []
    if DoseOrder.objects.get(pk=session.order_id).withdrawn_at is not None:
        reasons.append(_("The dose order was withdrawn. Cancel this session; a new order opens a new one."))
    lacking = 2 - len(state.confirmed_by)
    if lacking > 0:
        reasons.append(
            ngettext(
                "{n} more person must read the order back in their own sign-in.",
                "{n} people must read the order back, each in their own sign-in.",
                lacking,
            ).format(n=lacking)
        )
    if state.double_checks and happened_at < max(check.at for check in state.double_checks):
        reasons.append(_("The double check comes before the start. Enter a time after the last check."))
    at_home = where_of(session.cycle.treatment).setting == "at-home"
    if at_home and not session.consoles.filter(paired_at__isnull=False, ended_at__isnull=True).exists():
        reasons.append(_("The chaperone’s phone is not paired. Make a code and read it to them."))
    reasons += ratio_faults(session)
    undrawn = undrawn_mg(session.order)
    if undrawn:
        reasons.append(
            _(
                "{amount} of the dose is not drawn in the ledger. Record the draw from its container first."
            ).format(amount=with_unit(undrawn, "mg"))
        )
    if reasons:
        raise Refused(*reasons)


def _plan_follow_up(
    session: Session, cycle: Cycle, started_at: datetime, *, by: Person, at: datetime
) -> None:
    """The follow-up in the window after the planned end; the end of dosing gives it its final time."""
    patient, site = session.patient, session.patient.site
    therapist = (
        CareTeamMember.objects.filter(
            team=patient.care_team_id, role=Role.THERAPIST, until__isnull=True, person__is_active=True
        )
        .select_related("person")
        .order_by("since", "id")
        .first()
    )
    coordinators = on_duty(site, Role.COORDINATOR, at)
    planned_end = started_at + timedelta(minutes=session.order.ordered.form.planned_min)
    opens_at, until = contact_window(site, planned_end, at)
    make_task(
        owed=Owed(
            kind=FOLLOW_UP,
            about=cycle,
            title=_("Follow-up after dose {number}").format(number=cycle.number),
            reason=_(
                "Sleep, mood, safety, and whether the integration visit is booked. If you cannot reach "
                "the patient, hand it over."
            ),
            address=reverse("integration", args=[cycle.pk]),
            act=_("Record the follow-up"),
            role=Role.THERAPIST,
            opens_at=opens_at,
            due_at=until,
            escalate_at=until,
            subject=patient.subject_ref,
            subject_name=str(patient),
            owner=therapist.person if therapist else None,
            fallback=coordinators[0] if coordinators else None,
        ),
        site=site,
        by=by,
        at=at,
    )
