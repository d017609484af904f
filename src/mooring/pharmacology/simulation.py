"""From a model, a regimen and people to curves: the one call, in chunks.

model + people → coefficients → A, H → (with the regimen) jumps → blocks → curves or metrics
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from sys import modules
from typing import Any

import numpy as np

from mooring.pharmacology import propagate, units
from mooring.pharmacology.errors import MissingExtra, PharmacologyError
from mooring.pharmacology.events import observed
from mooring.pharmacology.memory import check_fits
from mooring.pharmacology.metrics import Table, table_of, time_above
from mooring.pharmacology.model import Array, Model, system
from mooring.pharmacology.models import model as model_of
from mooring.pharmacology.population import Population, typical, warn_outside
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.result import Result
from mooring.pharmacology.schedule import Program, compiled, side_by_side
from mooring.pharmacology.subject import Subject
from mooring.pharmacology.ways import check_ways

CHUNK = 1000
# The NumPy path works on so many people at once that their curves stay in the processor's cache.
NUMPY_PEOPLE, NUMPY_VALUES = 64, 400_000
WORTH_COMPILING = 3_000_000
AFTER_LAST_DOSE_H = 24.0
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, eq=False)
class Plan:
    """All that a chunk needs, resolved. `grid` is (start_h, step_h) where the times are evenly spaced.

    `before` (times,): seen just before a dose at that time, as the order of an event table's rows says.
    """

    model: Model
    regimen: Regimen
    people: Population
    outputs: tuple[str, ...]
    times_h: Array
    grid: tuple[float, float] | None
    before: np.ndarray
    fast: bool
    ids: np.ndarray | None

    @property
    def until_h(self) -> float:
        return float(self.times_h[-1])


def simulate(
    model: Model | str,
    regimen: Regimen,
    who: Subject | Population | Sequence[Subject],
    *,
    times_h: Any = None,
    until: object = None,
    every: object = "1 min",
    outputs: Sequence[str] | None = None,
    store: str = "trajectories",
    quantiles: Sequence[float] = QUANTILES,
    fast: bool | None = None,
    chunk: int | None = None,
    workers: Any = None,
) -> Result:
    """Simulate `regimen` in `who` with `model`.

    Times are `times_h` (hours, ascending), or from 0 to `until` at every `every`; without either, the
    regimen's observation rows, or a day after the last dose. `outputs` limits what is worked out.

    `store`: "trajectories" keeps every value; "metrics" keeps none of them, only peak, time of peak, area
    and trough; "quantiles" keeps `quantiles` over the people at each time; "zarr:PATH" writes trajectories
    to disk, chunk by chunk, and goes on where it was interrupted.

    `fast` True or False chooses the compiled or the NumPy path (None: compiled where it is installed and
    worth it); both give the same numbers. `workers` None works here; "dask" or a Dask client distributes
    chunks of `chunk` people. Raises `PharmacologyError` and its kinds; nothing is left half-done.
    """
    plan = planned(model, regimen, who, times_h=times_h, until=until, every=every, outputs=outputs, fast=fast)
    single = isinstance(who, Subject) and len(plan.people) == 1
    size = chunk or CHUNK
    if size < 1:
        raise PharmacologyError(f"a chunk has at least one person, not {chunk}")
    kind, _, path = store.partition(":")
    if kind == "zarr" and path:
        written: Result = _module("trajectory_store", "science").write(
            plan, path, chunk=size, workers=workers
        )
        return written
    if workers is not None:
        clusters = _module("clusters", "science")
        gathered: Result = clusters.simulate(
            plan, store=kind, quantiles=quantiles, chunk=size, workers=workers
        )
        return gathered
    if kind == "metrics":
        pieces = [run_chunk(plan, *rows)[1] for rows in chunks(len(plan.people), size)]
        return Result(plan, single=single, table=Table.joined(pieces))
    if kind == "quantiles":
        return Result(plan, single=False, table=None, quantiles=_quantiles(plan, quantiles, size))
    if kind != "trajectories":
        raise PharmacologyError(
            f'store is {store!r}; it is "trajectories", "metrics", "quantiles" or "zarr:PATH"'
        )
    return _trajectories(plan, single=single, size=size)


def _trajectories(plan: Plan, *, single: bool, size: int) -> Result:
    shape = (len(plan.people), len(plan.outputs), len(plan.times_h))
    check_fits(shape)
    data = np.empty(shape)
    pieces = [run_chunk(plan, start, stop, out=data[start:stop])[1] for start, stop in chunks(shape[0], size)]
    return Result(plan, single=single, table=Table.joined(pieces), data=data)


def planned(
    model: Model | str,
    regimen: Regimen,
    who: Subject | Population | Sequence[Subject],
    *,
    times_h: Any,
    until: object,
    every: object,
    outputs: Sequence[str] | None,
    fast: bool | None,
) -> Plan:
    """Everything checked and resolved before any number is worked out."""
    model = model_of(model) if isinstance(model, str) else model
    people = who if isinstance(who, Population) else typical(model, who)
    if people.model is not model:
        people = replace(people, model=model)
    ids = np.unique(regimen.events.id)
    if len(ids) > 1 and isinstance(who, Subject):
        people = typical(model, [who] * len(ids))
    if len(ids) > 1 and len(people) != len(ids):
        raise PharmacologyError(f"the event table has {len(ids)} ids and there are {len(people)} people")
    wanted = tuple(outputs) if outputs is not None else model.outputs
    for name in wanted:
        model.output(name)
    times, grid, before = _times(regimen, times_h, until, every)
    values = len(people) * len(wanted) * len(times)
    if fast and find_spec("numba") is None:
        raise MissingExtra("fast=True needs numba: install the extra 'fast'")
    if fast is None:
        fast = "numba" in modules or (values >= WORTH_COMPILING and find_spec("numba") is not None)
    check_ways(model, regimen.events)
    warn_outside(model, people.people(0, min(len(people), CHUNK)))
    return Plan(model, regimen, people, wanted, times, grid, before, fast, ids if len(ids) > 1 else None)


def _times(
    regimen: Regimen, times_h: Any, until: object, every: object
) -> tuple[Array, tuple[float, float] | None, np.ndarray]:
    """The times, (start, step) where they are evenly spaced, and which are seen before a dose of their time."""
    if times_h is None and until is None:
        times_h, before = observed(regimen.events)
        if before.any():
            return times_h, None, before
        times_h = times_h if len(times_h) else None
    if times_h is None:
        step_h = units.hours(every)
        end_h = units.hours(until) if until is not None else regimen.end_h + AFTER_LAST_DOSE_H
        if step_h <= 0 or end_h <= 0:
            raise PharmacologyError(f"time runs forward: until {until!r}, every {every!r}")
        count = int(np.floor(end_h / step_h + 1e-9)) + 1
        check_fits((1, 1, count))
        return np.arange(count, dtype=np.float64) * step_h, (0.0, step_h), np.zeros(count, dtype=bool)
    times: Array = np.atleast_1d(np.asarray(times_h, dtype=np.float64))
    if times.ndim != 1 or not len(times) or not np.isfinite(times).all():
        raise PharmacologyError("times_h is one row of finite numbers, in hours")
    if times[0] < 0 or (np.diff(times) <= 0).any():
        raise PharmacologyError("times_h must start at or after 0 and ascend, each time once")
    return times, _spacing(times), np.zeros(len(times), dtype=bool)


def _spacing(times: Array) -> tuple[float, float] | None:
    if len(times) < 4:
        return None
    step_h = float(times[-1] - times[0]) / (len(times) - 1)
    even = np.abs(times - (times[0] + step_h * np.arange(len(times)))).max() < 1e-11 * max(times[-1], 1.0)
    return (float(times[0]), step_h) if even else None


def chunks(n: int, size: int) -> list[tuple[int, int]]:
    """Rows 0 … n − 1 in pieces of at most `size`."""
    return [(start, min(start + size, n)) for start in range(0, n, size)]


def program_of(plan: Plan, start: int, stop: int) -> Program:
    """The compiled regimen of rows start … stop − 1."""
    people = plan.people.people(start, stop)
    values = plan.people.values(start, stop)
    built = system(plan.model, values, subjects=stop - start, outputs=plan.outputs)
    ids = None if plan.ids is None else plan.ids[start:stop]
    doses = side_by_side(plan.regimen.events, subjects=stop - start, ids=ids, weight_kg=people.weight_kg)
    return compiled(plan.model, built, values, doses, until_h=plan.until_h)


def run_chunk(
    plan: Plan, start: int, stop: int, *, out: Array | None = None, threshold: float | None = None
) -> tuple[Array | None, Table]:
    """Rows start … stop − 1: curves into `out` (subjects, outputs, times) if given, and their metrics.

    With `threshold` also hours above it (subjects, outputs), the first thing answered.
    """
    if plan.fast and plan.grid is not None:
        return _fast_chunk(plan, start, stop, out, threshold)
    above, pieces = [], []
    together = max(NUMPY_PEOPLE, NUMPY_VALUES // (len(plan.outputs) * len(plan.times_h)))
    for a, b in chunks(stop - start, together):
        program = program_of(plan, start + a, start + b)
        shape = (b - a, len(plan.outputs), len(plan.times_h))
        part = np.empty(shape) if out is None else out[a:b]
        if plan.grid is None:
            walked = propagate.walk(program, propagate.Steps(program.A), until_h=plan.until_h)
            propagate.at_times(program, walked[1], times_h=plan.times_h, before=plan.before, out=part)
        else:
            start_h, dt_h = plan.grid
            walked = propagate.on_grid(program, start_h=start_h, dt_h=dt_h, until_h=plan.until_h, out=part)
        highest = part.argmax(axis=2)
        peaks = (np.take_along_axis(part, highest[:, :, None], axis=2)[:, :, 0], plan.times_h[highest])
        pieces.append(table_of(program, walked, peaks, until_h=plan.until_h))
        if threshold is not None:
            above.append(time_above(plan.times_h, part, threshold))
    return (np.concatenate(above) if above else None), Table.joined(pieces)


def _fast_chunk(
    plan: Plan, start: int, stop: int, out: Array | None, threshold: float | None
) -> tuple[Array | None, Table]:
    program = program_of(plan, start, stop)
    fast = _module("fast", "fast")
    walked, peaks, above = fast.run(program, plan.grid, len(plan.times_h), plan.until_h, out, threshold)
    cmax, at = peaks
    table = table_of(program, walked, (cmax, plan.times_h[at]), until_h=plan.until_h)
    return above, table


def _quantiles(plan: Plan, wanted: Sequence[float], size: int) -> dict[str, Any]:
    """Quantiles over the people at each time, in slabs of times so that no more than 256 MB are held."""
    if not all(0 <= each <= 1 for each in wanted):
        raise PharmacologyError(f"quantiles lie between 0 and 1, not {tuple(wanted)!r}")
    per_time = 8 * len(plan.people) * len(plan.outputs)
    check_fits((len(plan.people), len(plan.outputs), 1))
    slab = max(int(256e6 // per_time), 1)
    levels = np.empty((len(wanted), len(plan.outputs), len(plan.times_h)))
    for a, b in chunks(len(plan.times_h), slab):
        grid = None if plan.grid is None else (float(plan.times_h[a]), plan.grid[1])
        part = replace(plan, times_h=plan.times_h[a:b], before=plan.before[a:b], grid=grid)
        data = np.empty((len(plan.people), len(plan.outputs), b - a))
        for start, stop in chunks(len(plan.people), size):
            run_chunk(part, start, stop, out=data[start:stop])
        levels[:, :, a:b] = np.quantile(data, list(wanted), axis=0)
    return {"levels": tuple(wanted), "values": levels}


def _module(name: str, extra: str) -> Any:
    """A module of this package that needs an optional extra; the only place where they are imported."""
    try:
        return import_module(f"mooring.pharmacology.{name}")
    except ModuleNotFoundError as missing:
        raise MissingExtra(f"this needs {missing.name}: install the extra {extra!r}") from missing
