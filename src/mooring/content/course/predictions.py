"""Predictions: a learner says what will be found before it is shown. Never marked; asked once.

A prediction stands above the passage that answers it. It is a choice among options, or an amount on a scale with
fixed ends. What was found is a number or an option with its sources; the words say it in a sentence.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from mooring.content.course.items import Citations
from mooring.content.course.schema import FileModel, Id, Text

PredictionKey = Annotated[str, StringConstraints(pattern=r"^[a-f]$")]


class AmountScale(FileModel):
    """The ends of an amount, in the unit that is written behind it."""

    minimum: float
    maximum: float
    step: float = Field(gt=0)
    unit: str = ""

    @model_validator(mode="after")
    def _rises(self) -> AmountScale:
        if self.minimum >= self.maximum:
            raise ValueError("a scale rises from its minimum to its maximum")
        return self

    @property
    def middle(self) -> float:
        """Where the slider opens: at the step nearest the middle, which gives nothing away."""
        steps = round((self.maximum - self.minimum) / self.step / 2)
        return round(self.minimum + steps * self.step, 6)


class PredictionFile(FileModel):
    """`predictions/<id>.yaml`. Either `options` with the key of the right one, or a `scale` with the amount."""

    id: Id
    question: Text
    setting: Text = Field(description="What one needs to know to predict: who, what, compared with what.")
    options: dict[PredictionKey, Text] = {}
    scale: AmountScale | None = None
    answer: float | str = Field(description="What was found: the key of an option, or an amount.")
    found: Text = Field(description="What was found, and what to take from it, in a sentence or two.")
    cite: Citations

    @model_validator(mode="after")
    def _choice_or_amount(self) -> PredictionFile:
        if bool(self.options) == (self.scale is not None):
            raise ValueError("a prediction has either options or a scale")
        if self.options and (len(self.options) < 3 or self.answer not in self.options):
            raise ValueError("a choice has at least three options, and its answer is the key of one")
        if self.scale is not None and not self.accepts(self.answer):
            raise ValueError("the amount that was found lies on the scale")
        return self

    def accepts(self, given: float | str) -> bool:
        """Whether this can be predicted: the key of an option, or an amount on the scale."""
        if self.scale is None:
            return given in self.options
        return not isinstance(given, str) and self.scale.minimum <= given <= self.scale.maximum
