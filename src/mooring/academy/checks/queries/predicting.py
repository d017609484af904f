"""Predictions: what a learner said beforehand, beside what was found and what others said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from mooring.academy.checks.models import Prediction
from mooring.academy.learning.models import Enrolment
from mooring.content.course.predictions import AmountScale, PredictionFile
from mooring.words.numbers import plain_number

OTHERS_SHOWN_FROM = 10
"""Predictions of a course from which the others' are shown, so that nobody is picked out. Design default."""


@dataclass(frozen=True)
class ComparedLine:
    """One bar: what it stands for, how long it is on the scale, and its number in words."""

    label: str
    value: float
    words: str
    yours: bool = False
    found: bool = False


@dataclass(frozen=True)
class Compared:
    """A prediction laid beside what was found. `others` counts everybody's predictions, 0 where too few."""

    lines: tuple[ComparedLine, ...]
    minimum: float
    maximum: float
    others: int


def predictions_of(enrolment: Enrolment, ids: Iterable[str]) -> dict[str, Prediction]:
    """The learner's own predictions among these, by id."""
    made = Prediction.objects.filter(enrolment=enrolment, prediction__in=list(ids))
    return {each.prediction: each for each in made}


def compared(prediction: PredictionFile, made: Prediction) -> Compared:
    """What was predicted beside what was found."""
    counts = _everybody(made)
    everybody = sum(counts.values())
    if prediction.scale is None:
        return Compared(_options(prediction, made.given, counts), 0, 100, everybody)
    amounts = {amount: n for given, n in counts.items() if (amount := _as_amount(given)) is not None}
    lines = _amounts(prediction.scale, float(prediction.answer), _as_amount(made.given), amounts)
    return Compared(lines, prediction.scale.minimum, prediction.scale.maximum, everybody)


def _everybody(made: Prediction) -> Mapping[str, int]:
    """How often each answer was predicted in the course; nothing while too few have predicted."""
    rows = Prediction.objects.filter(prediction=made.prediction, version__course=made.version.course_id)
    counts = dict(rows.values_list("given").annotate(n=Count("pk")).order_by("given"))
    return counts if sum(counts.values()) >= OTHERS_SHOWN_FROM else {}


def _options(prediction: PredictionFile, given: str, counts: Mapping[str, int]) -> tuple[ComparedLine, ...]:
    everybody = sum(counts.values())
    lines = []
    for key, text in prediction.options.items():
        share = 100 * counts.get(key, 0) / everybody if everybody else 0.0
        words = _("{share} %").format(share=plain_number(round(share))) if everybody else ""
        lines.append(ComparedLine(text, share, words, key == given, key == prediction.answer))
    return tuple(lines)


def _amounts(
    scale: AmountScale, found: float, given: float | None, counts: Mapping[float, int]
) -> tuple[ComparedLine, ...]:
    lines = []
    if given is not None:
        lines.append(ComparedLine(_("Your prediction"), given, _amount(scale, given), yours=True))
    if counts:
        middle = _middle(counts)
        lines.append(ComparedLine(_("Learners, in the middle"), middle, _amount(scale, middle)))
    lines.append(ComparedLine(_("What was found"), found, _amount(scale, found), found=True))
    return tuple(lines)


def _as_amount(given: str) -> float | None:
    """A prediction as an amount; nothing where it was made when the question was still a choice."""
    try:
        return float(given)
    except ValueError:
        return None


def _middle(counts: Mapping[float, int]) -> float:
    """The amount that half of the learners stayed at or below.

    >>> _middle({10: 1, 30: 3, 90: 2})
    30
    """
    half, seen = sum(counts.values()) / 2, 0
    for given in sorted(counts):
        seen += counts[given]
        if seen >= half:
            break
    return given


def _amount(scale: AmountScale, number: float) -> str:
    return f"{plain_number(number)} {scale.unit}".strip()
