"""One person, as far as the models ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Literal

from mooring.pharmacology.errors import PharmacologyError

# What a person can be at all; each model's own range is narrower and only warned about.
POSSIBLE = {"weight_kg": (0.5, 500.0), "age_years": (0.0, 120.0)}
KNOWN: dict[str, tuple[str | None, ...]] = {
    "sex": (None, "female", "male"),
    "ancestry": (None, "asian", "japanese"),
    "renal_impairment": (None, "mild", "moderate", "severe"),
    "hepatic_impairment": (None, "mild", "moderate", "severe"),
}
FLAGS = ("cyp2b6_inhibited", "pregnant")
IMPAIRED = ("mild", "moderate", "severe")
Sex = Literal["female", "male"]
Ancestry = Literal["asian", "japanese"]
Impairment = Literal["mild", "moderate", "severe"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One person.

    `weight_kg` and `age_years` have no silent default: a model that needs one says so. `ancestry` is what
    the nasal-spray model found to matter: None, "asian", or "japanese" (which is Asian too).
    `cyp2b6_inhibited`: takes a strong inhibitor of CYP2B6 (the data are of ticlopidine). `renal_impairment`,
    `hepatic_impairment` and `pregnant` change an answer where numbers are published; elsewhere the answer is
    without them, and a `RangeWarning` says so. `other`: properties
    that a model of one's own reads, by name, such as `{"crcl": 90.0}`.
    """

    weight_kg: float | None = None
    age_years: float | None = None
    sex: Sex | None = None
    ancestry: Ancestry | None = None
    cyp2b6_inhibited: bool = False
    renal_impairment: Impairment | None = None
    hepatic_impairment: Impairment | None = None
    pregnant: bool = False
    other: Mapping[str, float] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for name in (*POSSIBLE, *KNOWN, *FLAGS):
            check_value(name, getattr(self, name))


def check_value(name: str, value: object, *, said: str = "") -> None:
    """Raises `PharmacologyError` for a value that no person has; `said` tells whose it is."""
    if name in POSSIBLE and value is not None:
        low, high = POSSIBLE[name]
        if not isinstance(value, Real) or not low <= float(value) <= high:
            raise PharmacologyError(f"{said}{name} is {value!r}; it must lie between {low:g} and {high:g}")
    if name in KNOWN and value not in KNOWN[name]:
        known = ", ".join(repr(each) for each in KNOWN[name])
        raise PharmacologyError(f"{said}{name} is {value!r}; the models know {known}")
    if name in FLAGS and value is not None and value not in (0, 1):
        raise PharmacologyError(f"{said}{name} is {value!r}; it is True or False")
