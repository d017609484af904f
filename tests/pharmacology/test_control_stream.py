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
$INPUT ID TIME AMT CMT CRCL
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
        ("ADVAN4 TRANS4", "ADVAN6 TOL=6", r"ADVAN6 is not read, its \$DES is Fortran; .* build"),
        ("ADVAN4 TRANS4", "ADVAN4 TRANS2", "ADVAN4 TRANS2' is not read; there are ADVAN1 TRANS1"),
        ("$PK", "$DES\nDADT(1) = -A(1)\n$PK", r"\$DES is not read: .* build"),
        ("$PK", "$MIX\nNSPOP=2\n$PK", r"\$MIX is not read: mixtures"),
        ("$OMEGA BLOCK(3)", "$OMEGA BLOCK(3) SAME", "SAME stands below no block"),
        ("$SIGMA 0.01", "$SIGMA 0.01 SD 0.02", "all with SD"),
        ("Q = THETA(3)", "IF (CRCL.GT.90) THEN\nQ = THETA(3)\nENDIF", "Q has no value where no condition"),
        ("Q = THETA(3)", "IF (CRCL.GT.90) Q = THETA(3)", "Q has no value before"),
        ("Q = THETA(3)", "IF (CRCL.GT.90) THEN\nCL = CL\nQ = THETA(3)", "no ENDIF"),
        ("Q = THETA(3)", "ENDIF\nQ = THETA(3)", "stands in no IF block"),
        ("Q = THETA(3)", "Q = THETA(3)*CMT", "CMT, which is no property of people"),
        ("Y = IPRED*EXP(EPS(1))", "Y = IPRED*EXP(EPS(1)*CRCL)", "Y depends on CRCL"),
        ("Y = IPRED*EXP(EPS(1))", "Y = F + F*F*EPS(1)", "variance of Y"),
        ("Y = IPRED*EXP(EPS(1))", "Y = LOG(F) + EPS(1)", "logarithms"),
        ("Q = THETA(3)", "Q = THETA(3)*CRCLX", "CRCLX"),
        ("0.03 0.04\n", "0.03\n", "OMEGA"),
        ("V3 = THETA(4)\n", "", "V3"),
        ("$THETA", "$PRIOR NWPRI\n$THETA", r"\$PRIOR is not read: priors"),
    ],
)
def test_what_is_not_read_is_refused_by_name(old: str, new: str, says: str) -> None:
    assert old in BLOCKS
    with pytest.raises(pk.PharmacologyError, match=says):
        pk.read_control_stream(BLOCKS.replace(old, new, 1), drug="theophylline")


def stream(
    advan: str, coefficients: dict[str, float], *, model: str = "", error: str = "Y = F + EPS(1)"
) -> str:
    """A stream of typical coefficients alone."""
    assigned = "\n".join(f"{name} = {value!r}" for name, value in coefficients.items())
    begins = f"$PROBLEM one of a kind\n$INPUT ID TIME AMT WT SEX OCC CRCL\n$SUBROUTINES {advan}\n{model}"
    return f"{begins}\n$PK\n{assigned}\n$ERROR\n{error}\n$THETA 1\n$OMEGA 0.1\n$SIGMA 1\n"


DOSES = pk.Regimen().infuse("200 mg", over="2 h").dose("100 mg", route="iv", at="9 h")
CL, V, Q, VP, Q3, VD, KA = 5.0, 20.0, 4.0, 50.0, 1.5, 90.0, 1.1
K, K_OUT, K_BACK = CL / V, Q / V, Q / VP
# ka and kb with ka + kb = k + k12 + k21, ka · kb = k · k21.
TOTAL, PRODUCT = K + K_OUT + K_BACK, K * K_BACK
ALPHA, BETA = ((TOTAL + sign * (TOTAL**2 - 4 * PRODUCT) ** 0.5) / 2 for sign in (1, -1))


def two(first: int) -> dict[int, dict[str, float]]:
    """One body in every parametrisation of two compartments, the central one numbered `first`."""
    c, p = first, first + 1
    return {
        1: {"K": K, f"K{c}{p}": K_OUT, f"K{p}{c}": K_BACK, f"S{c}": V},
        3: {"CL": CL, "V": V, "Q": Q, "VSS": V + VP, f"S{c}": V},
        4: {"CL": CL, f"V{c}": V, "Q": Q, f"V{p}": VP, f"S{c}": V},
        5: {"AOB": (ALPHA - K_BACK) / (K_BACK - BETA), "ALPHA": ALPHA, "BETA": BETA, f"S{c}": V},
        6: {f"K{p}{c}": K_BACK, "ALPHA": ALPHA, "BETA": BETA, f"S{c}": V},
    }


