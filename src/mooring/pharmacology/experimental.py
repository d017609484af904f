r"""Qualitative: from receptor to mood, as a chain of turnovers without dimension. It decides nothing.

Each stage follows the one before it, \(ds_i/dt = (s_{i-1} - s_i)/\tau_i\), and is scaled so that its peak
is 1 after 0.5 mg/kg of racemate over 40 minutes. The order of the stages is the common hypothesis; the time
constants are orders of magnitude from rodents, from memory. No human data tie a concentration to these
stages, and those that exist contradict "more drug, more benefit" (Farmer 2020: more (2R,6R)-
hydroxynorketamine went with less improvement, r = 0.37). No function of the library and no rule reads this
module; nothing about a person may be concluded from it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.models import model
from mooring.pharmacology.occupancy import occupancy
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.result import Result
from mooring.pharmacology.simulation import simulate
from mooring.pharmacology.subject import Subject

Array = npt.NDArray[np.float64]
EVIDENCE = "qualitative"
STEP_H = 1 / 12


@dataclass(frozen=True)
class Stage:
    """One stage; `time_constant_h` is an order of magnitude; `follows` is the stage that drives it."""

    name: str
    title: str
    follows: str
    time_constant_h: float
    evidence: str = EVIDENCE


STAGES = (
    Stage("interneurons", "quiet of GABA interneurons", "receptor", 0.1),
    Stage("glutamate", "burst of glutamate", "interneurons", 0.5),
    Stage("ampa", "AMPA throughput", "glutamate", 0.5),
    Stage("bdnf_mtor", "BDNF and mTOR signalling", "ampa", 1.5),
    Stage("synapses", "synapses formed", "bdnf_mtor", 24.0),
    Stage("mood", "change of mood, over days", "synapses", 72.0),
    Stage("inflammation", "damped inflammation", "receptor", 24.0),
)


@dataclass(frozen=True)
class Cascade:
    """Stages over time, each 1 at its own peak after the reference dose. `evidence` is "qualitative"."""

    times_h: Array
    stages: dict[str, Array]
    evidence: str = EVIDENCE


def cascade(result: Result, *, until_h: float | None = None) -> Cascade:
    """The chain behind a simulation of one person. Raises `PharmacologyError` for a population."""
    if len(result) != 1:
        raise PharmacologyError("the qualitative chain is drawn for one typical person")
    end_h = until_h or float(result.times_h[-1])
    times_h, stages = _chain(result, end_h)
    tops = {name: float(curve.max()) for name, curve in _chain(_reference(), 21 * 24.0)[1].items()}
    return Cascade(times_h, {name: curve / tops[name] for name, curve in stages.items()})


def _reference() -> Result:
    regimen = Regimen().infuse("0.5 mg/kg", over="40 min")
    who = Subject(weight_kg=70, age_years=40)
    return simulate(model("mooring_racemic"), regimen, who, until="24 h", every="5 min", fast=False)


def _chain(result: Result, end_h: float) -> tuple[Array, dict[str, Array]]:
    times_h = np.arange(round(end_h / STEP_H) + 1, dtype=np.float64) * STEP_H
    middle = np.ravel(occupancy(result).middle)
    curves = {"receptor": np.interp(times_h, result.times_h, middle, right=0.0)}
    for stage in STAGES:
        keep = float(np.exp(-STEP_H / stage.time_constant_h))
        drive, level, values = curves[stage.follows], 0.0, np.zeros_like(times_h)
        for index in range(1, len(times_h)):
            level = level * keep + (1 - keep) * float(drive[index - 1] + drive[index]) / 2
            values[index] = level
        curves[stage.name] = values
    return times_h, {stage.name: curves[stage.name] for stage in STAGES}
