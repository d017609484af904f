"""Trajectories on disk (extra `science`): one zarr group, written chunk by chunk, taken up where it stopped.

The group holds an array an output, (subject, time) in ng/mL, `time_h`, and `done`, which chunks are written.
A store of another simulation at the same path is refused, not mixed.
"""

from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from mooring.pharmacology.clusters import spread
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.memory import check_fits
from mooring.pharmacology.metrics import Table
from mooring.pharmacology.plan import SimulationPlan, chunks
from mooring.pharmacology.provenance import identity
from mooring.pharmacology.result import Result
from mooring.pharmacology.working import program_of, run_chunk

TABLE = ("cmax", "tmax_h", "auc", "trough")


class OnDisk:
    """Curves of a store, read when asked for: `curves[rows, output]`."""

    def __init__(self, group: Any, outputs: tuple[str, ...]) -> None:
        self.group, self.outputs = group, outputs

    def __getitem__(self, key: tuple[Any, int]) -> np.ndarray:
        rows, output = key
        return np.asarray(self.group[self.outputs[output]][rows])


def write(plan: SimulationPlan, path: str, *, chunk: int, workers: Any) -> Result:
    """All chunks that are not yet on disk, then the result that reads from there."""
    if plan.ragged:
        raise PharmacologyError("a store on disk holds times that everybody shares; ask for times_h or until")
    size = min(chunk, len(plan.people))
    check_fits((size, len(plan.outputs), len(plan.times_h)), way_out="a smaller `chunk`, or fewer outputs")
    program_of(plan, 0, 1)  # what cannot be simulated is refused before anything is written
    group = opened(plan, path, chunk=chunk)
    pieces = chunks(len(plan.people), chunk)
    left = [index for index in range(len(pieces)) if not group["done"][index]]
    spread(_write_chunk, [(plan, path, index, *pieces[index]) for index in left], workers=workers)
    table = Table(*(np.asarray(group[name][:]) for name in TABLE))
    return Result(plan, single=False, table=table, data=OnDisk(group, plan.outputs))  # type: ignore[arg-type]


def opened(plan: SimulationPlan, path: str, *, chunk: int) -> Any:
    """The group at `path`, made if it is not there. Raises `PharmacologyError` if it holds something else."""
    mark = fingerprint(plan, chunk)
    if (Path(path) / "zarr.json").exists():
        group = zarr.open_group(path, mode="r+")
        if group.attrs.get("fingerprint") != mark:
            raise PharmacologyError(f"{path} holds another simulation; give another path or remove it")
        return group
    group = zarr.open_group(path, mode="w")
    people, times, outputs = len(plan.people), len(plan.times_h), len(plan.outputs)
    for name in plan.outputs:
        group.create_array(name, shape=(people, times), chunks=(min(chunk, people), times), dtype="f8")
    for name in TABLE:
        group.create_array(name, shape=(people, outputs), chunks=(min(chunk, people), outputs), dtype="f8")
    group.create_array("done", shape=(len(chunks(people, chunk)),), chunks=(1,), dtype="bool")
    group.create_array("time_h", shape=(times,), chunks=(times,), dtype="f8")[:] = plan.times_h
    group.attrs.update(
        {
            "fingerprint": mark,
            "model": plan.model.id,
            "regimen": str(plan.regimen),
            "units": "ng/mL",
            "citation": plan.model.cite(),
        }
    )
    return group


def fingerprint(plan: SimulationPlan, chunk: int) -> str:
    """What makes a simulation this one and no other: the model whole, the doses, the people, the times, the version."""
    people = plan.people
    said = (
        identity(plan.model),
        plan.carried,
        {name: column.tolist() for name, column in plan.regimen.to_events().items()},
        (people.n, people.seed, people.varied, people.between_occasions, str(people.cv_percent)),
        {name: np.asarray(value, dtype=object).tolist() for name, value in people.covariates.items()},
        plan.outputs,
        plan.times_h.tobytes(),
        chunk,
    )
    return sha256(repr(said).encode()).hexdigest()


def _write_chunk(plan: SimulationPlan, path: str, index: int, start: int, stop: int) -> int:
    """One chunk; its mark in `done` is set last, so an interrupted chunk is written again."""
    group: Any = zarr.open_group(path, mode="r+")
    data = np.empty((stop - start, len(plan.outputs), len(plan.times_h)))
    table = run_chunk(plan, start, stop, out=data)[1]
    for o, name in enumerate(plan.outputs):
        group[name][start:stop] = data[:, o]
    for name in TABLE:
        group[name][start:stop] = getattr(table, name)
    group["done"][index] = True
    return index
