"""Meta-analysis: effects of single trials, and pooling by fixed and random effects (statsmodels).

Risk ratios are pooled as logarithms, mean differences as they are. Between-trial variance by DerSimonian and
Laird (Control Clin Trials 1986;7:177-188); the prediction interval is that of Higgins, Thompson and
Spiegelhalter (J R Stat Soc A 2009;172:137-159): mean ± t(k-2) · sqrt(tau² + se²). Fewer than three trials
are shown singly and never pooled. A confidence interval covers 95 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LEAST_TRIALS = 3
_Z95 = 1.959963984540054


class Measure(StrEnum):
    """What an effect is: a ratio of risks (1 is none) or a difference of means (0 is none)."""

    RISK_RATIO = "risk ratio"
    MEAN_DIFFERENCE = "mean difference"


@dataclass(frozen=True)
class Effect:
    """One trial's effect on the scale on which it is pooled (log for ratios), with its variance."""

    label: str
    measure: Measure
    value: float
    variance: float
    people: int

    @property
    def shown(self) -> float:
        """The effect as people read it."""
        return _read(self.measure, self.value)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval as people read it."""
        half = _Z95 * math.sqrt(self.variance)
        return _read(self.measure, self.value - half), _read(self.measure, self.value + half)


@dataclass(frozen=True)
class Pooled:
    """A pooled effect as people read it, with its 95 % interval; `log_or_plain` is on the pooling scale."""

    shown: float
    low: float
    high: float
    log_or_plain: float
    standard_error: float
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Meta:
    """What three or more trials say together.

    `q`, `q_p`: Cochran's heterogeneity and its p value; `i2` in percent; `tau2` on the pooling scale;
    `prediction`: where the effect of a new trial like these would lie (95 %).
    """

    measure: Measure
    effects: tuple[Effect, ...]
    fixed: Pooled
    random: Pooled
    q: float
    q_p: float
    i2: float
    tau2: float
    prediction: tuple[float, float]


class TooFewTrials(ValueError):
    """Fewer than three trials: show them singly."""


def _read(measure: Measure, value: float) -> float:
    return math.exp(value) if measure == Measure.RISK_RATIO else value


def risk_ratio(label: str, events: int, people: int, control_events: int, control_people: int) -> Effect:
    """The log risk ratio of one trial. Half an event is added to every cell when one of them is 0.

    >>> round(risk_ratio("one", 4, 123, 11, 139).shown, 3)
    0.411
    """
    if (
        not (0 <= events <= people and 0 <= control_events <= control_people)
        or min(people, control_people) <= 0
    ):
        raise ValueError(f"{label}: events lie between 0 and the number of people, which is above 0")
    if events == 0 and control_events == 0:
        raise ValueError(f"{label}: no events in either arm say nothing about their ratio")
    a, n, c, m = float(events), float(people), float(control_events), float(control_people)
    if 0 in (events, control_events) or events == people or control_events == control_people:
        a, n, c, m = a + 0.5, n + 1, c + 0.5, m + 1
    variance = 1 / a - 1 / n + 1 / c - 1 / m
    return Effect(label, Measure.RISK_RATIO, math.log((a / n) / (c / m)), variance, people + control_people)


def reported_difference(label: str, difference: float, low: float, high: float, people: int) -> Effect:
    """A mean difference as a trial printed it with its 95 % interval; the variance from the interval."""
    if not low < difference < high:
        raise ValueError(f"{label}: the difference lies inside its interval")
    return Effect(label, Measure.MEAN_DIFFERENCE, difference, ((high - low) / (2 * _Z95)) ** 2, people)


def reported_standard_error(label: str, difference: float, standard_error: float, people: int) -> Effect:
    """A mean difference as a trial printed it with its standard error."""
    if standard_error <= 0:
        raise ValueError(f"{label}: a standard error above 0")
    return Effect(label, Measure.MEAN_DIFFERENCE, difference, standard_error**2, people)


def pool(effects: Sequence[Effect]) -> Meta:
    """All of it for three or more effects of one measure; `TooFewTrials` for fewer."""
    import numpy as np  # noqa: PLC0415
    from scipy import stats  # noqa: PLC0415 - slow to import, wanted by few pages
    from statsmodels.stats.meta_analysis import combine_effects  # noqa: PLC0415

    if len(effects) < LEAST_TRIALS:
        raise TooFewTrials(f"{len(effects)} trials; at least {LEAST_TRIALS} are pooled")
    measure = effects[0].measure
    if any(effect.measure != measure for effect in effects):
        raise ValueError("one measure at a time")
    with np.errstate(all="ignore"):  # a negative tau² may divide by zero in there; it is not used below
        result = combine_effects(
            np.array([effect.value for effect in effects]),
            np.array([effect.variance for effect in effects]),
            method_re="dl",
            row_names=[effect.label for effect in effects],
        )
    freedom = len(effects) - 1
    q, tau2 = float(result.q), max(0.0, float(result.tau2))
    fixed = _pooled(measure, float(result.mean_effect_fe), float(result.sd_eff_w_fe), result.weights_fe)
    random = fixed  # the library keeps a negative tau²; it is 0 then, and the two effects are one
    if tau2 > 0:
        random = _pooled(measure, float(result.mean_effect_re), float(result.sd_eff_w_re), result.weights_re)
    half = float(stats.t.ppf(0.975, len(effects) - 2)) * math.sqrt(tau2 + random.standard_error**2)
    return Meta(
        measure=measure,
        effects=tuple(effects),
        fixed=fixed,
        random=random,
        q=q,
        q_p=float(stats.chi2.sf(q, freedom)),
        i2=max(0.0, (q - freedom) / q * 100) if q > 0 else 0.0,
        tau2=tau2,
        prediction=(_read(measure, random.log_or_plain - half), _read(measure, random.log_or_plain + half)),
    )


def _pooled(measure: Measure, value: float, standard_error: float, weights: Sequence[float]) -> Pooled:
    half = _Z95 * standard_error
    total = float(sum(weights))
    return Pooled(
        shown=_read(measure, value),
        low=_read(measure, value - half),
        high=_read(measure, value + half),
        log_or_plain=value,
        standard_error=standard_error,
        weights=tuple(float(weight) / total for weight in weights),
    )
