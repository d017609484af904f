"""Chunks of people on Dask (extra `science`): a machine's cores, or a cluster, behind the same call.

A chunk is a function of the plan and its rows alone, so who works it out cannot change a number. Progress
is counted in chunks on a terminal; a Dask client has its dashboard too.
"""

from collections.abc import Callable, Sequence
from functools import partial
from sys import stderr
from typing import Any

import numpy as np
from dask.base import compute
from dask.callbacks import Callback
from dask.delayed import delayed

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.memory import check_fits
from mooring.pharmacology.metrics import Table
from mooring.pharmacology.model import Array
from mooring.pharmacology.plan import SimulationPlan, chunks
from mooring.pharmacology.result import Result
from mooring.pharmacology.working import run_chunk


class Progress(Callback):
    """Counts finished chunks on a terminal; silent elsewhere."""

    def __init__(self, total: int) -> None:
        super().__init__(posttask=self.finished)  # type: ignore[no-untyped-call]
        self.total, self.done = total, 0

    def finished(self, *_: Any) -> None:
        self.done += 1
        if stderr.isatty():
            end = "\n" if self.done >= self.total else ""
            print(f"\r{self.done} of {self.total} chunks", end=end, file=stderr, flush=True)


def spread(work: Callable[..., Any], arguments: Sequence[tuple[Any, ...]], *, workers: Any) -> list[Any]:
    """`work` on each of `arguments`: here, on Dask's threads ("dask"), or by a Dask client. In their order."""
    progress = Progress(len(arguments))
    if workers is None:
        answers = []
        for each in arguments:
            answers.append(work(*each))
            progress.finished()
        return answers
    if hasattr(workers, "submit") and hasattr(workers, "gather"):
        futures = [workers.submit(partial(work, *each), pure=False) for each in arguments]
        for future in futures:
            future.add_done_callback(progress.finished)
        return list(workers.gather(futures))
    if workers != "dask":
        raise PharmacologyError(f'workers is {workers!r}; it is None, "dask" or a Dask client')
    run: Any = compute
    with progress:
        return list(run(*(delayed(work, pure=False)(*each) for each in arguments), scheduler="threads"))


def simulate(
    plan: SimulationPlan, *, store: str, quantiles: Sequence[float], chunk: int, workers: Any
) -> Result:
    """The same as here, in chunks elsewhere. Quantiles gather the curves, so they must fit this machine."""
    if plan.ragged:
        raise PharmacologyError("workers take times that everybody shares; ask for times_h or until")
    arguments = [(plan, *rows) for rows in chunks(len(plan.people), chunk)]
    if store == "metrics":
        return Result(plan, single=False, table=Table.joined(spread(_metrics, arguments, workers=workers)))
    if store not in ("trajectories", "quantiles"):
        raise PharmacologyError(
            f'store is {store!r}; it is "trajectories", "metrics", "quantiles" or "zarr:PATH"'
        )
    check_fits((len(plan.people), len(plan.outputs), len(plan.times_h)))
    pieces = spread(_curves, arguments, workers=workers)
    data, table = np.concatenate([each[0] for each in pieces]), Table.joined([each[1] for each in pieces])
    if store == "trajectories":
        return Result(plan, single=False, table=table, data=data)
    levels = {"levels": tuple(quantiles), "values": np.quantile(data, list(quantiles), axis=0)}
    return Result(plan, single=False, table=None, quantiles=levels)


def _metrics(plan: SimulationPlan, start: int, stop: int) -> Table:
    return run_chunk(plan, start, stop)[1]


def _curves(plan: SimulationPlan, start: int, stop: int) -> tuple[Array, Table]:
    data = np.empty((stop - start, len(plan.outputs), len(plan.times_h)))
    return data, run_chunk(plan, start, stop, out=data)[1]
