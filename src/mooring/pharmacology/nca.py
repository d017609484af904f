r"""Non-compartmental analysis of measured concentrations, by the field's rules.

Areas by the linear rule while concentrations rise and the logarithmic one while they fall ("linear up, log
down"), or by the linear rule throughout. \(\lambda_z\) is the slope of the last points on the logarithm, as many
of them as give the highest adjusted \(R^2\) (of two that differ by less than 0.0001 the one with more points),
at least three, after the peak unless the dose was a bolus. The rules and names are those of the field's
reference implementation; the tests hold its published results.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from mooring.pharmacology.cells import durations_h, is_missing
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.program import Array

Given = Literal["extravascular", "bolus", "infusion"]
Rule = Literal["linear up, log down", "linear"]
# What one mg in one litre is, in the unit of the concentrations.
PER_MG_PER_L = {"ng/mL": 1000.0, "µg/L": 1000.0, "ug/L": 1000.0, "mg/L": 1.0, "µg/mL": 1.0, "ug/mL": 1.0}
SAME_R2 = 1e-4
LEAST_POINTS = 3


@dataclass(frozen=True)
class Terminal:
    """The terminal slope: `lambda_z_per_h`, how well and on which points it was found."""

    lambda_z_per_h: float
    intercept: float
    r2_adjusted: float
    points: int
    from_h: float
    to_h: float

    @property
    def half_life_h(self) -> float:
        return math.log(2) / self.lambda_z_per_h

    def at(self, time_h: float) -> float:
        """The concentration that the slope predicts."""
        return math.exp(self.intercept - self.lambda_z_per_h * time_h)


@dataclass(frozen=True)
class Noncompartmental:
    """What one profile says. NaN where it cannot be said; concentrations in the unit of the data, hours, litres.

    `auc_last` is the area to the last measurable concentration; `auc_inf_obs` adds the tail from the measured
    last one, `auc_inf_pred` from the predicted one; `extrapolated_percent` is the tail's share of `auc_inf_obs`.
    """

    cmax: float
    tmax_h: float
    clast: float
    tlast_h: float
    c0: float
    terminal: Terminal | None
    auc_last: float
    auc_all: float
    auc_inf_obs: float
    auc_inf_pred: float
    extrapolated_percent: float
    aumc_last: float
    aumc_inf_obs: float
    mrt_inf_obs_h: float
    clearance_l_per_h: float
    volume_z_l: float
    volume_ss_l: float
    times_h: Array
    concentrations: Array
    rule: Rule

    @property
    def half_life_h(self) -> float:
        return math.nan if self.terminal is None else self.terminal.half_life_h

    def area(self, from_h: float, to_h: float) -> float:
        """A partial area within the measured times, interpolated by the same rule."""
        if not self.times_h[0] <= from_h < to_h <= self.tlast_h:
            raise PharmacologyError(
                f"a partial area lies within {self.times_h[0]:g} to {self.tlast_h:g} h, not {from_h:g} to {to_h:g}"
            )
        ends = [(at, self._between(at)) for at in (from_h, to_h)]
        inside = (self.times_h > from_h) & (self.times_h < to_h)
        times = np.concatenate([[from_h], self.times_h[inside], [to_h]])
        values = np.concatenate([[ends[0][1]], self.concentrations[inside], [ends[1][1]]])
        return float(_areas(times, values, self.rule)[0].sum())

    def _between(self, at_h: float) -> float:
        k = int(np.clip(np.searchsorted(self.times_h, at_h, side="right") - 1, 0, len(self.times_h) - 2))
        t1, t2 = self.times_h[k : k + 2]
        c1, c2 = self.concentrations[k : k + 2]
        share = (at_h - t1) / (t2 - t1)
        if self.rule == "linear" or c2 >= c1 or c2 <= 0:
            return float(c1 + share * (c2 - c1))
        return float(c1 * (c2 / c1) ** share)


def nca(
    times_h: Any,
    concentrations: Any,
    *,
    dose_mg: float | None = None,
    given: Given = "extravascular",
    duration_h: float = 0.0,
    unit: str = "ng/mL",
    rule: Rule = "linear up, log down",
    lloq: float = 0.0,
    points: tuple[float, float] | None = None,
) -> Noncompartmental:
    """The analysis of one profile after one dose at time 0.

    Concentrations that are missing, "BLQ" or below `lloq` are: zero before the first measurable one, left out
    between measurable ones, and left out after the last (`auc_all` counts the first of those as zero). `points`
    fixes the terminal slope to the times from and to, hours. Raises `PharmacologyError` for what is no profile.

    >>> profile = nca([0, 1, 2, 4, 8], [0, 10, 8, 4, 1], dose_mg=100, unit="mg/L")
    >>> round(profile.half_life_h, 2), round(profile.auc_inf_obs, 1)
    (2.0, 37.0)
    """
    if unit not in PER_MG_PER_L:
        raise PharmacologyError(f"concentrations are in {', '.join(PER_MG_PER_L)}, not {unit!r}")
    if rule not in ("linear up, log down", "linear"):
        raise PharmacologyError(f'the rule is "linear up, log down" or "linear", not {rule!r}')
    if given not in ("extravascular", "bolus", "infusion"):
        raise PharmacologyError(f'a dose is given "extravascular", "bolus" or "infusion", not {given!r}')
    times, values, after = _measured(durations_h(np.asarray(times_h), "times_h"), concentrations, lloq)
    terminal = _terminal(times, values, given, points)
    times, values, c0 = _from_zero(times, values, given)
    area, moment = (float(each.sum()) for each in _areas(times, values, rule))
    last, tlast = float(values[-1]), float(times[-1])
    trailing = 0.0 if after is None else 0.5 * last * (after - tlast)
    peak = int(values.argmax()) if given != "bolus" else int(values[times > 0].argmax()) + int(times[0] == 0)
    k = math.nan if terminal is None else terminal.lambda_z_per_h
    predicted = math.nan if terminal is None else terminal.at(tlast)
    whole, whole_moment = area + last / k, moment + tlast * last / k + last / k**2
    mrt = whole_moment / whole - (duration_h / 2 if given == "infusion" else 0.0)
    clearance = math.nan if dose_mg is None else dose_mg * PER_MG_PER_L[unit] / whole
    return Noncompartmental(
        cmax=float(values[peak]),
        tmax_h=float(times[peak]),
        clast=last,
        tlast_h=tlast,
        c0=c0,
        terminal=terminal,
        auc_last=area,
        auc_all=area + trailing,
        auc_inf_obs=whole,
        auc_inf_pred=area + predicted / k,
        extrapolated_percent=100 * (last / k) / whole,
        aumc_last=moment,
        aumc_inf_obs=whole_moment,
        mrt_inf_obs_h=mrt,
        clearance_l_per_h=clearance,
        volume_z_l=clearance / k,
        volume_ss_l=clearance * mrt if given != "extravascular" else math.nan,
        times_h=times,
        concentrations=values,
        rule=rule,
    )


def _measured(times: Array, concentrations: Any, lloq: float) -> tuple[Array, Array, float | None]:
    """Times and concentrations that count, and the first time after the last measurable one."""
    cells = list(np.asarray(concentrations, dtype=object).ravel())
    if times.ndim != 1 or len(cells) != len(times) or not np.isfinite(times).all():
        raise PharmacologyError("a profile is a row of times and as many concentrations")
    if (np.diff(times) <= 0).any() or times[0] < 0:
        raise PharmacologyError("the times of a profile start at or after the dose and ascend, each once")
    below = np.array([is_missing(c) or str(c).strip().upper() in ("BLQ", "BQL", "<LLOQ") for c in cells])
    values = np.array([0.0 if blq else float(c) for c, blq in zip(cells, below, strict=True)])
    if (values < 0).any():
        raise PharmacologyError("a concentration is below zero")
    seen = np.flatnonzero(~below & (values > 0) & (values >= lloq))
    if len(seen) < 2:
        raise PharmacologyError("a profile needs two measurable concentrations")
    first, last = int(seen[0]), int(seen[-1])
    keep = np.isin(np.arange(len(times)), seen) | (np.arange(len(times)) < first)
    values = np.where(np.arange(len(times)) < first, 0.0, values)
    after = float(times[last + 1]) if last + 1 < len(times) else None
    return times[keep], values[keep], after


def _from_zero(times: Array, values: Array, given: Given) -> tuple[Array, Array, float]:
    """The profile from time 0 on: back-extrapolated for a bolus, zero for everything else."""
    if times[0] == 0:
        return times, values, float(values[0])
    c0 = 0.0
    if given == "bolus":
        falls = values[0] > values[1] > 0
        slope = math.log(values[0] / values[1]) / (times[1] - times[0]) if falls else 0.0
        c0 = float(values[0] * math.exp(slope * times[0]))
    return np.concatenate([[0.0], times]), np.concatenate([[c0], values]), c0


def _areas(times: Array, values: Array, rule: Rule) -> tuple[Array, Array]:
    """Areas, and areas of the first moment, of every interval."""
    t1, t2, c1, c2 = times[:-1], times[1:], values[:-1], values[1:]
    dt = t2 - t1
    area, moment = dt * (c1 + c2) / 2, dt * (t1 * c1 + t2 * c2) / 2
    if rule == "linear":
        return area, moment
    falls = (c2 < c1) & (c2 > 0)
    k = np.log(np.where(falls, c1, 2.0) / np.where(falls, c2, 1.0)) / dt
    by_log = (c1 - c2) / k
    moment_by_log = (t1 * c1 - t2 * c2) / k + by_log / k
    return np.where(falls, by_log, area), np.where(falls, moment_by_log, moment)


def _terminal(
    times: Array, values: Array, given: Given, points: tuple[float, float] | None
) -> Terminal | None:
    """The terminal slope, or None where no three points fall."""
    positive = values > 0
    times, values = times[positive], values[positive]
    if points is not None:
        inside = (times >= points[0]) & (times <= points[1])
        if inside.sum() < 2:
            raise PharmacologyError(f"fewer than two measurable concentrations lie in {points!r}")
        return _line(times[inside], np.log(values[inside]))
    first = 0 if given == "bolus" else int(values.argmax()) + 1
    best: Terminal | None = None
    for count in range(LEAST_POINTS, len(times) - first + 1):
        line = _line(times[-count:], np.log(values[-count:]))
        if line is None:
            continue
        if best is None or line.r2_adjusted > best.r2_adjusted - SAME_R2:
            best = line
    return best


def _line(times: Array, logs: Array) -> Terminal | None:
    """The straight line through the logarithms; None where it does not fall."""
    n = len(times)
    dt, dy = times - times.mean(), logs - logs.mean()
    slope = float(dt @ dy / (dt @ dt))
    if slope >= 0:
        return None
    r2 = float((dt @ dy) ** 2 / ((dt @ dt) * (dy @ dy)))
    adjusted = 1 - (1 - r2) * (n - 1) / (n - 2) if n > 2 else math.nan
    return Terminal(
        -slope, float(logs.mean() - slope * times.mean()), adjusted, n, float(times[0]), float(times[-1])
    )


def nca_by_id(
    ids: Sequence[Any], times_h: Any, concentrations: Any, *, dose_mg: Any = None, **options: Any
) -> dict[Any, Noncompartmental]:
    """The analysis of several profiles at once, by id. `dose_mg` is one number, or one for each id.

    Raises `PharmacologyError` naming the id.
    """
    named = np.asarray(ids)
    times = durations_h(np.asarray(times_h), "times_h")
    cells = np.asarray(concentrations, dtype=object)
    answers = {}
    for name in dict.fromkeys(named.tolist()):
        mine = named == name
        dose = dose_mg[name] if isinstance(dose_mg, dict) else dose_mg
        try:
            answers[name] = nca(times[mine], cells[mine], dose_mg=dose, **options)
        except PharmacologyError as refused:
            raise PharmacologyError(f"id {name!r}: {refused}") from None
    return answers
