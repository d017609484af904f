"""Discharge: the route's floor and every criterion; what a prescriber may override needs a reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.patients.access import may_on
from mooring.care.sessions.actions.alert_tasks import CALL, OVERDUE, RED
from mooring.care.sessions.actions.chaperone import SILENT, WELFARE
from mooring.care.sessions.actions.devices import end_devices
from mooring.care.sessions.actions.new_entry import NewEntry
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.actions import move_cycle
from mooring.care.treatments.models import Cycle, Phase
from mooring.care.treatments.queries import where_of
from mooring.identity.competence import may_act
from mooring.identity.models import Person
from mooring.identity.roles import Permission, Role
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Closure, ClosureKind, Refused
from mooring.sentences.findings import words_of
from mooring.work.actions import Owed, close_tasks_about, make_task

SIGN_OFF_WITHIN = timedelta(hours=24)
"""How soon a session is signed off. A design default without a source."""


@recorded("care.sessions.discharged")
def discharge(
    *,
    session: Session,
    overrides: Mapping[str, str],
    second: Person | None,
    key: UUID,
    by: Person,
    at: datetime,
) -> LogEntry:
    """Discharge the patient; refused with each reason that still stands.

    `overrides` gives a reason for each rule (`id@version/code`) that is overridden: only a prescriber may,
    only where the rule allows it, and with a `second` person where it asks for two. The minimum stay is
    never overridden.
    """
    site = session.patient.site
    competence = may_act(by, "discharge", at=at, site=site, where=where_of(session.cycle.treatment))
    if not competence.allowed:
        raise Refused(verdict=competence)
    if overrides and not may_on(by, session.patient, Permission.SESSIONS_SIGN_OFF):
        raise Refused(_("Only a prescriber may override a discharge criterion. Ask the prescriber."))
    if second is not None and not may_on(second, session.patient, Permission.SESSIONS_WRITE):
        raise Refused(
            _("{name} does not work in this patient's sessions. Ask a colleague who does.").format(
                name=second
            )
        )
    entry = NewEntry(
        session=session,
        kind=EntryKind.DISCHARGED,
        by=by,
        at=at,
        happened_at=at,
        key=key,
        facts={"overridden": sorted(overrides), "second": second.actor_ref if second else ""},
        text="\n".join(f"{rule}: {reason.strip()}" for rule, reason in sorted(overrides.items())),
    ).store()
    _refuse_unmet(session, overrides, second, by=by, at=at)
    cycle = Cycle.objects.select_related("treatment").get(pk=session.cycle_id)
    move_cycle(cycle=cycle, to=Phase.DISCHARGED, by=by, at=at)
    _ask_sign_off(session, by=by, at=at)
    for kind in (RED, OVERDUE, CALL, SILENT, WELFARE):
        close_tasks_about(session, kind=kind, outcome="discharged", by=by, at=at)
    session.tablets.filter(ended_at__isnull=True).update(ended_at=at)
    end_devices(session, at)
    session.consoles.filter(ended_at__isnull=True).update(ended_at=at)
    note(target=entry, overridden=sorted(overrides))
    return entry


def _refuse_unmet(
    session: Session, overrides: Mapping[str, str], second: Person | None, *, by: Person, at: datetime
) -> None:
    chart = chart_of(session, at)
    if chart.state.started_at is None or chart.state.ended_at is None:
        raise Refused(_("Dosing has not ended. Record the end of dosing first."))
    if chart.emergency is not None:
        raise Refused(_("An emergency is open. Stand down first, with the reason."))
    closures = [
        Closure(rule, ClosureKind.OVERRIDDEN, by.actor_ref, reason, second.actor_ref if second else "")
        for rule, reason in overrides.items()
    ]
    left = chart.discharge.still_open(closures)
    if left:
        reasons = tuple(
            " ".join(filter(None, map(words_of, (finding.says, finding.asks)))) for finding in left
        )
        raise Refused(*reasons, verdict=chart.discharge)


def _ask_sign_off(session: Session, *, by: Person, at: datetime) -> None:
    patient = session.patient
    make_task(
        owed=Owed(
            kind="sign-off",
            about=session,
            title=_("Sign off the session of dose {number}").format(number=session.cycle.number),
            reason=_("The patient is discharged. Integration starts with the sign-off."),
            address=reverse("session", args=[session.pk]),
            act=_("Sign off the session"),
            role=Role.PRESCRIBER,
            due_at=at + SIGN_OFF_WITHIN,
            escalate_at=at + SIGN_OFF_WITHIN,
            subject=patient.subject_ref,
            subject_name=str(patient),
            owner=session.order.signed_by,
        ),
        site=patient.site,
        by=by,
        at=at,
    )
