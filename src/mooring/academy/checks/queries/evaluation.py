"""Reads of evaluations: what is asked, whether it can be sent, and what many answered together."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from mooring.academy.checks.models import EvaluationAnswers, EvaluationSent
from mooring.academy.checks.queries.post_test import passed_on
from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.models import Enrolment
from mooring.content.course.answers import shuffled
from mooring.content.course.loader import CourseContent
from mooring.content.course.schema import AnswerKind, ContributorRole, EvaluationQuestion, Repetition

SHOWN_FROM = 5
"""So many evaluations before anything of them is shown, so that no one is known by an answer.

A design default: no source fixes it for courses.
"""


@dataclass(frozen=True)
class Put:
    """A question as it is put: once, or for one objective or one person. `key` names its answer."""

    key: str
    question: EvaluationQuestion
    text: str
    about: str = ""
    """The objective or the person, where the question is put for each."""

    @property
    def options(self) -> tuple[str, ...]:
        return self.question.options


def questions_put(course: CourseContent) -> tuple[Put, ...]:
    """Every question of a version's evaluation, those for objectives and faculty put for each of them."""
    put: list[Put] = []
    for question in course.evaluation.questions:
        if question.asked is Repetition.PER_OBJECTIVE:
            for objective in course.objectives.values():
                text = question.text.replace("{objective}", objective.text)
                put.append(Put(f"{question.id}/{objective.id}", question, text, objective.text))
        elif question.asked is Repetition.PER_FACULTY:
            for person in course.about.people:
                if ContributorRole.FACULTY in person.roles:
                    text = question.text.replace("{person}", person.name)
                    put.append(Put(f"{question.id}/{person.id}", question, text, person.name))
        else:
            put.append(Put(question.id, question, question.text))
    return tuple(put)


def sent_by(enrolment: Enrolment) -> EvaluationSent | None:
    """That the evaluation of an enrolment was sent, if it was."""
    return EvaluationSent.objects.filter(enrolment=enrolment).first()


def why_not(enrolment: Enrolment) -> tuple[str, ...]:
    """Why the evaluation cannot be sent now; empty when it can. It stays open when the access is over."""
    if sent_by(enrolment) is not None:
        return (_("Your evaluation was sent. It is anonymous, so it cannot be opened again."),)
    if passed_on(enrolment) is None:
        return (
            _(
                "The evaluation is sent after the post-test is passed. Your answers here stay as you typed them."
            ),
        )
    return ()


@dataclass(frozen=True)
class Counted:
    """How one question was answered by all together."""

    put: Put
    n: int
    options: tuple[tuple[str, int, float], ...] = ()
    """Label, how many, and their share, in the order of the form."""
    mean: float | None = None
    """Of a scale, from 1 for its lowest label."""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """A question with all it was put for."""

    counted: tuple[Counted, ...]

    @property
    def question(self) -> EvaluationQuestion:
        return self.counted[0].put.question

    @property
    def title(self) -> str:
        return self.question.text.replace("{objective}", "…").replace("{person}", "…")

    @property
    def of_many(self) -> bool:
        return self.question.asked is not Repetition.ONCE

    @property
    def options(self) -> tuple[str, ...]:
        return self.question.options

    @property
    def is_scale(self) -> bool:
        return self.question.kind is AnswerKind.SCALE

    @property
    def n(self) -> int:
        """Of how many people at least one answer is counted."""
        return max(each.n for each in self.counted)


@dataclass(frozen=True)
class Aggregate:
    """The evaluations of a version together; without answers while there are fewer than `SHOWN_FROM`."""

    version: CourseVersion
    n: int
    counted: tuple[Counted, ...]

    @property
    def hidden(self) -> bool:
        return self.n < SHOWN_FROM

    @property
    def groups(self) -> tuple[Group, ...]:
        """The answers by question, in the order of the form."""
        by_question = groupby(self.counted, key=lambda each: each.put.question.id)
        return tuple(Group(tuple(each)) for _question, each in by_question)


def aggregate_of(version: CourseVersion) -> Aggregate:
    """What everybody answered about a version. Free texts stand in an order that says nothing."""
    n = EvaluationAnswers.objects.filter(version=version).count()
    if n < SHOWN_FROM:
        return Aggregate(version, n, ())
    given = list(EvaluationAnswers.objects.filter(version=version).values_list("given", flat=True))
    return Aggregate(version, n, tuple(_counted(each, given) for each in questions_put(parsed(version))))


def _counted(put: Put, given: Iterable[Mapping[str, str]]) -> Counted:
    said = [each[put.key] for each in given if each.get(put.key)]
    if put.question.kind is AnswerKind.TEXT:
        return Counted(put, len(said), words=shuffled(said, seed=put.key))
    counts, n = Counter(said), len(said)
    options = tuple((label, counts[label], counts[label] / n if n else 0.0) for label in put.options)
    places = [put.options.index(each) + 1 for each in said if each in put.options]
    is_scale = put.question.kind is AnswerKind.SCALE and bool(places)
    return Counted(put, n, options, sum(places) / len(places) if is_scale else None)
