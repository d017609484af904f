"""Non-compartmental analysis against published results of the field's reference implementation.

Phoenix WinNonlin's answers on R's data sets Theoph and Indometh (320 and 25 mg), as published with the validation
of NonCompart (asancpt, NonCompart-tests); Indometh: Kwan KC et al. J Pharmacokinet Biopharm. 1976;4:255-280.
"""

import math
from typing import Any

import numpy as np
import pytest

from mooring import pharmacology as pk
from mooring.pharmacology.datasets import THEOPHYLLINE

pytestmark = pytest.mark.pure

UP_DOWN = "linear up, log down"
# λz, points, adjusted R², half-life, AUClast, AUCinf obs, % extrapolated, Vz/F, CL/F, AUCinf pred, AUMClast, AUMCinf, MRTinf
THEOPH = {
    (1, "linear"): (0.048456997, 3, 0.999999459, 14.30437757, 148.92305, 216.611933, 31.24891694, 30.48674823, 1.477296267, 216.6149558, 1459.071104, 4505.534819, 20.80003053),
    (2, "linear"): (0.104086444, 4, 0.995793082, 6.659341563, 91.5268, 100.1734591, 8.631686693, 30.69044158, 3.194458919, 100.0643176, 706.586566, 999.772288, 9.980410945),
    (3, "linear"): (0.102444314, 3, 0.998649924, 6.766087377, 99.2865, 109.5359707, 9.357173421, 28.51709995, 2.921414745, 109.5857218, 803.18587, 1150.964769, 10.50764202),
    (1, UP_DOWN): (0.048456997, 3, 0.999999459, 14.30437757, 147.2347485, 214.9236316, 31.49438828, 30.72623247, 1.488900954, 214.9266543, 1499.129085, 4545.592801, 21.14980455),
    (2, UP_DOWN): (0.104086444, 4, 0.995793082, 6.659341563, 88.73127549, 97.37793463, 8.879485045, 31.57150238, 3.286165405, 97.26879313, 716.2787279, 1009.46445, 10.36645985),
    (3, UP_DOWN): (0.102444314, 3, 0.998649924, 6.766087377, 95.87819779, 106.1276685, 9.657680115, 29.43292987, 3.015236313, 106.1774195, 810.872683, 1158.651582, 10.91752601),
}  # fmt: skip
INDOMETH_H = [0.25, 0.5, 0.75, 1, 1.25, 2, 3, 4, 5, 6, 8]
INDOMETH = {
    1: [1.5, 0.94, 0.78, 0.48, 0.37, 0.19, 0.12, 0.11, 0.08, 0.07, 0.05],
    2: [2.03, 1.63, 0.71, 0.70, 0.64, 0.36, 0.32, 0.2, 0.25, 0.12, 0.08],
}
# C0, AUClast, AUCinf obs, CL, MRTinf, Vss: a bolus, then an infusion over 0.25 h (C0 is then none).
BOLUS = {
    (1, UP_DOWN): (2.3936170212766, 2.00989843640473, 2.32571354283916, 10.7493891829347, 3.36503202212899, 36.1720388189023),
    (2, UP_DOWN): (2.52815950920245, 3.20288778130665, 3.46754305044307, 7.20971582365952, 2.71256647664518, 19.5568334493971),
    (1, "linear"): (2.3936170212766, 2.04045212765957, 2.356267234094, 10.6100019718742, 3.30716073616985, 35.0889819320671),
    (2, "linear"): (2.52815950920245, 3.24851993865031, 3.51317520778672, 7.11606980050102, 2.67322912782616, 19.0228850663434),
}  # fmt: skip
INFUSION = {
    (1, UP_DOWN): (1.71936528998192, 2.03518039641635, 12.283923353439, 3.71635913323164, 45.6514707464704),
    (2, "linear"): (2.9325, 3.19715526913642, 7.81945132328614, 2.81246205799662, 21.9919101610937),
}


@pytest.mark.parametrize(("person", "rule"), THEOPH)
def test_by_mouth_as_the_reference(person: int, rule: Any) -> None:
    measured = THEOPHYLLINE[person][2]
    got = pk.nca(*zip(*measured, strict=True), dose_mg=320, unit="mg/L", rule=rule)
    assert got.terminal is not None
    answers = (
        got.terminal.lambda_z_per_h, got.terminal.points, got.terminal.r2_adjusted, got.half_life_h, got.auc_last,
        got.auc_inf_obs, got.extrapolated_percent, got.volume_z_l, got.clearance_l_per_h, got.auc_inf_pred,
        got.aumc_last, got.aumc_inf_obs, got.mrt_inf_obs_h,
    )  # fmt: skip
    assert answers == pytest.approx(THEOPH[person, rule], rel=2e-8)


