"""The work of a chunk of people: from the plan to curves, records and metrics. Nothing here depends on who else is there."""

from importlib import import_module
from typing import Any

import numpy as np

from mooring.pharmacology import propagate
from mooring.pharmacology.covariates import applied
from mooring.pharmacology.doses import side_by_side
from mooring.pharmacology.errors import MissingExtra, PharmacologyError
from mooring.pharmacology.linear_system import system
from mooring.pharmacology.metrics import Table, table_of, time_above
from mooring.pharmacology.model import Values
from mooring.pharmacology.occasions import added, divided
from mooring.pharmacology.peaks import peaks
from mooring.pharmacology.plan import SimulationPlan, chunks
from mooring.pharmacology.population import individual
from mooring.pharmacology.program import Array, Program, Whole
from mooring.pharmacology.schedule import compiled
from mooring.pharmacology.walking import ProgramWalk

CHUNK = 1000
# The NumPy path works on so many people at once that their curves stay in the processor's cache.
NUMPY_PEOPLE, NUMPY_VALUES = 64, 400_000
# People whose powers are held at once, times the square of the states.
WALKED_VALUES = 400_000


def program_of(plan: SimulationPlan, start: int, stop: int) -> Program:
    """The compiled regimen of rows start … stop − 1."""
    return prepared(plan, start, stop)[0]


def walk_of(plan: SimulationPlan, start: int, stop: int) -> ProgramWalk:
    """Rows start … stop − 1 walked: exactly where the model is linear, by the solver where it is not."""
    program, values = prepared(plan, start, stop)
    if not plan.model.saturable:
        return ProgramWalk(program)
    walk: ProgramWalk = extra_module("solving", "fit").SolverWalk(program, plan.model, values)
    return walk


def prepared(plan: SimulationPlan, start: int, stop: int) -> tuple[Program, Values]:
    """The compiled regimen and the coefficients of rows start … stop − 1."""
    people = plan.people.people(start, stop)
    whole = plan.regimen.events
    table = whole if plan.shared else whole.of_people(start, stop)
    people, periods = applied(plan.model, table, people, backward=plan.carried == "backward")
    if periods is not None:
        periods = periods.of_everybody(stop - start)
    effects, occasions, occasion = plan.people.effects(start, stop), plan.occasions, None
    if occasions is not None:
        mine = occasions.of_people(start, stop)
        if mine.count > 1:
            people, periods, occasion = divided(people, periods, mine, stop - start)
        effects = added(plan.people, effects, start, stop, count=mine.count, occasion=occasion)
    values = individual(plan.model, people, effects)
    built = system(plan.model, values, shape=people.weight_kg.shape, outputs=plan.outputs)
    weight = people.weight_kg if people.weight_kg.ndim == 2 else people.weight_kg[:, None]
    doses = side_by_side(table, shared=plan.shared, subjects=stop - start, weight_kg=weight, periods=periods)
    ends = plan.ends_h(start, stop)
    return compiled(plan.model, built, values, doses, until_h=ends, periods=periods), values


def run_chunk(
    plan: SimulationPlan, start: int, stop: int, *, out: Array | None = None, threshold: float | None = None,
    threads: int = 0,
) -> tuple[Array | None, Table]:  # fmt: skip
    """Rows start … stop − 1: curves into `out` if given, and their metrics.

    `out` is (subjects, outputs, times), or (records, outputs) where each person has times of their own. With
    `threshold` also hours above it (subjects, outputs), the first thing answered. `threads` of the compiled
    path, 0: as many as there are cores.
    """
    if plan.fast and plan.grid is not None and not plan.model.saturable:
        return _fast_chunk(plan, start, stop, out, threshold, threads)
    above, pieces = [], []
    for a, b in chunks(stop - start, _together(plan)):
        if plan.ragged:
            target = None if out is None else out[_records(plan, start, start + a, start + b)]
            pieces.append(_records_chunk(plan, start + a, start + b, target))
            continue
        shape = (b - a, len(plan.outputs), len(plan.times_h))
        part = np.empty(shape) if out is None else out[a:b]
        program, states, area = _curves(plan, start + a, start + b, part)
        highest = part.argmax(axis=2)
        peak = (np.take_along_axis(part, highest[:, :, None], axis=2)[:, :, 0], plan.times_h[highest])
        pieces.append(table_of(program, states, peak, area))
        if threshold is not None:
            above.append(time_above(plan.times_h, part, threshold))
    return (np.concatenate(above) if above else None), Table.joined(pieces)


