"""Speed of the numerical library: the same problem in every engine that is installed, as ratios.

Six infusions of 0.5 mg/kg over three weeks at one minute, ketamine and norketamine. Peers that are not
installed are named and skipped (requirements/bench-*.in lists them). The last table measures how fast this
machine writes memory, which is what a stored trajectory cannot beat.
"""

import os
import resource
import statistics
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import numpy as np

from bench import _pharmacology_peers as peers
from bench._pharmacology_peers import Timed
from mooring import pharmacology as pk
from mooring.pharmacology import explorable
from mooring.pharmacology.doses import side_by_side
from mooring.pharmacology.propagate import on_grid
from mooring.pharmacology.simulation import planned
from mooring.pharmacology.working import program_of

MODEL = pk.model("fanta_otto_2021")
OUTPUTS = ["esketamine.venous", "esnorketamine.venous"]
WHO = pk.Subject(weight_kg=70, age_years=30)
SIX = pk.Regimen().infuse("0.5 mg/kg", over="40 min").repeat(every=["3 d", "4 d"], n=6)
YEAR = SIX + pk.Regimen().infuse("0.5 mg/kg", over="40 min").repeat(every="7 d", n=48).after("28 d")
ASKED = {"until": "21 d", "every": "1 min", "outputs": OUTPUTS}


def main() -> None:
    warnings.simplefilter("ignore")
    machine()
    fast = find_spec("numba") is not None
    base = own_table(fast)
    peer_table(base)
    memory_table(base)
    size_table(fast)
    growth_table()


def machine() -> None:
    named = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    print(
        f"{named[0] if named else '?'}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, NumPy {np.__version__}\n"
    )


def timed(action: Callable[[], object], rounds: int) -> Timed:
    """After one call that is not counted."""
    action()
    walls, processor = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        action()
        walls.append(1000 * (time.perf_counter() - wall))
        processor.append(1000 * (time.process_time() - cpu))
    return Timed(min(walls), statistics.median(walls), min(processor))


def row(what: str, took: Timed, bar_ms: float | None = None) -> float:
    print(
        f"{what:58} best {took.best:9.3f}, median {took.median:9.3f}, cpu {took.cpu:9.3f} ms{verdict(took, bar_ms)}",
        flush=True,
    )
    return took.best


def verdict(took: Timed, bar_ms: float | None) -> str:
    """Met by the wall; else by the processor's time of all threads, which is what an idle machine needs at most."""
    if bar_ms is None:
        return ""
    if took.best <= bar_ms:
        return f"   bar {bar_ms:g} ms, met"
    shared = took.cpu <= bar_ms
    return f"   bar {bar_ms:g} ms, {'met by the cpu, not by the wall of this busy machine' if shared else 'NOT met'}"


def people(n: int) -> pk.Population:
    return pk.population(MODEL, n=n, seed=1, covariates=WHO, cv_percent=30)


def own_table(fast: bool) -> dict[str, float]:
    base: dict[str, float] = {}
    plan = planned(MODEL, SIX, WHO, times_h=None, fast=fast, **ASKED)
    program = program_of(plan, 0, 1)
    out = np.empty((1, 2, len(plan.times_h)))
    if fast:
        from mooring.pharmacology import fast as kernel

        base["kernel"] = row(
            "one person, compiled kernel",
            timed(lambda: kernel.run(program, plan.grid, out.shape[2], plan.until_h, out, None), 50),
            0.2,
        )
    row(
        "one person, NumPy kernel",
        timed(lambda: on_grid(program, start_h=0.0, dt_h=plan.grid[1], until_h=plan.until_h, out=out), 20),
    )
    one = timed(lambda: pk.simulate(MODEL, SIX, WHO, fast=fast, **ASKED), 50)
    base["one"], base["one cpu"] = row("one person, public call", one, 2), one.cpu
    if fast:
        many = people(100_000)
        row(
            "100,000 people, metrics only",
            timed(lambda: pk.simulate(MODEL, SIX, many, fast=True, store="metrics", **ASKED), 1),
            6000,
        )
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(f"{'   most memory of this process so far':58} {used:14.2f} GiB")
    thousand = people(1000)
    for way, bar in ((True, 120.0), (False, 400.0)):
        if way and not fast:
            continue
        name = "compiled" if way else "NumPy"
        base[f"thousand {name}"] = row(
            f"1,000 people, 30 % spread, {name}",
            timed(lambda way=way: pk.simulate(MODEL, SIX, thousand, fast=way, **ASKED), 3),
            bar,
        )
    year(fast)
    events()
    return base


def year(fast: bool) -> None:
    plan = planned(MODEL, YEAR, WHO, times_h=None, until="365 d", every="1 min", outputs=OUTPUTS, fast=fast)
    program = program_of(plan, 0, 1)
    out = np.empty((1, 2, len(plan.times_h)))
    if fast:
        from mooring.pharmacology import fast as kernel

        row(
            "a year of maintenance at one minute, kernel",
            timed(lambda: kernel.run(program, plan.grid, out.shape[2], plan.until_h, out, None), 20),
            1,
        )


def events() -> None:
    n, doses = 1000, 100
    table = {
        "id": np.repeat(np.arange(n), doses),
        "time": np.tile(np.arange(doses) * 12.0, n),
        "amt": np.full(n * doses, 10.0),
        "route": np.full(n * doses, "iv"),
    }
    row(
        "event table of 1,000 people × 100 doses, read and checked",
        timed(lambda: pk.Regimen.from_events(table), 10),
        20,
    )
    regimen = pk.Regimen.from_events(table)
    weights = np.full((n, 1), 70.0)
    row(
        "   the same, side by side for the engine",
        timed(
            lambda: side_by_side(regimen.events, shared=False, subjects=n, weight_kg=weights, periods=None),
            10,
        ),
    )


