"""Where everything of a course stands: the file of every id, and the line in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from mooring.content.course import items
from mooring.content.course.loader import CourseContent, CourseProblem, Embedded


def all_ids(course: CourseContent) -> dict[str, str]:
    """Every id of a course with its file. An id that is used twice keeps its first file; the lint reports it."""
    return dict(reversed(list(every_id(course))))


def every_id(course: CourseContent) -> Iterator[tuple[str, str]]:
    """Every id with its file, as often as it is used."""
    yield course.about.id, "course.yaml"
    yield from course.files.items()
    for module in course.modules.values():
        file = course.files[module.id]
        yield from ((objective.id, file) for objective in module.objectives)
        yield from ((outline.id, file) for outline in module.outlined)
    for check in course.checks.values():
        yield from ((item.id, course.files[check.id]) for item in check.items)
    yield course.post_test.id, "post-test.yaml"
    yield from ((item.id, "post-test.yaml") for item in course.post_test.items)
    yield from ((medium, "media.yaml") for medium in course.media)
    yield from ((offering.id, "accreditation/offerings.yaml") for offering in course.accreditation.offerings)
    yield course.evaluation.id, "evaluation.yaml"
    yield from ((question.id, "evaluation.yaml") for question in course.evaluation.questions)


def all_items(course: CourseContent) -> Iterator[items.Item]:
    """Every question, of checks and post-test."""
    yield from course.check_items()
    yield from course.post_test.items


PLACES: Mapping[str, str] = MappingProxyType(
    {
        "predict": "p-",
        "figure": "h-f-",
        "explorable": "x-",
        "case": "h-case-",
        "question": "q-",
        "interview": "i-",
        "media": "m-",
        "check": "h-",
    }
)
"""What stands before the id of an embed, by its kind, where its place in the page of a lesson is named."""


def place_of(part: Embedded) -> str:
    """The place of an embed in the page of its lesson: what an address names behind its #."""
    return f"{PLACES[part.kind]}{part.ref}"


def line_of(course: CourseContent, file: str, mark: str) -> int:
    """The first line of a file that holds `mark` as a word of its own; 0 when there is none."""
    path = course.folder / file
    if not mark or not path.is_file():
        return 0
    word = re.compile(rf"(?<![\w.-]){re.escape(mark)}(?![\w-])")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if word.search(line):
            return number
    return 0


def problem(course: CourseContent, file: str, mark: str, message: str) -> CourseProblem:
    """A problem at the line of `mark` in a file."""
    return CourseProblem(file, line_of(course, file, mark), message)