def three(first: int) -> dict[int, dict[str, float]]:
    c, p, d = first, first + 1, first + 2
    micro = {"K": K, f"K{c}{p}": K_OUT, f"K{p}{c}": K_BACK, f"K{c}{d}": Q3 / V, f"K{d}{c}": Q3 / VD}
    volumes = {"CL": CL, f"V{c}": V, f"Q{p}": Q, f"V{p}": VP, f"Q{d}": Q3, f"V{d}": VD}
    return {1: micro | {f"S{c}": V}, 4: volumes | {f"S{c}": V}}


ONE = {1: {"K": K, "S1": V}, 2: {"CL": CL, "V": V, "S1": V}}
DEPOT_ONE = {trans: {n.replace("S1", "S2"): v for n, v in each.items()} for trans, each in ONE.items()}
BODIES = {1: ONE, 2: DEPOT_ONE, 3: two(1), 4: two(2), 11: three(1), 12: three(2)}
PAIRS = [(advan, trans) for advan, known in BODIES.items() for trans in known]
FLOWS = {
    "central -> out": "CL / V", "central -> peripheral": "Q / V", "peripheral -> central": "Q / VP",
    "central -> deep": "Q3 / V", "deep -> central": "Q3 / VD",
}  # fmt: skip


def by_hand(compartments: int) -> pk.Model:
    names = ["central", "peripheral", "deep"][:compartments]
    flows = {name: text for name, text in FLOWS.items() if {*name.split(" -> ")} <= {*names, "out"}}
    known = {"CL": CL, "V": V, "Q": Q, "VP": VP, "Q3": Q3, "VD": VD, "KA": KA}
    return pk.build(
        id="hand", drug="d", compartments=["depot", *names], parameters=known, flows={"depot -> central": "KA", **flows},
        outputs={"d.plasma": "central / V"}, routes={"oral": "depot", "iv": "central"},
    )  # fmt: skip


@pytest.mark.parametrize(("advan", "trans"), PAIRS, ids=[f"ADVAN{a}-TRANS{t}" for a, t in PAIRS])
def test_every_library_model_in_every_parametrisation(advan: int, trans: int) -> None:
    """One body, written in each way: the same curve, also out of the depot where there is one."""
    depot = advan in (2, 4, 12)
    coefficients = BODIES[advan][trans] | ({"KA": KA} if depot else {})
    model = pk.read_control_stream(stream(f"ADVAN{advan} TRANS{trans}", coefficients), drug="d")
    doses = DOSES.dose("300 mg", route="oral", at="4 h") if depot else DOSES
    compartments = {1: 1, 2: 1, 3: 2, 4: 2, 11: 3, 12: 3}[advan]
    theirs, ours = (
        pk.simulate(each, doses, pk.Subject(), until="24 h")["d.plasma"]
        for each in (model, by_hand(compartments))
    )
    assert theirs == pytest.approx(ours, rel=1e-10)


def test_saturable_elimination() -> None:
    pytest.importorskip("scipy")
    model = pk.read_control_stream(stream("ADVAN10", {"VM": 12.0, "KM": 30.0, "S1": V}), drug="d")
    hand = pk.build(
        id="hand", drug="d", compartments=["central"], parameters={"VM": 12.0, "KM": 30.0, "V": V},
        flows={"central -> out": "VM * central / (KM + central)"}, outputs={"d.plasma": "central / V"},
        routes={"iv": "central"},
    )  # fmt: skip
    a, b = (pk.simulate(each, DOSES, pk.Subject(), until="24 h")["d.plasma"] for each in (model, hand))
    assert a == pytest.approx(b, rel=1e-12)
    assert a.max() > 1


@pytest.mark.parametrize("written", ["K{0}{1}", "K{0}T{1}"])
def test_compartments_of_ones_own(written: str) -> None:
    """ADVAN5: the rate constants say where mass goes; K20 and K2T4 leave."""
    flows = {(1, 2): KA, (2, 3): K_OUT, (3, 2): K_BACK, (2, 0 if "T" not in written else 4): K}
    constants = {written.format(*ends): value for ends, value in flows.items()}
    model = "$MODEL NCOMP=3 COMP=(GUT, DEFDOSE) COMP=(BLOOD, DEFOBS) COMP=(TISSUE)"
    read = pk.read_control_stream(
        stream("ADVAN5", constants | {"S2": V, "ALAG1": 0.5}, model=model), drug="d"
    )
    assert read.compartments == ("gut", "blood", "tissue")
    assert set(read.routes) == {"oral", "iv", "gut", "blood", "tissue"}
    late = pk.Regimen().dose("300 mg", route="oral", at="30 min")
    a = pk.simulate(read, pk.Regimen().dose("300 mg", route="oral"), pk.Subject(), until="24 h")["d.plasma"]
    b = pk.simulate(by_hand(2), late, pk.Subject(), until="24 h")["d.plasma"]
    assert a == pytest.approx(b, rel=1e-11)
    with pytest.raises(pk.PharmacologyError, match="K27 names a compartment that"):
        pk.read_control_stream(stream("ADVAN5", {"K12": 1.0, "K27": 1.0}, model=model), drug="d")


