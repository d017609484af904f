"""Compiles, once for a clone, what several parts of the suite use: the kernels and the large libraries.

`python -m tests.read_in`, run by `tests.run_all` beside its first part.
"""

import importlib
import warnings

from mooring import pharmacology as pk

LARGE = ("pandas", "polars", "pyarrow", "dask.array", "distributed", "xarray", "zarr", "pint")
SLOW = ("statsmodels.stats.meta_analysis", "weasyprint", "pyhanko.sign.signers", "playwright.sync_api")


def kernels() -> None:
    """Every compiled kernel, by the calls that use it: curves and metrics, of simple and composed models."""
    regimen = pk.Regimen().infuse("30 mg", over="40 min", route="iv")
    for name in ("simons_2022", "mooring_racemic"):
        people = pk.population(pk.model(name), n=2, seed=1)
        for store in ("trajectories", "metrics"):
            pk.simulate(name, regimen, people, until="2 h", fast=True, store=store)
        pk.simulate(name, regimen, pk.Subject(weight_kg=70), times_h=[0.0, 0.3, 1.9], fast=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    kernels()
    for each in (*LARGE, *SLOW):
        importlib.import_module(each)
