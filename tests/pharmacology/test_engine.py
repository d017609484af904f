"""The engine against a 50-digit matrix exponential, and against itself in every cut and path."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from mooring import pharmacology as pk
from mooring.pharmacology.simulation import planned
from mooring.pharmacology.working import program_of
from tests.pharmacology.oracle import column, exact, moved

pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore::mooring.pharmacology.RangeWarning")]

WHO = pk.Subject(weight_kg=70, age_years=40, sex="female")
BAR = 1e-10


def regimen_of(model: pk.Model) -> pk.Regimen:
    """Two doses by every route that the model has, off the grid."""
    regimen = pk.Regimen()
    for index, route in enumerate(model.routes.values()):
        for at_min in (7.3 * index, 95.1 + index):
            if route.infusible:
                regimen = regimen.infuse("30 mg", over="37.7 min", route=route.name, at=f"{at_min} min")
            else:
                regimen = regimen.dose("30 mg", route=route.name, at=f"{at_min} min")
    return regimen


def test_the_oracle_is_the_series_to_fifty_digits() -> None:
    """Transit chains with repeated rates, which no eigenvalue form holds; Taylor's series in fractions."""
    model = pk.model("simons_2022")
    plan = planned(
        model, film(), WHO, times_h=[0.0, 8.0], until=None, every="1 min", outputs=None, fast=False
    )
    matrix = program_of(plan, 0, 1).A[0]
    rows = [[(j, Fraction(float(row[j]))) for j in np.flatnonzero(row)] for row in matrix]
    numbers = np.array([1.0 + 0.1 * index for index in range(len(matrix))])
    term, total = [Fraction(float(each)) for each in numbers], [Fraction(float(each)) for each in numbers]
    dt = Fraction(1, 128)
    for degree in range(1, 60):
        term = [sum((a * term[j] for j, a in row), Fraction(0)) * dt / degree for row in rows]
        total = [a + b for a, b in zip(total, term, strict=True)]
    ours = moved(matrix, column(numbers), arb(float(dt))).entries()
    for mine, other in zip(ours, total, strict=True):
        assert abs(mine - arb(other.numerator) / arb(other.denominator)) < arb(10) ** -50


@pytest.mark.parametrize("name", pk.models())
def test_matches_fifty_digits(name: str) -> None:
    model = pk.model(name)
    regimen = regimen_of(model)
    asked = {"until": "30 h", "every": "1 min"}
    plan = planned(model, regimen, WHO, times_h=None, outputs=None, fast=False, **asked)
    picked = [0, 9, 97, 128, 611, 1800]
    truth = exact(plan, 0, [float(plan.times_h[i]) for i in picked])
    for fast in (False, True):
        result = pk.simulate(model, regimen, WHO, fast=fast, **asked)
        for index, output in enumerate(model.outputs):
            curve = result[output]
            assert np.abs(curve[picked] - truth[index]).max() <= BAR * curve.max(), (output, fast)


@pytest.mark.parametrize("name", pk.models())
def test_uneven_times_match_fifty_digits(name: str) -> None:
    model = pk.model(name)
    regimen = regimen_of(model)
    times = [0.0, 0.21, 1.9, 25.5]
    plan = planned(model, regimen, WHO, times_h=times, until=None, every="1 min", outputs=None, fast=False)
    result = pk.simulate(model, regimen, WHO, times_h=times)
    truth = exact(plan, 0, times)
    for index, output in enumerate(model.outputs):
        scale = max(truth[index].max(), 1e-12)
        assert np.abs(result[output] - truth[index]).max() <= BAR * scale, output


@pytest.fixture(scope="module")
def people() -> pk.Population:
    return pk.population(pk.model("simons_2022"), n=150, seed=11)


def film() -> pk.Regimen:
    return pk.Regimen().dose("50 mg", route="oral_film").dose("50 mg", route="oral_film", at="3 h")


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("chunk", [1, 37, 64, 1000])
def test_chunks_do_not_matter(people: pk.Population, fast: bool, chunk: int) -> None:
    whole = pk.simulate("simons_2022", film(), people, until="8 h", fast=fast)
    cut = pk.simulate("simons_2022", film(), people, until="8 h", fast=fast, chunk=chunk)
    for output in whole.outputs:
        assert np.array_equal(whole[output], cut[output])


def test_population_size_does_not_matter(people: pk.Population) -> None:
    first = pk.population(people.model, n=10, seed=11)
    few = pk.simulate("simons_2022", film(), first, until="8 h", fast=False)
    many = pk.simulate("simons_2022", film(), people, until="8 h", fast=False)
    assert np.array_equal(few["esketamine.arterial"], many["esketamine.arterial"][:10])


