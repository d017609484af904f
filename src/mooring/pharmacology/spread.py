r"""How a coefficient differs between people, by its domain, so that no draw leaves what is possible.

- positive: \(\theta e^{\eta}\), \(\eta \sim N(0, \omega^2)\), \(\omega^2 = \ln(1 + CV^2)\);
- fraction: \(\operatorname{logit} \theta_i = \operatorname{logit} \theta + \eta\), with the SD of \(\eta\) found so
  that the fraction itself has the stated CV; a CV that no such distribution reaches is refused;
- real: \(\theta + \eta\), SD \(= CV |\theta|\).
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.parameters import Parameter, omega2_from_cv

Array = npt.NDArray[np.float64]
NODES = 96
WIDEST_LOGIT_SD = 6.0


@lru_cache(maxsize=1)
def _nodes() -> tuple[Array, Array]:
    """Gauss and Hermite's nodes of the normal distribution, and their weights."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, weights / weights.sum()


def fraction_cv(value: float, sd: float) -> float:
    """The coefficient of variation of a fraction whose logit is normal about logit(value) with this SD."""
    nodes, weights = _nodes()
    drawn = 1 / (1 + (1 - value) / value * np.exp(-sd * nodes))
    mean = float(weights @ drawn)
    return math.sqrt(max(float(weights @ (drawn - mean) ** 2), 0.0)) / mean


@lru_cache(maxsize=4096)
def logit_sd(value: float, cv_percent: float) -> float | None:
    """The SD on the logit that gives a fraction of typical `value` this CV; None where no SD does.

    >>> round(logit_sd(0.24, 30.0), 3), logit_sd(0.93, 150.0)
    (0.407, None)
    """
    wanted = cv_percent / 100
    if wanted == 0:
        return 0.0
    steps = np.linspace(0.0, WIDEST_LOGIT_SD, 121)[1:]
    high = next((float(sd) for sd in steps if fraction_cv(value, float(sd)) >= wanted), None)
    if high is None:
        return None
    low = high - float(steps[0])
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if fraction_cv(value, middle) < wanted else (low, middle)
    return (low + high) / 2


def effect_variance(each: Parameter, cv_percent: float | None = None) -> float:
    """The variance of a coefficient's random effect between people: its own, or that of a stated CV.

    Raises `PharmacologyError` for a CV that a fraction cannot have.
    """
    if cv_percent is not None:
        return _of_cv(each, cv_percent)
    return each.added_sd**2 if each.added_sd else _on_scale(each, each.omega2)


def occasion_variance(each: Parameter) -> float:
    """The variance of the random effect that is drawn anew for each occasion of a person."""
    return _on_scale(each, each.occasion_omega2)


def total_variance(each: Parameter) -> float:
    """The variance of the random effects between people and between occasions together, as one occasion shows it."""
    return effect_variance(each) + occasion_variance(each)


def _on_scale(each: Parameter, omega2: float) -> float:
    """A variance that is printed as of a logarithm, on the scale of the coefficient's domain."""
    if each.domain == "positive" or not omega2:
        return omega2
    return _of_cv(each, 100 * math.sqrt(math.expm1(omega2)))


def _of_cv(each: Parameter, cv_percent: float) -> float:
    if each.domain == "positive":
        return omega2_from_cv(cv_percent)
    if each.domain == "real":
        return (cv_percent / 100 * each.value) ** 2
    sd = logit_sd(each.value, round(cv_percent, 9))
    if sd is None:
        raise PharmacologyError(
            f"{each.symbol} is a fraction of typically {each.value:g}; no spread inside 0 to 1 has a CV of {cv_percent:g} %"
        )
    return sd**2


def varied(each: Parameter, effect: Array) -> Array:
    """The coefficient in people with these random effects."""
    if each.domain == "positive" and each.added_sd == 0:
        return np.asarray(each.value * np.exp(effect))
    if each.domain == "real":
        return np.asarray(each.value + effect)
    return np.asarray(1 / (1 + (1 - each.value) / each.value * np.exp(-effect)))
