"""From a dose to a curve: the numerical library.

**Owns** models, regimens, simulation, populations, effects, analysis of measured data.
**Does not own** pages about them (lab); any dosing advice.
**Uses** NumPy only.
**Start reading at** `simulation.py`.
"""

from mooring.pharmacology.building import Entry, build, coefficient
from mooring.pharmacology.checks import PredictiveCheck, vpc
from mooring.pharmacology.control_stream import read_control_stream
from mooring.pharmacology.effects import Effect, effect, effects
from mooring.pharmacology.errors import (
    EventError,
    MissingExtra,
    PharmacologyError,
    RangeWarning,
    UnitError,
)
from mooring.pharmacology.exports import to_csv, to_nonmem, to_pandas
from mooring.pharmacology.exposures import Exposure, exposures
from mooring.pharmacology.fitting import Estimates, Individual, fit_curve, fit_map, profile_likelihood
from mooring.pharmacology.literature import findings
from mooring.pharmacology.metrics import Metrics
from mooring.pharmacology.model import Model, Residual
from mooring.pharmacology.models import model, models
from mooring.pharmacology.nca import Noncompartmental, nca, nca_by_id
from mooring.pharmacology.occupancy import Band, occupancy
from mooring.pharmacology.population import Normal, Population, Shares, Uniform, population
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.result import Result
from mooring.pharmacology.sensitivity import Indices, attainment, elasticities, sobol
from mooring.pharmacology.sessions import expected_session
from mooring.pharmacology.simulation import simulate
from mooring.pharmacology.subject import Subject
from mooring.pharmacology.uncertainty import UncertaintyBand, band
from mooring.pharmacology.version import __version__

__all__ = [
    "Band",
    "Effect",
    "Entry",
    "Estimates",
    "EventError",
    "Exposure",
    "Indices",
    "Individual",
    "Metrics",
    "MissingExtra",
    "Model",
    "Noncompartmental",
    "Normal",
    "PharmacologyError",
    "Population",
    "PredictiveCheck",
    "RangeWarning",
    "Regimen",
    "Residual",
    "Result",
    "Shares",
    "Subject",
    "UncertaintyBand",
    "Uniform",
    "UnitError",
    "__version__",
    "attainment",
    "band",
    "build",
    "coefficient",
    "effect",
    "effects",
    "elasticities",
    "expected_session",
    "exposures",
    "findings",
    "fit_curve",
    "fit_map",
    "model",
    "models",
    "nca",
    "nca_by_id",
    "occupancy",
    "population",
    "profile_likelihood",
    "read_control_stream",
    "simulate",
    "sobol",
    "to_csv",
    "to_nonmem",
    "to_pandas",
    "vpc",
]