BRANCHES = """
$PROBLEM branches
$INPUT ID TIME AMT DV WT SEX CRCL
$SUBROUTINES ADVAN1 TRANS2
$PK
TVCL = 1.0D0
IF (SEX.EQ.1.AND.WT.GT.80) TVCL = 2
IF (CRCL.LT.30) THEN
  FACTOR = 0.5
  IF (SEX == 1) TVCL = TVCL*10
ELSEIF (CRCL.LT.60.OR.WT>=150) THEN
  FACTOR = 0.75
ELSE
  FACTOR = 1
ENDIF
CL = TVCL*FACTOR*EXP(ETA(1))
V = 20 + &
    WT - WT
S1 = V
$ERROR
IPRED = A(1)/V
IF (F.GT.0) IPRED = F
W = SQRT(THETA(1)**2*IPRED**2 + THETA(2)**2)
IRES = DV - IPRED
Y = IPRED + W*EPS(1)
$THETA 0.1 0.5
$OMEGA 0.3 SD
$SIGMA 1 FIX
"""


@pytest.mark.parametrize(
    ("sex", "kg", "crcl", "clearance"),
    [(0, 70, 100, 1.0), (1, 90, 100, 2.0), (1, 90, 20, 10.0), (0, 90, 20, 0.5), (0, 70, 50, 0.75), (0, 160, 100, 0.75)],
)  # fmt: skip
def test_branches(sex: float, kg: float, crcl: float, clearance: float) -> None:
    model = pk.read_control_stream(BRANCHES, drug="d")
    assert model.random_effects[0].added_sd == pytest.approx(0.3)
    who = pk.Subject(weight_kg=kg, other={"sex_code": sex, "crcl": crcl})
    found = pk.simulate(model, pk.Regimen().dose("100 mg", route="iv"), who, until="4 h", every="1 h")[
        "d.plasma"
    ]
    assert found == pytest.approx(5 * np.exp(-clearance / 20 * np.arange(5)), rel=1e-12)


def test_an_error_with_a_standard_deviation_of_its_own() -> None:
    """W = √(θ1² F² + θ2²), the field's usual way: 10 % and 0.5 mg/L."""
    residual = pk.read_control_stream(BRANCHES, drug="d").residuals["d.plasma"]
    assert (residual.proportional, residual.additive) == pytest.approx((0.1, 0.5), rel=1e-6)


OCCASIONS = """
$PROBLEM occasions
$INPUT ID TIME AMT OCC
$SUBROUTINES ADVAN1 TRANS2
$PK
IOV = ETA(2)
IF (OCC.EQ.2) IOV = ETA(3)
CL = 2*EXP(ETA(1) + IOV)
V = 20
S1 = V
$ERROR
Y = F*(1 + EPS(1))
$THETA 1
$OMEGA 0.04
$OMEGA BLOCK(1) 0.09
$OMEGA BLOCK(1) SAME
$OMEGA BLOCK(2) STANDARD CORRELATION
0.2
0.5 0.4
$SIGMA 0.01
"""


def test_effects_of_occasions_and_blocks_as_standard_deviations() -> None:
    model = pk.read_control_stream(OCCASIONS, drug="d")
    drawn = pk.Population(model, 40_000, 3, {"occ": 1.0}).effects(0, 40_000)
    covariance = np.cov(np.stack([drawn[f"ETA_{k}"] for k in range(1, 6)]))
    wanted = np.diag([0.04, 0.09, 0.09, 0.04, 0.16])
    wanted[3, 4] = wanted[4, 3] = 0.5 * 0.2 * 0.4
    assert np.abs(covariance - wanted).max() < 0.003
    table = {
        "time": [0.0, 0.0, 10.0, 20.0],
        "amt": [100.0, 0, 0, 0],
        "evid": [1, 0, 0, 0],
        "route": ["iv"] * 4,
    }
    people = pk.Population(model, 1, 3, {})
    first, second = (
        pk.simulate(model, pk.Regimen.from_events(table | {"occ": occ}), people, carried="forward")[
            "d.plasma"
        ][0]
        for occ in ([1.0] * 4, [1.0, 1.0, 2.0, 2.0])
    )
    one, two_ = (np.exp(drawn["ETA_1"][0] + drawn[f"ETA_{k}"][0]) for k in (2, 3))
    assert first == pytest.approx(5 * np.exp(-0.1 * one * np.array([0, 10, 20])), rel=1e-10)
    assert second == pytest.approx(
        5 * np.exp(-0.1 * np.array([0, 10 * one, 10 * one + 10 * two_])), rel=1e-10
    )
