"""Pulses become a program: one sorted row of jumps a subject, resets and periods among them."""

import numpy as np
import numpy.typing as npt

from mooring.pharmacology.doses import Doses, Periods
from mooring.pharmacology.inputs import RESET, Pulse
from mooring.pharmacology.linear_system import System, downstream
from mooring.pharmacology.program import Array, Program, Whole

PERIOD = 3


def assembled(
    system: System,
    pulses: list[Pulse],
    doses: Doses,
    *,
    until_h: Array | float,
    periods: Periods | None = None,
) -> Program:
    """The program of these pulses, without the states that nothing enters.

    One state a rate is appended, so that the system is homogeneous between jumps.
    """
    subjects = len(system.A)
    system = downstream(system, {pulse.name for pulse in pulses})
    empties = np.broadcast_to(doses.empties, (subjects, doses.empties.shape[1]))
    pulses = [*pulses, *_resets(pulses, empties, doses.time_h), *_changes(periods)]
    kept = {name: index for index, name in enumerate(system.states)}
    rates = sorted({p.name for p in pulses if p.is_rate and p.name in kept}, key=kept.__getitem__)
    amounts, states = len(kept), len(kept) + len(rates)
    A = np.zeros((*system.A.shape[:-2], states, states))
    A[..., :amounts, :amounts] = system.A
    for index, name in enumerate(rates):
        A[..., kept[name], amounts + index] = 1.0
    H = np.concatenate([system.H, np.zeros((*system.H.shape[:-1], len(rates)))], axis=-1)
    place = {(name, False): index for index, name in enumerate(kept)}
    place |= {(name, True): amounts + index for index, name in enumerate(rates)}
    until = np.broadcast_to(np.asarray(until_h, dtype=float), (subjects,))
    times_h, jumps, marks, places = _sorted(pulses, place, states=states, until_h=until)
    there = (doses.mg > 0) | doses.endless
    starts = np.broadcast_to(np.where(there, doses.time_h, np.inf), (subjects, there.shape[1]))
    starts = np.where(starts <= until[:, None], starts, np.inf)
    in_period = None if periods is None else (marks == PERIOD).cumsum(axis=1)
    return Program(A, H, times_h, jumps, marks == RESET, places, amounts, starts, until, in_period)


def _resets(pulses: list[Pulse], empties: npt.NDArray[np.bool_], time_h: Array) -> list[Pulse]:
    """Resets as pulses of their own. A reset stops what runs and cancels what a lag still holds back."""
    if not empties.any():
        return []
    for pulse in pulses:
        for column in np.flatnonzero(empties.any(axis=0)):
            at = np.where(empties[:, column], time_h[:, column], np.inf)[:, None]
            earlier = (pulse.dosed_h < at) | ((pulse.dosed_h == at) & (pulse.place < column))
            pulse.size = np.where(earlier & (pulse.times_h >= at), _kept(pulse, at), pulse.size)
    at = np.where(empties, time_h, np.inf)
    return [Pulse("", False, at, np.zeros_like(at), RESET, at, np.arange(at.shape[1]))]


def _kept(pulse: Pulse, at: Array) -> Array:
    """What entered at the reset's own time, in a row above it, was there until the reset wiped it."""
    return np.where((pulse.times_h == at) & (pulse.dosed_h == at) & (pulse.size > 0), pulse.size, 0.0)


def _changes(periods: Periods | None) -> list[Pulse]:
    """The beginnings of periods after the first, as pulses that jump by nothing."""
    if periods is None:
        return []
    return [Pulse("", False, at, np.zeros_like(at), PERIOD, at, places) for at, places in periods.marks]


def _sorted(
    pulses: list[Pulse], place: dict[tuple[str, bool], int], *, states: int, until_h: Array
) -> tuple[Array, Array, Whole, Whole]:
    """Times, jumps, phases and places in the order of time; columns that everybody shares are merged.

    At one time the order is that of the doses' rows, so that a record between two rows sees the first alone.
    """
    subjects, last = len(until_h), float(until_h.max())
    shared: dict[tuple[float, int, int], Array] = {}
    columns: list[tuple[Array, int, int, Array]] = []
    for pulse in pulses:
        index = place.get((pulse.name, pulse.is_rate))
        if index is None and pulse.phase not in (RESET, PERIOD):
            continue
        for column, at in enumerate(pulse.place.tolist()):
            times, size = pulse.times_h[:, column], pulse.size[:, column if pulse.size.shape[1] > 1 else 0]
            if pulse.phase != PERIOD and (len(times) == 1 or (times == times[0]).all()):
                if times[0] > last:
                    continue
                jump = shared.setdefault((float(times[0]), at, pulse.phase), np.zeros((subjects, states)))
            else:
                jump = np.zeros((subjects, states))
                columns.append((np.broadcast_to(times, (subjects,)), at, pulse.phase, jump))
            if index is not None:
                jump[:, index] += np.where(times <= until_h, size, 0.0)
    columns += [(np.full(subjects, time), at, phase, jump) for (time, at, phase), jump in shared.items()]
    columns.sort(key=lambda each: each[1:3])
    if not columns:
        columns = [(np.zeros(subjects), 0, 2, np.zeros((subjects, states)))]
    times_h = np.stack([each[0] for each in columns], axis=1)
    jumps = np.stack([each[3] for each in columns], axis=1)
    there = times_h <= until_h[:, None]
    phases = np.where(there, np.array([each[2] for each in columns]), 2)
    places = np.broadcast_to(np.array([each[1] for each in columns]), times_h.shape)
    times_h = np.where(there, times_h, until_h[:, None])
    order = np.lexsort((~there, times_h))
    row = np.arange(subjects)[:, None]
    return times_h[row, order], jumps[row, order], phases[row, order], places[row, order]