def _together(plan: SimulationPlan) -> int:
    if plan.grid is not None:
        together = max(NUMPY_PEOPLE, NUMPY_VALUES // (len(plan.outputs) * len(plan.times_h)))
        return max(together // plan.most_periods, 16)
    return _walked_together(plan)


def _walked_together(plan: SimulationPlan) -> int:
    states = len(plan.model.compartments) + len(plan.model.followers)
    return max(min(WALKED_VALUES // (states**2 * plan.most_periods), CHUNK), 16)


def _records(plan: SimulationPlan, start: int, a: int, b: int) -> slice:
    """The records of people a … b − 1 among those of a chunk that begins with `start`."""
    if plan.records is None:
        raise PharmacologyError("no records were asked for")
    first = plan.records.of_people(start, start).start
    cut = plan.records.of_people(a, b)
    return slice(cut.start - first, cut.stop - first)


States = tuple[Array, Array, Array]


def _curves(plan: SimulationPlan, start: int, stop: int, part: Array) -> tuple[Program, States, Array | None]:
    """Times that everybody shares, into `part` (subjects, outputs, times); answers program, states and areas."""
    if plan.grid is not None and not plan.model.saturable:
        program = program_of(plan, start, stop)
        start_h, dt_h = plan.grid
        states = propagate.on_grid(program, start_h=start_h, dt_h=dt_h, until_h=plan.until_h, out=part)
        return program, states, None
    walk = walk_of(plan, start, stop)
    subjects, times = len(part), len(plan.times_h)
    rows = np.repeat(np.arange(subjects), times)
    clock = plan.times_h if plan.records is None else plan.records.clock_h
    above = None if plan.records is None else np.tile(plan.records.above, subjects)
    values = walk.outputs_at(rows, np.tile(clock, subjects), above)
    part[:] = values.reshape(subjects, times, -1).transpose(0, 2, 1)
    return walk.program, walk.states, walk.own_areas()


def _records_chunk(plan: SimulationPlan, start: int, stop: int, out: Array | None) -> Table:
    """Everybody's own records into `out` (records, outputs)."""
    if plan.records is None:
        raise PharmacologyError("no records were asked for")
    cut = plan.records.of_people(start, stop)
    rows, walk = plan.records.person[cut] - start, walk_of(plan, start, stop)
    values = walk.outputs_at(rows, plan.records.clock_h[cut], plan.records.above[cut])
    if out is not None:
        out[:] = values
    highest = _highest(values, rows, plan.records.time_h[cut], stop - start)
    return table_of(walk.program, walk.states, highest, walk.own_areas())


def _highest(values: Array, rows: Whole, time_h: Array, subjects: int) -> tuple[Array, Array]:
    """The highest record of each person and output, and its time; NaN where a person has none."""
    peak = np.full((subjects, values.shape[1]), np.nan)
    at = np.full(peak.shape, np.nan)
    if len(rows):
        begins = np.flatnonzero(np.concatenate([[True], rows[1:] != rows[:-1]]))
        whose, counts = rows[begins], np.diff(np.append(begins, len(rows)))
        peak[whose] = np.maximum.reduceat(values, begins, axis=0)
        is_peak = values == np.repeat(peak[whose], counts, axis=0)
        number = np.where(is_peak, np.arange(len(rows))[:, None], len(rows))
        at[whose] = time_h[np.minimum.reduceat(number, begins, axis=0)]
    return peak, at


def _fast_chunk(
    plan: SimulationPlan, start: int, stop: int, out: Array | None, threshold: float | None, threads: int
) -> tuple[Array | None, Table]:
    fast = extra_module("fast", "fast")
    above, pieces = [], []
    for a, b in chunks(stop - start, max(CHUNK // plan.most_periods, 16)):
        program = program_of(plan, start + a, start + b)
        states, peak, over = fast.run(
            program, plan.grid, len(plan.times_h), plan.until_h, None if out is None else out[a:b], threshold,
            threads=threads,
        )  # fmt: skip
        pieces.append(table_of(program, states, (peak[0], plan.times_h[peak[1]])))
        above.append(over)
    return (None if threshold is None else np.concatenate(above)), Table.joined(pieces)


def exact_peaks(plan: SimulationPlan, index: int) -> tuple[Array, Array]:
    """The exact peak of one output and its time, of everybody, from the first time asked for to the last."""
    values, times = [], []
    for start, stop in chunks(len(plan.people), _walked_together(plan)):
        walk = walk_of(plan, start, stop)
        from_h = np.full(stop - start, 0.0 if plan.records is not None else float(plan.times_h[0]))
        value, at = walk.own_peak(index, from_h) or peaks(walk, index, from_h=from_h)
        values.append(value)
        times.append(at)
    return np.concatenate(values), np.concatenate(times)


def hours_above(plan: SimulationPlan, index: int, threshold: float) -> Array:
    """Hours of everybody above a concentration of one output."""
    pieces = []
    for start, stop in chunks(len(plan.people), CHUNK):
        above = run_chunk(plan, start, stop, threshold=threshold)[0]
        if above is None:
            raise PharmacologyError("hours above a level need times that everybody shares")
        pieces.append(above[:, index])
    return np.concatenate(pieces)


def extra_module(name: str, extra: str) -> Any:
    """A module of this package that needs an optional extra; the only place where they are imported."""
    try:
        return import_module(f"mooring.pharmacology.{name}")
    except ModuleNotFoundError as missing:
        raise MissingExtra(f"this needs {missing.name}: install the extra {extra!r}") from missing
