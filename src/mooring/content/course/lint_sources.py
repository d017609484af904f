"""What a course says of its sources: every citation known, labels current, the literature searched this year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import chain
from typing import Protocol

from mooring.content.course.loader import CourseContent, CourseProblem
from mooring.content.course.places import all_ids, all_items, line_of, problem
from mooring.content.course.practice import ExplorableFile, FigureFile
from mooring.content.course.predictions import PredictionFile

SWEPT_WITHIN = timedelta(days=365)
"""A literature search older than this is warned about. Design default."""


class Citable(Protocol):
    """The part of a bibliography record that the lint looks at."""

    @property
    def doi(self) -> str | None: ...
    @property
    def pmid(self) -> str | None: ...
    @property
    def pmcid(self) -> str | None: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def supersedes(self) -> str: ...


WITHOUT_NUMBER = frozenset(
    {"label", "guideline", "regulation", "law", "book", "web", "secondary", "instrument"}
)
"""Kinds of reference that have neither DOI nor PMID by their nature."""


def citation_problems(course: CourseContent, references: Mapping[str, Citable]) -> Iterator[CourseProblem]:
    """Citations that no bibliography knows, and lessons that cite nothing."""
    for file, line, key in every_citation(course):
        record = references.get(key)
        if record is None:
            yield CourseProblem(file, line, f"reference {key} is not in the bibliography")
        elif not (record.doi or record.pmid or record.pmcid or record.kind in WITHOUT_NUMBER):
            yield CourseProblem(file, line, f"reference {key} has neither DOI nor PMID nor PMCID")
    for lesson in course.lessons.values():
        if not lesson.cited:
            yield CourseProblem(lesson.file, 0, "makes claims and cites nothing")


def superseded_advice(course: CourseContent, references: Mapping[str, Citable]) -> Iterator[CourseProblem]:
    """Advice where an edition is cited that a newer one replaces: a label changes under the lessons that rest on it."""
    newer = {record.supersedes: key for key, record in references.items() if record.supersedes}
    for file, line, key in every_citation(course):
        if key in newer:
            yield CourseProblem(file, line, f"{key} is superseded by {newer[key]}; read that one and cite it")


def every_citation(course: CourseContent) -> Iterator[tuple[str, int, str]]:
    for lesson in course.lessons.values():
        yield from ((lesson.file, cited.line, cited.key) for cited in lesson.cited)
    homes = all_ids(course)
    for item in all_items(course):
        keys = chain(item.cite, *(option.cite for option in getattr(item, "options", {}).values()))
        yield from ((homes[item.id], line_of(course, homes[item.id], item.id), key) for key in keys)
    for case in course.cases.values():
        choices = (choice for node in case.nodes.values() for choice in node.choices.values())
        keys = chain(case.cite, *(one.cite for one in choices))
        yield from ((homes[case.id], line_of(course, homes[case.id], key), key) for key in keys)
    shown: list[ExplorableFile | FigureFile | PredictionFile] = [
        *course.explorables.values(),
        *course.figures.values(),
        *course.predictions.values(),
    ]
    for explorable in shown:
        file = homes[explorable.id]
        yield from ((file, line_of(course, file, key), key) for key in explorable.cite)


def sweep_advice(course: CourseContent, day: date) -> Iterator[CourseProblem]:
    """Advice when nobody says to when the literature was searched, or when that is over a year ago."""
    sweep = course.about.literature_sweep
    if sweep is None:
        yield CourseProblem(
            "course.yaml", 0, "does not say to when the literature was searched (literature_sweep)"
        )
    elif day - sweep.through > SWEPT_WITHIN:
        yield problem(
            course,
            "course.yaml",
            "literature_sweep",
            f"the literature was searched to {sweep.through}, over a year ago",
        )
