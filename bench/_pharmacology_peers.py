"""The bench's problem in other solvers: Fanta's three compartments and Otto's metabolite, written out once."""

import subprocess
from collections.abc import Callable, Iterable
from functools import cached_property
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

V1, CL, V2, Q2, V3, Q3 = 133.0, 95.2, 187.0, 23.2, 98.8, 157.0
VN1, CLN, VN2, QN = 98.638, 57.72, 160.04, 42.778
RATE_MG_PER_H, RUN_H = 35 / (40 / 60), 40 / 60
STARTS_H = tuple(24.0 * day for day in (0, 3, 7, 10, 14, 17))
MODULES = {
    "SciPy expm, step by step (exact)": "scipy",
    "SciPy expm, stacked (exact)": "scipy",
    "SciPy solve_ivp LSODA": "scipy",
    "SciPy odeint": "scipy",
    "numbalsoda": "numbalsoda",
    "CVODES by CasADi": "casadi",
    "diffrax": "diffrax",
    "Myokit": "myokit",
}
IN_R = {"mrgsolve (R)": "mrgsolve", "rxode2 (R)": "rxode2"}
R_SCRIPT = Path(__file__).with_name("peers.R")


# What a peer is asked again and again, once it is built: outputs (2, times) in ng/mL.
Solver = Callable[[], np.ndarray]


class Timed(NamedTuple):
    """The best and the median wall time of some calls, and the least processor time of one, in ms.

    On a shared machine the wall shows who else is working; the processor's time shows what the call costs.
    """

    best: float
    median: float
    cpu: float


def installed(name: str) -> bool:
    if name in IN_R:
        return which("Rscript") is not None and _has(IN_R[name])
    return find_spec(MODULES[name]) is not None


def _has(package: str) -> bool:
    """Whether R has the package."""
    asked = f'quit(status = !requireNamespace("{package}", quietly = TRUE))'
    return subprocess.run(["Rscript", "-e", asked], capture_output=True).returncode == 0


class InR:
    """A peer in R, which times itself: its processor's time is not ours. `took` is known after the first call."""

    def __init__(self, package: str, times: int) -> None:
        self.package, self.times = package, times

    @cached_property
    def measured(self) -> tuple[np.ndarray, Timed]:
        """What R answers, and what a call took."""
        with TemporaryDirectory() as folder:
            answers = Path(folder) / "answers"
            words = ["Rscript", str(R_SCRIPT), self.package, str(answers)]
            done = subprocess.run(words, capture_output=True, text=True)
            if done.returncode != 0:
                raise RuntimeError(done.stderr)
            cpu, wall = (float(word) for word in done.stdout.split()[-2:])
            return np.fromfile(answers).reshape(2, self.times), Timed(wall, wall, cpu)

    def __call__(self) -> np.ndarray:
        return self.measured[0]

    @property
    def took(self) -> Timed:
        return self.measured[1]


def slopes(x: Iterable[Any], rate: Any) -> list[Any]:
    """The five slopes, of numbers or of a peer's own symbols."""
    c, a, b, n, m = x
    return [
        rate - (CL + Q2 + Q3) / V1 * c + Q2 / V2 * a + Q3 / V3 * b,
        Q2 / V1 * c - Q2 / V2 * a,
        Q3 / V1 * c - Q3 / V3 * b,
        CL / V1 * c - (CLN + QN) / VN1 * n + QN / VN2 * m,
        QN / VN1 * n - QN / VN2 * m,
    ]


def right_hand(x: np.ndarray, rate: float) -> np.ndarray:
    return np.array(slopes(x, rate))


def segments(end_h: float) -> list[tuple[float, float, float]]:
    """(from, to, rate) between all changes of the rate."""
    edges = sorted({0.0, end_h, *STARTS_H, *(start + RUN_H for start in STARTS_H)})
    return [
        (a, b, RATE_MG_PER_H if any(start <= a < start + RUN_H - 1e-9 for start in STARTS_H) else 0.0)
        for a, b in pairwise(edges)
    ]


