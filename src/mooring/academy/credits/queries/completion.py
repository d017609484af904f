"""The completion record: what a learner did, what is still missing, what may be claimed, and why not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.academy.checks.queries.evaluation import sent_by
from mooring.academy.checks.queries.post_test import passed_on
from mooring.academy.credits.models import Certificate, Claim
from mooring.academy.credits.queries.offerings import Offered, day_of, offerings_on
from mooring.academy.events.queries import attended_event_of
from mooring.academy.learning.models import Enrolment
from mooring.academy.learning.queries import delta_lessons_owed, go_on_with, progress_of
from mooring.rules.credit import offering_problems


@dataclass(frozen=True)
class CompletionStep:
    """One thing that the certificate asks for. `at` is when it was met, `says` how it stands.

    `address` is the learner's page where it is done.
    """

    key: str
    name: str
    done: bool
    says: str
    at: datetime | None = None
    address: str = ""


@dataclass(frozen=True)
class Claimable:
    """One offering for one learner: what stands in the way, or the certificate that answers.

    `missing` says which steps are not done yet, `late` that they were done while it was not offered.
    """

    offered: Offered
    completed_at: datetime | None
    missing: tuple[str, ...]
    late: tuple[str, ...]
    certificate: Certificate | None
    earlier: tuple[Certificate, ...] = ()

    @property
    def why_not(self) -> tuple[str, ...]:
        """Everything that stands in the way, in sentences."""
        return (*self.offered.why_closed, *self.missing, *self.late)

    @property
    def may_be_claimed(self) -> bool:
        return not self.why_not and self.certificate is None


@dataclass(frozen=True)
class CompletionRecord:
    """Everything that explains a certificate, or its absence."""

    enrolment: Enrolment
    steps: tuple[CompletionStep, ...]
    claimables: tuple[Claimable, ...]
    claims: tuple[Claim, ...]

    @property
    def missing(self) -> tuple[CompletionStep, ...]:
        return tuple(step for step in self.steps if not step.done)

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def claimed(self) -> tuple[tuple[str, Claim], ...]:
        """Every claim with the title of its offering; its id, when the version does not hold it any more."""
        titles = {each.offered.offering.id: each.offered.offering.title for each in self.claimables}
        return tuple((titles.get(claim.offering, claim.offering), claim) for claim in self.claims)


def completion_record(enrolment: Enrolment, *, at: datetime) -> CompletionRecord:
    """How an enrolment stands at a moment, from the facts alone."""
    steps = steps_of(enrolment)
    if not enrolment.is_open(at):  # what is closed is not offered; the overview says what stays
        steps = tuple(replace(step, address=_address("overview", enrolment)) for step in steps)
    issued = list(
        Certificate.objects.filter(learner_id=enrolment.learner_id, course_id=enrolment.course_id)
        .select_related("claim", "snapshot")
        .order_by("-issued_at", "-pk")
    )
    on = day_of(enrolment.learner, at)
    offered = offerings_on(enrolment.version, on)
    return CompletionRecord(
        enrolment=enrolment,
        steps=steps,
        claimables=tuple(_claimable(enrolment, each, steps, issued) for each in offered),
        claims=tuple(enrolment.claims.order_by("claimed_at", "pk")),
    )


def _claimable(
    enrolment: Enrolment, offered: Offered, steps: Iterable[CompletionStep], issued: list[Certificate]
) -> Claimable:
    offering = offered.offering
    asked = [step for step in steps if offering.evaluation_required or step.key != "evaluation"]
    mine = [each for each in issued if each.offering == offering.id and each.cycle == offering.valid_from]
    live = next((each for each in mine if each.valid), None)
    missing = tuple(step.says for step in asked if not step.done)
    completed_at = None if missing else max((step.at for step in asked if step.at), default=None)
    late = (
        offering_problems(offering, day_of(enrolment.learner, completed_at))
        if completed_at and offered.is_open
        else ()
    )
    too_early = (_("The course was not completed while this was offered."),) if late else ()
    return Claimable(
        offered=offered,
        completed_at=completed_at,
        missing=missing,
        late=too_early,
        certificate=live,
        earlier=tuple(each for each in mine if each != live),
    )


def post_test_passed(enrolment: Enrolment) -> datetime | None:
    """When the post-test was passed first."""
    return passed_on(enrolment)


def evaluation_done(enrolment: Enrolment) -> datetime | None:
    """When the evaluation was sent."""
    sent = sent_by(enrolment)
    return sent.at if sent else None


def steps_of(enrolment: Enrolment) -> tuple[CompletionStep, ...]:
    """What every certificate of the course asks for, in the order in which it is done."""
    steps = (_disclosures(enrolment), _lessons(enrolment), _post_test(enrolment), _evaluation(enrolment))
    return (*_attendance(enrolment), *steps)


def _attendance(enrolment: Enrolment) -> tuple[CompletionStep, ...]:
    """For the activity of a live event: that the learner was there."""
    live, attended = attended_event_of(enrolment.learner, enrolment.course_id)
    if not live:
        return ()
    says = _("Attended.") if attended else _("Attendance of the live event is not recorded.")
    step = CompletionStep(
        "attendance", _("Live event"), attended is not None, says, attended, reverse("speaker-events")
    )
    return (step,)


def _disclosures(enrolment: Enrolment) -> CompletionStep:
    seen = enrolment.disclosures_seen_at
    says = _("Seen before the first lesson.") if seen else _("Read who made the course first.")
    return CompletionStep(
        "disclosures", _("Disclosures"), seen is not None, says, seen, _address("disclosures", enrolment)
    )


def _lessons(enrolment: Enrolment) -> CompletionStep:
    progress = progress_of(enrolment)
    owed = delta_lessons_owed(enrolment, progress.done)
    done = progress.complete and not owed
    total = len(progress.course.lessons)
    if done:
        says = _("All {total} lessons are done.").format(total=total)
    else:
        says = _("{done} of {total} lessons are done.").format(done=progress.lessons_done, total=total)
    last = enrolment.lessons_done.aggregate(last=Max("at"))["last"]
    next_one = go_on_with(enrolment, progress, owed)
    address = (
        reverse("lesson", args=[enrolment.pk, next_one.head.id])
        if next_one
        else _address("overview", enrolment)
    )
    return CompletionStep("lessons", _("Lessons"), done, says, last if done else None, address)


def _post_test(enrolment: Enrolment) -> CompletionStep:
    passed = post_test_passed(enrolment)
    says = _("Passed.") if passed else _("The post-test is not passed yet.")
    return CompletionStep(
        "post-test", _("Post-test"), passed is not None, says, passed, _address("post-test", enrolment)
    )


def _evaluation(enrolment: Enrolment) -> CompletionStep:
    sent = evaluation_done(enrolment)
    says = _("Sent.") if sent else _("The evaluation is not sent yet.")
    return CompletionStep(
        "evaluation", _("Evaluation"), sent is not None, says, sent, _address("evaluation", enrolment)
    )


def _address(name: str, enrolment: Enrolment) -> str:
    return reverse(name, args=[enrolment.pk])
