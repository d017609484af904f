"""What a readable course still lacks before it may be published.

`lint_course` walks a loaded course and answers findings with file and line. `problem` blocks publication,
`advice` does not. Nothing here reads a clock: the day is passed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from mooring.content.course import items
from mooring.content.course.credit import credit_of
from mooring.content.course.lint_doing import doing_advice
from mooring.content.course.lint_files import equations, media_problems, people_problems
from mooring.content.course.lint_recordings import recording_problems, stale_recordings
from mooring.content.course.lint_sources import (
    Citable,
    citation_problems,
    superseded_advice,
    sweep_advice,
)
from mooring.content.course.loader import CourseContent, CourseProblem
from mooring.content.course.places import all_ids, all_items, every_id, problem
from mooring.content.course.schema import ContributorRole, CreditType
from mooring.content.course.text import reading_grade

ITEMS_PER_CREDIT_HOUR = 6
"""Post-test questions per hour of credit; the lower end of what is advised for home study (6-8)."""
SIBLINGS = 3
"""Questions of one family that each objective has: in a lesson, in the test, in the review. Design default."""


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
        _placed_questions,
        _credit,
        media_problems,
        recording_problems,
        equations,
        _review,
        _reviewers,
        people_problems,
    )
    problems = set(chain.from_iterable(check(course) for check in checks))
    problems.update(citation_problems(course, references))
    problems.update(_dates(course, day))
    if previous is not None:
        problems.update(_tombstones(course, previous))
    advice = set(
        chain(
            _reading(course),
            _siblings(course),
            doing_advice(course),
            stale_recordings(course),
            sweep_advice(course, day),
        )
    )
    advice.update(superseded_advice(course, references))
    return LintReport(tuple(sorted(problems)), tuple(sorted(advice)))


def _ids(course: CourseContent) -> Iterator[CourseProblem]:
    seen: dict[str, str] = {}
    for name, file in every_id(course):
        if name in seen:
            yield problem(course, file, name, f"the id {name} is used twice, also in {seen[name]}")
        seen.setdefault(name, file)
    for name in course.about.retired:
        if name in seen:
            yield problem(course, seen[name], name, f"the id {name} is retired and must not be used again")


def _tombstones(course: CourseContent, previous: CourseContent) -> Iterator[CourseProblem]:
    gone = all_ids(previous).keys() - all_ids(course).keys() - set(course.about.retired)
    for name in sorted(gone):
        yield CourseProblem("course.yaml", 0, f"the id {name} is gone; list it under retired")


def _embeds(course: CourseContent) -> Iterator[CourseProblem]:
    homes: dict[str, Mapping[str, object]] = {
        "check": course.checks,
        "explorable": course.explorables,
        "case": course.cases,
        "figure": course.figures,
        "predict": course.predictions,
        "interview": course.interviews,
        "media": course.media,
    }
    shown = {interview.medium for interview in course.interviews.values()}
    for lesson in course.lessons.values():
        for kind, known in homes.items():
            for ref in lesson.embedded(kind):
                shown.add(ref)
                if ref not in known:
                    yield problem(course, lesson.file, ref, f"{kind} {ref} does not exist")
    for kind, known in homes.items():
        for ref in sorted(known.keys() - shown):
            yield problem(
                course, course.files.get(ref, "media.yaml"), ref, f"{kind} {ref} is shown in no lesson"
            )
    for item in all_items(course):
        if isinstance(item, items.ExplorableItem):
            yield from _explorable_item(course, item)


def _explorable_item(course: CourseContent, item: items.ExplorableItem) -> Iterator[CourseProblem]:
    file = all_ids(course)[item.id]
    explorable = course.explorables.get(item.explorable)
    if explorable is None:
        yield problem(course, file, item.id, f"{item.id}: explorable {item.explorable} does not exist")
    elif not explorable.accepts(item.settings) or item.output not in explorable.outputs:
        yield problem(
            course, file, item.id, f"{item.id}: settings or output lie outside explorable {item.explorable}"
        )


def _objectives(course: CourseContent) -> Iterator[CourseProblem]:
    known = course.objectives
    homes = all_ids(course)
    taught = {name for lesson in course.lessons.values() for name in lesson.head.objectives}
    checked = {item.objective for item in course.check_items()}
    tested = {item.objective for item in course.post_test.items}
    for name in known:
        for where, done in (("taught", taught), ("checked", checked), ("tested", tested)):
            if name not in done:
                yield problem(course, homes[name], name, f"objective {name} is not {where}")
    for lesson in course.lessons.values():
        for name in sorted(set(lesson.head.objectives) - known.keys()):
            yield problem(course, lesson.file, name, f"objective {name} does not exist")
    for item in all_items(course):
        if item.objective not in known:
            yield problem(
                course, homes[item.id], item.id, f"{item.id}: objective {item.objective} does not exist"
            )


def _completion(course: CourseContent) -> Iterator[CourseProblem]:
    for lesson in course.lessons.values():
        rule = lesson.head.complete_when
        check = course.checks.get(rule.check)
        if check is None or rule.check not in lesson.embedded("check"):
            yield problem(
                course,
                lesson.file,
                rule.check,
                f"complete_when names check {rule.check}, which is not in this lesson",
            )
        elif rule.min_correct > len(check.items):
            yield problem(
                course,
                lesson.file,
                rule.check,
                f"asks for {rule.min_correct} right answers of {len(check.items)}",
            )


def _placed_questions(course: CourseContent) -> Iterator[CourseProblem]:
    """A question that stands by itself belongs to a check of the same lesson, and stands once."""
    for lesson in course.lessons.values():
        own = {
            item.id
            for ref in lesson.embedded("check")
            if ref in course.checks
            for item in course.checks[ref].items
        }
        placed = lesson.embedded("question")
        for ref in placed:
            if ref not in own:
                yield problem(course, lesson.file, ref, f"question {ref} is in no check of this lesson")
            elif placed.count(ref) > 1:
                yield problem(course, lesson.file, ref, f"question {ref} stands twice in this lesson")


def _credit(course: CourseContent) -> Iterator[CourseProblem]:
    calculation = credit_of(course)
    file = "accreditation/offerings.yaml"
    for offering in course.accreditation.offerings:
        if offering.max_amount > calculation.hours:
            yield problem(
                course,
                file,
                offering.id,
                f"{offering.id}: {offering.max_amount} h offered, {calculation.hours} h calculated",
            )
        needed = ITEMS_PER_CREDIT_HOUR * offering.max_amount
        if offering.credit_type is not CreditType.COMPLETION and course.post_test.draw < needed:
            yield problem(
                course, file, offering.id, f"{offering.id}: needs {needed:.0f} post-test items, draws too few"
            )


def _reviewers(course: CourseContent) -> Iterator[CourseProblem]:
    """Whoever reviews a course did not plan, write or teach it."""
    for person in course.about.people:
        if ContributorRole.PEER_REVIEWER in person.roles and len(set(person.roles)) > 1:
            yield problem(
                course, "course.yaml", person.id, f"{person.name} reviews the course and also worked on it"
            )


def _review(course: CourseContent) -> Iterator[CourseProblem]:
    said = " ".join(course.about.what_it_is_not).lower()
    if not course.about.clinical_review.done and "reviewed" not in said:
        yield problem(
            course,
            "course.yaml",
            "what_it_is_not",
            "no clinician has reviewed it, and what_it_is_not does not say so",
        )
    if course.accreditation.provider.fictional:
        for offering in course.accreditation.offerings:
            if "fictional" not in offering.statement.lower():
                yield problem(
                    course,
                    "accreditation/offerings.yaml",
                    offering.id,
                    f"{offering.id}: a fictional provider must be called so",
                )


def _dates(course: CourseContent, day: date) -> Iterator[CourseProblem]:
    for offering in course.accreditation.offerings:
        if offering.valid_through < day:
            yield problem(
                course,
                "accreditation/offerings.yaml",
                offering.id,
                f"{offering.id}: expired on {offering.valid_through}",
            )
    if course.about.review_due < day:
        yield problem(course, "course.yaml", "review_due", f"its review was due on {course.about.review_due}")
    if course.changes.changes[0].version != course.about.version:
        yield problem(
            course, "changes.yaml", "version", f"does not start with version {course.about.version}"
        )


def _reading(course: CourseContent) -> Iterator[CourseProblem]:
    for lesson in course.lessons.values():
        grade = reading_grade(lesson.prose)
        if grade > course.about.reading_grade_max:
            yield CourseProblem(lesson.file, 0, f"reading grade {grade:.1f}: shorten sentences")


def _siblings(course: CourseContent) -> Iterator[CourseProblem]:
    """Each objective has a family of three: then it can be asked in a lesson, in the test and again in the review."""
    homes = all_ids(course)
    families: dict[str, Counter[str]] = {name: Counter() for name in course.objectives}
    for item in all_items(course):
        families.setdefault(item.objective, Counter())[item.family] += 1
    for name, counted in families.items():
        most = max(counted.values(), default=0)
        if most < SIBLINGS and name in homes:
            yield CourseProblem(
                homes[name],
                0,
                f"objective {name}: its largest family has {most} questions; three let it be asked again",
            )
