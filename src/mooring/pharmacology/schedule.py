"""From a regimen to what the engine needs: when, for each subject, which state jumps by how much.

A bolus is a jump of an amount. A zero-order input is two jumps of a rate, on and off; rates are states
themselves, appended after the amounts, so that the whole system is homogeneous between jumps. F and lag act
on boluses and infusions alike. At one time the order is: rates off, reset, boluses and rates on.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mooring.pharmacology import events
from mooring.pharmacology.constants import BASE_FRACTION
from mooring.pharmacology.errors import EventError, PharmacologyError
from mooring.pharmacology.events import Events
from mooring.pharmacology.model import Array, Given, Input, Model, System, Values, downstream
from mooring.pharmacology.propagate import ROUNDING, advance, periodic, steady
from mooring.pharmacology.ways import kinds_of, route_of, share_s

SITTING_H = 1.0
OFF, RESET, ON = 0, 1, 2
MOST_RUNNING = 1000


@dataclass(frozen=True)
class Doses:
    """The dosing rows of every subject side by side, arrays (subjects or 1, doses); absent rows have 0 mg.

    `kind` indexes `kinds`, the pairs of route and drug that occur.
    """

    time_h: Array
    mg: Array
    rate_mg_per_h: Array
    dur_h: Array
    ii_h: Array
    ss: npt.NDArray[np.int64]
    reset: npt.NDArray[np.bool_]
    kind: npt.NDArray[np.int64]
    kinds: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Program:
    """Jumps in time order, per subject.

    `A` (subjects, states, states) includes one state a rate at the end; `H` likewise. `times_h`
    (subjects, jumps), `jumps` (subjects, jumps, states), `resets` (subjects, jumps). `amounts`: how many
    leading states are amounts. `dose_times_h` (subjects, doses): when doses start, for the trough.
    """

    A: Array
    H: Array
    times_h: Array
    jumps: Array
    resets: npt.NDArray[np.bool_]
    amounts: int
    dose_times_h: Array


@dataclass
class Pulse:
    """Jumps of one state before sorting: `times_h` and `size` (subjects, columns).

    `dosed_h` is when the dose was given, `place` its column among the doses: what a reset at one time wipes out.
    """

    name: str
    is_rate: bool
    times_h: Array
    size: Array
    phase: int
    dosed_h: Array
    place: npt.NDArray[np.intp]


def side_by_side(table: Events, *, subjects: int, ids: Array | None, weight_kg: Array) -> Doses:
    """The dosing rows by subject, base mg. One person's table serves everybody; else ids pair with subjects.

    `ids` (subjects,) are the ids of this chunk's subjects, None where the table has one id only.
    """
    table = events.expanded(table)
    kept = events.one_of(table.evid, (1, 3, 4))
    rows = table if kept.all() else table.take(kept)
    if ids is None:
        index = np.arange(len(rows))[None, :]
        there = np.ones_like(index, dtype=bool)
    else:
        first = np.searchsorted(rows.id, ids, side="left")
        count = np.searchsorted(rows.id, ids, side="right") - first
        nth = np.arange(max(int(count.max(initial=0)), 1))[None, :]
        there = nth < count[:, None]
        index = np.where(there, first[:, None] + nth, 0)
    if not len(rows):
        raise PharmacologyError("the regimen has no dose")
    salts = [events.one_of(rows.salt, (salt,)) for salt in BASE_FRACTION]
    base = np.select(salts, list(BASE_FRACTION.values()), 1.0)
    mg = (rows.amt_mg * base * (rows.evid != 3))[index] * there
    rate = (np.maximum(rows.rate_mg_per_h, 0) * base)[index] * there
    per_kg = events.picked(rows.per_kg, index)
    if per_kg.any():
        if np.isnan(weight_kg).any():
            raise PharmacologyError("a dose in mg/kg needs the weight: give Subject(weight_kg=…)")
        scale = np.where(per_kg, weight_kg[:, None], 1.0)
        mg, rate = mg * scale, rate * scale
    kind, kinds = kinds_of(rows)
    arrays: tuple[Any, ...] = np.broadcast_arrays(
        np.where(there, rows.time_h[index], 0.0),
        mg,
        rate,
        events.picked(rows.dur_h, index) * there,
        events.picked(rows.ii_h, index),
        np.where(there, events.picked(rows.ss, index), 0),
        events.picked(events.one_of(rows.evid, (3, 4)), index) & there,
        events.picked(kind, index),
    )
    time_h, mg, rate, dur_h, ii_h, ss, reset, kind = arrays
    return Doses(time_h, mg, rate, dur_h, ii_h, ss, reset, kind, kinds)


def compiled(model: Model, system: System, values: Values, doses: Doses, *, until_h: float) -> Program:
    """The program of one chunk. Raises `PharmacologyError` for a route or compartment the model lacks."""
    subjects = len(system.A)
    pulses = _pulses(model, values, doses)
    for_ever = {doses.kinds[kind][0] for kind in doses.kind[(doses.mg == 0) & (doses.rate_mg_per_h > 0)]}
    dosed = {pulse.name for pulse in pulses} | {
        each.into for name in for_ever for each in route_of(model, name).inputs
    }
    system = downstream(system, dosed)
    pulses += _steady_states(model, system, values, doses)
    resets = doses.reset | (doses.ss == 1)
    if resets.any():
        for pulse in pulses:
            _cut_at_resets(pulse, resets, doses.time_h)
        at = np.where(resets, doses.time_h, np.inf)
        pulses.append(Pulse("", False, at, np.zeros_like(at), RESET, at, np.arange(at.shape[1])))
    kept = {name: index for index, name in enumerate(system.states)}
    rates = sorted(
        {pulse.name for pulse in pulses if pulse.is_rate and pulse.name in kept}, key=kept.__getitem__
    )
    amounts, states = len(kept), len(kept) + len(rates)
    A = np.zeros((subjects, states, states))
    A[:, :amounts, :amounts] = system.A
    for index, name in enumerate(rates):
        A[:, kept[name], amounts + index] = 1.0
    H = np.concatenate([system.H, np.zeros((*system.H.shape[:2], len(rates)))], axis=2)
    place = {(name, False): index for name, index in kept.items()}
    place |= {(name, True): amounts + index for index, name in enumerate(rates)}
    times_h, jumps, emptied = _sorted(pulses, place, subjects=subjects, states=states, until_h=until_h)
    starts = np.broadcast_to(np.where(doses.mg > 0, doses.time_h, np.inf), (subjects, doses.mg.shape[1]))
    return Program(A, H, times_h, jumps, emptied, amounts, starts)


def _pulses(model: Model, values: Values, doses: Doses) -> list[Pulse]:
    """The jumps of all doses: every input of every route, in columns."""
    pulses: list[Pulse] = []
    wide = Values({name: np.asarray(value)[:, None] for name, value in vars(values).items()})
    for number, (name, drug) in enumerate(doses.kinds):
        mask = doses.kind == number
        if not mask.any():
            continue
        route = route_of(model, name)
        mg = np.where(mask, doses.mg, 0.0)
        columns = np.flatnonzero((mg > 0).any(axis=0))
        if not len(columns):
            continue
        given = Given(mg[:, columns], _before(doses.time_h, mg)[:, columns], share_s(model, drug))
        for each in route.inputs:
            pulses += _of_input(each, wide, given, doses, columns)
    return pulses


def _before(time_h: Array, mg: Array) -> Array:
    """The mg of the same route given before each dose within the same sitting (an hour from its first)."""
    before = np.zeros(np.broadcast_shapes(time_h.shape, mg.shape))
    started = np.full(len(before), -np.inf)
    total = np.zeros(len(before))
    for column in range(mg.shape[1]):
        given = mg[:, column] > 0
        new = given & (time_h[:, column] - started > SITTING_H)
        started = np.where(new, time_h[:, column], started)
        total = np.where(new, 0.0, total)
        before[:, column] = total
        total = total + mg[:, column]
    return before


def _of_input(
    each: Input, p: Values, given: Given, doses: Doses, columns: npt.NDArray[np.intp]
) -> list[Pulse]:
    """The jumps that one input of a route makes."""
    share = np.asarray(each.fraction(p, given))
    amount = given.mg * share
    if not amount.any():
        return []
    lag = 0.0 if each.lag_h is None else np.asarray(each.lag_h(p))
    dosed = doses.time_h[:, columns]
    starts = dosed + lag
    rate, dur = doses.rate_mg_per_h[:, columns], doses.dur_h[:, columns]
    timed = (rate > 0) | (dur > 0)
    # NONMEM: a stated rate is kept and F shortens the infusion; a stated duration is kept and F scales the rate.
    length = np.where(dur > 0, dur, np.where(rate > 0, amount / np.where(rate > 0, rate, 1.0), 0.0))
    if each.over_h is not None:
        length, timed = (
            np.broadcast_to(np.asarray(each.over_h(p)), amount.shape),
            np.ones_like(amount, dtype=bool),
        )
    length = np.broadcast_to(length, amount.shape)
    pulses = []
    if not np.all(timed):
        pulses.append(Pulse(each.into, False, starts, np.where(timed, 0.0, amount), ON, dosed, columns))
    if np.any(timed):
        speed = np.where(timed & (amount > 0), amount / np.where(length > 0, length, 1.0), 0.0)
        pulses.append(Pulse(each.into, True, starts, speed, ON, dosed, columns))
        pulses.append(Pulse(each.into, True, starts + length, -speed, OFF, dosed, columns))
    return pulses


def _cut_at_resets(pulse: Pulse, resets: npt.NDArray[np.bool_], time_h: Array) -> None:
    """A reset stops what runs, cancels what a lag holds back, and wipes out what its own time gave before it."""
    for column in np.flatnonzero(resets.any(axis=0)):
        at = np.where(resets[:, column], time_h[:, column], np.inf)[:, None]
        pending = (pulse.dosed_h < at) & (pulse.times_h >= at)
        before = (pulse.dosed_h == at) & (pulse.place < column)
        pulse.size = np.where(pending | before, 0.0, pulse.size)


def _steady_states(model: Model, system: System, values: Values, doses: Doses) -> list[Pulse]:
    """Jumps that put the system into the steady state of a dose with `ss`, just before that dose."""
    pulses: list[Pulse] = []
    for column in np.flatnonzero((doses.ss > 0).any(axis=0)):
        picked = doses.ss[:, column] > 0
        pairs = zip(doses.kind[picked, column].tolist(), doses.ii_h[picked, column].tolist(), strict=True)
        for kind, ii_h in sorted(set(pairs)):
            mine = picked & (doses.kind[:, column] == kind) & (doses.ii_h[:, column] == ii_h)
            alone = _alone(doses, int(column), mine)
            at = np.broadcast_to(doses.time_h[:, [column]], (len(system.A), 1))
            place = np.array([column])
            if alone.mg.any():
                pulses += _repeated(model, system, values, alone, ii_h, at, place)
            else:
                pulses += _for_ever(model, system, alone, at, place)
    return pulses


def _alone(doses: Doses, column: int, mine: npt.NDArray[np.bool_]) -> Doses:
    """The dose of one column, at time 0, for those who are `mine`."""
    mg, rate, dur_h = (
        np.where(mine[:, None], each[:, [column]], 0.0)
        for each in (doses.mg, doses.rate_mg_per_h, doses.dur_h)
    )
    zero, none = np.zeros_like(mg), np.zeros(mg.shape, dtype=np.int64)
    kind = np.full(mg.shape, doses.kind[mine, column][0])
    return Doses(zero, mg, rate, dur_h, zero, none, none.astype(bool), kind, doses.kinds)


def _for_ever(model: Model, system: System, alone: Doses, at: Array, place: Any) -> list[Pulse]:
    """The steady state of a constant infusion."""
    into = route_of(model, alone.kinds[int(alone.kind[0, 0])][0]).inputs[0].into
    rate = np.zeros(system.H.shape[::2])
    rate[:, system.states.index(into)] = alone.rate_mg_per_h[:, 0]
    state = steady(system.A, rate)
    return [Pulse(name, False, at, state[:, [i]], ON, at, place) for i, name in enumerate(system.states)]


def _repeated(
    model: Model, system: System, values: Values, alone: Doses, every_h: float, at: Array, place: Any
) -> list[Pulse]:
    """The steady state of a dose that has been given every `every_h` for ever.

    The last n doses may still be entering: they count one by one, those before them by the geometric series.
    """
    given = _pulses(model, values, alone)
    last_h = max(float(np.where(pulse.size != 0, pulse.times_h, 0.0).max()) for pulse in given)
    n = max(int(np.ceil(last_h / every_h * (1 - ROUNDING))), 1)
    if n > MOST_RUNNING:
        raise EventError(f"column 'ii': more than {MOST_RUNNING} doses of a steady state would run at once")
    system = downstream(system, {pulse.name for pulse in given})
    state = np.zeros(system.H.shape[::2])
    for k in range(1, n + 1):
        program = compiled(model, system, values, alone, until_h=k * every_h)
        after = advance(program, until_h=k * every_h)[:, : program.amounts]
        state = state + (periodic(system.A, after, every_h) if k == n else after)
    pulses = [Pulse(name, False, at, state[:, [i]], ON, at, place) for i, name in enumerate(system.states)]
    for pulse in given:
        for k in range(1, n):
            later_h = np.maximum(pulse.times_h - k * every_h, 0.0)
            size = pulse.size if pulse.is_rate else np.where(later_h > 0, pulse.size, 0.0)
            pulses.append(Pulse(pulse.name, pulse.is_rate, at + later_h, size, ON, at, place))
    return pulses


def _sorted(
    pulses: list[Pulse], place: dict[tuple[str, bool], int], *, subjects: int, states: int, until_h: float
) -> tuple[Array, Array, npt.NDArray[np.bool_]]:
    """Times, jumps and resets in the order of time; columns that everybody shares are merged."""
    shared: dict[tuple[float, int], Array] = {}
    columns: list[tuple[Array, int, Array]] = []
    for pulse in sorted(pulses, key=lambda each: each.phase):
        index = place.get((pulse.name, pulse.is_rate))
        if index is None and pulse.phase != RESET:
            continue
        for column in range(pulse.times_h.shape[1]):
            times, size = pulse.times_h[:, column], pulse.size[:, column if pulse.size.shape[1] > 1 else 0]
            if len(times) == 1 or (times == times[0]).all():
                if times[0] > until_h:
                    continue
                jump = shared.setdefault((float(times[0]), pulse.phase), np.zeros((subjects, states)))
            else:
                jump = np.zeros((subjects, states))
                columns.append((np.broadcast_to(times, (subjects,)), pulse.phase, jump))
            if index is not None:
                jump[:, index] += np.where(times <= until_h, size, 0.0)
    columns += [(np.full(subjects, time), phase, jump) for (time, phase), jump in shared.items()]
    columns.sort(key=lambda each: each[1])
    if not columns:
        return np.zeros((subjects, 1)), np.zeros((subjects, 1, states)), np.zeros((subjects, 1), dtype=bool)
    times_h = np.stack([each[0] for each in columns], axis=1)
    jumps = np.stack([each[2] for each in columns], axis=1)
    resets = np.stack([np.full(subjects, each[1] == RESET) for each in columns], axis=1) & (
        times_h <= until_h
    )
    times_h = np.minimum(times_h, until_h)
    order = np.argsort(times_h, axis=1, kind="stable")
    row = np.arange(subjects)[:, None]
    return times_h[row, order], jumps[row, order], resets[row, order]
