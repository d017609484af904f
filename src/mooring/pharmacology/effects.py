r"""Effects with published coefficients: how a concentration becomes an effect between 0 and 1.

\(E = E_{max}\, C^\gamma / (C_{50}^\gamma + C^\gamma)\) for a graded effect; for a threshold, the share of
people whose threshold, normal with mean and SD, lies below C. What has no published coefficients (heart
rate, blood pressure, cardiac output, CADSS) stands as a table in `literature.py`, not here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from mooring.pharmacology.constants import ng_per_ml
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.parameters import Grade, Tag

Array = npt.NDArray[np.float64]


class Curves(Protocol):
    """What an effect reads: a `Result`, or a mapping of output names to concentrations in ng/mL."""

    @property
    def outputs(self) -> tuple[str, ...]: ...

    def __getitem__(self, output: str, /) -> Array: ...


@dataclass(frozen=True)
class Effect:
    """One effect. `c50_ng_per_ml` is the concentration of half the effect, or the mean threshold.

    `drivers` are the outputs that may drive it, the best first. `sd_ng_per_ml` is the spread of a threshold
    between people. `interval_ng_per_ml` is the 95 % interval of c50 where it is published.
    """

    id: str
    title: str
    kind: Literal["graded", "threshold"]
    drivers: tuple[str, ...]
    c50_ng_per_ml: float
    source: str
    reference: str
    tag: Tag
    grade: Grade
    people: int
    emax: float = 1.0
    gamma: float = 1.0
    sd_ng_per_ml: float = 0.0
    interval_ng_per_ml: tuple[float, float] | None = None
    note: str = ""

    def at(self, concentration_ng_per_ml: Array | float) -> Array:
        """The effect at concentrations of its driver, 0 to `emax`."""
        c = np.asarray(concentration_ng_per_ml, dtype=np.float64)
        if self.kind == "threshold":
            return normal_share((c - self.c50_ng_per_ml) / self.sd_ng_per_ml)
        relative = c / self.c50_ng_per_ml
        power = relative if self.gamma == 1.0 else relative**self.gamma
        return np.asarray(self.emax * power / (1.0 + power))

    def driver(self, outputs: tuple[str, ...]) -> str:
        """The best driver among `outputs`. Raises `PharmacologyError` where there is none."""
        for each in self.drivers:
            if each in outputs:
                return each
        raise PharmacologyError(f"{self.id} is driven by {' or '.join(self.drivers)}; none was simulated")

    def of(self, curves: Curves) -> Array:
        """The effect over time of a simulation, in the shape of its curves."""
        return self.at(curves[self.driver(tuple(curves.outputs))])


def normal_share(z: Array) -> Array:
    """The normal distribution function, by Abramowitz and Stegun 7.1.26 (error below 1e-7)."""
    x = np.abs(z) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * x)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = 1 - series * np.exp(-x * x)
    return np.asarray(0.5 * (1 + np.sign(z) * erf))


S_PLASMA = ("esketamine.arterial", "esketamine.venous")
RACEMIC = ("ketamine.arterial", "ketamine.venous")
NOT_S = "measured with S-ketamine; R-ketamine added nothing"

_EFFECTS = (
    Effect(
        "dissociation",
        "altered external perception (dissociation)",
        "graded",
        ("esketamine.effect",),
        ng_per_ml(nmol_per_ml=0.51, analyte="esketamine"),
        "Olofsen 2022, abstract",
        "olofsen-2022-connected",
        "O",
        "B",
        17,
        interval_ng_per_ml=(90.0, 157.0),
        note=f"{NOT_S}; 17 men; effect site with a half-life of 8.3 min (5.1 to 13.0)",
    ),
    Effect(
        "pressure_pain",
        "relief of pressure pain",
        "graded",
        ("esketamine.effect",),
        ng_per_ml(nmol_per_ml=0.51, analyte="esketamine"),
        "Olofsen 2022, abstract",
        "olofsen-2022-connected",
        "O",
        "B",
        17,
        interval_ng_per_ml=(90.0, 157.0),
        note=f"{NOT_S}; the same coefficients as perception",
    ),
    Effect(
        "drug_high",
        "drug high",
        "graded",
        S_PLASMA,
        ng_per_ml(nmol_per_ml=0.3, analyte="esketamine"),
        "Simons 2022 part 2, abstract",
        "simons2022b",
        "O",
        "B",
        20,
        note="of the most felt on a scale of 0 to 10; driven by plasma, the delay was not read",
    ),
    Effect(
        "antinociception",
        "relief of electrical, heat and pressure pain",
        "graded",
        S_PLASMA,
        ng_per_ml(nmol_per_ml=1.45, analyte="esketamine"),
        "Simons 2022 part 2, abstract",
        "simons2022b",
        "O",
        "C",
        20,
        interval_ng_per_ml=(285.0, 404.0),
        note="middle of three assays, 1.2 to 1.7 nmol/mL; no clear relation to dose was found",
    ),
    Effect(
        "sedation",
        "sedation of children",
        "graded",
        RACEMIC,
        560.0,
        "Herd 2008, abstract",
        "herd2008",
        "O",
        "B",
        43,
        emax=0.939,
        gamma=3.71,
        note="children; its delay of 11 s is left out; spread of the half-effect 136 %",
    ),
    Effect(
        "anaesthesia",
        "share of people anaesthetised",
        "threshold",
        RACEMIC,
        2000.0,
        "Herd 2008, citing earlier work",
        "herd2008",
        "O",
        "B",
        0,
        sd_ng_per_ml=500.0,
    ),
    Effect(
        "awakening",
        "share of adults not yet awake",
        "threshold",
        RACEMIC,
        740.0,
        "Herd 2008, citing earlier work",
        "herd2008",
        "O",
        "B",
        0,
        sd_ng_per_ml=240.0,
        note="children are roused at 520 ng/mL (220 to 1,170)",
    ),
)
EFFECTS: Mapping[str, Effect] = {each.id: each for each in _EFFECTS}


def effects() -> tuple[str, ...]:
    """The ids of all effects that have published coefficients."""
    return tuple(EFFECTS)


def effect(id: str) -> Effect:
    """The effect called `id`. Raises `PharmacologyError` that lists the ids."""
    if id not in EFFECTS:
        raise PharmacologyError(f"there is no effect {id!r}; there are {', '.join(EFFECTS)}")
    return EFFECTS[id]
