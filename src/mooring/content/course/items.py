"""Questions of a course: knowledge checks and the post-test.

Every answer that can be given is explained and has a source. Options are keyed by a letter that stays with
them, so that a stored answer means the same thing after the options were reordered.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from mooring.content.course.schema import FileModel, Id, Share, Text

OptionKey = Annotated[str, StringConstraints(pattern=r"^[a-h]$")]
Citations = Annotated[tuple[Id, ...], Field(min_length=1)]


class Option(FileModel):
    """One answer a learner can choose. `cite` is needed only where it differs from the item's."""

    text: Text
    right: bool = False
    why: Text
    cite: tuple[Id, ...] = ()


class ItemBase(FileModel):
    """What every question has. `family` joins sibling items that ask the same thing in another guise."""

    id: Id
    objective: Id
    family: Id
    stem: Text
    cite: Citations

    @property
    def digest(self) -> str:
        """SHA-256 of the question's content: what a stored attempt says it answered."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class SingleItem(ItemBase):
    """Choose exactly one."""

    type: Literal["single"]
    options: dict[OptionKey, Option] = Field(min_length=3, max_length=6)

    @model_validator(mode="after")
    def _one_right(self) -> SingleItem:
        if sum(option.right for option in self.options.values()) != 1:
            raise ValueError("a single-choice item has exactly one right option")
        return self

    @property
    def key(self) -> frozenset[str]:
        """The right option, as a set of one."""
        return frozenset(name for name, option in self.options.items() if option.right)


class MultipleItem(ItemBase):
    """Choose all that apply; right only when all and nothing else is chosen."""

    type: Literal["multiple"]
    options: dict[OptionKey, Option] = Field(min_length=3, max_length=8)

    @model_validator(mode="after")
    def _some_right(self) -> MultipleItem:
        right = sum(option.right for option in self.options.values())
        if not 0 < right < len(self.options):
            raise ValueError("a multiple-choice item has at least one right and one wrong option")
        return self

    @property
    def key(self) -> frozenset[str]:
        """All right options."""
        return frozenset(name for name, option in self.options.items() if option.right)


class NumericItem(ItemBase):
    """Type a number. Right within `tolerance`, in the same unit as the answer."""

    type: Literal["numeric"]
    answer: float
    tolerance: float = Field(ge=0)
    unit: Text
    why: Text


class OrderItem(ItemBase):
    """Put steps in order; `steps` stands in the right order and is shown shuffled."""

    type: Literal["order"]
    steps: tuple[Text, ...] = Field(min_length=3, max_length=8)
    why: Text

    @model_validator(mode="after")
    def _distinct(self) -> OrderItem:
        if len(set(self.steps)) != len(self.steps):
            raise ValueError("the steps of an order item differ from one another")
        return self


class Pair(FileModel):
    """A left side and the right side that belongs to it."""

    left: Text
    right: Text
    why: Text


class MatchItem(ItemBase):
    """Match each left side with its right side."""

    type: Literal["match"]
    pairs: tuple[Pair, ...] = Field(min_length=3, max_length=8)

    @model_validator(mode="after")
    def _distinct(self) -> MatchItem:
        for side in ([pair.left for pair in self.pairs], [pair.right for pair in self.pairs]):
            if len(set(side)) != len(side):
                raise ValueError("the sides of a match item differ from one another")
        return self


class ExplorableItem(ItemBase):
    """Read a value off an explorable. The server computes the key from `settings` with the same model."""

    type: Literal["explorable"]
    explorable: Id
    settings: dict[str, float | str]
    output: Text
    tolerance: Share = Field(description="Allowed relative difference, 0.1 = ten per cent.")
    why: Text


Item = Annotated[
    SingleItem | MultipleItem | NumericItem | OrderItem | MatchItem | ExplorableItem,
    Field(discriminator="type"),
]


def _refuse_twins(items: tuple[Item, ...]) -> None:
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise ValueError(f"two items have the id {item.id}")
        seen.add(item.id)


class CheckFile(FileModel):
    """`<lesson>.checks.yaml`: questions inside a lesson. Unlimited tries, explained at once, never graded."""

    id: Id
    items: tuple[Item, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_differ(self) -> CheckFile:
        _refuse_twins(self.items)
        return self


class PostTestFile(FileModel):
    """`post-test.yaml`: a pool from which every attempt draws `draw` items, spread over the objectives.

    The pass mark is told before the start, the test is untimed, and explanations come after submission.
    """

    id: Id
    introduction: Text
    pass_mark: Share
    attempts: int = Field(gt=0)
    draw: int = Field(gt=0)
    items: tuple[Item, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _pool_is_large_enough(self) -> PostTestFile:
        _refuse_twins(self.items)
        if self.draw > len(self.items):
            raise ValueError(f"draws {self.draw} items from a pool of {len(self.items)}")
        return self
