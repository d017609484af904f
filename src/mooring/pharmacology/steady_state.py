"""Steady states: the jumps that put the system where a dose given for ever has put it, just before that dose."""

from dataclasses import replace

import numpy as np

from mooring.pharmacology.assembly import assembled
from mooring.pharmacology.doses import SITTING_H, Doses
from mooring.pharmacology.errors import EventError
from mooring.pharmacology.inputs import ON, Pulse, pulses_of
from mooring.pharmacology.linear_system import System, downstream
from mooring.pharmacology.model import Given, Model, Values
from mooring.pharmacology.program import Array, Whole
from mooring.pharmacology.propagate import ROUNDING, periodic, steady
from mooring.pharmacology.walking import advance
from mooring.pharmacology.ways import route_of, share_s

MOST_RUNNING = 1000


def settled(model: Model, system: System, values: Values, doses: Doses) -> list[Pulse]:
    """The jumps of every dose with `ss`, in its person's coefficients of that time."""
    pulses: list[Pulse] = []
    subjects = len(system.A)
    for column in np.flatnonzero((doses.ss > 0).any(axis=0)):
        mine = np.broadcast_to(doses.ss[:, column] > 0, (subjects,))
        kinds = np.broadcast_to(doses.kind[:, column], (subjects,))
        gaps_h = np.broadcast_to(doses.ii_h[:, column], (subjects,))
        endless = np.broadcast_to(doses.endless[:, column], (subjects,))
        then_system, then = _at_that_time(system, values, doses, int(column))
        at = np.broadcast_to(doses.time_h[:, [column]], (subjects, 1))
        pairs = zip(kinds[mine].tolist(), gaps_h[mine].tolist(), endless[mine].tolist(), strict=True)
        for kind, ii_h, for_ever in sorted(set(pairs)):
            theirs = mine & (kinds == kind) & (gaps_h == ii_h) & (endless == for_ever)
            alone = _alone(doses, int(column), theirs, kind)
            place = np.array([column])
            if for_ever:
                pulses += _for_ever(model, then_system, then, alone, at, place)
            else:
                pulses += _repeated(model, then_system, then, alone, ii_h, at, place)
    return pulses


def _at_that_time(system: System, values: Values, doses: Doses, column: int) -> tuple[System, Values]:
    """The system and the coefficients of the period in which the dose of one column is given."""
    if doses.period is None:
        return system, values
    row, period = np.arange(len(system.A)), doses.period[:, column]
    then = replace(system, A=system.A[row, period], H=system.H[row, period])
    return then, Values({name: value[row, period] for name, value in vars(values).items()})


def _alone(doses: Doses, column: int, theirs: np.ndarray, kind: int) -> Doses:
    """The dose of one column, at time 0, for those whose it is; what its sitting gave before stays known."""
    shape = (len(theirs), 1)

    def of(values: np.ndarray) -> Array:
        return np.where(theirs[:, None], np.broadcast_to(values[:, [column]], shape), 0.0)

    none = np.zeros(shape, dtype=np.int64)
    mg, rate = of(doses.mg), of(doses.rate_mg_per_h)
    return Doses(
        np.zeros(shape),
        mg,
        rate,
        of(doses.dur_h),
        np.zeros(shape),
        np.where((mg == 0) & (rate > 0), 2, none),
        none.astype(bool),
        np.full(shape, kind),
        doses.kinds,
        np.broadcast_to(doses.row[:, [column]], shape),
        of(doses.before_mg),
    )


def _placed(system: System, state: Array, at: Array, place: Whole) -> list[Pulse]:
    return [Pulse(name, False, at, state[:, [i]], ON, at, place) for i, name in enumerate(system.states)]


def _for_ever(
    model: Model, system: System, values: Values, alone: Doses, at: Array, place: Whole
) -> list[Pulse]:
    """The steady state of a constant infusion; that it goes on is the path of every dose."""
    rate = np.zeros(system.H.shape[::2])
    for pulse in pulses_of(model, values, alone):
        if pulse.phase == ON and pulse.name in system.states:
            rate[:, system.states.index(pulse.name)] += pulse.size[:, 0]
    return _placed(system, steady(system.A, rate), at, place)


def _repeated(
    model: Model, system: System, values: Values, alone: Doses, every_h: float, at: Array, place: Whole
) -> list[Pulse]:
    """The steady state of a dose that has been given every `every_h` for ever.

    The last n doses may still be entering: they count one by one, those before them by the geometric series.
    """
    _check_sittings(model, values, alone, every_h)
    entering = pulses_of(model, values, alone)
    if not entering:
        return []
    last_h = max(float(np.where(pulse.size != 0, pulse.times_h, 0.0).max()) for pulse in entering)
    n = max(int(np.ceil(last_h / every_h * (1 - ROUNDING))), 1)
    if n > MOST_RUNNING:
        row = int(alone.row[0, 0])
        raise EventError(
            f"row {row}, column 'ii': more than {MOST_RUNNING} doses of a steady state would run at once"
        )
    system = downstream(system, {pulse.name for pulse in entering})
    state = np.zeros(system.H.shape[::2])
    for k in range(1, n + 1):
        program = assembled(system, pulses_of(model, values, alone), alone, until_h=k * every_h)
        after = advance(program)[:, : program.amounts]
        state = state + (periodic(system.A, after, every_h) if k == n else after)
    pulses = _placed(system, state, at, place)
    for pulse in entering:
        for k in range(1, n):
            later_h = np.maximum(pulse.times_h - k * every_h, 0.0)
            size = pulse.size if pulse.is_rate else np.where(later_h > 0, pulse.size, 0.0)
            pulses.append(Pulse(pulse.name, pulse.is_rate, at + later_h, size, ON, at, place))
    return pulses


def _check_sittings(model: Model, values: Values, alone: Doses, every_h: float) -> None:
    """Within one sitting the share that enters changes from dose to dose; there is no steady state of that."""
    if every_h > SITTING_H:
        return
    name, drug = alone.kinds[int(alone.kind[0, 0])]
    p = Values({symbol: np.asarray(value)[:, None] for symbol, value in vars(values).items()})
    for each in route_of(model, name).inputs:
        first, later = (
            each.fraction(p, Given(alone.mg, before, share_s(model, drug)))
            for before in (alone.before_mg, alone.before_mg + alone.mg)
        )
        if not np.allclose(first, later, rtol=1e-12):
            raise EventError(
                f"row {int(alone.row[0, 0])}, column 'ii': doses of {name!r} within an hour of each other "
                "enter by different shares; there is no steady state of them"
            )
