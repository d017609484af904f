"""NONMEM control streams, written here from published parameters: read, simulated, fitted, or refused by name."""

from typing import Any

import numpy as np
import pytest

from mooring import pharmacology as pk
from tests.pharmacology.phenobarbital import INDIVIDUAL, NEONATES, POPULATION

pytestmark = pytest.mark.pure

THETA1, THETA2, THETA3, SIGMA2, OMEGA_CL, OMEGA_V = POPULATION
# Grasela and Donn 1985: the model whose answers by NONMEM stand in phenobarbital.py.
PHENOBARBITAL = f"""
$PROBLEM phenobarbital in neonates
$INPUT ID TIME AMT WT APGR DV
$DATA pheno.csv IGNORE=@
$SUBROUTINE ADVAN1 TRANS2
$PK
TVV = THETA(2)*WT
IF (APGR.LT.5) TVV = TVV*(1+THETA(3))   ; asphyxia
CL = THETA(1)*WT*EXP(ETA(1))
V = TVV*EXP(ETA(2))
S1 = V
$ERROR
W = F
Y = F + W*EPS(1)
$THETA (0, {THETA1}) (0, {THETA2}) (-0.99, {THETA3})
$OMEGA {OMEGA_CL} {OMEGA_V}
$SIGMA {SIGMA2}
$ESTIMATION METHOD=1 INTERACTION
"""


def neonates() -> pk.Regimen:
    columns: dict[str, list[Any]] = {name: [] for name in ("id", "time", "amt", "dv", "wt", "apgr")}
    for name, (weight, apgar, rows) in NEONATES.items():
        for time_h, mg, level in rows:
            for key, cell in zip(columns, (name, time_h, mg, level, weight, apgar), strict=True):
                columns[key].append(cell)
    columns["evid"] = [int(mg > 0) for mg in columns["amt"]]
    columns["mdv"] = columns["evid"]
    columns["route"] = ["iv"] * len(columns["id"])
    return pk.Regimen.from_events(columns)


def test_a_stream_of_phenobarbital_is_fitted_as_nonmem_fits_it() -> None:
    model = pk.read_control_stream(PHENOBARBITAL, drug="phenobarbital")
    fitted = pk.fit_map(model, neonates())
    for name, (eta_cl, eta_v, *_) in INDIVIDUAL.items():
        assert fitted[name].effects["ETA_1"] == pytest.approx(eta_cl, abs=5e-6)
        assert fitted[name].effects["ETA_2"] == pytest.approx(eta_v, abs=5e-6)


def test_a_stream_of_ketamine_answers_as_the_published_model() -> None:
    """Clements and Nimmo 1981: rate constants of two compartments, per minute, and 1.7522 L/kg."""
    stream = """
    $PROB ketamine
    $SUBS ADVAN3 TRANS1
    $INPUT ID TIME AMT WT
    $PK
    K = 60*0.0109
    K12 = 60*0.0186
    K21 = 60*0.0137
    S1 = THETA(1)*WT/1000
    $ERROR
    Y = F*(1 + EPS(1)) + EPS(2)
    $THETA 1.7522
    $SIGMA 0.04
    $SIGMA 9
    """
    model = pk.read_control_stream(stream, drug="ketamine", unit="ng/mL")
    who = pk.Subject(weight_kg=82, age_years=30)
    regimen = pk.Regimen().infuse("30 mg", over="40 min").dose("10 mg", route="iv", at="3 h")
    ours = pk.simulate("clements_1981", regimen, who, until="12 h")["ketamine.venous"]
    theirs = pk.simulate(model, regimen, who, until="12 h")["ketamine.plasma"]
    assert theirs == pytest.approx(ours, rel=1e-11)
    assert model.output("ketamine.plasma").unit == "ng/mL"
    residual = model.residuals["ketamine.plasma"]
    assert (residual.proportional, residual.additive) == pytest.approx((0.2, 3.0), rel=1e-6)


BLOCKS = """
$PROBLEM absorption, two compartments
$INPUT ID TIME AMT CRCL
$SUBROUTINES ADVAN4 TRANS4
$PK
CL = THETA(1)*(CRCL/100)**THETA(6)*EXP(ETA(1))
V2 = THETA(2)*EXP(ETA(2))
Q = THETA(3)
V3 = THETA(4)
KA = THETA(5)*EXP(ETA(3))
F1 = 0.6
ALAG1 = 0.25
S2 = V2
$ERROR
IPRED = F
Y = IPRED*EXP(EPS(1))
$THETA (0,5) (0,40) (0,3,9) (0,60) (0,1.2) 0.75 FIX
$OMEGA BLOCK(3)
0.09
0.03 0.04
-0.02 0.01 0.16
$SIGMA 0.01
"""


def test_absorption_lag_bioavailability_and_a_block_of_three() -> None:
    model = pk.read_control_stream(BLOCKS, drug="theophylline")
    by_hand = pk.build(
        id="hand", drug="theophylline", compartments=["depot", "central", "peripheral"],
        parameters={"CL": 5 * 0.5**0.75, "V2": 40.0, "Q": 3.0, "V3": 60.0, "KA": 1.2},
        flows={"depot -> central": "KA", "central -> out": "CL / V2", "central -> peripheral": "Q / V2",
               "peripheral -> central": "Q / V3"},
        outputs={"theophylline.plasma": "central / V2"},
        routes={"oral": pk.Entry("depot", 0.6, 0.25), "iv": "central"},
    )  # fmt: skip
    regimen = pk.Regimen().dose("300 mg", route="oral").dose("100 mg", route="iv", at="8 h")
    who = pk.Subject(other={"crcl": 50.0})
    a, b = (pk.simulate(each, regimen, who, until="24 h")["theophylline.plasma"] for each in (model, by_hand))
    assert a == pytest.approx(b, rel=1e-12)
    drawn = pk.Population(model, 40_000, 1, {"crcl": 100.0}).effects(0, 40_000)
    covariance = np.cov(np.stack([drawn[f"ETA_{k}"] for k in (1, 2, 3)]))
    wanted = np.array([[0.09, 0.03, -0.02], [0.03, 0.04, 0.01], [-0.02, 0.01, 0.16]])
    assert np.abs(covariance - wanted).max() < 0.004
    assert model.residuals["theophylline.plasma"].proportional == pytest.approx(0.1, rel=1e-6)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ADVAN4 TRANS4", "ADVAN6 TOL=6", "ADVAN6"),
        ("$PK", "$DES\nDADT(1) = -A(1)\n$PK", r"\$DES is not read"),
        ("$OMEGA BLOCK(3)", "$OMEGA BLOCK(3) SAME", "SAME is not read"),
        ("Q = THETA(3)", "IF (CRCL.GT.90) THEN\nQ = THETA(3)\nENDIF", "IF"),
        ("Y = IPRED*EXP(EPS(1))", "Y = LOG(F) + EPS(1)", "logarithms"),
        ("Q = THETA(3)", "Q = THETA(3)*CRCLX", "CRCLX"),
        ("0.03 0.04\n", "0.03\n", "OMEGA"),
        ("V3 = THETA(4)\n", "", "V3"),
        ("$THETA", "$PRIOR NWPRI\n$THETA", r"\$PRIOR is not read"),
    ],
)
def test_what_is_not_read_is_refused_by_name(old: str, new: str, says: str) -> None:
    assert old in BLOCKS
    with pytest.raises(pk.PharmacologyError, match=says):
        pk.read_control_stream(BLOCKS.replace(old, new, 1), drug="theophylline")
