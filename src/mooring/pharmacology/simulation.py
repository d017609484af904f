"""From a model, a regimen and people to curves: the one call, in chunks.

model + people → coefficients → A, H → (with the regimen) jumps → blocks → curves or metrics
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from importlib.util import find_spec
from sys import modules
from typing import Any

import numpy as np

from mooring.pharmacology import units
from mooring.pharmacology.cells import durations_h
from mooring.pharmacology.errors import MissingExtra, PharmacologyError
from mooring.pharmacology.limits import warn_outside
from mooring.pharmacology.memory import check_fits
from mooring.pharmacology.metrics import Table
from mooring.pharmacology.model import Array, Model
from mooring.pharmacology.models import model as model_of
from mooring.pharmacology.plan import Carried, Records, SimulationPlan, chunks, records_of
from mooring.pharmacology.population import Population, typical
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.result import Result
from mooring.pharmacology.subject import Subject
from mooring.pharmacology.ways import check_ways
from mooring.pharmacology.working import CHUNK, extra_module, run_chunk

WORTH_COMPILING = 3_000_000
THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
AFTER_LAST_DOSE_H = 24.0
QUANTILES = (0.05, 0.5, 0.95)


def simulate(
    model: Model | str,
    regimen: Regimen,
    who: Subject | Population | Sequence[Subject] | None = None,
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
    carried: Carried = "backward",
) -> Result:
    """Simulate `regimen` in `who` with `model`.

    Times are `times_h` (hours or durations, ascending), or from 0 to `until` at every `every`; without either,
    the records of the regimen's observation rows, or a day after the last dose. `outputs` limits what is
    worked out. Properties of people that the event table holds as columns count before those of `who`; where
    they change from row to row they are `carried` "backward" (from the row above up to their own row, as
    NONMEM does) or "forward" (from their own row on).

    `store`: "trajectories" keeps every value; "metrics" keeps none of them, only peak, time of peak, area
    and trough; "quantiles" keeps `quantiles` over the people at each time; "zarr:PATH" writes trajectories
    to disk, chunk by chunk, and goes on where it was interrupted.

    `fast` True or False chooses the compiled or the NumPy path (None: compiled where it is installed and
    worth it); both give the same numbers. `workers` None works here; "dask" or a Dask client distributes
    chunks of `chunk` people. Raises `PharmacologyError` and its kinds; nothing is left half-done.

    >>> spray = Regimen().dose("28 mg", route="nasal_spray")
    >>> result = simulate("perez_ruixo_2021", spray, Subject(age_years=40), until="24 h", outputs=["esketamine.venous"])
    >>> round(result.metrics("esketamine.venous").cmax_ng_per_ml, 1)
    43.9
    """
    plan = planned(
        model,
        regimen,
        who,
        times_h=times_h,
        until=until,
        every=every,
        outputs=outputs,
        fast=fast,
        carried=carried,
    )
    single = (who is None or isinstance(who, Subject)) and len(plan.people) == 1
    size = chunk or CHUNK
    if size < 1:
        raise PharmacologyError(f"a chunk has at least one person, not {chunk}")
    kind, _, path = store.partition(":")
    if kind == "zarr" and path:
        written: Result = extra_module("trajectory_store", "science").write(
            plan, path, chunk=size, workers=workers
        )
        return written
    if workers is not None:
        clusters = extra_module("clusters", "science")
        gathered: Result = clusters.simulate(
            plan, store=kind, quantiles=quantiles, chunk=size, workers=workers
        )
        return gathered
    if kind == "metrics":
        bare = [(*rows, None) for rows in chunks(len(plan.people), size)]
        return Result(plan, single=single, table=_worked(plan, bare))
    if kind == "quantiles":
        if plan.ragged:
            raise PharmacologyError("records of several people share no times; ask for times_h or until")
        return Result(plan, single=False, table=None, quantiles=_quantiles(plan, quantiles, size))
    if kind != "trajectories":
        raise PharmacologyError(
            f'store is {store!r}; it is "trajectories", "metrics", "quantiles" or "zarr:PATH"'
        )
    return _trajectories(plan, single=single, size=size)


def _trajectories(plan: SimulationPlan, *, single: bool, size: int) -> Result:
    people = len(plan.people)
    if plan.ragged and plan.records is not None:
        check_fits((len(plan.outputs), len(plan.records)))
        data = np.empty((len(plan.records), len(plan.outputs)))
        slices = [plan.records.of_people(start, stop) for start, stop in chunks(people, size)]
    else:
        shape = (people, len(plan.outputs), len(plan.times_h))
        check_fits(shape)
        data = np.empty(shape)
        slices = [slice(start, stop) for start, stop in chunks(people, size)]
    work = [(start, stop, data[cut]) for (start, stop), cut in zip(chunks(people, size), slices, strict=True)]
    return Result(plan, single=single, table=_worked(plan, work), data=data)


def _worked(plan: SimulationPlan, work: Sequence[tuple[int, int, Array | None]]) -> Table:
    """The metrics of all chunks (start, stop, where their curves go), several at a time.

    A chunk depends on its own people alone, so who works it out cannot change a number.
    """
    if len(work) < 2 or not (plan.fast or plan.ragged):
        return Table.joined([run_chunk(plan, start, stop, out=part)[1] for start, stop, part in work])
    _ = plan.occasions  # worked out once, before the threads ask for it
    with ThreadPoolExecutor(THREADS) as pool:
        running = [
            pool.submit(run_chunk, plan, start, stop, out=part, threads=1) for start, stop, part in work
        ]
        return Table.joined([each.result()[1] for each in running])


def planned(
    model: Model | str,
    regimen: Regimen,
    who: Subject | Population | Sequence[Subject] | None,
    *,
    times_h: Any,
    until: object,
    every: object,
    outputs: Sequence[str] | None,
    fast: bool | None,
    carried: Carried = "backward",
) -> SimulationPlan:
    """Everything checked and resolved before any number is worked out."""
    model = model_of(model) if isinstance(model, str) else model
    if carried not in ("backward", "forward"):
        raise PharmacologyError(f'covariates are carried "backward" or "forward", not {carried!r}')
    named = regimen.events.ids
    shared = len(named) <= 1
    people = _people(model, Subject() if who is None and regimen.events.covariates else who, len(named))
    wanted = tuple(outputs) if outputs is not None else model.outputs
    for name in wanted:
        model.output(name)
    times, grid, records = _times(regimen, times_h, until, every)
    values = len(people) * len(wanted) * len(times)
    if fast and find_spec("numba") is None:
        raise MissingExtra("fast=True needs numba: install the extra 'fast'")
    if fast is None:
        fast = "numba" in modules or (values >= WORTH_COMPILING and find_spec("numba") is not None)
    check_ways(model, regimen.events)
    warn_outside(model, people, regimen.events)
    of_table = regimen.events.ids if not shared or regimen.events.ids != (0,) else ()
    ids = tuple(of_table) if len(of_table) == len(people) else tuple(range(len(people)))
    return SimulationPlan(model, regimen, people, wanted, times, grid, records, fast, shared, ids, carried)


def _people(model: Model, who: Subject | Population | Sequence[Subject] | None, named: int) -> Population:
    """Who is simulated: everybody of the table like one `Subject`, or those who are given, in its order."""
    if isinstance(who, Population):
        people = who if who.model is model else replace(who, model=model)
    else:
        everybody = [who] * named if named > 1 and isinstance(who, Subject) else who
        people = typical(model, everybody)
    if named > 1 and len(people) != named:
        raise PharmacologyError(f"the event table has {named} ids and there are {len(people)} people")
    return people


def _times(
    regimen: Regimen, times_h: Any, until: object, every: object
) -> tuple[Array, tuple[float, float] | None, Records | None]:
    """The times, (start, step) where they are evenly spaced, and the records where they are what is asked."""
    if times_h is None and until is None and (records := records_of(regimen.events)) is not None:
        return records.time_h, None, records
    if regimen.events.restarts:
        raise PharmacologyError(
            "the table's times start again; ask for its records, without times of your own"
        )
    if times_h is None:
        step_h = units.hours(every)
        end_h = units.hours(until) if until is not None else regimen.end_h + AFTER_LAST_DOSE_H
        if step_h <= 0 or end_h <= 0:
            raise PharmacologyError(f"time runs forward: until {until!r}, every {every!r}")
        count = int(np.floor(end_h / step_h + 1e-9)) + 1
        check_fits((1, 1, count))
        return np.arange(count, dtype=np.float64) * step_h, (0.0, step_h), None
    times: Array = np.atleast_1d(durations_h(np.asarray(times_h), "times_h"))
    if times.ndim != 1 or not len(times) or not np.isfinite(times).all():
        raise PharmacologyError("times_h is one row of finite numbers, in hours")
    if times[0] < 0 or (np.diff(times) <= 0).any():
        raise PharmacologyError("times_h must start at or after 0 and ascend, each time once")
    return times, _spacing(times), None


def _spacing(times: Array) -> tuple[float, float] | None:
    if len(times) < 4:
        return None
    step_h = float(times[-1] - times[0]) / (len(times) - 1)
    even = np.abs(times - (times[0] + step_h * np.arange(len(times)))).max() < 1e-11 * max(times[-1], 1.0)
    return (float(times[0]), step_h) if even else None


def _part(plan: SimulationPlan, a: int, b: int, grid: tuple[float, float] | None) -> SimulationPlan:
    """The same plan for some of its times."""
    records = plan.records
    if records is not None:
        records = Records(*(getattr(records, each.name)[a:b] for each in fields(Records)))
    return replace(plan, times_h=plan.times_h[a:b], records=records, grid=grid)


def _quantiles(plan: SimulationPlan, wanted: Sequence[float], size: int) -> dict[str, Any]:
    """Quantiles over the people at each time, in slabs of times so that no more than 256 MB are held."""
    if not all(0 <= each <= 1 for each in wanted):
        raise PharmacologyError(f"quantiles lie between 0 and 1, not {tuple(wanted)!r}")
    per_time = 8 * len(plan.people) * len(plan.outputs)
    check_fits((len(plan.people), len(plan.outputs), 1))
    slab = max(int(256e6 // per_time), 1)
    levels = np.empty((len(wanted), len(plan.outputs), len(plan.times_h)))
    for a, b in chunks(len(plan.times_h), slab):
        grid = None if plan.grid is None else (float(plan.times_h[a]), plan.grid[1])
        part = _part(plan, a, b, grid)
        data = np.empty((len(plan.people), len(plan.outputs), b - a))
        for start, stop in chunks(len(plan.people), size):
            run_chunk(part, start, stop, out=data[start:stop])
        levels[:, :, a:b] = np.quantile(data, list(wanted), axis=0)
    return {"levels": tuple(wanted), "values": levels}
