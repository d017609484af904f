"""Acts on leads: receive, book the call, record its outcome.

Each act that moves a lead takes `seen`, the lead's `since` as its page showed it: a second coordinator who
acts on an older page is refused, and nothing is overwritten.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import Actor, note, recorded
from mooring.care.patients.actions import admit_patient
from mooring.care.referrals.models import Lead, LeadStage, NextAction
from mooring.care.referrals.queries import age_findings, answered_by, earlier_than
from mooring.identity.models import Person
from mooring.identity.queries import policy_in_force
from mooring.identity.roles import Role
from mooring.rules.verdict import Override, Refused
from mooring.words.phones import phone_key, region_of
from mooring.work.actions import Owed, close_tasks_about, make_task
from mooring.work.models import TaskState

OPEN_STAGES = (LeadStage.RECEIVED, LeadStage.CALL_BOOKED)


@recorded("care.referrals.received")
def receive_interest(*, lead: Lead, by: Actor, at: datetime) -> Lead:
    """Save a lead, passed as an unsaved row that a form has checked, with a task to call the person.

    A possible duplicate is saved all the same and marked as such for the clinic only.
    """
    policy = policy_in_force(lead.site, at)
    earlier = earlier_than(lead)
    lead.may_be_lead, lead.may_be_patient = earlier.lead, earlier.patient
    lead.phone_key = phone_key(lead.phone, region_of(lead.site.jurisdiction))
    lead.received_at = lead.since = at
    lead.answer_by = answered_by(lead.site, at, policy.answer_interest_hours)
    lead.stage, lead.move = LeadStage.RECEIVED, NextAction.CLINIC
    lead.save(force_insert=True)
    task = make_task(owed=_call_owed(lead, lead.answer_by, lead.answer_by), site=lead.site, by=by, at=at)
    lead.owner = task.owner
    lead.save(update_fields=["owner"])
    note(may_be_known=bool(earlier.lead or earlier.patient))
    return lead


def _call_owed(lead: Lead, due_at: datetime, escalate_at: datetime, owner: Person | None = None) -> Owed:
    return Owed(
        kind="fit-call",
        about=lead,
        subject_name=str(lead),
        title=_("Fit call with a new person"),
        reason=_(
            "The site promised a reply by this time. If overdue, the task goes to the next coordinator."
        ),
        address=reverse("lead", args=[lead.pk]),
        act=_("Open form"),
        role=Role.COORDINATOR,
        owner=owner,
        due_at=due_at,
        escalate_at=escalate_at,
    )


class LeadChanged(Refused):
    """A colleague moved the lead since its page was opened."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A colleague changed this form while your page was open. Your entry was not saved. "
                "Open the form again to see their change."
            )
        )


def _move(lead: Lead, seen: datetime, at: datetime, **changed: Any) -> None:
    """NextAction an open lead that no one changed since `seen`; exactly one row, or it is refused."""
    moved = Lead.objects.filter(pk=lead.pk, stage__in=OPEN_STAGES, since=seen).update(since=at, **changed)
    if moved != 1:
        raise LeadChanged
    lead.refresh_from_db()


@recorded("care.referrals.call-booked")
def book_call(*, lead: Lead, call_at: datetime, seen: datetime, by: Person, at: datetime) -> Lead:
    """Agree on a time for the fit call; whoever books it owns it."""
    if call_at < at:
        raise Refused(_("The call time must be in the future. If the call was made, record its outcome."))
    _move(lead, seen, at, stage=LeadStage.CALL_BOOKED, move=NextAction.CLINIC, call_at=call_at, owner=by)
    close_tasks_about(lead, kind="fit-call", outcome=TaskState.CANCELLED, by=by, at=at)
    hours = policy_in_force(lead.site, at).answer_interest_hours
    owed = _call_owed(lead, call_at, answered_by(lead.site, call_at, hours), owner=by)
    make_task(owed=owed, site=lead.site, by=by, at=at)
    return lead


