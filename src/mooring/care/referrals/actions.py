"""Acts on leads: receive, book the call, and what came of it.

Each act that moves a lead takes `seen`, the lead's `since` as its page showed it: a second coordinator who
acts on an older page is told, and nothing is overwritten.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import Actor, note, recorded
from mooring.care.patients.actions import admit_patient
from mooring.care.referrals.models import Lead, Move, Stage
from mooring.care.referrals.queries import answered_by, earlier_than
from mooring.identity.models import Person
from mooring.identity.queries import policy_in_force
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, close_tasks_about, make_task
from mooring.work.models import TaskState

OPEN_STAGES = (Stage.RECEIVED, Stage.CALL_BOOKED)


@recorded("care.referrals.received")
def receive_interest(*, lead: Lead, by: Actor, at: datetime) -> Lead:
    """Store a lead, given as an unsaved row that a form has checked, and owe it a call.

    One that somebody may have sent before is stored all the same and says so to the clinic only.
    """
    policy = policy_in_force(lead.site, at)
    earlier = earlier_than(lead)
    lead.may_be_lead, lead.may_be_patient = earlier.lead, earlier.patient
    lead.received_at = lead.since = at
    lead.answer_by = answered_by(lead.site, at, policy.answer_interest_hours)
    lead.stage, lead.move = Stage.RECEIVED, Move.CLINIC
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
            "They were promised an answer by this time. If nobody calls, the next coordinator is asked."
        ),
        address=reverse("lead", args=[lead.pk]),
        act=_("Open the form"),
        role=Role.COORDINATOR,
        owner=owner,
        due_at=due_at,
        escalate_at=escalate_at,
    )


class Touched(Refused):
    """Somebody else moved the lead since its page was opened."""

    def __init__(self) -> None:
        super().__init__(
            "A colleague acted on this form a moment ago. Open it again to see what was done; "
            "nothing of yours was stored."
        )


def _move(lead: Lead, seen: datetime, at: datetime, **changed: Any) -> None:
    """Move an open lead that nobody touched since `seen`; exactly one row, or it is refused."""
    moved = Lead.objects.filter(pk=lead.pk, stage__in=OPEN_STAGES, since=seen).update(since=at, **changed)
    if moved != 1:
        raise Touched
    lead.refresh_from_db()


@recorded("care.referrals.call-booked")
def book_call(*, lead: Lead, call_at: datetime, seen: datetime, by: Person, at: datetime) -> Lead:
    """Agree on a time for the fit call; whoever books it owns it."""
    if call_at < at:
        raise Refused(
            _("The time of a booked call lies ahead. If the call was made, record what came of it.")
        )
    _move(lead, seen, at, stage=Stage.CALL_BOOKED, move=Move.CLINIC, call_at=call_at, owner=by)
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
    """They go on: the person is admitted as a patient, and the screening is owed to them."""
    if not Lead.objects.filter(pk=lead.pk, stage__in=OPEN_STAGES, since=seen).exists():
        raise Touched
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
        lead, seen, at, stage=Stage.JOINED, move=Move.CLINIC, call_note=call_note, patient=patient, owner=by
    )
    close_tasks_about(lead, kind="fit-call", outcome="joined", by=by, at=at)
    owed = Owed(
        kind="screening-send",
        about=patient,
        subject_name=str(patient),
        title=_("Send the screening"),
        reason=_("The fit call went well. Nothing goes on before the screening is answered."),
        address=reverse("screening-send", args=[patient.pk]),
        act=_("Send the link"),
        role=Role.COORDINATOR,
        owner=by,
        due_at=answered_by(lead.site, at, policy_in_force(lead.site, at).answer_interest_hours),
    )
    make_task(owed=owed, site=lead.site, by=by, at=at)
    return lead


@recorded("care.referrals.move-passed")
def pass_move(*, lead: Lead, to: Move, by: Actor, at: datetime) -> Lead:
    """Whose move it is in a lead that became a patient: theirs while they answer, then the clinic's."""
    Lead.objects.filter(pk=lead.pk, stage=Stage.JOINED).update(move=to, since=at)
    lead.refresh_from_db()
    note(to=str(to))
    return lead


@recorded("care.referrals.declined")
def decline_lead(
    *, lead: Lead, reason: str, call_note: str, seen: datetime, by: Person, at: datetime
) -> Lead:
    """It does not fit; the reason is kept, in the words that the person was told."""
    if not reason.strip():
        raise Refused(_("Say why it does not fit: the person is told this reason."))
    return _end(lead, Stage.DECLINED, reason, call_note, seen, by, at)


@recorded("care.referrals.withdrew")
def withdraw_lead(
    *, lead: Lead, reason: str, call_note: str, seen: datetime, by: Person, at: datetime
) -> Lead:
    """The person does not want to go on."""
    return _end(lead, Stage.WITHDRAWN, reason, call_note, seen, by, at)


@recorded("care.referrals.duplicate")
def mark_duplicate(*, lead: Lead, other: Lead, seen: datetime, by: Person, at: datetime) -> Lead:
    """The same person wrote before: this form points to the other one, which goes on alone."""
    if other.pk == lead.pk or other.stage == Stage.DUPLICATE:
        raise Refused(_("Point to the form that goes on, not to this one or to another duplicate."))
    _move(lead, seen, at, stage=Stage.DUPLICATE, move=Move.NOBODY, may_be_lead=other, owner=by)
    close_tasks_about(lead, kind="fit-call", outcome="duplicate", by=by, at=at)
    note(other=other.pk)
    return lead


def _end(
    lead: Lead, stage: Stage, reason: str, call_note: str, seen: datetime, by: Person, at: datetime
) -> Lead:
    _move(lead, seen, at, stage=stage, move=Move.NOBODY, reason=reason, call_note=call_note, owner=by)
    close_tasks_about(lead, kind="fit-call", outcome=str(stage), by=by, at=at)
    return lead
