"""Laws that every model keeps, whatever the doses."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring import pharmacology as pk
from mooring.pharmacology import units
from mooring.pharmacology.constants import BASE_FRACTION
from mooring.pharmacology.simulation import planned
from mooring.pharmacology.working import program_of

pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore::mooring.pharmacology.RangeWarning")]

WHO = pk.Subject(weight_kg=70, age_years=40)
IV = [name for name in pk.models() if "iv" in pk.model(name).routes]
few = settings(max_examples=12, deadline=None, derandomize=True)
doses = st.floats(1, 150)
minutes = st.floats(1, 300)
names = st.sampled_from(IV)
RACEMIC = "mooring_racemic"


def curves(
    model: str, regimen: pk.Regimen, *, until: str = "10 h", every: str = "3 min"
) -> dict[str, np.ndarray]:
    shown = ["ketamine.venous", "esketamine.arterial", "norketamine.arterial"] if model == RACEMIC else None
    result = pk.simulate(model, regimen, WHO, until=until, every=every, outputs=shown, fast=False)
    return {name: result[name] for name in result.outputs}


def close(a: np.ndarray, b: np.ndarray, within: float = 1e-10) -> bool:
    return bool(np.abs(a - b).max() <= within * max(np.abs(b).max(), 1e-12))


def infusion(mg: float, over_min: float, at_min: float = 0.0) -> pk.Regimen:
    return pk.Regimen().infuse(f"{mg} mg", over=f"{over_min} min", at=f"{at_min} min")


@few
@given(name=names, mg=doses, factor=st.floats(0.1, 10), over=minutes)
def test_dose_linearity(name: str, mg: float, factor: float, over: float) -> None:
    once, more = curves(name, infusion(mg, over)), curves(name, infusion(mg * factor, over))
    assert all(close(more[each], factor * once[each]) for each in once)


@few
@given(name=names, first=doses, second=doses, over=minutes, at=minutes)
def test_superposition(name: str, first: float, second: float, over: float, at: float) -> None:
    a, b = infusion(first, over), infusion(second, over / 2, at)
    together, one, other = curves(name, a + b), curves(name, a), curves(name, b)
    assert all(close(together[each], one[each] + other[each]) for each in together)


@few
@given(name=names, mg=doses, over=minutes, steps=st.integers(1, 60))
def test_time_shift(name: str, mg: float, over: float, steps: int) -> None:
    here = curves(name, infusion(mg, over))
    later = curves(name, infusion(mg, over, at_min=3 * steps))
    for each in here:
        assert np.all(later[each][:steps] == 0)
        assert close(later[each][steps:], here[each][: len(here[each]) - steps])


@few
@given(name=names, mg=doses)
def test_a_short_infusion_becomes_a_bolus(name: str, mg: float) -> None:
    bolus = curves(name, pk.Regimen().dose(f"{mg} mg", route="iv"))
    gaps = []
    for seconds in (0.1, 0.01):
        short = curves(name, infusion(mg, seconds / 60))
        gaps.append(
            max(np.abs(short[each][1:] - bolus[each][1:]).max() / bolus[each].max() for each in bolus)
        )
    assert gaps[0] < 1e-3
    assert gaps[1] < 0.2 * gaps[0] + 1e-11


@few
@given(mg=doses, over=minutes, route=st.sampled_from(["iv", "im", "oral", "sublingual"]))
def test_racemate_is_the_sum_of_its_enantiomers(mg: float, over: float, route: str) -> None:
    def half(drug: str | None, dose: float) -> pk.Regimen:
        if route == "iv":
            return pk.Regimen().infuse(f"{dose} mg", over=f"{over} min", drug=drug)
        return pk.Regimen().dose(f"{dose} mg", route=route, drug=drug)

    racemate = curves(RACEMIC, half(None, mg))
    s, r = curves(RACEMIC, half("esketamine", mg / 2)), curves(RACEMIC, half("arketamine", mg / 2))
    assert all(close(racemate[each], s[each] + r[each]) for each in racemate)


@few
@given(name=names, mg=doses, over=minutes, at=minutes)
def test_no_negative_concentration(name: str, mg: float, over: float, at: float) -> None:
    for each in curves(
        name, infusion(mg, over) + infusion(mg, over, at), until="20 d", every="30 min"
    ).values():
        assert each.min() >= -1e-13 * each.max()


@few
@given(name=names, mg=doses, over=minutes)
def test_mass_balance(name: str, mg: float, over: float) -> None:
    """What has left equals what was given: the areas of all compartments times their losses."""
    model = pk.model(name)
    plan = planned(
        model,
        infusion(mg, over),
        WHO,
        times_h=[0.0, 4000.0],
        until=None,
        every="1 h",
        outputs=None,
        fast=False,
    )
    program = program_of(plan, 0, 1)
    amounts = program.amounts
    massive = amounts - len(model.followers)
    matrix = program.A[0, :massive, :massive]
    given_mg = np.clip(program.jumps[0, :, amounts:], 0, None).sum(axis=0) * over / 60
    assert float(given_mg.sum()) == pytest.approx(mg, rel=1e-12)
    entered = program.A[0, :massive, amounts:] @ given_mg
    areas = np.linalg.solve(matrix, -entered)
    left = -matrix.sum(axis=0) * areas
    assert float(left.sum()) == pytest.approx(mg, rel=1e-9)


@few
@given(
    name=st.sampled_from(["domino_1984", "clements_1981", "hijazi_2003", "herd_2007", "fanta_otto_2021"]),
    mg=doses,
    over=minutes,
)
def test_clearance_times_area_is_the_dose(name: str, mg: float, over: float) -> None:
    model = pk.model(name)
    result = pk.simulate(model, infusion(mg, over), WHO, times_h=[0.0, 24.0, 4000.0], fast=False)
    output = next(each for each in model.outputs if each.endswith("venous") and "nor" not in each)
    p = {symbol: each.value for symbol, each in model.parameters.items()}
    clearance_l_per_h = p["CL"] if "CL" in p else 60 * p["k10"] * p["V1"]
    area = result.metrics(output).auc_ng_h_per_ml / 1000
    assert clearance_l_per_h * area == pytest.approx(mg, rel=1e-9)


@given(number=st.floats(1e-3, 1e3), unit=st.sampled_from(sorted(units.HOURS)))
def test_time_round_trip(number: float, unit: str) -> None:
    assert units.hours(f"{number!r} {unit}") == pytest.approx(number * units.HOURS[unit], rel=1e-14)


@given(hours=st.floats(0.01, 9000))
def test_words_round_trip(hours: float) -> None:
    assert units.hours(units.in_words(hours)) == pytest.approx(hours, rel=1e-9)


@given(mg=st.floats(1e-3, 1e3), per_kg=st.booleans())
def test_amount_round_trip(mg: float, per_kg: bool) -> None:
    again = units.amount(str(units.Amount(mg, per_kg)))
    assert again.per_kg == per_kg
    assert again.mg == pytest.approx(mg, rel=1e-11)


@few
@given(mg=st.floats(1, 100))
def test_salt_round_trip(mg: float) -> None:
    salt_mg = mg / BASE_FRACTION["hcl"]
    base = curves("simons_2022", pk.Regimen().dose(f"{mg!r} mg", route="iv"))
    salted = curves("simons_2022", pk.Regimen().dose(f"{salt_mg!r} mg", route="iv", salt="hcl"))
    assert all(close(salted[each], base[each], 1e-12) for each in base)
    assert math.isclose(BASE_FRACTION["hcl"], 0.867, abs_tol=5e-4)
