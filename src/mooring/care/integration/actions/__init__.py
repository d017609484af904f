"""Acts after a dose: record a contact, record the integration visit, close the cycle."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.audit.digests import digest_of
from mooring.audit.recording import note, recorded
from mooring.care.integration.actions.practices import agree_practices
from mooring.care.integration.models import (
    Contact,
    IntegrationVisit,
    NoteText,
    PsychotherapyNote,
    Reached,
)
from mooring.care.integration.queries import ATTEMPTS_BEFORE_LOST, After, after
from mooring.care.measures.queries import who_answers
from mooring.care.patients.access import may_on
from mooring.care.patients.models import Patient
from mooring.care.treatments.actions import move_cycle
from mooring.care.treatments.models import Cycle, CycleOutcome, Phase
from mooring.care.treatments.queries import where_of
from mooring.identity.competence import may_act
from mooring.identity.models import Person, Programme
from mooring.identity.queries import holders, on_duty, policy_in_force
from mooring.identity.roles import Permission, Role
from mooring.rules.verdict import Refused
from mooring.sentences.times import moment_words
from mooring.words.times import clock
from mooring.work.actions import Owed, close_tasks_about, make_task, pass_on_task, write_message
from mooring.work.models import Channel, Task

LEFT = (Phase.DISCHARGED, Phase.INTEGRATING)
INTEGRATING = "integrate"
CONTACT, CONCERN = "integration-contact", "concern"


@recorded("care.integration.contact-written")
def write_contact(
    *, cycle: Cycle, result: Reached, safe: bool | None, words: str, by: Person, at: datetime
) -> Contact:
    """Record one attempt to reach the patient.

    Reached in the window of the follow-up: safety was asked, and the duty is done. Reached before it: the call is
    recorded, and the follow-up stays due. A message or no answer leaves it due too. Escalated: the duty is handed
    to the next person. "Not safe" pages a prescriber whenever it is heard; their own contact in which the patient
    is safe answers it.
    """
    _refuse_before_leaving(cycle)
    is_follow_up = _in_window(cycle, at)
    if result == Reached.REACHED and safe is None:
        raise Refused(_("Ask about new thoughts of self-harm first. Then save the contact."))
    if result == Reached.REACHED and safe is False and not words.strip():
        raise Refused(_("Describe what the patient told you and what you did."))
    contact = Contact.objects.create(
        cycle=cycle,
        result=result,
        safe=safe if result == Reached.REACHED else None,
        note=words.strip(),
        is_follow_up=is_follow_up,
        by=by,
        at=at,
    )
    if result == Reached.REACHED:
        if is_follow_up:
            close_tasks_about(cycle, kind=CONTACT, outcome="reached", by=by, at=at)
        if safe is False:
            _page_prescriber(cycle, by, at)
        elif may_on(by, cycle.treatment.patient, Permission.SESSIONS_SIGN_OFF):
            close_tasks_about(cycle, kind=CONCERN, outcome="answered", by=by, at=at)
    if result == Reached.ESCALATED:
        _pass_on(cycle, by, at)
    note(result=result, cycle=cycle.number)
    return contact


def _in_window(cycle: Cycle, at: datetime) -> bool:
    """Whether the window of the follow-up has opened: hours after the end of dosing, by the signed policy."""
    found = after(cycle, at)
    return found is None or found.opens_at is None or at >= found.opens_at


def _refuse_before_leaving(cycle: Cycle) -> None:
    phase = Cycle.objects.values_list("phase", flat=True).get(pk=cycle.pk)
    if phase not in LEFT:
        raise Refused(_("A contact is recorded between discharge and the closing of the cycle."))


def _pass_on(cycle: Cycle, by: Person, at: datetime) -> None:
    """Hand the open duty to who is asked next; refused when nobody else is there."""
    found = after(cycle, at)
    task = found.task if found else None
    if task is None:
        raise Refused(_("The follow-up is no longer due, so there is nothing to hand over."))
    site = task.site
    asked = [task.fallback, *on_duty(site, Role.COORDINATOR, at), *holders(site, Role.COORDINATOR, at)]
    others = [each for each in asked if each is not None and each not in (by, task.owner)]
    if not others:
        raise Refused(_("No one else is named for this follow-up. Call the medical director."))
    pass_on_task(task=task, to=others[0], by=by, at=at)
    write_message(
        channel=Channel.SCREEN,
        person=others[0],
        site=site,
        title=task.title,
        body=_("The follow-up was handed over to you: the patient could not be reached yet."),
        task=task,
        address=task.address,
        subject=task.subject,
        by=by,
        at=at,
    )


def _page_prescriber(cycle: Cycle, by: Person, at: datetime) -> None:
    """Page a prescriber now, with the time by which they respond."""
    patient = cycle.treatment.patient
    site = patient.site
    people = who_answers(site, at)
    answer_by = at + timedelta(minutes=policy_in_force(site, at).page_answer_minutes)
    task = make_task(
        owed=Owed(
            kind=CONCERN,
            about=cycle,
            title=_("Urgent response after dose {number}").format(number=cycle.number),
            reason=_(
                "The patient was reached after the dose and is not safe. The cycle stays open until a prescriber responds."
            ),
            address=reverse("integration", args=[cycle.pk]),
            act=_("Respond"),
            role=Role.PRESCRIBER,
            due_at=answer_by,
            escalate_at=answer_by,
            subject=patient.subject_ref,
            subject_name=str(patient),
            owner=people[0] if people else cycle.treatment.signed_by,
            fallback=people[1] if len(people) > 1 else None,
            urgent=True,
        ),
        site=site,
        by=by,
        at=at,
    )
    if task.owner is not None:
        _message_owner(task, task.owner, by, at)


def _message_owner(task: Task, owner: Person, by: Person, at: datetime) -> None:
    """A message on the owner's screen, without health text."""
    write_message(
        channel=Channel.SCREEN,
        person=owner,
        site=task.site,
        title=task.title,
        body=_("Please respond by {time}.").format(time=clock(task.site.local(task.due_at))),
        task=task,
        address=task.address,
        subject=task.subject,
        urgent=True,
        by=by,
        at=at,
    )


