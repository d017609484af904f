"""Reads of the post-test: how a learner stands, what an attempt asks, what was answered, what to look at again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.academy.checks.models import AttemptAnswer, PostTestAttempt
from mooring.academy.checks.queries.corrections import corrections_of
from mooring.academy.checks.queries.marking import Explained, explained
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.models import Enrolment
from mooring.academy.learning.queries import delta_lessons_owed, progress_of
from mooring.content.course.answers import LearnerAnswer, draw, from_json
from mooring.content.course.items import Item, PostTestFile
from mooring.content.course.loader import CourseContent, Lesson
from mooring.content.course.schema import Objective
from mooring.sentences.times import full_day_words

SENT_AFTER_ACCESS = timedelta(days=7)
"""An attempt that was begun while the access was open may be sent for so long after its end.

A design default: no source fixes it.
"""


@dataclass(frozen=True)
class PostTestStatus:
    """How a learner stands with the post-test of a course."""

    enrolment: Enrolment
    test: PostTestFile
    attempts: tuple[PostTestAttempt, ...]
    """Oldest first."""
    missing: tuple[Lesson, ...]
    """Lessons that are to be done before the test is begun."""
    at: datetime

    @property
    def needed(self) -> int:
        """How many right answers pass."""
        return needed(self.test)

    @property
    def allowed(self) -> int:
        return self.test.attempts + self.enrolment.extra_attempts

    @property
    def left(self) -> int:
        return max(0, self.allowed - len(self.attempts))

    @property
    def open_attempt(self) -> PostTestAttempt | None:
        return next((each for each in self.attempts if each.sent_at is None), None)

    @property
    def sent(self) -> tuple[PostTestAttempt, ...]:
        return tuple(each for each in self.attempts if each.sent_at is not None)

    @property
    def passed_at(self) -> datetime | None:
        return min((each.passed_at for each in self.attempts if each.passed_at), default=None)

    @property
    def why_not(self) -> tuple[str, ...]:
        """Why no attempt can be begun now; empty when one can."""
        if self.passed_at:
            return (_("You have passed. There is nothing more to do here."),)
        if self.open_attempt:
            return (_("An attempt is already open. Continue where you left off."),)
        if not self.left:
            return (
                _(
                    "All {n} attempts are used. Ask the educator of your site: they see your attempts and can "
                    "give further ones."
                ).format(n=self.allowed),
            )
        return tuple(self._not_yet())

    def _not_yet(self) -> list[str]:
        reasons = []
        if not self.enrolment.is_open(self.at):
            reasons.append(
                _("Your access to this course has expired. Enrol again, or ask your educator to extend it.")
            )
        if self.enrolment.disclosures_seen_at is None:
            reasons.append(_("First read who made this course and what they disclosed."))
        if self.missing:
            reasons.append(
                ngettext(
                    "One lesson is still to be done: {names}.",
                    "{n} lessons are still to be done: {names}.",
                    len(self.missing),
                ).format(n=len(self.missing), names=_names(self.missing))
            )
        return reasons


def _names(lessons: tuple[Lesson, ...], shown: int = 3) -> str:
    titles = [each.head.title for each in lessons[:shown]]
    return ", ".join([*titles, *(["…"] if len(lessons) > shown else [])])


def needed(test: PostTestFile, asked: int | None = None) -> int:
    """The smallest number of right answers that passes."""
    asked = test.draw if asked is None else asked
    return next((n for n in range(asked + 1) if n >= test.pass_mark * asked - 1e-9), asked)


def post_test_status(enrolment: Enrolment, at: datetime) -> PostTestStatus:
    """How a learner stands at a moment."""
    progress = progress_of(enrolment)
    owed = set(delta_lessons_owed(enrolment, progress.done))
    missing = tuple(
        each
        for each in progress.course.lessons_in_order()
        if each.head.id not in progress.done or each.head.id in owed
    )
    attempts = enrolment.attempts.select_related("version__course").order_by("place")
    return PostTestStatus(enrolment, progress.course.post_test, tuple(attempts), missing, at)


def passed_on(enrolment: Enrolment) -> datetime | None:
    """When the post-test of an enrolment was passed first."""
    passed = enrolment.attempts.filter(passed_at__isnull=False).order_by("passed_at")
    return passed.values_list("passed_at", flat=True).first()


def may_be_sent_until(attempt: PostTestAttempt) -> datetime:
    """The last moment at which an attempt is taken."""
    return attempt.enrolment.access_until + SENT_AFTER_ACCESS


def too_late(attempt: PostTestAttempt) -> str:
    """What somebody is told whose attempt cannot be sent any more; their answers stay."""
    over = full_day_words(attempt.enrolment.access_until)
    return _(
        "Your access to this course expired on {day}, and the {n} days after it in which an attempt can still be "
        "sent have passed. Your answers are saved. Ask the educator at your site to extend your access, then continue."
    ).format(day=over, n=SENT_AFTER_ACCESS.days)


def questions_of(attempt: PostTestAttempt) -> tuple[Item, ...]:
    """What an attempt asks, in its order: the same draw whenever it is looked at."""
    return draw(parsed(attempt.version).post_test, seed=attempt.seed)


def answers_of(attempt: PostTestAttempt) -> dict[str, AttemptAnswer]:
    """The answers of an attempt by item, drafts too."""
    return {each.item: each for each in attempt.answers.all()}


@dataclass(frozen=True)
class Marked:
    """One question of an attempt that was sent: how it was answered, and why what is right is right."""

    place: int
    item: Item
    given: LearnerAnswer | None
    explained: Explained | None
    right: bool
    corrected: str
    """The reason of the correction of the key by which it counts as right, or nothing."""
    objective: Objective


@dataclass(frozen=True)
class PostTestResult:
    """An attempt that was sent, exactly as it was taken."""

    attempt: PostTestAttempt
    questions: tuple[Marked, ...]
    again: tuple[tuple[Objective, tuple[Lesson, ...]], ...]
    """Objectives with a wrong answer, each with the lessons that teach it."""

    @property
    def needed(self) -> int:
        return needed(parsed(self.attempt.version).post_test, self.attempt.asked)


def result_of(attempt: PostTestAttempt) -> PostTestResult:
    """An attempt talked through."""
    course, stored = parsed(attempt.version), answers_of(attempt)
    made = corrections_of(attempt.version.course)
    marked = []
    for place, item in enumerate(questions_of(attempt), 1):
        answer = stored.get(item.id)
        reason = ""
        if answer is not None and not answer.right:
            by = [
                each
                for each in made.of((item.id, answer.digest))
                if not each.accepts or answer.given in each.accepts
            ]
            reason = by[0].reason if by else ""
        given = from_json(item, answer.given) if answer else None
        talked = explained(course, item, given) if given is not None else None
        right = bool(answer and (answer.right or reason))
        marked.append(Marked(place, item, given, talked, right, reason, course.objectives[item.objective]))
    return PostTestResult(attempt, tuple(marked), _again(course, marked))


def _again(course: CourseContent, marked: list[Marked]) -> tuple[tuple[Objective, tuple[Lesson, ...]], ...]:
    wrong = {each.objective.id for each in marked if not each.right}
    return tuple(
        (
            objective,
            tuple(each for each in course.lessons_in_order() if objective.id in each.head.objectives),
        )
        for objective in course.objectives.values()
        if objective.id in wrong
    )


def unanswered(attempt: PostTestAttempt, stored: Mapping[str, AttemptAnswer]) -> list[tuple[int, Item]]:
    """The questions without an answer, each with its place."""
    return [(place, item) for place, item in enumerate(questions_of(attempt), 1) if item.id not in stored]