@pytest.mark.parametrize(("person", "rule"), BOLUS)
def test_a_bolus_as_the_reference(person: int, rule: Any) -> None:
    got = pk.nca(INDOMETH_H, INDOMETH[person], dose_mg=25, given="bolus", unit="mg/L", rule=rule)
    answers = (
        got.c0,
        got.auc_last,
        got.auc_inf_obs,
        got.clearance_l_per_h,
        got.mrt_inf_obs_h,
        got.volume_ss_l,
    )
    assert answers == pytest.approx(BOLUS[person, rule], rel=1e-12)


@pytest.mark.parametrize(("person", "rule"), INFUSION)
def test_an_infusion_as_the_reference(person: int, rule: Any) -> None:
    got = pk.nca(
        INDOMETH_H, INDOMETH[person], dose_mg=25, given="infusion", duration_h=0.25, unit="mg/L", rule=rule
    )
    answers = (got.auc_last, got.auc_inf_obs, got.clearance_l_per_h, got.mrt_inf_obs_h, got.volume_ss_l)
    assert answers == pytest.approx(INFUSION[person, rule], rel=1e-12)


def test_what_is_below_the_limit() -> None:
    """Zero before the first measurable one, left out within, and after the last only in the area of all."""
    whole = pk.nca([0, 1, 2, 4, 8], [0, 10, 8, 4, 1], unit="mg/L")
    noted = pk.nca([0, 0.5, 1, 2, 3, 4, 8, 12], ["BLQ", None, 10, 8, "BLQ", 4, 1, "BLQ"], unit="mg/L")
    assert noted.auc_last == pytest.approx(0.5 * 0.5 * 10 + whole.area(1, 8))
    assert noted.auc_all - noted.auc_last == pytest.approx(0.5 * 1 * 4)
    limited = pk.nca([0, 1, 2, 4, 8], [0.4, 10, 8, 4, 0.3], unit="mg/L", lloq=0.5)
    assert limited.tlast_h == 4
    assert limited.concentrations[0] == 0


def test_partial_areas_add_up() -> None:
    got = pk.nca(*zip(*THEOPHYLLINE[1][2], strict=True), unit="mg/L")
    assert got.area(0, 3) + got.area(3, 7.7) + got.area(7.7, 24.37) == pytest.approx(got.auc_last, rel=1e-12)
    with pytest.raises(pk.PharmacologyError, match="lies within 0 to 24"):
        got.area(5, 40)


def test_a_simulated_curve_gives_its_model_back() -> None:
    """Dense samples of an exact curve: clearance and half-life of the model come out."""
    model = pk.build(
        id="one", drug="made-up", compartments=["central"], parameters={"CL": 4.0, "V": 20.0},
        flows={"central -> out": "CL / V"}, outputs={"made-up.plasma": "central / V"}, routes={"iv": "central"},
    )  # fmt: skip
    who, regimen = pk.Subject(), pk.Regimen().dose("100 mg", route="iv")
    result = pk.simulate(model, regimen, who, until="30 h", every="6 min")
    got = pk.nca(result.times_h, result["made-up.plasma"], dose_mg=100, given="bolus", unit="mg/L")
    assert got.clearance_l_per_h == pytest.approx(4.0, rel=1e-9)
    assert got.half_life_h == pytest.approx(math.log(2) * 5, rel=1e-9)
    assert got.volume_ss_l == pytest.approx(20.0, rel=1e-3)
    assert got.auc_last == pytest.approx(result.metrics("made-up.plasma").auc_ng_h_per_ml, rel=1e-9)


@pytest.mark.parametrize(
    ("times", "values", "options", "says"),
    [
        ([0, 1], [1.0], {}, "as many concentrations"),
        ([1, 0], [1.0, 2.0], {}, "ascend"),
        ([0, 1, 2], [0, 0, 0], {}, "two measurable"),
        ([0, 1, 2], [1, -1, 2], {}, "below zero"),
        ([0, 1, 2], [1, 2, 1], {"unit": "mol/L"}, "not 'mol/L'"),
        ([0, 1, 2], [1, 2, 1], {"rule": "guess"}, "the rule is"),
        ([0, 1, 2], [1, 2, 1], {"given": "rectal"}, "a dose is given"),
    ],
)
def test_what_is_no_profile_is_refused(times: Any, values: Any, options: Any, says: str) -> None:
    with pytest.raises(pk.PharmacologyError, match=says):
        pk.nca(times, values, **options)


def test_many_at_once_name_who_is_refused() -> None:
    ids = np.repeat([7, 9], 3)
    with pytest.raises(pk.PharmacologyError, match=r"id 9: .*two measurable"):
        pk.nca_by_id(ids, [0, 1, 2] * 2, [5, 3, 1, 0, 0, 0])
    answers = pk.nca_by_id(ids, [0, 1, 2] * 2, [5, 3, 1, 8, 4, 2], dose_mg={7: 10.0, 9: 20.0}, given="bolus")
    assert list(answers) == [7, 9]
    assert pk.nca([0, 1, 2], [0.0, 3, 5]).terminal is None