def by_segments(
    times_h: np.ndarray, solve: Callable[[np.ndarray, np.ndarray, float], np.ndarray]
) -> np.ndarray:
    """Outputs (2, times) in ng/mL; `solve(x, at, rate)` answers states (times, 5) at `at`, from its first."""
    states = np.zeros((len(times_h), 5))
    x = np.zeros(5)
    for a, b, rate in segments(float(times_h[-1])):
        inside = (times_h > a) & (times_h <= b)
        at = np.concatenate([[a], times_h[inside], [b]])
        at, back = np.unique(at, return_inverse=True)
        found = solve(x, at, rate)[back]
        states[inside] = found[1:-1]
        x = found[-1]
    return np.stack([states[:, 0] / V1, states[:, 3] / VN1]) * 1000


def augmented() -> np.ndarray:
    """The system with the rate as a sixth state."""
    matrix = np.zeros((6, 6))
    matrix[:5, :5] = np.stack([right_hand(unit, 0.0) for unit in np.eye(5)], axis=1)
    matrix[0, 5] = 1.0
    return matrix


def with_expm_steps(times_h: np.ndarray) -> Solver:
    """Exact, as one would write it first: one exponential for each distinct step, one product a time."""
    from scipy.linalg import expm

    matrix = augmented()

    def solve(x: np.ndarray, at: np.ndarray, rate: float) -> np.ndarray:
        known: dict[float, np.ndarray] = {}
        z, found = np.append(x, rate), []
        for step in np.diff(at, prepend=at[0]):
            key = round(float(step), 12)
            if key not in known:
                known[key] = expm(matrix * step)
            z = known[key] @ z
            found.append(z[:5])
        return np.array(found)

    return lambda: by_segments(times_h, solve)


def with_expm_powers(times_h: np.ndarray) -> Solver:
    """Exact, for many at once: SciPy's exponential of all of a segment's times in one stacked call."""
    from scipy.linalg import expm

    matrix = augmented()

    def solve(x: np.ndarray, at: np.ndarray, rate: float) -> np.ndarray:
        z = np.append(x, rate)
        found = [
            expm(matrix * (at[a : a + 2000] - at[0])[:, None, None]) @ z for a in range(0, len(at), 2000)
        ]
        return np.concatenate(found)[:, :5]

    return lambda: by_segments(times_h, solve)


def with_solve_ivp(times_h: np.ndarray) -> Solver:
    from scipy.integrate import solve_ivp

    def solve(x: np.ndarray, at: np.ndarray, rate: float) -> np.ndarray:
        answer = solve_ivp(
            lambda t, y: right_hand(y, rate), (at[0], at[-1]), x, "LSODA", at, rtol=1e-8, atol=1e-10
        )
        return answer.y.T

    return lambda: by_segments(times_h, solve)


def with_odeint(times_h: np.ndarray) -> Solver:
    from scipy.integrate import odeint

    def solve(x: np.ndarray, at: np.ndarray, rate: float) -> np.ndarray:
        return odeint(lambda y, t: right_hand(y, rate), x, at, rtol=1e-8, atol=1e-10)

    return lambda: by_segments(times_h, solve)


def with_numbalsoda(times_h: np.ndarray) -> Solver:
    from numba import cfunc
    from numbalsoda import lsoda, lsoda_sig

    @cfunc(lsoda_sig)
    def slope(t, x, dx, p):  # type: ignore[no-untyped-def]
        dx[0] = p[0] - (CL + Q2 + Q3) / V1 * x[0] + Q2 / V2 * x[1] + Q3 / V3 * x[2]
        dx[1] = Q2 / V1 * x[0] - Q2 / V2 * x[1]
        dx[2] = Q3 / V1 * x[0] - Q3 / V3 * x[2]
        dx[3] = CL / V1 * x[0] - (CLN + QN) / VN1 * x[3] + QN / VN2 * x[4]
        dx[4] = QN / VN1 * x[3] - QN / VN2 * x[4]

    def solve(x: np.ndarray, at: np.ndarray, rate: float) -> np.ndarray:
        return lsoda(slope.address, x, at, np.array([rate]), rtol=1e-8, atol=1e-10)[0]

    return lambda: by_segments(times_h, solve)


