"""What a model does not hold for the people who are asked about: ranges of its study, effects that it lacks."""

import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mooring.pharmacology.covariates import applied
from mooring.pharmacology.errors import RangeWarning
from mooring.pharmacology.events import Events
from mooring.pharmacology.model import Model, PeopleArrays
from mooring.pharmacology.population import Population

LOOKED_AT = 20_000
# What few models hold, and its column among the people; and what an analyst calls it.
NOT_EVERYWHERE = {
    "cyp2b6_inhibited": "cyp2b6_inhibited",
    "renal_impairment": "renal",
    "hepatic_impairment": "hepatic",
    "pregnant": "pregnant",
}
EFFECT_NAMES = {
    "cyp2b6_inhibited": "CYP2B6 inhibition",
    "renal_impairment": "renal impairment",
    "hepatic_impairment": "hepatic impairment",
    "pregnant": "pregnancy",
}


@dataclass(frozen=True)
class ModelLimit:
    """What a model does not hold for these people: a code and values; `str` says it to an analyst.

    "outside_range": `value` of `name` is not within `low` to `high` in `count` of `everybody`; "lacks_effect":
    the model has no effect of `name`.
    """

    code: Literal["outside_range", "lacks_effect"]
    name: str
    model_id: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    count: int = 0
    everybody: int = 0

    def __str__(self) -> str:
        if self.code == "lacks_effect":
            return f"{self.model_id} holds no effect of {EFFECT_NAMES[self.name]}; the answer is without it"
        of_all = f" ({self.count} of {self.everybody} people)" if self.everybody > 1 else ""
        return (
            f"{self.name} {self.value:g} lies outside {self.low:g} to {self.high:g}, the range of "
            f"{self.model_id}{of_all}; the answer is an extrapolation"
        )


def limits_of(
    model: Model, people: Population | PeopleArrays, table: Events | None = None
) -> tuple[ModelLimit, ...]:
    """Every covariate outside the model's range, and every property whose effect it lacks. Everybody is looked at.

    `table`: what an event table says of people in its columns counts before what `people` say.
    """
    outside: dict[str, list[float]] = {}
    met: set[str] = set()
    everybody = 0
    for part in _parts(model, people, table):
        everybody += len(part.weight_kg)
        for name, (low, high) in model.ranges.items():
            column = np.asarray(getattr(part, name))
            beyond = (column < low) | (column > high)
            if beyond.any():
                count = int(beyond.reshape(len(column), -1).any(axis=1).sum())
                first, before = outside.get(name, [float(column[beyond][0]), 0])
                outside[name] = [first, before + count]
        met |= {name for name, array in NOT_EVERYWHERE.items() if getattr(part, array).any()}
    limits = [
        ModelLimit("outside_range", name, model.id, first, *model.ranges[name], int(count), everybody)
        for name, (first, count) in outside.items()
    ]
    lacking = met - {covariate.of for covariate in model.covariates}
    return (
        *limits,
        *(ModelLimit("lacks_effect", name, model.id) for name in NOT_EVERYWHERE if name in lacking),
    )


def _parts(model: Model, people: Population | PeopleArrays, table: Events | None) -> Iterator[PeopleArrays]:
    """The people in pieces, so that a million of them need no more memory than some."""
    if isinstance(people, PeopleArrays):
        yield people
        return
    for start in range(0, len(people), LOOKED_AT):
        stop = min(start + LOOKED_AT, len(people))
        part = people.people(start, stop)
        if table is not None and table.covariates:
            rows = table if len(table.ids) <= 1 else table.of_people(start, stop)
            part, _ = applied(model, rows, part, backward=True)
        yield part


def warn_outside(model: Model, people: Population | PeopleArrays, table: Events | None = None) -> None:
    """A `RangeWarning` for each limit that these people meet."""
    for limit in limits_of(model, people, table):
        warnings.warn(str(limit), RangeWarning, stacklevel=4)
