"""Moving a patient to another site and its programme in the middle of a treatment; nothing is lost by it."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.outcomes.actions import end_treatment
from mooring.care.outcomes.queries.moving import Moving, duties_elsewhere, moving_of, works_at
from mooring.care.patients.merging import refuse_merged
from mooring.care.patients.models import Patient, search_keys_of
from mooring.care.treatments.actions import move_cycle, withdraw_draft
from mooring.care.treatments.actions.asking import lay_out
from mooring.care.treatments.actions.cycles import WORK_BEFORE_DOSING
from mooring.care.treatments.models import (
    BEFORE_DOSING,
    Cycle,
    Phase,
    Treatment,
    TreatmentOutcome,
    TreatmentState,
)
from mooring.identity.actions import join_team, leave_team
from mooring.identity.models import CareTeam, Person, Site
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, make_task, move_links_to_site, move_task_to_site


@recorded("care.outcomes.patient-moved")
def move_patient(*, patient: Patient, to: Site, reason: str, by: Person, at: datetime) -> Patient:
    """The patient goes on at another site of the organisation, under its programme, its policy and its signed pack.

    Doses that were only planned are cancelled, a draft is withdrawn, a treatment without an open cycle ends as moved;
    follow-up, open duties, open links, questionnaires, events and every row go along. The gates there read all doses that were
    given. Refused while a dose is under way here, and where nobody there holds a role that an open duty asks for.
    """
    refuse_merged(patient.pk)
    changes = moving_of(patient, to, at)
    _refuse(patient, to, reason, changes)
    if changes.treatment is not None:
        _leave_treatment(changes.treatment, to, by, at)
    was = patient.site
    team = CareTeam.objects.create(site=to)
    moved = Patient.objects.filter(pk=patient.pk, site=was).update(
        site=to, care_team=team, **search_keys_of(patient.person, to)
    )
    if moved != 1:
        raise Refused(_("A colleague moved this patient a moment ago."))
    for member in changes.staying:
        join_team(team=team, person=member.person, role=member.role, by=by, at=at)
    for member in (*changes.staying, *changes.leaving):
        leave_team(member=member, by=by, at=at)
    patient.refresh_from_db()
    if changes.treatment is not None:
        lay_out(changes.treatment, at)
    for task in duties_elsewhere(patient, to):
        keeps = task.owner is not None and works_at(task.owner, to)
        move_task_to_site(task=task, site=to, owner=task.owner if keeps else None, by=by, at=at)
    move_links_to_site(person=patient.person, subjects=patient.subject_refs, site=to, by=by, at=at)
    _owe_plan(patient, was, reason, by, at)
    note(target=patient, was=was.pk, to=to.pk, tasks=len(changes.tasks), planned=changes.planned)
    return patient


def _refuse(patient: Patient, to: Site, reason: str, changes: Moving) -> None:
    reasons = []
    if to.pk == patient.site_id or to.organisation_id != patient.site.organisation_id:
        reasons.append(_("Choose another site of this organisation."))
    if not reason.strip():
        reasons.append(_("Enter why the patient moves."))
    if changes.under_way is not None:
        reasons.append(
            _("Dose {number} is in “{phase}” here. Sign its session off first.").format(
                number=changes.under_way.number, phase=changes.under_way.get_phase_display()
            )
        )
    reasons += [
        _("“{title}” is open, and no one at {site} may do it. Complete it here first.").format(
            title=task.title, site=to
        )
        for task in changes.homeless
        if task.kind not in WORK_BEFORE_DOSING
    ]
    if reasons:
        raise Refused(*reasons)


def _leave_treatment(treatment: Treatment, to: Site, by: Person, at: datetime) -> None:
    """No further dose under the plan of here; it ends as moved once nothing of it is open."""
    if treatment.state == TreatmentState.DRAFT:
        withdraw_draft(treatment=treatment, by=by, at=at)
        return
    reason = _("The patient moved to {site}.").format(site=to)
    if Cycle.objects.filter(treatment=treatment, phase=Phase.INTEGRATING).exists():
        planned = Cycle.objects.filter(treatment=treatment, phase__in=BEFORE_DOSING)
        for cycle in planned.select_related("treatment__patient__site"):
            move_cycle(cycle=cycle, to=Phase.VOID, reason=reason, by=by, at=at)
        return
    end_treatment(treatment=treatment, outcome=TreatmentOutcome.MOVED, outcome_note=reason, by=by, at=at)


def _owe_plan(patient: Patient, was: Site, reason: str, by: Person, at: datetime) -> None:
    make_task(
        owed=Owed(
            kind="moved-in",
            about=patient,
            title=_("Plan how the treatment continues"),
            reason=_("Moved here from {site}: {reason}").format(site=was, reason=reason.strip())[:300],
            address=reverse("treatments", args=[patient.pk]),
            act=_("Open the treatments"),
            role=Role.PRESCRIBER,
            due_at=at,
            subject=patient.subject_ref,
            subject_name=str(patient),
        ),
        site=patient.site,
        by=by,
        at=at,
    )
