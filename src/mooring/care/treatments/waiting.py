"""A patient in care whose next step is nobody's task: the clock makes it one.

Each room makes tasks of what it owes. Between the rooms stand states in which none of them owes anything: questions
that were not answered, a decision to wait, an eligible patient without consent or plan, a plan that is not signed, a
treatment whose last dose is closed. Whoever stands there long enough is forgotten. `look_after_patients` finds them,
makes the next step a task of whoever takes it (on the page `desk/next_page.py`), and closes it when the step was taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.audit.recording import CLOCK, reference
from mooring.care.consents.queries import current_consent
from mooring.care.patients.models import Patient
from mooring.care.patients.queries import team_of
from mooring.care.referrals.queries import answered_by
from mooring.care.screening.models import Decision, Screening, ScreeningState
from mooring.care.screening.queries import GOING_ON, shown_screening_of, where_of_screening
from mooring.care.treatments.models import Treatment, TreatmentState
from mooring.care.treatments.record import current_treatment_of
from mooring.identity.models import Person
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import policy_in_force
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.sentences.times import day_words
from mooring.work.actions import Owed, close_task, make_task
from mooring.work.chores import each_alone
from mooring.work.models import Task, TaskLink, TaskState
from mooring.work.queries import open_tasks_about, open_tasks_in

PREFIX = "next-"
"""The kind of every task that this module makes starts with it."""
NO_ANSWER_AFTER, LOOK_AGAIN_AFTER = timedelta(days=3), timedelta(days=14)
TOLD_WITHIN = timedelta(days=30)
"""Design defaults: how long questions may lie unanswered, and a decision to wait, until somebody is asked."""
RESTS = {
    "told": gettext_lazy("The patient was told, and nothing follows"),
    "does-not-continue": gettext_lazy("The patient does not want to continue"),
    "not-reached": gettext_lazy("The patient could not be reached"),
    "elsewhere": gettext_lazy("The patient is treated elsewhere"),
}
"""Outcomes of such a task after which nothing is next, until the patient is screened or planned for again."""


@dataclass(frozen=True)
class Step:
    """What a patient waits for, and who takes it."""

    kind: str
    title: str
    reason: str
    role: Role


def step_of(patient: Patient, at: datetime) -> Step | None:
    """The step that a patient waits for and no room has made a task of; None where somebody has it, or none is next."""
    screening, current = shown_screening_of(patient), current_treatment_of(patient)
    moved_at = max(filter(None, _moments(patient, screening, current[0] if current else None)))
    rested = Task.objects.filter(subject__in=patient.subject_refs, kind__startswith=PREFIX, outcome__in=RESTS)
    if rested.filter(closed_at__gte=moved_at).exists():
        return None
    if current is not None:
        treatment = current[0]
        over = treatment.state == TreatmentState.ENDED and treatment.ended_at is not None
        if not over or screening is None or screening.sent_at < treatment.ended_at:  # type: ignore[operator]
            return _step_in_treatment(patient, treatment)
    return _step_before_treatment(patient, screening, at)


def _moments(
    patient: Patient, screening: Screening | None, treatment: Treatment | None
) -> Iterator[datetime | None]:
    yield patient.since
    if screening is not None:
        yield from (screening.sent_at, screening.answered_at, screening.decided_at)
    if treatment is not None:
        yield from (treatment.made_at, treatment.signed_at)


def _step_in_treatment(patient: Patient, treatment: Treatment) -> Step | None:
    if treatment.state == TreatmentState.DRAFT:
        reason = _("The treatment plan is drafted and not signed. No dose is prepared until it is.")
        return Step("next-sign", _("Sign the treatment plan"), reason, Role.PRESCRIBER)
    if treatment.state == TreatmentState.SIGNED and not _somebody_has(patient):
        reason = _("No dose is planned or due, and the treatment has not ended.")
        return Step("next-follow", _("Decide what follows"), reason, Role.PRESCRIBER)
    return None


def _somebody_has(patient: Patient) -> bool:
    return open_tasks_in(patient.subject_refs).exclude(kind__startswith=PREFIX).exists()


def _step_before_treatment(patient: Patient, screening: Screening | None, at: datetime) -> Step | None:
    if screening is None:
        if open_tasks_about(patient, "screening-send").exists():
            return None
        reason = _("The patient was admitted, and no screening is sent or answered.")
        return Step("next-screening", _("Send the screening"), reason, Role.COORDINATOR)
    if screening.state == ScreeningState.SENT:
        return _step_of_the_unanswered(screening, at)
    if screening.decision in GOING_ON:
        return _step_of_the_eligible(patient, screening, at)
    if screening.decision == Decision.NOT_ELIGIBLE:
        return _step_of_the_refused(patient, screening, at)
    if screening.decision != Decision.WAIT or at < (screening.decided_at or at) + LOOK_AGAIN_AFTER:
        return None
    reason = _("The decision was to wait. See whether what it waits for has come.")
    return Step("next-wait", _("Look again at the screening"), reason, Role.PRESCRIBER)


def _step_of_the_unanswered(screening: Screening, at: datetime) -> Step | None:
    """Counted from the newest link, or from the last answer that the patient saved."""
    links = TaskLink.objects.filter(about=reference(screening)).order_by("-made_at")
    moments = (screening.sent_at, screening.draft_saved_at, links.values_list("made_at", flat=True).first())
    since = max(moment for moment in moments if moment is not None)
    if at < since + NO_ANSWER_AFTER:
        return None
    reason = _("Not answered since {day}. Call the patient, or send the link again.").format(
        day=day_words(screening.patient.site.today(since))
    )
    return Step("next-answer", _("No answer to the screening"), reason, Role.COORDINATOR)


def _step_of_the_refused(patient: Patient, screening: Screening, at: datetime) -> Step | None:
    """Someone tells the patient. Of a decision of long ago nobody begins to ask; what is asked already stays."""
    new = at < (screening.decided_at or at) + TOLD_WITHIN
    if not new and not open_tasks_about(patient, "next-tell").exists():
        return None
    reason = _(
        "Not eligible. What the patient is told, and what else there is, stands on the screening's page."
    )
    return Step("next-tell", _("Tell the patient the decision"), reason, Role.COORDINATOR)


def _step_of_the_eligible(patient: Patient, screening: Screening, at: datetime) -> Step | None:
    try:
        pack = pack_in_force(patient.site)
    except Refused:
        return None  # the first page of the site's director says that its pack is missing
    wanted = current_consent(patient, pack, on=patient.site.today(at), where=where_of_screening(screening))
    if not wanted.current:
        reason = _("The patient is eligible, and consent is not signed yet.")
        return Step("next-consent", _("Take the consent"), reason, Role.COORDINATOR)
    reason = _("The patient is eligible, and consent is signed.")
    return Step("next-plan", _("Draft the treatment plan"), reason, Role.PRESCRIBER)


def _may_wait(at: datetime) -> Iterator[Patient]:
    """Patients who may stand still, and those who have a task here: the clock reads no closed history each time.

    Left out in the database are a running treatment of which something is owed, a treatment that ended without a newer
    screening, an old refusal, and whoever was put aside since the newest screening.
    """
    name = Concat(Value(f"{Patient._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()))
    tasks = Task.objects.filter(subject=name)
    ours, still = tasks.filter(kind__startswith=PREFIX), Q(state=TaskState.OPEN)
    aside = ours.filter(outcome__in=RESTS).order_by("-closed_at")
    found = _with_history(Patient.objects.filter(merged_into__isnull=True))
    found = found.annotate(aside_at=Subquery(aside.values("closed_at")[:1]))
    put_aside = Q(aside_at__gte=F("sent_at")) & (Q(decided_at=None) | Q(aside_at__gte=F("decided_at")))
    refused = Q(decision=Decision.NOT_ELIGIBLE, decided_at__lte=at - TOLD_WITHIN)
    history = Q(ended_at__gte=F("sent_at")) | refused | put_aside
    # A `Case`, because a comparison with a moment that is missing is neither true nor false.
    over = Case(When(Q(treated=False, drafted=False) & history, then=Value(True)), default=Value(False))
    owed = Exists(tasks.filter(still).exclude(kind__startswith=PREFIX))
    waits = Q(over=False) & (Q(treated=False) | ~owed)
    merged = Exists(Patient.objects.filter(merged_into=OuterRef("pk")))  # few; both records are read for them
    found = found.annotate(over=over).filter(Exists(ours.filter(still)) | merged | waits)
    yield from found.select_related("person", "site").order_by("pk")


def _with_history(patients: "QuerySet[Patient]") -> "QuerySet[Patient]":
    """Each with its newest screening, the end of its newest treatment, and whether one is drafted or signed."""
    treatments = Treatment.objects.filter(patient=OuterRef("pk"))
    ended = treatments.filter(state=TreatmentState.ENDED).order_by("-ended_at")
    screenings = Screening.objects.filter(patient=OuterRef("pk")).exclude(state=ScreeningState.WITHDRAWN)
    newest = screenings.order_by("-sent_at", "-pk")
    return patients.annotate(
        ended_at=Subquery(ended.values("ended_at")[:1]),
        sent_at=Subquery(newest.values("sent_at")[:1]),
        decided_at=Subquery(newest.values("decided_at")[:1]),
        decision=Subquery(newest.values("decision")[:1]),
        drafted=Exists(treatments.filter(state=TreatmentState.DRAFT)),
        treated=Exists(treatments.filter(state=TreatmentState.SIGNED)),
    )


def look_after_patients(*, at: datetime) -> int:
    """Make and close the tasks of all who stand still; how many changed."""
    return each_alone("next-steps", _may_wait(at), lambda patient: _look_after(patient, at), at=at)


def _look_after(patient: Patient, at: datetime) -> bool:
    step = step_of(patient, at)
    standing = list(open_tasks_in(patient.subject_refs).filter(kind__startswith=PREFIX))
    taken = [task for task in standing if step is None or task.kind != step.kind]
    for task in taken:
        close_task(task=task, outcome="done", by=CLOCK, at=at)
    if step is None or len(standing) > len(taken):
        return bool(taken)
    make_task(owed=_owed(patient, step, at), site=patient.site, by=CLOCK, at=at)
    return True


def _owed(patient: Patient, step: Step, at: datetime) -> Owed:
    due = answered_by(patient.site, at, policy_in_force(patient.site, at).answer_interest_hours)
    return Owed(
        kind=step.kind,
        about=patient,
        subject_name=str(patient),
        title=step.title,
        reason=step.reason,
        address=reverse("next-step", args=[patient.pk]),
        act=_("Open the next step"),
        role=step.role,
        owner=_of_the_team(patient, step.role),
        due_at=due,
        escalate_at=due,
    )


def _of_the_team(patient: Patient, role: Role) -> Person | None:
    return next((member.person for member in team_of(patient) if member.role == role), None)
