"""A run through a branching case, walked along its stored steps."""

from dataclasses import dataclass

from django.db.models import QuerySet

from mooring.academy.checks.models import CaseRun, CaseStep
from mooring.academy.checks.queries.marking import references
from mooring.academy.learning.models import Enrolment
from mooring.content.course.practice import CaseChoice, CaseFile, Judgement, Node
from mooring.references.bibliography import Reference

JUDGED = {Judgement.SOUND: "passed", Judgement.DEFENSIBLE: "caution", Judgement.UNSAFE: "refused"}
"""The mark of each judgement, as the pages know it."""


@dataclass(frozen=True)
class Stop:
    """One node that was visited, and what was chosen there."""

    node: Node
    choice: CaseChoice

    @property
    def mark(self) -> str:
        return JUDGED[self.choice.judgement]

    @property
    def sources(self) -> tuple[Reference, ...]:
        return references(self.choice.cite)

    @property
    def others(self) -> tuple[CaseChoice, ...]:
        """What could have been chosen instead."""
        return tuple(each for each in self.node.choices.values() if each != self.choice)


@dataclass(frozen=True)
class Walk:
    """The path so far, and the node where it stands."""

    stops: tuple[Stop, ...]
    here_id: str
    here: Node

    @property
    def ended(self) -> bool:
        return not self.here.choices


def walk(case: CaseFile, steps: list[CaseStep]) -> Walk:
    """The case along these steps, in their order."""
    stops, here = [], case.start
    for step in steps:
        choice = case.nodes[step.node].choices[step.choice]
        stops.append(Stop(case.nodes[step.node], choice))
        here = choice.to
    return Walk(tuple(stops), here, case.nodes[here])


def open_run(enrolment: Enrolment, case_id: str) -> CaseRun | None:
    """The run that the learner is in the middle of, if any."""
    return _runs(enrolment, case_id).filter(ended_at__isnull=True).first()


def last_run(enrolment: Enrolment, case_id: str) -> CaseRun | None:
    """The newest run that came to an end, if any."""
    return _runs(enrolment, case_id).filter(ended_at__isnull=False).order_by("-ended_at", "-pk").first()


def _runs(enrolment: Enrolment, case_id: str) -> "QuerySet[CaseRun]":
    return CaseRun.objects.filter(enrolment=enrolment, case=case_id).select_related("version")


def cases_ended(enrolment: Enrolment) -> frozenset[str]:
    """Ids of the cases that the learner took to an end."""
    ended = CaseRun.objects.filter(enrolment=enrolment, ended_at__isnull=False)
    return frozenset(ended.values_list("case", flat=True))
