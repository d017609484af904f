"""The one path from a dose to what enters the model: plain, repeated, at steady state, lagged, for ever.

A bolus is a jump of an amount; a zero-order input is two jumps of a rate, on and off. Every input of the
dose's route counts with its part and its fraction; nothing enters a model except through here.
"""

from dataclasses import dataclass

import numpy as np

from mooring.pharmacology.doses import Doses, Flags
from mooring.pharmacology.model import Given, Input, Model, Values
from mooring.pharmacology.program import Array, Whole
from mooring.pharmacology.ways import route_of, share_s

# The order of what one dose does at one time.
OFF, RESET, ON = 0, 1, 2


@dataclass
class Pulse:
    """Jumps of one state before sorting: `times_h` and `size` (subjects, columns).

    `dosed_h` is when the dose was given, `place` its column among the doses: what decides at one time.
    """

    name: str
    is_rate: bool
    times_h: Array
    size: Array
    phase: int
    dosed_h: Array
    place: Whole


def pulses_of(model: Model, values: Values, doses: Doses) -> list[Pulse]:
    """The jumps of all doses: every input of every route, in columns."""
    pulses: list[Pulse] = []
    there = (doses.mg > 0) | doses.endless
    for number, (name, drug) in enumerate(doses.kinds):
        mask = there & (doses.kind == number)
        columns = np.flatnonzero(mask.any(axis=0))
        if not len(columns):
            continue
        route = route_of(model, name)
        hourly = np.where(doses.endless, doses.rate_mg_per_h, doses.mg)
        mg = np.where(mask, hourly, 0.0)[:, columns]
        given = Given(mg, doses.before_mg[:, columns], share_s(model, drug))
        wide = of_doses(values, doses, columns)
        for each in route.inputs:
            pulses += _of_input(each, wide, given, doses, columns)
    return pulses


def starting(model: Model, values: Values, doses: Doses) -> list[Pulse]:
    """What is there from the start, and again after every reset: a turnover at its baseline."""
    pulses: list[Pulse] = []
    if not model.initial:
        return pulses
    first = np.minimum(doses.time_h.min(axis=1, keepdims=True, initial=0.0), 0.0)
    empties = np.where(doses.empties, doses.time_h, np.inf)
    times = np.concatenate([first, empties], axis=1)
    place = np.concatenate([[-1], np.arange(empties.shape[1])])
    for name, formula in model.initial:
        amount = np.asarray(formula(values), dtype=float)
        size = np.broadcast_to(
            amount.reshape(-1, 1) if amount.ndim < 2 else amount[:, :1],
            (np.size(amount, 0) if amount.ndim else 1, 1),
        )
        pulses.append(Pulse(name, False, times, np.where(np.isfinite(times), size, 0.0), ON, times, place))
    return pulses


def of_doses(values: Values, doses: Doses, columns: Whole) -> Values:
    """The coefficients at each dose, (subjects, columns or 1): those of the period in which it is given."""
    if doses.period is None:
        return Values({name: np.asarray(value)[:, None] for name, value in vars(values).items()})
    period = doses.period[:, columns]
    return Values({name: np.take_along_axis(value, period, axis=1) for name, value in vars(values).items()})


def _of_input(each: Input, p: Values, given: Given, doses: Doses, columns: Whole) -> list[Pulse]:
    """The jumps that one input of a route makes."""
    share = np.asarray(each.fraction(p, given))
    part = 1.0 if each.part is None else np.asarray(each.part(given))
    amount = given.mg * part * share
    if not amount.any():
        return []
    endless = doses.endless[:, columns] & (given.mg > 0)
    lag = 0.0 if each.lag_h is None else np.asarray(each.lag_h(p))
    dosed = doses.time_h[:, columns]
    starts = dosed + lag
    length, timed = _length(each, p, amount, doses, columns, part)
    timed = timed | endless
    pulses = []
    if not np.all(timed):
        at_once = np.where(timed, 0.0, amount)
        pulses.append(Pulse(each.into, False, starts, at_once, ON, dosed, columns))
    if np.any(timed):
        speed = np.where(timed & (amount > 0), amount / np.where(length > 0, length, 1.0), 0.0)
        # NONMEM keeps a stated rate; where it never ends there is nothing for the fraction to shorten.
        speed = np.where(endless, given.mg * part, speed)
        ends = np.where(endless, 0.0, speed)
        pulses.append(Pulse(each.into, True, starts, speed, ON, dosed, columns))
        pulses.append(Pulse(each.into, True, starts + length, -ends, OFF, dosed, columns))
    return pulses


def _length(
    each: Input, p: Values, amount: Array, doses: Doses, columns: Whole, part: Array | float
) -> tuple[Array, Flags]:
    """Hours over which the input enters, and where it takes time at all.

    NONMEM: a stated rate is kept and F shortens the infusion; a stated duration is kept and F scales the
    rate. A route's own duration or rate (modelled, RATE −2 or −1) stands for itself.
    """
    everywhere = np.ones(amount.shape, dtype=bool)
    if each.over_h is not None:
        return np.broadcast_to(np.asarray(each.over_h(p)), amount.shape), everywhere
    if each.rate_mg_per_h is not None:
        return amount / np.asarray(each.rate_mg_per_h(p)), everywhere
    rate = np.broadcast_to(doses.rate_mg_per_h[:, columns] * part, amount.shape)
    dur = np.broadcast_to(doses.dur_h[:, columns], amount.shape)
    by_rate = np.where(rate > 0, amount / np.where(rate > 0, rate, 1.0), 0.0)
    return np.where(dur > 0, dur, by_rate), (rate > 0) | (dur > 0)