def with_casadi(times_h: np.ndarray) -> Solver:
    """SUNDIALS' CVODES out of a wheel; right-hand side and Jacobian are CasADi's own, an integrator a segment."""
    import casadi

    x, rate = casadi.SX.sym("x", 5), casadi.SX.sym("rate")
    problem = {"x": x, "p": rate, "ode": casadi.vertcat(*slopes(casadi.vertsplit(x), rate))}
    options = {"reltol": 1e-8, "abstol": 1e-10, "max_num_steps": 100_000}
    built: dict[float, casadi.Function] = {}

    def solve(x: np.ndarray, at: np.ndarray, rate: float) -> np.ndarray:
        begins = float(at[0])
        if begins not in built:
            built[begins] = casadi.integrator("segment", "cvodes", problem, begins, at[1:].tolist(), options)
        return np.concatenate([x[None, :], built[begins](x0=x, p=rate)["xf"].full().T])

    return lambda: by_segments(times_h, solve)


def with_diffrax(times_h: np.ndarray) -> Solver:
    import diffrax
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    matrix = jnp.asarray(np.stack([right_hand(unit, 0.0) for unit in np.eye(5)], axis=1))
    enter = jnp.asarray([1.0, 0, 0, 0, 0])
    term = diffrax.ODETerm(lambda t, y, rate: matrix @ y + rate * enter)

    def solve(x: np.ndarray, at: np.ndarray, rate: float) -> np.ndarray:
        return np.asarray(
            diffrax.diffeqsolve(
                term, diffrax.Tsit5(), at[0], at[-1], 1e-3, jnp.asarray(x), rate,
                saveat=diffrax.SaveAt(ts=jnp.asarray(at)),
                stepsize_controller=diffrax.PIDController(rtol=1e-6, atol=1e-9), max_steps=100_000,
            ).ys
        )  # fmt: skip

    return lambda: by_segments(times_h, solve)


def with_myokit(times_h: np.ndarray) -> Solver:
    import myokit

    text = f"""[[model]]
p.c = 0
p.a = 0
p.b = 0
p.n = 0
p.m = 0
[p]
rate = 0 bind pace
time = 0 bind time
dot(c) = rate - {(CL + Q2 + Q3) / V1} * c + {Q2 / V2} * a + {Q3 / V3} * b
dot(a) = {Q2 / V1} * c - {Q2 / V2} * a
dot(b) = {Q3 / V1} * c - {Q3 / V3} * b
dot(n) = {CL / V1} * c - {(CLN + QN) / VN1} * n + {QN / VN2} * m
dot(m) = {QN / VN1} * n - {QN / VN2} * m
"""
    protocol = myokit.Protocol()
    for start in STARTS_H:
        protocol.schedule(RATE_MG_PER_H, start, RUN_H)
    simulation = myokit.Simulation(myokit.parse_model(text), protocol)
    simulation.set_tolerance(1e-10, 1e-8)

    def run() -> np.ndarray:
        simulation.reset()
        log = simulation.run(float(times_h[-1]) + 1e-9, log=["p.c", "p.n"], log_times=times_h)
        return np.stack([np.asarray(log["p.c"]) / V1, np.asarray(log["p.n"]) / VN1]) * 1000

    return run


PEERS: dict[str, Callable[[np.ndarray], Solver]] = {
    "SciPy expm, step by step (exact)": with_expm_steps,
    "SciPy expm, stacked (exact)": with_expm_powers,
    "SciPy solve_ivp LSODA": with_solve_ivp,
    "SciPy odeint": with_odeint,
    "numbalsoda": with_numbalsoda,
    "CVODES by CasADi": with_casadi,
    "diffrax": with_diffrax,
    "Myokit": with_myokit,
    **{name: lambda times_h, package=package: InR(package, len(times_h)) for name, package in IN_R.items()},
}