@recorded("care.referrals.joined")
def join_lead(
    *,
    lead: Lead,
    call_note: str,
    team: Iterable[tuple[Person, str]] = (),
    seen: datetime,
    by: Person,
    at: datetime,
) -> Lead:
    """Admit the person as a patient, with a task to send the screening."""
    if not Lead.objects.filter(pk=lead.pk, stage__in=OPEN_STAGES, since=seen).exists():
        raise LeadChanged
    blocked = [each for each in age_findings(lead, at) if each.override == Override.NOBODY]
    if blocked:
        raise Refused(*(f"{each.says} {each.asks}" for each in blocked))
    person = Person(
        legal_name=lead.legal_name,
        chosen_name=lead.chosen_name,
        pronouns=lead.pronouns,
        email=lead.email.lower() or None,
        phone=lead.phone,
    )
    patient = admit_patient(
        person=person, site=lead.site, birth_date=lead.birth_date, team=team, by=by, at=at
    )
    _move(
        lead,
        seen,
        at,
        stage=LeadStage.JOINED,
        move=NextAction.CLINIC,
        call_note=call_note,
        patient=patient,
        owner=by,
    )
    close_tasks_about(lead, kind="fit-call", outcome="joined", by=by, at=at)
    owed = Owed(
        kind="screening-send",
        about=patient,
        subject_name=str(patient),
        title=_("Send screening"),
        reason=_("The fit call went well. The screening is the next step."),
        address=reverse("screening-send", args=[patient.pk]),
        act=_("Send link"),
        role=Role.COORDINATOR,
        owner=by,
        due_at=answered_by(lead.site, at, policy_in_force(lead.site, at).answer_interest_hours),
    )
    make_task(owed=owed, site=lead.site, by=by, at=at)
    return lead


@recorded("care.referrals.move-passed")
def pass_move(*, lead: Lead, to: NextAction, by: Actor, at: datetime) -> Lead:
    """Next action in a lead that became a patient: the patient's while they answer, then the clinic's."""
    Lead.objects.filter(pk=lead.pk, stage=LeadStage.JOINED).update(move=to, since=at)
    lead.refresh_from_db()
    note(to=str(to))
    return lead


@recorded("care.referrals.declined")
def decline_lead(
    *, lead: Lead, reason: str, call_note: str, seen: datetime, by: Person, at: datetime
) -> Lead:
    """The treatment does not fit; the reason is saved in the words that the person was told."""
    if not reason.strip():
        raise Refused(_("Enter the reason that the person was given."))
    return _end(lead, LeadStage.DECLINED, reason, call_note, seen, by, at)


@recorded("care.referrals.withdrew")
def withdraw_lead(
    *, lead: Lead, reason: str, call_note: str, seen: datetime, by: Person, at: datetime
) -> Lead:
    """The person does not want to continue."""
    return _end(lead, LeadStage.WITHDRAWN, reason, call_note, seen, by, at)


@recorded("care.referrals.duplicate")
def mark_duplicate(*, lead: Lead, other: Lead, seen: datetime, by: Person, at: datetime) -> Lead:
    """The same person wrote before: this form points to the other one, which alone is followed up."""
    if other.pk == lead.pk or other.stage == LeadStage.DUPLICATE:
        raise Refused(_("Choose the form that is followed up, not this one and not another duplicate."))
    _move(lead, seen, at, stage=LeadStage.DUPLICATE, move=NextAction.NOBODY, may_be_lead=other, owner=by)
    close_tasks_about(lead, kind="fit-call", outcome="duplicate", by=by, at=at)
    note(other=other.pk)
    return lead


def _end(
    lead: Lead, stage: LeadStage, reason: str, call_note: str, seen: datetime, by: Person, at: datetime
) -> Lead:
    _move(lead, seen, at, stage=stage, move=NextAction.NOBODY, reason=reason, call_note=call_note, owner=by)
    close_tasks_about(lead, kind="fit-call", outcome=str(stage), by=by, at=at)
    return lead
