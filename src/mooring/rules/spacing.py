"""When a question comes back after a course, and when it has come back often enough. Pure.

The rating is read from what somebody does, never asked for: wrong is *again*, right but unsure is *hard*, right and
sure is *good*. FSRS (the library `fsrs`, its published default weights) then says when the question is due. A
family retires when it is remembered for a year, never when it serves a safety objective.

Sources: Shaw 2011 (`shaw-2011-spaced`; questions came back after 8 days when wrong and 16 when right, and were
retired after two right answers in a row); Kerfoot 2010 (`kerfoot-2010-screening`; at most two letters a week changed
what clinicians ordered); Martinengo 2024 (`martinengo-2024-spaced`; spaced against massed, SMD 0.32, most studies at
unclear or high risk of bias). **FSRS itself is not trialled in continuing medical education**: the principle was,
this algorithm was not, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from fsrs import Card, Rating, Scheduler
from fsrs.card import CardDict

FIRST_AFTER_WRONG, FIRST_AFTER_RIGHT = timedelta(days=8), timedelta(days=16)
"""When a family of questions is asked for the first time (Shaw 2011)."""
RETIRED_AFTER_RIGHT = 2
"""So many right and sure answers in a row retire a question at the earliest (two in a row: Shaw 2011) …"""
RETIRED_AT_STABILITY_DAYS = 365.0
"""… once its stability reaches this: the days after which the model expects nine in ten to be recalled. One right
answer at 16 days leaves a recall of about two in three after a year. Design default."""
QUESTIONS_A_LETTER = 2
LETTER_EVERY = timedelta(days=3, hours=12)
"""Two letters a week, two questions each (two letters: Kerfoot 2010; two questions: design default)."""
UNANSWERED_LETTERS = 4
"""After so many letters in a row that nobody answered, no more are sent. Design default."""

_SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
"""No steps within a day, because letters come twice a week; no chance, so that the same facts give the same day."""


@dataclass(frozen=True)
class Memory:
    """What is remembered of one family of questions: the library's card, when it is due, and how it went."""

    card: dict[str, Any]
    due_at: datetime
    right_in_a_row: int
    retired: bool = False


def begun(*, known: bool | None, sure: bool = True, at: datetime) -> Memory:
    """The first memory of a family, from the course: `known` as it was answered there, None if it was not."""
    card, _ = _SCHEDULER.review_card(Card(card_id=1), _rating(bool(known), sure), at.astimezone(UTC))
    due = at + (FIRST_AFTER_RIGHT if known else FIRST_AFTER_WRONG)
    return Memory(dict(card.to_dict()), due, int(bool(known)))


def answered(before: Memory, *, right: bool, sure: bool, at: datetime, safety: bool = False) -> Memory:
    """The memory after an answer: due later, or sooner, or retired by its stability. `safety`: never retired."""
    card = Card.from_dict(cast(CardDict, before.card))
    after, _ = _SCHEDULER.review_card(card, _rating(right, sure), at.astimezone(UTC))
    in_a_row = before.right_in_a_row + 1 if right and sure else 0
    stable = (after.stability or 0.0) >= RETIRED_AT_STABILITY_DAYS
    retired = not safety and stable and in_a_row >= RETIRED_AFTER_RIGHT
    return Memory(dict(after.to_dict()), after.due, in_a_row, retired)


def _rating(right: bool, sure: bool) -> Rating:
    if not right:
        return Rating.Again
    return Rating.Good if sure else Rating.Hard
