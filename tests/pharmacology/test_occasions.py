"""Between-occasion variability: drawn for each occasion of dosing, apart from that between people."""

import numpy as np
import pytest

from mooring import pharmacology as pk
from mooring.pharmacology.occasions import occasions_of
from mooring.pharmacology.simulation import planned
from mooring.pharmacology.working import prepared

pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore::mooring.pharmacology.RangeWarning")]

WHO = pk.Subject(weight_kg=70, age_years=25)
ARTERIAL = "esketamine.arterial"
WEEKLY = pk.Regimen().dose("50 mg", route="oral_film").repeat(every="7 d", n=3)


def people(n: int, **more: bool) -> pk.Population:
    return pk.Population(pk.model("simons_2022"), n, 3, {"weight_kg": 70, "age_years": 25}, **more)  # type: ignore[arg-type]


def test_a_coefficient_is_drawn_for_each_occasion_with_the_published_variances() -> None:
    """MTT_NK of Simons 2022: 0.021 between people, 0.751 between occasions."""
    plan = planned(
        "simons_2022",
        WEEKLY,
        people(8000),
        times_h=None,
        until="400 h",
        every="100 h",
        outputs=None,
        fast=False,
    )
    drawn = np.log(prepared(plan, 0, 8000)[1].MTT_NK)
    assert drawn.shape == (8000, 3)
    assert drawn.var(axis=0) == pytest.approx([0.772] * 3, rel=0.06)
    apart = drawn[:, 1] - drawn[:, 0]
    assert apart.var() == pytest.approx(2 * 0.751, rel=0.05)
    assert drawn.mean(axis=1).var() == pytest.approx(0.021 + 0.751 / 3, rel=0.06)


def test_an_occasion_is_a_sitting_or_what_the_table_calls_one() -> None:
    sprays = pk.Regimen().dose("28 mg", route="nasal_spray").repeat(every="5 min", n=3)
    assert occasions_of(sprays.events, shared=True, subjects=1).count == 1
    assert occasions_of((sprays + sprays.after("3 d")).events, shared=True, subjects=1).count == 2
    named = pk.Regimen.from_events(
        {"time": [0, 12, 24, 36], "amt": [10] * 4, "route": ["iv"] * 4, "occ": [1, 1, 2, 2]}
    )
    opens = occasions_of(named.events, shared=True, subjects=1).opens
    assert opens.tolist() == [[False, False, True, False]]


@pytest.mark.parametrize("fast", [False, True])
def test_occasions_do_not_depend_on_chunks_on_later_doses_or_on_the_path(fast: bool) -> None:
    if fast:
        pytest.importorskip("numba")
    asked = {"every": "5 min", "outputs": [ARTERIAL]}
    whole = pk.simulate("simons_2022", WEEKLY, people(40), until="400 h", fast=fast, **asked)[ARTERIAL]  # type: ignore[arg-type]
    cut = pk.simulate("simons_2022", WEEKLY, people(40), until="400 h", fast=fast, chunk=7, **asked)[ARTERIAL]  # type: ignore[arg-type]
    assert np.array_equal(whole, cut)
    first = pk.Regimen().dose("50 mg", route="oral_film")
    alone = pk.simulate("simons_2022", first, people(40), until="100 h", fast=fast, **asked)[ARTERIAL]  # type: ignore[arg-type]
    assert np.abs(whole[:, : alone.shape[1]] - alone).max() <= 1e-11 * alone.max()
    exact = pk.simulate(
        "simons_2022", WEEKLY, people(40), times_h=[1.0, 100.3, 169.0, 337.5], outputs=[ARTERIAL]
    )[ARTERIAL]
    for place, time_h in ((0, 1.0), (2, 169.0), (3, 337.5)):
        assert whole[:, round(time_h * 12)] == pytest.approx(exact[:, place], rel=1e-9)


def test_the_weeks_of_one_person_differ_and_those_of_no_variability_do_not() -> None:
    asked = {"until": "400 h", "every": "5 min", "outputs": [ARTERIAL], "fast": False}
    weeks = [slice(0, 288), slice(2016, 2304), slice(4032, 4320)]
    varied = pk.simulate("simons_2022", WEEKLY, people(30), **asked)[ARTERIAL]  # type: ignore[arg-type]
    alike = pk.simulate("simons_2022", WEEKLY, people(30, between_occasions=False), **asked)[ARTERIAL]  # type: ignore[arg-type]
    peaks, same = (np.stack([each[:, week].max(axis=1) for week in weeks]) for each in (varied, alike))
    assert (np.ptp(peaks, axis=0) > 0.02 * peaks.mean(axis=0)).mean() > 0.9
    assert np.ptp(same, axis=0).max() < 0.02 * same.mean()


def test_a_band_says_whether_it_holds_occasions() -> None:
    regimen = pk.Regimen().dose("50 mg", route="oral_film")
    asked = {"output": ARTERIAL, "until": "2 h", "every": "10 min", "n": 200}
    both = pk.band("simons_2022", regimen, WHO, **asked)  # type: ignore[arg-type]
    assert both.parts == ("people", "occasions")
    within = pk.band("simons_2022", regimen, WHO, parts=["occasions"], **asked)  # type: ignore[arg-type]
    assert "a typical person" in within.notes
    between = pk.band("simons_2022", regimen, WHO, parts=["people"], **asked)  # type: ignore[arg-type]

    def width(band: pk.UncertaintyBand) -> float:
        return float((band.values[2] - band.values[0]).max())

    assert width(both) > max(width(within), width(between)) > 0
    none = pk.band(
        "domino_1984", pk.Regimen().dose("5 mg", route="iv"), WHO, output="ketamine.venous", until="1 h"
    )
    assert none.parts == ("people",)
    assert "no variability between occasions is known" in none.notes


def test_a_model_of_ones_own_states_variability_between_occasions() -> None:
    model = pk.build(
        id="mine", drug="theophylline", compartments=["depot", "central"],
        parameters={"ka": pk.coefficient(1.5, "1/h", occasion_cv_percent=40), "CL": 2.8, "V": 32.0},
        flows={"depot -> central": "ka", "central -> out": "CL / V"},
        outputs={"theophylline.plasma": "central / V"}, routes={"oral": "depot"},
    )  # fmt: skip
    assert model.parameters["ka"].variability == "CV 40 % between occasions"
    drawn = pk.population(model, n=4000, seed=1).occasion_effects(0, 4000, occasions=2)["ka"]
    spread = np.exp(drawn).std(axis=0) / np.exp(drawn).mean(axis=0)
    assert spread == pytest.approx([0.4, 0.4], rel=0.06)
    assert abs(np.corrcoef(drawn.T)[0, 1]) < 0.05