def peer_table(base: dict[str, float]) -> None:
    """One row a peer; one that is not installed, or fails in whatever way, is named and the next is asked."""
    print("\nThe same one person elsewhere (30,241 times, two outputs)")
    truth = pk.simulate(MODEL, SIX, WHO, fast=False, **ASKED)
    print("Processor time of one call, and its ratio to that of our public call; exact ones are marked")
    for name, solver in peers.PEERS.items():
        if not peers.installed(name):
            print(f"{name:58} not installed (./run bench pharmacology --peers)")
            continue
        try:
            solve = solver(truth.times_h)
            answer = solve()
            error = max(
                np.abs(answer[i] - truth[each]).max() / truth[each].max() for i, each in enumerate(OUTPUTS)
            )
            took = solve.took if isinstance(solve, peers.InR) else timed(solve, 3)
        except (Exception, SystemExit) as failed:  # a peer may need a compiler or headers that are not here
            said = str(failed).strip().splitlines() or [type(failed).__name__]
            print(f"{name:58} does not run here: {said[-1]}")
            continue
        row(name, took)
        print(
            f"{'':58} error {error:.1e} of the peak; {took.cpu / base['one cpu']:.1f} × the processor time of the public call"
        )


def memory_table(base: dict[str, float]) -> None:
    """How fast this machine writes what a thousand people need, into memory that is there and into new memory."""
    shape = (1000, 2, 30241)
    there = np.empty(shape)
    halves = there[:500], there[500:]
    with ThreadPoolExecutor(2) as pool:
        warm = timed(lambda: list(pool.map(lambda half: half.fill(1.0), halves)), 7).best
    fresh = timed(lambda: np.empty(shape).fill(1.0), 5).best
    speed = there.nbytes / warm / 1e6
    print(
        f"\nWriting {there.nbytes / 1e6:.0f} MB takes {warm:.0f} ms here by two threads into memory that is there "
        f"({speed:.1f} GB/s), {fresh:.0f} ms by one into new memory"
    )
    for name, took in base.items():
        if name.startswith("thousand"):
            print(f"   {name}: {took / warm:.1f} × the first, {took / fresh:.1f} × the second")


def size_table(fast: bool) -> None:
    """What the lab's server works out before it draws: 200 people, six hours at one minute, bands, effects."""
    print("\nThe lab's answer: 200 people, six hours at one minute, the composed racemate")
    dose = count(30)

    def answer() -> None:
        asked = explorable.RegimenChoice(
            "iv", float(next(dose))
        )  # a new dose each time, so that nothing is remembered
        explorable.drawn(asked, weight_kg=70.0, age_years=40.0, sex=None, window="session", people=200)

    # The compiled path is taken where it has been loaded; the tables above have.
    row("   compiled" if fast else "   NumPy", timed(answer, 15), 25.0 if fast else 80.0)
    if fast:
        people = pk.population(pk.model("mooring_racemic"), n=200, seed=1, covariates=WHO)
        infusion = pk.Regimen().infuse("0.5 mg/kg", over="40 min")
        shown = ["ketamine.venous", "esketamine.arterial", "arketamine.arterial", "esketamine.effect"]
        asked = {"until": "6 h", "outputs": shown}
        for way in (True, False):
            row(
                f"   curves alone, {'compiled' if way else 'NumPy'}",
                timed(
                    lambda way=way: pk.simulate("mooring_racemic", infusion, people, fast=way, **asked), 10
                ),
            )


def records(n: int, each: int = 8) -> pk.Regimen:
    """One dose and `each` measurements at times of one's own, in n people."""
    times = np.sort(np.random.default_rng(1).uniform(0.1, 24, (n, each)), axis=1)
    dosing = np.tile([1] + [0] * each, n)
    table = {
        "id": np.repeat(np.arange(n), each + 1),
        "time": np.concatenate([np.zeros((n, 1)), times], axis=1).ravel(),
        "amt": np.where(dosing == 1, 10.0, 0.0),
        "evid": dosing,
        "route": np.full(n * (each + 1), "iv"),
    }
    return pk.Regimen.from_events(table)


def growth_table() -> None:
    """How cost grows: in people with times of their own, in doses, in times."""
    print("\nGrowth (three outputs): people with 8 times of their own each, doses, times of one person")
    for n in (100, 200, 400, 4_000, 20_000, 100_000):
        table = records(n)
        row(
            f"   {n:,} people × 8 records",
            timed(lambda table=table: pk.simulate(MODEL, table, WHO), 1 if n > 4_000 else 5),
        )
    for doses in (10, 100, 1000):
        many = pk.Regimen().dose("10 mg", route="iv").repeat(every="6 h", n=doses)
        row(
            f"   {doses:,} doses, one person, every hour",
            timed(lambda many=many: pk.simulate(MODEL, many, WHO, every="1 h"), 3),
        )
    for times in (1_000, 10_000, 100_000):
        every = f"{500 / times} h"
        row(
            f"   {times:,} times, one person",
            timed(lambda every=every: pk.simulate(MODEL, SIX, WHO, until="500 h", every=every), 5),
        )