@recorded("care.integration.visit-written")
def write_visit(
    *,
    cycle: Cycle,
    experience: str,
    meaning: str,
    practices: str,
    coping: str = "",
    relations: str = "",
    observed: str = "",
    by: Person,
    at: datetime,
) -> IntegrationVisit:
    """Record the visit that points back to its dose, in the patient's words, by somebody competent for it today.

    Each line of `practices` becomes a practice that the patient follows by a link.
    """
    competent = may_act(
        by, INTEGRATING, at=at, site=cycle.treatment.patient.site, where=where_of(cycle.treatment)
    )
    if not competent.allowed:
        raise Refused(verdict=competent)
    if Cycle.objects.values_list("phase", flat=True).get(pk=cycle.pk) != Phase.INTEGRATING:
        raise Refused(_("The visit is recorded between sign-off of the session and closing of the cycle."))
    if not experience.strip():
        raise Refused(_("Describe what happened, in the patient's words."))
    visit = IntegrationVisit.objects.create(
        cycle=cycle,
        experience=experience.strip(),
        meaning=meaning.strip(),
        practices=practices.strip(),
        coping=coping.strip(),
        relations=relations.strip(),
        observed=observed.strip(),
        by=by,
        at=at,
    )
    agree_practices(patient=cycle.treatment.patient, cycle=cycle, text=practices, by=by, at=at)
    note(cycle=cycle.number)
    return visit


@recorded("care.integration.note-written")
def write_note(
    *, patient: Patient, cycle: Cycle | None, text: str, by: Person, at: datetime
) -> PsychotherapyNote:
    """Write a psychotherapy note: kept apart from the record, sealed, read by its author alone."""
    if not text.strip():
        raise Refused(_("Enter the note."))
    if cycle is not None and cycle.treatment.patient_id not in patient.records:
        raise Refused(_("This dose is of another patient."))
    written = PsychotherapyNote.objects.create(
        patient=patient, cycle=cycle, text_digest=digest_of({"text": text.strip()}), by=by, at=at
    )
    NoteText.objects.create(note=written, text=text.strip())
    note(target=written)
    return written


@recorded("care.integration.closed")
def close_cycle(*, cycle: Cycle, outcome: CycleOutcome, reason: str, by: Person, at: datetime) -> Cycle:
    """Close the cycle with its outcome; what is still due stands in the way.

    Complete and stopped early agree with what the session's log says was given. Lost needs a reason, and
    only after the window is over and was used.
    """
    found = after(cycle, at)
    if found is None:
        raise Refused(_("No dose was given in this cycle. Cancel it, with a reason."))
    reasons = (
        _lost_reasons(found, reason, at)
        if outcome == CycleOutcome.LOST
        else _done_reasons(found, outcome, reason)
    )
    if found.concern is not None:
        reasons.append(_("An urgent response is open. A prescriber responds before the cycle is closed."))
    if reasons:
        raise Refused(*reasons)
    moved = move_cycle(
        cycle=cycle, to=Phase.CLOSED, by=by, at=at, outcome=str(outcome), reason=reason.strip()[:300]
    )
    close_tasks_about(cycle, kind=CONTACT, outcome=str(outcome), by=by, at=at)
    note(outcome=str(outcome), cycle=cycle.number)
    return moved


def _lost_reasons(found: After, reason: str, at: datetime) -> list[str]:
    reasons = []
    if found.spoken_to or found.visits:
        reasons.append(_("The patient was reached after this dose, so the cycle is not lost."))
    if found.until is not None and at < found.until:
        local = found.cycle.treatment.patient.site.local(found.until)
        reasons.append(
            _("The follow-up window is open until {time}. Keep trying until then.").format(
                time=moment_words(local)
            )
        )
    if found.attempts < ATTEMPTS_BEFORE_LOST:
        reasons.append(
            ngettext(
                "{asked} attempts are required; {made} is recorded.",
                "{asked} attempts are required; {made} are recorded.",
                found.attempts,
            ).format(asked=ATTEMPTS_BEFORE_LOST, made=found.attempts)
        )
    if not reason.strip():
        reasons.append(_("Enter why the patient counts as lost and what was tried."))
    return reasons


def _done_reasons(found: After, outcome: CycleOutcome, reason: str) -> list[str]:
    """In an infusion clinic therapy is offered, not owed: what came of the offer is written instead of the visit."""
    optional = found.cycle.treatment.patient.site.programme == Programme.INFUSION_CLINIC
    reasons = []
    if not found.reached:
        reasons.append(_("The 24–72 h follow-up is still due. Complete it first."))
    if not found.visits and not optional:
        reasons.append(_("The integration visit is not recorded yet."))
    if not found.visits and optional and not reason.strip():
        reasons.append(_("No integration visit: write that it was offered, and what the patient said."))
    if found.stopped_early and outcome == CycleOutcome.COMPLETE:
        reasons.append(_("Less was given than ordered. Choose “dosing was stopped early”."))
    if not found.stopped_early and outcome == CycleOutcome.STOPPED_EARLY:
        reasons.append(_("The whole dose was given. Choose “complete”."))
    return reasons
