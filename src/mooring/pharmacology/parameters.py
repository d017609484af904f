"""A parameter is a number with a unit, its spread between people, where it was read and how far to trust it."""

import math
from dataclasses import dataclass
from typing import Literal

from mooring.pharmacology.errors import PharmacologyError

Grade = Literal["A", "B", "C", "D"]
# What values a coefficient can have at all, and so how it varies between people: a positive one by a factor
# (log-normal), a fraction of 0 to 1 on the logit, a real one by what is added (normal).
Domain = Literal["positive", "fraction", "real"]
# O opened in the source; S a transcription of the source was read; D digitised from a figure;
# M from memory; C computed here from the others; design: chosen here, with reasons in docs/algorithms.
Tag = Literal["O", "S", "D", "M", "C", "design"]

BOUNDS: dict[Domain, tuple[float, float]] = {
    "positive": (0.0, math.inf),
    "fraction": (0.0, 1.0),
    "real": (-math.inf, math.inf),
}
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

    `omega2` is the variance of the log-normal random effect between people, `occasion_omega2` that between the
    occasions of one person, where the paper prints it. `added_sd` is the standard deviation of a random effect
    that is added: to the logit of a fraction, to a real value itself. `weight_exponent` scales by (weight / 70 kg) to that power. `domain` says which values
    it can have; a spread never leaves it. `se` is the standard error of the estimate, in the coefficient's unit,
    where the paper prints one: how sure the typical value is, not how people differ.
    """

    symbol: str
    value: float
    unit: str
    meaning: str
    source: str
    tag: Tag
    grade: Grade
    omega2: float = 0.0
    added_sd: float = 0.0
    weight_exponent: float = 0.0
    domain: Domain = "positive"
    se: float = 0.0
    occasion_omega2: float = 0.0

    @property
    def established(self) -> bool:
        """Read in the source itself; anything else is shown as unverified."""
        return self.tag == "O"

    def __post_init__(self) -> None:
        low, high = BOUNDS[self.domain]
        if not low < self.value < high:
            raise PharmacologyError(
                f"{self.symbol} = {self.value:g} lies outside its domain {self.domain!r} ({low:g} to {high:g})"
            )
        if min(self.omega2, self.added_sd, self.se, self.occasion_omega2) < 0:
            raise PharmacologyError(f"{self.symbol}: a spread is zero or above")

    @property
    def variability(self) -> str:
        """The spread, such as "CV 24 %, CV 8 % between occasions", "SD 0.71 on the logit", or "none"."""
        said = []
        if self.omega2:
            said.append(f"CV {_cv_percent(self.omega2):.0f} %")
        elif self.added_sd:
            said.append(f"SD {self.added_sd:.2f}" + ("" if self.domain == "real" else " on the logit"))
        if self.occasion_omega2:
            said.append(f"CV {_cv_percent(self.occasion_omega2):.0f} % between occasions")
        return ", ".join(said) or "none"

    def __str__(self) -> str:
        return (
            f"{self.symbol} = {self.value:g} {self.unit} ({self.variability}); {self.source}; "
            f"grade {self.grade}, {TAG_WORDS[self.tag]}"
        )


def _cv_percent(omega2: float) -> float:
    return 100 * math.sqrt(math.expm1(omega2))


def omega2_from_cv(cv_percent: float) -> float:
    """The log-normal variance of a coefficient of variation: ω² = ln(1 + CV²)."""
    return math.log1p((cv_percent / 100) ** 2)
