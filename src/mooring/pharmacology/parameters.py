"""A parameter is a number with a unit, its spread between people, where it was read and how far to trust it."""

import math
from dataclasses import dataclass
from typing import Literal

Grade = Literal["A", "B", "C", "D"]
# O opened in the source; S a transcription of the source was read; D digitised from a figure;
# M from memory; C computed here from the others; design: chosen here, with reasons in docs/algorithms.
Tag = Literal["O", "S", "D", "M", "C", "design"]

TAG_WORDS = {
    "O": "read in the source",
    "S": "read in a transcription of the source",
    "D": "digitised from a figure of the source",
    "M": "from memory, not read in the source",
    "C": "computed here",
    "design": "a design default, not a finding",
}
GRADE_WORDS = {
    "A": "label, or a population study",
    "B": "a small study, or several that agree in part",
    "C": "a few people, or studies that disagree",
    "D": "no human data, or an assumption",
}


@dataclass(frozen=True)
class Parameter:
    """One coefficient of a model.

    `omega2` is the variance of the log-normal random effect, between people and, where the paper gives it,
    between occasions, summed. `logit_sd` is the standard deviation of a random effect that is added to the
    logit of a fraction. `weight_exponent` scales by (weight / 70 kg) to that power.
    """

    symbol: str
    value: float
    unit: str
    meaning: str
    source: str
    tag: Tag
    grade: Grade
    omega2: float = 0.0
    logit_sd: float = 0.0
    weight_exponent: float = 0.0

    @property
    def established(self) -> bool:
        """Read in the source itself; anything else is shown as unverified."""
        return self.tag == "O"

    @property
    def variability(self) -> str:
        """The spread between people in words: "CV 24 %", "SD 0.71 on the logit", or "none"."""
        if self.omega2:
            return f"CV {100 * math.sqrt(math.expm1(self.omega2)):.0f} %"
        return f"SD {self.logit_sd:.2f} on the logit" if self.logit_sd else "none"

    def __str__(self) -> str:
        return (
            f"{self.symbol} = {self.value:g} {self.unit} ({self.variability}); {self.source}; "
            f"grade {self.grade}, {TAG_WORDS[self.tag]}"
        )


def omega2_from_cv(cv_percent: float) -> float:
    """The log-normal variance of a coefficient of variation: ω² = ln(1 + CV²)."""
    return math.log1p((cv_percent / 100) ** 2)
