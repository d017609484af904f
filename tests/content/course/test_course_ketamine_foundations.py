"""The demonstration course: whole, cited, sceptical, and honest about what it is not."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from mooring.content.course.credit import credit_of
from mooring.content.course.items import MultipleItem, SingleItem
from mooring.content.course.lint import LintReport, lint_course
from mooring.content.course.lint_sources import every_citation
from mooring.content.course.loader import CourseContent, load_course
from mooring.content.course.places import all_ids
from mooring.content.course.practice import ExplorableKind, Judgement
from mooring.content.course.schema import CreditType
from mooring.references.bibliography import bibliography

pytestmark = pytest.mark.pure
FOLDER = Path(__file__).parents[3] / "src/mooring/content/courses/ketamine-foundations"
DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def course() -> CourseContent:
    return load_course(FOLDER)


@pytest.fixture(scope="module")
def report(course: CourseContent) -> LintReport:
    return lint_course(course, references=bibliography(), day=DAY)


def prose(course: CourseContent) -> str:
    return "\n".join(lesson.prose for lesson in course.lessons_in_order())


def test_lint_finds_nothing(report: LintReport) -> None:
    assert report.problems == ()
    assert report.advice == ()


def test_it_is_as_large_as_promised(course: CourseContent) -> None:
    lessons = Counter(lesson.module_id for lesson in course.lessons_in_order())
    assert lessons == {"m1": 16, "m2": 14}
    assert sum(1 for _ in course.check_items()) >= 40
    assert len(course.post_test.items) >= 30
    assert len(course.cases) >= 3
    assert {explorable.kind for explorable in course.explorables.values()} == set(ExplorableKind)


def test_what_is_said_of_its_size_is_counted(course: CourseContent) -> None:
    """Method, introduction of the post-test and the map name numbers; here they are counted."""
    said = {"thirty": len(course.lessons), "sixteen": len(course.modules["m1"].lessons)}
    said |= {
        "fourteen": len(course.modules["m2"].lessons),
        "eight": len(course.figures),
        "four": len(course.cases),
    }
    said |= {"six": len(course.explorables)}
    numbers = {"thirty": 30, "sixteen": 16, "fourteen": 14, "eight": 8, "four": 4, "six": 6}
    method = " ".join(course.about.method.lower().split())
    assert {word: numbers[word] for word in said} == said
    assert all(re.search(rf"\b{word}\b", method) for word in said)
    assert course.post_test.draw == 32
    assert "thirty-two questions" in course.post_test.introduction.lower()


def test_every_objective_of_both_modules_is_drawn_by_every_attempt(course: CourseContent) -> None:
    pool = Counter(item.objective for item in course.post_test.items)
    assert pool.keys() == course.objectives.keys()
    assert min(pool.values()) >= 3
    assert course.post_test.draw >= len(course.objectives)


def test_the_post_test_asks_siblings_of_checks(course: CourseContent) -> None:
    checked = {item.family for item in course.check_items()}
    siblings = [item for item in course.post_test.items if item.family in checked]
    assert len(siblings) >= 0.75 * len(course.post_test.items)


def test_the_right_option_is_not_given_away_by_its_letter(course: CourseContent) -> None:
    right = Counter(
        letter
        for item in (*course.check_items(), *course.post_test.items)
        if isinstance(item, SingleItem)
        for letter in item.key
    )
    assert max(right.values()) < 0.45 * right.total()


def test_the_right_option_is_not_given_away_by_its_length(course: CourseContent) -> None:
    """Whoever always picks the longest option stays far below the pass mark."""
    singles = [item for item in course.post_test.items if isinstance(item, SingleItem)]
    longest = sum(
        max(item.options, key=lambda key, item=item: len(item.options[key].text)) in item.key
        for item in singles
    )
    assert longest / len(singles) < 0.6


def test_no_option_stands_out_by_its_length(course: CourseContent) -> None:
    """An option of two words beside options of ten is not read as an answer."""
    for item in (*course.check_items(), *course.post_test.items):
        if isinstance(item, SingleItem):
            lengths = sorted(len(option.text) for option in item.options.values())
            assert lengths[-1] <= 2 * lengths[0] or lengths[-1] <= 15, item.id


def test_every_figure_is_shown_and_described(course: CourseContent) -> None:
    shown = Counter(
        part.ref
        for lesson in course.lessons_in_order()
        for part in lesson.content
        if getattr(part, "kind", "") == "media"
    )
    heard = {interview.medium for interview in course.interviews.values()}
    assert shown.keys() | heard == course.media.keys()
    assert all(len(medium.alt) > 80 for medium in course.media.values() if medium.id not in heard)


def test_an_interview_says_who_speaks_and_that_it_is_made_up(course: CourseContent) -> None:
    for interview in course.interviews.values():
        assert interview.made_up
        assert "made up" in interview.speaker
        assert interview.disclosure


def test_every_case_can_go_well_and_can_go_wrong(course: CourseContent) -> None:
    for case in course.cases.values():
        first = case.nodes[case.start].choices.values()
        assert {choice.judgement for choice in first} >= {Judgement.SOUND, Judgement.UNSAFE}
        assert sum(1 for node in case.nodes.values() if node.outcome) >= 3


def test_references_are_opened_and_used(course: CourseContent) -> None:
    cited = {key for _, _, key in every_citation(course)}
    opened = {key for key in cited if bibliography()[key].opened}
    assert len(cited) >= 60
    assert len(opened) / len(cited) >= 0.8


def test_popular_errors_are_not_repeated(course: CourseContent) -> None:
    text = prose(course)
    assert re.search(r"nasal spray of esketamine", text)
    assert not re.search(
        r"(?<!es)ketamine was approved for (?:the treatment of )?depression", text, re.IGNORECASE
    )
    assert "Nobody has seen" in " ".join(
        option.why
        for item in course.post_test.items
        if isinstance(item, MultipleItem)
        for option in item.options.values()
    )
    for word in ("breakthrough", "miracle", "revolution"):
        uses = [m.start() for m in re.finditer(word, text, re.IGNORECASE)]
        assert all("are not findings" in text[at : at + 80] for at in uses)


def test_no_accreditation_is_claimed(course: CourseContent) -> None:
    assert course.accreditation.provider.fictional
    assert all(person.fictional for person in course.about.people)
    assert not course.about.clinical_review.done
    for offering in course.accreditation.offerings:
        assert "fictional" in offering.statement
        if offering.credit_type is not CreditType.COMPLETION:
            assert "No accreditation is claimed" in offering.statement


def test_credit_offered_is_covered_by_the_calculation(course: CourseContent) -> None:
    assert max(offering.max_amount for offering in course.accreditation.offerings) <= credit_of(course).hours


def test_no_id_stands_twice_and_none_is_numbered_by_place(course: CourseContent) -> None:
    ids = all_ids(course)
    assert len(ids) > 150
    assert course.about.retired == ()


def test_doses_come_with_a_warning(course: CourseContent) -> None:
    about = " ".join(course.about.what_it_is_not)
    assert "not dosing advice" in about
    protocols = course.lessons["m2-l1"]
    assert any(getattr(part, "kind", "") == "not-advice" for part in protocols.content)
