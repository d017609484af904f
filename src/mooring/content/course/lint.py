"""What a readable course still lacks before it may be published.

`lint_course` walks a loaded course and answers findings with file and line. `problem` blocks publication,
`advice` does not. Nothing here reads a clock: the day is passed in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Protocol

import webvtt

from mooring.content.course import items
from mooring.content.course.credit import QUARTER_HOUR_MINUTES, credit_of
from mooring.content.course.loader import CourseContent, CourseProblem, Lesson
from mooring.content.course.schema import CreditType, MediaKind, Medium
from mooring.content.course.text import count_words, reading_grade

ITEMS_PER_CREDIT_HOUR = 6
"""Post-test questions per hour of credit; the lower end of what is advised for home study (6-8)."""

WORDS_PER_MINUTE = (35, 260)
"""Plausible words a minute of declared time, checks, explorables and cases included. No source."""

PATIENT_DATA = {
    "a date of birth": re.compile(r"\b(?:DOB|date of birth|born on)\b\W{0,3}\d", re.IGNORECASE),
    "a record number": re.compile(r"\b(?:MRN|NHS (?:no|number)|SSN|record number)\b\W{0,3}\d", re.IGNORECASE),
    "a social security number": re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
    "an e-mail address": re.compile(r"\b[\w.+-]+@(?!example\.)[\w-]+\.[a-z]{2,}\b", re.IGNORECASE),
    "a telephone number": re.compile(r"(?<![\d.])\+?\d{1,3}[ -]\(?\d{3}\)?[ -]\d{3}[ -]\d{4}\b"),
}

ACTIVE_SVG = re.compile(
    rb"<script|<foreignObject|\son\w+\s*=|javascript:|href\s*=\s*[\"']\s*(?!#)", re.IGNORECASE
)
"""What an SVG picture never needs: scripts, event handlers, foreign markup, links to anywhere else."""


MEDIA_FILES = {
    MediaKind.IMAGE: (".svg", ".png", ".jpg", ".webp"),
    MediaKind.AUDIO: (".mp3", ".m4a", ".ogg"),
    MediaKind.VIDEO: (".mp4", ".webm"),
}
"""What browsers show as what it is called; a page dressed as a picture is none of them."""


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


WITHOUT_NUMBER = frozenset(
    {"label", "guideline", "regulation", "law", "book", "web", "secondary", "instrument"}
)
"""Kinds of reference that have neither DOI nor PMID by their nature."""


@dataclass(frozen=True, order=True)
class LintReport:
    """Everything found: problems block publication, advice does not."""

    problems: tuple[CourseProblem, ...]
    advice: tuple[CourseProblem, ...]

    @property
    def publishable(self) -> bool:
        """True when nothing blocks publication."""
        return not self.problems


def lint_course(
    course: CourseContent,
    *,
    references: Mapping[str, Citable],
    day: date,
    previous: CourseContent | None = None,
) -> LintReport:
    """Everything that is wrong with a course on a day, against the bibliography and its previous version."""
    checks: tuple[Callable[[CourseContent], Iterable[CourseProblem]], ...] = (
        _ids,
        _embeds,
        _objectives,
        _completion,
        _credit,
        _media,
        _review,
        _patient_data,
    )
    problems = set(chain.from_iterable(check(course) for check in checks))
    problems.update(_citations(course, references))
    problems.update(_dates(course, day))
    if previous is not None:
        problems.update(_tombstones(course, previous))
    advice = set(chain(_reading(course), _siblings(course), _lengths(course)))
    return LintReport(tuple(sorted(problems)), tuple(sorted(advice)))


def all_ids(course: CourseContent) -> dict[str, str]:
    """Every id of a course with its file. An id that stands twice keeps its first file; `_ids` reports it."""
    return dict(reversed(list(_every_id(course))))


def _every_id(course: CourseContent) -> Iterator[tuple[str, str]]:
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


def _ids(course: CourseContent) -> Iterator[CourseProblem]:
    seen: dict[str, str] = {}
    for name, file in _every_id(course):
        if name in seen:
            yield CourseProblem(file, 0, f"the id {name} stands twice, also in {seen[name]}")
        seen.setdefault(name, file)
    for name in course.about.retired:
        if name in seen:
            yield CourseProblem(seen[name], 0, f"the id {name} is retired and must not be used again")


def _tombstones(course: CourseContent, previous: CourseContent) -> Iterator[CourseProblem]:
    gone = all_ids(previous).keys() - all_ids(course).keys() - set(course.about.retired)
    for name in sorted(gone):
        yield CourseProblem("course.yaml", 0, f"the id {name} is gone; list it under retired")


def _embeds(course: CourseContent) -> Iterator[CourseProblem]:
    homes: dict[str, Mapping[str, object]] = {
        "check": course.checks,
        "explorable": course.explorables,
        "case": course.cases,
        "media": course.media,
    }
    shown: set[str] = set()
    for lesson in course.lessons.values():
        for kind, known in homes.items():
            for ref in lesson.embedded(kind):
                shown.add(ref)
                if ref not in known:
                    yield CourseProblem(lesson.file, 0, f"{kind} {ref} does not exist")
    for kind, known in homes.items():
        for ref in sorted(known.keys() - shown):
            yield CourseProblem(course.files.get(ref, "media.yaml"), 0, f"{kind} {ref} is shown in no lesson")
    for item in _all_items(course):
        if isinstance(item, items.ExplorableItem):
            yield from _explorable_item(course, item)


def _explorable_item(course: CourseContent, item: items.ExplorableItem) -> Iterator[CourseProblem]:
    file = all_ids(course)[item.id]
    explorable = course.explorables.get(item.explorable)
    if explorable is None:
        yield CourseProblem(file, 0, f"{item.id}: explorable {item.explorable} does not exist")
    elif not explorable.accepts(item.settings) or item.output not in explorable.outputs:
        yield CourseProblem(
            file, 0, f"{item.id}: settings or output lie outside explorable {item.explorable}"
        )


def _all_items(course: CourseContent) -> Iterator[items.Item]:
    yield from course.check_items()
    yield from course.post_test.items


def _objectives(course: CourseContent) -> Iterator[CourseProblem]:
    known = course.objectives
    homes = all_ids(course)
    taught = {name for lesson in course.lessons.values() for name in lesson.head.objectives}
    checked = {item.objective for item in course.check_items()}
    tested = {item.objective for item in course.post_test.items}
    for name in known:
        for where, done in (("taught", taught), ("checked", checked), ("tested", tested)):
            if name not in done:
                yield CourseProblem(homes[name], 0, f"objective {name} is not {where}")
    for lesson in course.lessons.values():
        for name in sorted(set(lesson.head.objectives) - known.keys()):
            yield CourseProblem(lesson.file, 0, f"objective {name} does not exist")
    for item in _all_items(course):
        if item.objective not in known:
            yield CourseProblem(homes[item.id], 0, f"{item.id}: objective {item.objective} does not exist")


def _completion(course: CourseContent) -> Iterator[CourseProblem]:
    for lesson in course.lessons.values():
        rule = lesson.head.complete_when
        check = course.checks.get(rule.check)
        if check is None or rule.check not in lesson.embedded("check"):
            yield CourseProblem(
                lesson.file, 0, f"complete_when names check {rule.check}, which the lesson lacks"
            )
        elif rule.min_correct > len(check.items):
            yield CourseProblem(
                lesson.file, 0, f"asks for {rule.min_correct} right answers of {len(check.items)}"
            )


def _credit(course: CourseContent) -> Iterator[CourseProblem]:
    calculation = credit_of(course)
    file = "accreditation/offerings.yaml"
    for offering in course.accreditation.offerings:
        if offering.max_amount > calculation.hours:
            yield CourseProblem(
                file, 0, f"{offering.id}: {offering.max_amount} h offered, {calculation.hours} h calculated"
            )
        needed = ITEMS_PER_CREDIT_HOUR * offering.max_amount
        if offering.credit_type is not CreditType.COMPLETION and course.post_test.draw < needed:
            yield CourseProblem(file, 0, f"{offering.id}: needs {needed:.0f} post-test items, draws too few")
    declared = sum(lesson.head.minutes for lesson in course.lessons.values())
    if abs(declared - calculation.minutes) > max(QUARTER_HOUR_MINUTES, 0.25 * calculation.minutes):
        yield CourseProblem(
            file, 0, f"lessons declare {declared} minutes, the calculation gives {calculation.minutes:.0f}"
        )


def _media(course: CourseContent) -> Iterator[CourseProblem]:
    for medium in course.media.values():
        path = course.folder / "media" / medium.file
        if not _inside(course, path):
            yield CourseProblem("media.yaml", 0, f"{medium.id}: no file media/{medium.file}")
        elif (found := hashlib.sha256(path.read_bytes()).hexdigest()) != medium.sha256:
            said = "the file is not the one whose sha256 is given; if it is meant, write sha256:"
            yield CourseProblem("media.yaml", 0, f"{medium.id}: {said} {found}")
        elif path.suffix.lower() not in MEDIA_FILES[medium.kind]:
            known = ", ".join(MEDIA_FILES[medium.kind])
            yield CourseProblem("media.yaml", 0, f"{medium.id}: {medium.kind} comes as {known}")
        elif path.suffix.lower() == ".svg" and ACTIVE_SVG.search(path.read_bytes()):
            yield CourseProblem(
                "media.yaml", 0, f"{medium.id}: the picture holds a script, a handler or a link"
            )
        yield from _alternatives(course, medium)


def _inside(course: CourseContent, path: Path) -> bool:
    return path.resolve().is_relative_to(course.folder) and path.is_file()


def _alternatives(course: CourseContent, medium: Medium) -> Iterator[CourseProblem]:
    if medium.kind is MediaKind.IMAGE:
        if not medium.alt:
            yield CourseProblem("media.yaml", 0, f"{medium.id}: an image needs alt text")
        return
    for what, name in (("captions", medium.captions), ("transcript", medium.transcript)):
        path = course.folder / "media" / name
        if not _inside(course, path):
            yield CourseProblem("media.yaml", 0, f"{medium.id}: needs {what} beside it")
        elif what == "captions" and not _has_captions(path):
            yield CourseProblem(
                "media.yaml", 0, f"{medium.id}: {name} is not WebVTT with at least one caption"
            )


def _has_captions(path: Path) -> bool:
    try:
        return bool(webvtt.from_string(path.read_text(encoding="utf-8")).captions)
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError, UnicodeDecodeError):
        return False


def _review(course: CourseContent) -> Iterator[CourseProblem]:
    said = " ".join(course.about.what_it_is_not).lower()
    if not course.about.clinical_review.done and "reviewed" not in said:
        yield CourseProblem(
            "course.yaml", 0, "no clinician has reviewed it, and what_it_is_not does not say so"
        )
    if course.accreditation.provider.fictional:
        for offering in course.accreditation.offerings:
            if "fictional" not in offering.statement.lower():
                yield CourseProblem(
                    "accreditation/offerings.yaml",
                    0,
                    f"{offering.id}: a fictional provider must be called so",
                )


def _patient_data(course: CourseContent) -> Iterator[CourseProblem]:
    for path in sorted(chain(course.folder.rglob("*.md"), course.folder.rglob("*.yaml"))):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for what, pattern in PATIENT_DATA.items():
                if pattern.search(line):
                    yield CourseProblem(str(path.relative_to(course.folder)), number, f"looks like {what}")


def _citations(course: CourseContent, references: Mapping[str, Citable]) -> Iterator[CourseProblem]:
    for file, line, key in _every_citation(course):
        record = references.get(key)
        if record is None:
            yield CourseProblem(file, line, f"reference {key} is not in the bibliography")
        elif not (record.doi or record.pmid or record.pmcid or record.kind in WITHOUT_NUMBER):
            yield CourseProblem(file, line, f"reference {key} has neither DOI nor PMID nor PMCID")
    for lesson in course.lessons.values():
        if not lesson.cited:
            yield CourseProblem(lesson.file, 0, "makes claims and cites nothing")


def cited_keys(course: CourseContent) -> set[str]:
    """Ids of all references that the course uses anywhere."""
    return {key for _, _, key in _every_citation(course)}


def _every_citation(course: CourseContent) -> Iterator[tuple[str, int, str]]:
    for lesson in course.lessons.values():
        yield from ((lesson.file, cited.line, cited.key) for cited in lesson.cited)
    homes = all_ids(course)
    for item in _all_items(course):
        keys = chain(item.cite, *(option.cite for option in getattr(item, "options", {}).values()))
        yield from ((homes[item.id], 0, key) for key in keys)
    for case in course.cases.values():
        choices = (choice for node in case.nodes.values() for choice in node.choices.values())
        yield from ((homes[case.id], 0, key) for key in chain(case.cite, *(one.cite for one in choices)))
    for explorable in course.explorables.values():
        yield from ((homes[explorable.id], 0, key) for key in explorable.cite)


def _dates(course: CourseContent, day: date) -> Iterator[CourseProblem]:
    for offering in course.accreditation.offerings:
        if offering.valid_through < day:
            yield CourseProblem(
                "accreditation/offerings.yaml", 0, f"{offering.id}: expired on {offering.valid_through}"
            )
    if course.about.review_due < day:
        yield CourseProblem("course.yaml", 0, f"its review was due on {course.about.review_due}")
    if course.changes.changes[0].version != course.about.version:
        yield CourseProblem("changes.yaml", 0, f"does not begin with version {course.about.version}")


def _reading(course: CourseContent) -> Iterator[CourseProblem]:
    for lesson in course.lessons.values():
        grade = reading_grade(lesson.prose)
        if grade > course.about.reading_grade_max:
            yield CourseProblem(lesson.file, 0, f"reading grade {grade:.1f}: shorten sentences")


def _siblings(course: CourseContent) -> Iterator[CourseProblem]:
    homes = all_ids(course)
    count: dict[str, int] = dict.fromkeys(course.objectives, 0)
    for item in _all_items(course):
        count[item.objective] = count.get(item.objective, 0) + 1
    for name, number in count.items():
        if number < 3 and name in homes:
            yield CourseProblem(
                homes[name], 0, f"objective {name} has {number} items; three let it be asked again"
            )


def _lengths(course: CourseContent) -> Iterator[CourseProblem]:
    for lesson in course.lessons.values():
        rate = words_of(lesson) / lesson.head.minutes
        if not WORDS_PER_MINUTE[0] <= rate <= WORDS_PER_MINUTE[1]:
            yield CourseProblem(lesson.file, 0, f"{words_of(lesson)} words in {lesson.head.minutes} minutes")


def words_of(lesson: Lesson) -> int:
    """Words of a lesson as the credit calculation counts them."""
    return count_words(lesson.prose)
