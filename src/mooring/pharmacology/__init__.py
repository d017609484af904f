"""From a dose to a curve: the numerical library.

**Owns** models, regimens, simulation, populations, effects.
**Does not own** pages about them (lab); any dosing advice.
**Uses** NumPy only.
**Start reading at** `simulation.py`.
"""

from mooring.pharmacology.effects import Effect, effect, effects
from mooring.pharmacology.errors import (
    EventError,
    MissingExtra,
    PharmacologyError,
    RangeWarning,
    UnitError,
)
from mooring.pharmacology.literature import findings
from mooring.pharmacology.metrics import Metrics
from mooring.pharmacology.model import Model
from mooring.pharmacology.models import model, models
from mooring.pharmacology.occupancy import Band, occupancy
from mooring.pharmacology.population import Normal, Population, Shares, Uniform, population
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.result import Result
from mooring.pharmacology.sessions import expected_session
from mooring.pharmacology.simulation import simulate
from mooring.pharmacology.subject import Subject
from mooring.pharmacology.version import __version__

__all__ = [
    "Band",
    "Effect",
    "EventError",
    "Metrics",
    "MissingExtra",
    "Model",
    "Normal",
    "PharmacologyError",
    "Population",
    "RangeWarning",
    "Regimen",
    "Result",
    "Shares",
    "Subject",
    "Uniform",
    "UnitError",
    "__version__",
    "effect",
    "effects",
    "expected_session",
    "findings",
    "model",
    "models",
    "occupancy",
    "population",
    "simulate",
]