def test_threads_do_not_matter(people: pk.Population, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = pytest.importorskip("mooring.pharmacology.fast")
    answers = []
    for threads in (1, 2, 7):
        monkeypatch.setattr(kernel, "THREADS", threads)
        answers.append(
            pk.simulate("simons_2022", film(), people, until="8 h", fast=True)["esketamine.arterial"]
        )
    assert np.array_equal(answers[0], answers[1])
    assert np.array_equal(answers[0], answers[2])


def test_compiled_and_numpy_paths_agree(people: pk.Population) -> None:
    slow = pk.simulate("simons_2022", film(), people, until="8 h", fast=False)
    fast = pk.simulate("simons_2022", film(), people, until="8 h", fast=True)
    for output in slow.outputs:
        top = slow[output].max()
        assert np.abs(slow[output] - fast[output]).max() <= 1e-11 * top
        for name in ("cmax_ng_per_ml", "auc_ng_h_per_ml", "trough_ng_per_ml"):
            a, b = getattr(slow.metrics(output), name), getattr(fast.metrics(output), name)
            assert np.allclose(a, b, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("fast", [False, True])
def test_metrics_mode_equals_trajectories(people: pk.Population, fast: bool) -> None:
    kept = pk.simulate("simons_2022", film(), people, until="8 h", fast=fast)
    only = pk.simulate("simons_2022", film(), people, until="8 h", fast=fast, store="metrics", chunk=41)
    for output in kept.outputs:
        a, b = kept.metrics(output), only.metrics(output)
        assert np.allclose(a.cmax_ng_per_ml, b.cmax_ng_per_ml, rtol=1e-12)
        assert np.array_equal(a.tmax_h, b.tmax_h)
        assert np.allclose(a.auc_ng_h_per_ml, b.auc_ng_h_per_ml, rtol=1e-12)
        assert np.allclose(a.time_above_h(40.0), b.time_above_h(40.0), atol=1e-9)
    with pytest.raises(pk.PharmacologyError, match="trajectories"):
        only["esketamine.arterial"]


def test_quantiles_mode_equals_trajectories(people: pk.Population) -> None:
    kept = pk.simulate("simons_2022", film(), people, until="8 h", fast=False)
    only = pk.simulate("simons_2022", film(), people, until="8 h", fast=False, store="quantiles")
    for output in kept.outputs:
        assert np.allclose(kept.quantiles(output), only.quantiles(output), rtol=1e-12)


def test_area_is_exact() -> None:
    fine = pk.simulate("simons_2022", film(), WHO, until="12 h", every="0.05 min")
    for output in fine.outputs:
        drawn = np.trapezoid(fine[output], fine.times_h)
        assert fine.metrics(output).auc_ng_h_per_ml == pytest.approx(drawn, rel=2e-6)


@pytest.mark.parametrize("name", ["fanta_otto_2021", "simons_2022", "mooring_racemic"])
def test_metrics_that_pass_over_quiet_stretches_are_those_of_the_curves(name: str) -> None:
    """Nothing is missed where the compiled path looks only at what can hold a peak."""
    pytest.importorskip("numba")
    model = pk.model(name)
    few = pk.Population(model, 12, 5, {"weight_kg": 70, "age_years": 30})
    route = "oral_film" if "oral_film" in model.routes else "iv"
    regimen = pk.Regimen().dose("20 mg", route=route).repeat(every=["3 d", "4 d"], n=4)
    whole, metrics = (
        pk.simulate(name, regimen, few, until="14 d", every="5 min", fast=fast, store=store)
        for fast, store in ((False, "trajectories"), (True, "metrics"))
    )
    for output in model.outputs:
        a, b = whole.metrics(output), metrics.metrics(output)
        scale = float(a.grid_cmax_ng_per_ml.max())
        assert np.abs(a.grid_cmax_ng_per_ml - b.grid_cmax_ng_per_ml).max() <= 1e-9 * scale
        there = whole[output][np.arange(12), np.round(b.grid_tmax_h * 12).astype(int)]
        assert np.abs(there - a.grid_cmax_ng_per_ml).max() <= 1e-9 * scale
        assert b.auc_ng_h_per_ml == pytest.approx(a.auc_ng_h_per_ml, rel=1e-9)
        assert np.abs(a.trough_ng_per_ml - b.trough_ng_per_ml).max() <= 1e-9 * scale
