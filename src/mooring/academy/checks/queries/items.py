"""Reads for item analysis: first attempts as the analysis takes them, answers in words, what was answered."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from mooring.academy.checks.models import AttemptAnswer, PostTestAttempt
from mooring.academy.checks.queries.corrections import Corrections, corrections_of
from mooring.academy.checks.queries.marking import key_of, mark
from mooring.academy.checks.queries.post_test import questions_of
from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.content.course.answers import from_json
from mooring.content.course.items import Item, MatchItem, MultipleItem, NumericItem, OrderItem, SingleItem
from mooring.rules.item_analysis import Analysis, ItemFacts, OptionFacts, Sitting, analyse
from mooring.words.numbers import percentage, plain_number, rounded_number, with_unit

MOST_SITTINGS = 2_000
"""The newest first attempts that are looked at; more of them change no figure that anyone would read."""
MOST_ANSWERS = 60
"""Different answers to a question that are listed, the most frequent first."""


@dataclass(frozen=True)
class AnalysedOption:
    """An option in words, with how often it was chosen."""

    text: str
    facts: OptionFacts


@dataclass(frozen=True)
class AnalysedItem:
    """A question with its figures."""

    item: Item
    facts: ItemFacts
    options: tuple[AnalysedOption, ...]
    corrected: bool

    @property
    def idle(self) -> int:
        """How many wrong options do no work."""
        return sum(each.facts.functions is False for each in self.options)


@dataclass(frozen=True)
class AnalysedTest:
    """The post-test of a version: doubtful keys first, then the order of the file."""

    analysis: Analysis
    items: tuple[AnalysedItem, ...]
    length: int


def analysed(version: CourseVersion) -> AnalysedTest:
    """How the questions of a version's post-test do, corrections of keys counted."""
    course, made = parsed(version), corrections_of(version.course)
    pool = course.post_test.items
    options = {item.id: _rightness(item) for item in pool}
    found = analyse(_sittings(version, made), options, length=course.post_test.draw)
    items = [
        AnalysedItem(
            item=item,
            facts=facts,
            options=tuple(AnalysedOption(_option_text(item, each.key), each) for each in facts.options),
            corrected=bool(made.of((item.id, item.digest))),
        )
        for item, facts in zip(pool, found.items, strict=True)
    ]
    items.sort(
        key=lambda each: (
            not each.facts.key_is_doubtful,
            each.facts.may_be_chance and each.facts.key_is_doubtful,
        )
    )
    return AnalysedTest(found, tuple(items), course.post_test.draw)


def _rightness(item: Item) -> dict[str, bool]:
    if isinstance(item, SingleItem | MultipleItem):
        return {key: option.right for key, option in item.options.items()}
    return {}


def _option_text(item: Item, key: str) -> str:
    return (
        item.options[key].text if isinstance(item, SingleItem | MultipleItem) and key in item.options else key
    )


def _sittings(version: CourseVersion, made: Corrections) -> list[Sitting]:
    attempts = {
        each.pk: each
        for each in PostTestAttempt.objects.filter(version=version, place=1, sent_at__isnull=False)
        .select_related("version__course")
        .order_by("-sent_at", "-pk")[:MOST_SITTINGS]
    }
    right: dict[int, dict[str, bool]] = {pk: {} for pk in attempts}
    chosen: dict[int, dict[str, frozenset[str]]] = {pk: {} for pk in attempts}
    rows = AttemptAnswer.objects.filter(
        attempt__version=version, attempt__place=1, attempt__sent_at__isnull=False
    ).values_list("attempt_id", "item", "digest", "given", "right")
    for pk, item, digest, given, was_right in rows.iterator(chunk_size=5_000):
        if pk in attempts:
            right[pk][item] = bool(was_right) or made.accept((item, digest), given)
            chosen[pk][item] = frozenset([given] if isinstance(given, str) else _keys(given))
    for pk, attempt in attempts.items():
        if len(right[pk]) < attempt.asked:
            right[pk] = {item.id: right[pk].get(item.id, False) for item in questions_of(attempt)}
    return [Sitting(right[pk], chosen[pk]) for pk in attempts]


def _keys(given: Any) -> list[str]:
    return [each for each in given if isinstance(each, str)] if isinstance(given, list) else []


def answer_words(item: Item, given: Any) -> str:
    """A stored answer as people read it."""
    if isinstance(item, SingleItem):
        return f"{given}: {_option_text(item, given)}"
    if isinstance(item, MultipleItem):
        return "; ".join(f"{key}: {_option_text(item, key)}" for key in given)
    if isinstance(item, OrderItem):
        return "; ".join(f"{place}. {step}" for place, step in enumerate(given, 1))
    if isinstance(item, MatchItem):
        return "; ".join(f"{left}: {right}" for left, right in given.items())
    return with_unit(given, item.unit if isinstance(item, NumericItem) else "")


def key_words(version: CourseVersion, item: Item) -> str:
    """The key of a question as people read it."""
    if isinstance(item, SingleItem):
        return answer_words(item, min(item.key))
    if isinstance(item, MultipleItem):
        return answer_words(item, sorted(item.key))
    if isinstance(item, OrderItem):
        return answer_words(item, item.steps)
    if isinstance(item, MatchItem):
        return answer_words(item, {pair.left: pair.right for pair in item.pairs})
    if isinstance(item, NumericItem):
        return f"{with_unit(item.answer, item.unit)} (± {plain_number(item.tolerance)})"
    return f"{rounded_number(key_of(parsed(version), item))} (± {percentage(item.tolerance)})"


@dataclass(frozen=True)
class WrongAnswer:
    """An answer that the key calls wrong, how often it was given, and whether a correction counts it."""

    given: Any
    times: int
    corrected: bool


def wrong_answers(version: CourseVersion, item: Item) -> list[WrongAnswer]:
    """Answers that the key calls wrong, in any attempt of the course; the most frequent first.

    For a question with one right option every other option stands here, also when nobody chose it.
    """
    made, question = corrections_of(version.course), (item.id, item.digest)
    rows = AttemptAnswer.objects.filter(
        item=item.id,
        digest=item.digest,
        attempt__sent_at__isnull=False,
        attempt__version__course_id=version.course_id,
    ).values_list("given", flat=True)
    counted = Counter(json.dumps(given) for given in rows)
    if isinstance(item, SingleItem):
        counted.update({json.dumps(key): 0 for key in sorted(item.options)})
    course = parsed(version)
    wrong = [
        (given, n)
        for given, n in ((json.loads(name), n) for name, n in counted.most_common())
        if not mark(course, item, from_json(item, given))
    ]
    return [WrongAnswer(given, n, made.accept(question, given)) for given, n in wrong[:MOST_ANSWERS]]
