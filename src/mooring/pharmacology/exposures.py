"""What regimens would do in one person, given what was measured in that person: individualisation as analysis.

The person's random effects are those of the fit, their uncertainty its covariance, normal on the scale of the
effects. It compares what it is asked about; it proposes no dose and is no advice.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mooring.pharmacology.candidates import Candidates
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.fitting import Individual
from mooring.pharmacology.metrics import Metrics
from mooring.pharmacology.model import Model
from mooring.pharmacology.population import of_subject
from mooring.pharmacology.program import Array
from mooring.pharmacology.randomness import normals
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.simulation import simulate
from mooring.pharmacology.subject import Subject

EXPOSURE_STREAM = 500
ASKED = ("auc", "cmax", "trough")
LEVELS = (0.05, 0.95)


@dataclass(frozen=True)
class Exposure:
    """One regimen in one person: `value` at the estimate, `low` to `high` the 90 % interval of its uncertainty.

    `inside`: the share of what the estimate allows that lies within the range that was asked about (None: none
    was). Areas are in h times the unit of the output.
    """

    regimen: str
    of: str
    value: float
    low: float
    high: float
    inside: float | None
    unit: str

    def __repr__(self) -> str:
        share = "" if self.inside is None else f", {100 * self.inside:.0f} % within the range asked about"
        return (
            f"<Exposure of {self.regimen!r}: {self.of} {self.value:.4g} ({self.low:.4g} to {self.high:.4g}) "
            f"{self.unit}{share}>"
        )


def exposures(
    model: Model,
    individual: Individual,
    regimens: Mapping[str, Regimen],
    who: Subject,
    *,
    output: str,
    of: str = "auc",
    until: object = None,
    within: tuple[float, float] | None = None,
    draws: int = 400,
    seed: int = 1,
) -> tuple[Exposure, ...]:
    """The exposure of one fitted person under each of several regimens, in their order.

    `of`: "auc" (to `until`), "cmax" (exact) or "trough", of the concentration itself, without measurement error.
    `within`: a range whose share of what the estimate allows is answered. `who`: the person's covariates, as in the
    fit. Raises `PharmacologyError` for effects that the model lacks.

    >>> from mooring import pharmacology as pk
    >>> one = pk.build(id="one", drug="d", compartments=["central"],
    ...     parameters={"CL": pk.coefficient(2.0, cv_percent=30), "V": 10.0}, flows={"central -> out": "CL / V"},
    ...     outputs={"d.plasma": "central / V"}, routes={"iv": "central"}, residuals={"d.plasma": pk.Residual(0.1)})
    >>> measured = pk.Regimen.from_events({"time": [0.0, 4.0, 8.0], "amt": [100.0, 0, 0], "evid": [1, 0, 0],
    ...     "dv": [None, 5.2, 2.9], "route": ["iv"] * 3})
    >>> person = pk.fit_map(one, measured)[0]
    >>> regimens = {mg: pk.Regimen().dose(mg, route="iv") for mg in ("50 mg", "100 mg")}
    >>> half, whole = pk.exposures(one, person, regimens, pk.Subject(), output="d.plasma", until="400 h")
    >>> round(whole.value / half.value, 6), round(whole.value * person.coefficients["CL"], 3)
    (2.0, 100.0)
    """
    if of not in ASKED:
        raise PharmacologyError(f"an exposure is {', '.join(ASKED)}, not {of!r}")
    if within is not None and not 0 <= within[0] < within[1]:
        raise PharmacologyError(f"a range goes from a lower to a higher value, not {within!r}")
    unknown = [symbol for symbol in individual.symbols if symbol not in model.parameters]
    if unknown:
        raise PharmacologyError(f"{model.id} has no coefficient {', '.join(unknown)}")
    unit = model.output(output).unit
    people = _possible(model, individual, who, draws, seed)
    found = []
    for name, regimen in regimens.items():
        result = simulate(
            model, regimen, people, outputs=[output], until=until, every="30 min", store="metrics"
        )  # fmt: skip
        values = _asked(result.metrics(output), of)
        low, high = np.quantile(values[1:], LEVELS)
        inside = (
            None if within is None else float(((values[1:] >= within[0]) & (values[1:] <= within[1])).mean())
        )
        said = f"h·{unit}" if of == "auc" else unit
        found.append(Exposure(name, of, float(values[0]), float(low), float(high), inside, said))
    return tuple(found)


def _possible(model: Model, individual: Individual, who: Subject, draws: int, seed: int) -> Candidates:
    """Copies of the person: the first at the estimate, the others as the estimate's uncertainty allows."""
    width = len(individual.symbols)
    at = np.array([individual.effects[symbol] for symbol in individual.symbols])
    values, vectors = np.linalg.eigh(individual.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    z = normals(seed=seed, stream=EXPOSURE_STREAM, start=0, stop=draws, width=width)
    effects = np.concatenate([at[None, :], at + z @ root.T])
    named = {symbol: effects[:, place] for place, symbol in enumerate(individual.symbols)}
    return Candidates(model, len(effects), 0, of_subject(who), between_occasions=False, given_effects=named)


def _asked(metrics: Metrics, of: str) -> Array:
    return np.asarray(
        {
            "auc": lambda: metrics.auc_ng_h_per_ml,
            "cmax": lambda: metrics.cmax_ng_per_ml,
            "trough": lambda: metrics.trough_ng_per_ml,
        }[of]()
    )
