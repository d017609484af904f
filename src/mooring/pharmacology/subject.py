"""One person, as far as the models ask."""

from dataclasses import dataclass
from typing import Literal

from mooring.pharmacology.errors import PharmacologyError

Sex = Literal["female", "male"]
Ancestry = Literal["asian", "japanese"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One person.

    `weight_kg` and `age_years` have no silent default: a model that needs one says so. `ancestry` is what
    the nasal-spray model found to matter: None, "asian", or "japanese" (which is Asian too).
    `cyp2b6_inhibited`: takes a strong inhibitor of CYP2B6 (the data are of ticlopidine).
    """

    weight_kg: float | None = None
    age_years: float | None = None
    sex: Sex | None = None
    ancestry: Ancestry | None = None
    cyp2b6_inhibited: bool = False

    def __post_init__(self) -> None:
        for name, low, high in (("weight_kg", 0.5, 500.0), ("age_years", 0.0, 120.0)):
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise PharmacologyError(f"{name} is {value!r}; it must lie between {low:g} and {high:g}")
        if self.sex not in (None, "female", "male"):
            raise PharmacologyError(f'sex is {self.sex!r}; the models know "female", "male" or None')
        if self.ancestry not in (None, "asian", "japanese"):
            raise PharmacologyError(
                f'ancestry is {self.ancestry!r}; the models know None, "asian", "japanese"'
            )
