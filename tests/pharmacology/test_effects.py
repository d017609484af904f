"""Effects with coefficients, occupancy as a band, tables of what has none, and the chain that decides nothing."""

import ast
from pathlib import Path

import numpy as np
import pytest

from mooring import pharmacology as pk
from mooring.pharmacology import experimental

pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore::mooring.pharmacology.RangeWarning")]

WHO = pk.Subject(weight_kg=70, age_years=40)
INFUSION = pk.Regimen().infuse("0.5 mg/kg", over="40 min")
SOURCE = Path(pk.__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def result() -> pk.Result:
    return pk.simulate("mooring_racemic", INFUSION, WHO, until="6 h", fast=False)


def sprayed(devices: int) -> pk.Result:
    regimen = pk.Regimen()
    for index in range(devices):
        regimen = regimen.dose("28 mg", route="nasal_spray", at=f"{5 * index} min")
    return pk.simulate("perez_ruixo_2021", regimen, WHO, until="6 h", fast=False)


@pytest.mark.parametrize("id", pk.effects())
def test_an_effect_rises_from_nothing_to_its_most(id: str) -> None:
    each = pk.effect(id)
    assert each.source
    assert each.grade in "ABCD"
    curve = each.at(np.linspace(0, 20 * each.c50_ng_per_ml, 500))
    assert np.all(np.diff(curve) >= 0)
    assert curve[0] < 0.01
    assert curve[-1] <= each.emax
    half = 0.5 if each.kind == "threshold" else each.emax / 2
    assert float(each.at(each.c50_ng_per_ml)) == pytest.approx(half, rel=1e-6)


def test_coefficients_are_the_published_ones() -> None:
    """Olofsen 2022; Simons 2022, part 2; Herd 2008."""
    c50 = {id: pk.effect(id).c50_ng_per_ml for id in pk.effects()}
    assert c50["dissociation"] == pytest.approx(121, abs=0.5)
    assert c50["pressure_pain"] == c50["dissociation"]
    assert c50["drug_high"] == pytest.approx(71, abs=0.5)
    assert 285 <= c50["antinociception"] <= 404
    sedation = pk.effect("sedation")
    assert (sedation.c50_ng_per_ml, sedation.emax, sedation.gamma) == (560, 0.939, 3.71)
    assert (c50["anaesthesia"], pk.effect("anaesthesia").sd_ng_per_ml) == (2000, 500)
    assert (c50["awakening"], pk.effect("awakening").sd_ng_per_ml) == (740, 240)


def test_perception_as_worked_out_elsewhere(result: pk.Result) -> None:
    """0.51 at the end of 0.5 mg/kg over 40 min; 0.36 and 0.44 at most after 56 and 84 mg of the spray."""
    felt = pk.effect("dissociation")
    assert felt.of(result)[40] == pytest.approx(0.51, abs=0.005)
    assert felt.of(sprayed(2)).max() == pytest.approx(0.36, abs=0.005)
    assert felt.of(sprayed(3)).max() == pytest.approx(0.44, abs=0.005)


def test_the_effect_site_lags_by_its_half_life() -> None:
    """Under a constant level the site has half of it after 8.3 min."""
    forever = pk.Regimen.from_events(
        {"time": [0.0], "amt": [0.0], "rate": [95.2], "ss": [1], "route": ["iv"], "evid": [1]}
    )
    steady = pk.simulate("fanta_otto_2021", forever, WHO, times_h=[0.0])
    assert steady["esketamine.effect"][0] == pytest.approx(steady["esketamine.venous"][0], rel=1e-9)
    bolus = pk.simulate(
        "simons_2022",
        pk.Regimen().infuse("20 mg", over="20 min"),
        WHO,
        until="3 h",
        every="0.1 min",
        fast=False,
    )
    blood, site = bolus["esketamine.arterial"], bolus["esketamine.effect"]
    slope = np.gradient(site, bolus.times_h)[600:1500]
    rate = np.log(2) / (8.3 / 60)
    assert np.allclose(slope, rate * (blood - site)[600:1500], rtol=1e-3)


def test_r_ketamine_adds_nothing_to_perception() -> None:
    r_only = pk.simulate(
        "mooring_racemic", pk.Regimen().infuse("35 mg", over="40 min", drug="arketamine"), WHO, until="2 h"
    )
    assert not pk.effect("dissociation").of(r_only).any()


def test_an_effect_without_its_driver_is_refused() -> None:
    racemic = pk.simulate("domino_1984", INFUSION, WHO, until="2 h")
    with pytest.raises(pk.PharmacologyError, match=r"driven by esketamine.effect"):
        pk.effect("dissociation").of(racemic)
    with pytest.raises(pk.PharmacologyError, match="no effect 'mood'; there are dissociation"):
        pk.effect("mood")


def test_occupancy_is_a_band_with_its_reason(result: pk.Result) -> None:
    band = pk.occupancy(result)
    assert np.all(band.low <= band.middle)
    assert np.all(band.middle <= band.high)
    assert band.grade == "D"
    assert "17-fold" in band.reason
    # Worked out elsewhere: 0.46 at the arterial peak, from about 0.18 to about 0.78.
    assert band.middle.max() == pytest.approx(0.46, abs=0.015)
    assert band.low.max() == pytest.approx(0.18, abs=0.01)
    assert band.high.max() == pytest.approx(0.78, abs=0.01)


def test_what_has_no_coefficients_is_a_table(result: pk.Result) -> None:
    for endpoint in ("heart rate", "mean arterial pressure", "cardiac output", "CADSS"):
        assert pk.findings(endpoint), endpoint
        assert endpoint not in pk.effects()
    for each in pk.findings():
        assert each.source
        assert each.grade in "ABCD"
        assert each.tag != "M" or (each.grade == "D" and "unverified" in each.finding)


def test_the_chain_is_qualitative_normalised_and_for_one_person() -> None:
    day = pk.simulate("mooring_racemic", INFUSION, WHO, until="24 h", every="5 min", fast=False)
    chain = experimental.cascade(day, until_h=21 * 24)
    assert chain.evidence == "qualitative"
    assert set(chain.stages) == {stage.name for stage in experimental.STAGES}
    for name, curve in chain.stages.items():
        assert curve.max() == pytest.approx(1.0, rel=0.02), name
        assert curve.min() >= 0
    order = [
        chain.times_h[chain.stages[name].argmax()] for name in ("glutamate", "bdnf_mtor", "synapses", "mood")
    ]
    assert order == sorted(order)
    assert order[-1] > 24
    people = pk.population("mooring_racemic", n=3, seed=1, covariates=WHO)
    with pytest.raises(pk.PharmacologyError, match="one typical person"):
        experimental.cascade(pk.simulate("mooring_racemic", INFUSION, people, until="2 h"))


def test_nothing_imports_the_chain() -> None:
    """It feeds no decision: no module of the program reads it, and the library does not hand it out."""
    assert not hasattr(pk, "cascade")
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = [getattr(node, "module", None) or ""] if isinstance(node, ast.ImportFrom) else []
            named += [
                each.name
                for each in getattr(node, "names", [])
                if isinstance(node, (ast.Import, ast.ImportFrom))
            ]
            assert not any(
                each.endswith("experimental") and "pharmacology" in (named[0] + each) for each in named
            ), path
