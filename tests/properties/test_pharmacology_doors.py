"""Laws of the kinds behind cases P1 to P14: doors, people, steady states, and the error that is promised."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring import pharmacology as pk
from mooring.pharmacology.model import Flow, Input, Model, ModelCitation, Output, Route
from mooring.pharmacology.parameters import Parameter
from mooring.pharmacology.simulation import planned
from mooring.pharmacology.working import program_of
from tests.pharmacology.oracle import exact

pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore::mooring.pharmacology.RangeWarning")]

WHO = pk.Subject(weight_kg=70, age_years=40)
FO, K = "fanta_otto_2021", "esketamine.venous"
few = settings(max_examples=12, deadline=None, derandomize=True)
WAYS = [(name, route) for name in pk.models() for route in pk.model(name).routes]
EPSILON = float(np.finfo(float).eps)

# One dose: what, when, how long, by which route.
doses = st.lists(
    st.tuples(
        st.floats(1, 100), st.floats(0, 20), st.sampled_from([0.0, 0.5, 3.0]), st.sampled_from(["iv", "oral"])
    ),
    min_size=1,
    max_size=5,
)


def by_words(rows: list[tuple[float, float, float, str]]) -> pk.Regimen:
    regimen = pk.Regimen()
    for mg, at_h, over_h, route in rows:
        if route == "iv" and over_h:
            regimen = regimen.infuse(f"{mg!r} mg", over=f"{over_h} h", at=f"{at_h!r} h")
        else:
            regimen = regimen.dose(f"{mg!r} mg", route=route, at=f"{at_h!r} h")
    return regimen


def by_table(rows: list[tuple[float, float, float, str]]) -> pk.Regimen:
    ordered = sorted(rows, key=lambda row: row[1])
    over = [over_h if route == "iv" else 0.0 for _, _, over_h, route in ordered]
    return pk.Regimen.from_events(
        {
            "time": [row[1] for row in ordered],
            "amt": [row[0] for row in ordered],
            "rate": [row[0] / h if h else 0.0 for row, h in zip(ordered, over, strict=True)],
            "route": [row[3] for row in ordered],
        }
    )


@few
@given(rows=doses, cut=st.integers(0, 5))
def test_any_split_of_a_regimen_over_doors_gives_one_answer(rows: Any, cut: int) -> None:
    doors = [
        by_words(rows),
        by_table(rows),
        by_words(rows[:cut]) + by_table(rows[cut:]) if rows[cut:] else by_words(rows),
    ]
    doors.append(pk.Regimen.from_events(doors[0].to_events()))
    times = np.array([0.0, 0.7, 3.1, 19.0, 26.0])
    curves = [pk.simulate(FO, door, WHO, times_h=times, outputs=[K])[K] for door in doors]
    top = max(float(curves[0].max()), 1e-9)
    assert all(np.abs(curve - curves[0]).max() <= 1e-11 * top for curve in curves)


@few
@given(order=st.permutations(range(5)), seed=st.integers(0, 99))
def test_any_order_of_people_gives_each_the_same(order: list[int], seed: int) -> None:
    draw = np.random.default_rng(seed)
    blocks = []
    for person in range(5):
        count = int(draw.integers(1, 5))
        times = np.sort(draw.uniform(0, 24, count + 1))
        rows = [(f"p{person}", times[0], 10.0 * (person + 1), 1)]
        blocks.append(rows + [(f"p{person}", time, 0.0, 0) for time in times[1:]])

    def answered(people: list[int]) -> dict[str, list[float]]:
        flat = [row for person in people for row in blocks[person]]
        columns = dict(zip(("id", "time", "amt", "evid"), map(list, zip(*flat, strict=True)), strict=True))
        result = pk.simulate(FO, pk.Regimen.from_events(columns | {"route": ["iv"] * len(flat)}), WHO)
        return {result.ids[p]: result[K][result.records.person == p].tolist() for p in range(5)}

    assert answered(list(range(5))) == answered(order)


@pytest.mark.parametrize(("name", "route"), WAYS, ids=[f"{a}-{b}" for a, b in WAYS])
def test_steady_state_equals_the_long_run(name: str, route: str) -> None:
    """For every route of every model, as one dose and, where it can be infused, for ever."""
    model, every_h = pk.model(name), 24.0
    times = np.array([0.5, 3.0, 17.0])
    steady = {"time": [0.0], "amt": [20.0], "ss": [1], "ii": [every_h], "route": [route], "evid": [1]}
    short = pk.simulate(model, pk.Regimen.from_events(steady), WHO, times_h=times)
    many = pk.Regimen.from_events(
        {"time": [0.0], "amt": [20.0], "addl": [150], "ii": [every_h], "route": [route], "evid": [1]}
    )
    long = pk.simulate(model, many, WHO, times_h=times + 150 * every_h)
    for output in model.outputs:
        assert np.allclose(short[output], long[output], rtol=1e-7), output
    if model.route(route).infusible:
        rate = {"time": [0.0], "route": [route], "evid": [1], "rate": [2.0]}
        ever = pk.Regimen.from_events(rate | {"amt": [0.0], "ss": [1]})
        lasting = pk.Regimen.from_events(rate | {"amt": [20_000.0]})
        short = pk.simulate(model, ever, WHO, times_h=times)
        long = pk.simulate(model, lasting, WHO, times_h=times + 5000)
        for output in model.outputs:
            assert np.allclose(short[output], long[output], rtol=1e-7), output


@few
@given(seed=st.integers(0, 10_000), cv=st.floats(1, 55))
def test_spread_leaves_no_domain(seed: int, cv: float) -> None:
    people = pk.population("mooring_racemic", n=50, seed=seed, covariates=WHO, cv_percent=cv)
    values = people.values(0, 50)
    for each in people.model.coefficients:
        drawn = getattr(values, each.symbol)
        assert drawn.min() > 0
        assert each.domain != "fraction" or drawn.max() < 1


@few
@given(
    kg=st.floats(4, 300),
    scale=st.sampled_from(["h", "min", "s", "timedelta", "numpy"]),
    hours=st.integers(1, 40),
)
def test_one_time_however_it_is_written(kg: float, scale: str, hours: int) -> None:
    from datetime import timedelta

    written: Any = {
        "h": f"{hours} h",
        "min": f"{60 * hours} min",
        "s": f"{3600 * hours} s",
        "timedelta": timedelta(hours=hours),
        "numpy": np.timedelta64(hours, "h"),
    }[scale]
    regimen = pk.Regimen().infuse("0.5 mg/kg", over=written)
    assert regimen.end_h == pytest.approx(hours, rel=1e-15)
    who = pk.Subject(weight_kg=kg, age_years=40)
    assert np.isfinite(pk.simulate(FO, regimen, who, times_h=[0.0, 1.0])[K]).all()


@few
@given(splits=st.lists(st.floats(0.05, 0.95), min_size=1, max_size=4), mg=st.floats(1, 100))
def test_mass_is_kept_by_records_too(splits: list[float], mg: float) -> None:
    """What has left and what is still there is what was given, at any record."""
    model, times = two_compartments(30.0, 0.02, 4.0, 0.5), np.cumsum(splits) * 10
    result = pk.simulate(model, pk.Regimen().infuse(f"{mg!r} mg", over="1 h"), WHO, times_h=times)
    entered = mg * np.minimum(times, 1.0)
    total = result["a.all"] / 1000
    assert np.allclose(total, entered, rtol=1e-12)


def two_compartments(to: float, back: float, out: float, leak: float) -> Model:
    return chain(np.array([[0, to, out], [back, 0, leak], [0, 0, 0]]), everything=True)


def chain(rates: np.ndarray, *, everything: bool = False) -> Model:
    """A model of rate constants 1/h, `rates[from, to]`; the last compartment keeps what it gets."""
    names = tuple(f"c{index}" for index in range(len(rates)))
    flows = tuple(
        Flow(names[a], names[b], lambda p, k=float(rates[a, b]): np.full(p.scale.shape, k))
        for a in range(len(rates))
        for b in range(len(rates))
        if rates[a, b] > 0
    )
    shown = names if everything else names[:1]
    return Model(
        id="random",
        title="made up",
        citations=(ModelCitation("none", "none"),),
        drug="made-up",
        coefficients=(Parameter("scale", 1.0, "1", "nothing", "none", "design", "D"),),
        compartments=names,
        flows=flows,
        responses=(
            Output("a.all" if everything else "a.first", tuple((n, lambda p: 1000.0) for n in shown), "D"),
            Output("a.last", ((names[-1], lambda p: 1000.0),), "D"),
        ),
        routes_table=(
            Route("iv", (Input(names[0], lambda p, d: 1.0),), lambda p, d: 1.0, "none", "D", infusible=True),
        ),
    )


@cache
def random_rates(seed: int) -> np.ndarray:
    """Three to six compartments, rates over six orders of magnitude: bodies that no paper describes."""
    draw = np.random.default_rng(seed)
    n = int(draw.integers(3, 7))
    rates = 10 ** draw.uniform(-3, 2.5, (n, n)) * (draw.uniform(size=(n, n)) < 0.6)
    rates[np.arange(n - 1), np.arange(1, n)] += 10 ** draw.uniform(-2, 1, n - 1)
    np.fill_diagonal(rates, 0)
    rates[-1] = 0
    return rates


@pytest.mark.parametrize("seed", range(60))
def test_sixty_random_systems_against_fifty_digits(seed: int) -> None:
    """The promised error: at most 16 ε (1 + ‖A‖₁ t) of what was given, on the grid and at any times."""
    model = chain(random_rates(seed))
    regimen = pk.Regimen().dose("10 mg", route="iv").infuse("20 mg", over="37.7 min", at="71.3 min")
    times = [0.0, 0.21, 1.9, 5.5]
    plan = planned(model, regimen, WHO, times_h=times, until=None, every="1 min", outputs=None, fast=False)
    truth = exact(plan, 0, times)
    norm = float(np.abs(program_of(plan, 0, 1).A[0]).sum(axis=0).max())
    bound = 16 * EPSILON * (1 + norm * np.array(times)) * 30e3
    found = pk.simulate(model, regimen, WHO, times_h=times)
    grid = pk.simulate(model, regimen, WHO, times_h=np.arange(551) * 0.01, fast=False)
    for index, output in enumerate(model.outputs):
        assert np.all(np.abs(found[output] - truth[index]) <= bound), output
        assert np.all(np.abs(grid[output][[0, 21, 190, 550]] - truth[index]) <= bound), output
