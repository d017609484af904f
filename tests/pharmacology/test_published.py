"""The table of published numbers: every row prints value, target and source.

`pytest -rP tests/pharmacology/test_published.py` shows the table.
"""

import numpy as np
import pytest

from mooring import pharmacology as pk
from tests.pharmacology.targets import (
    AUC,
    CMAX,
    FILM,
    FO,
    KAMP_S,
    MR,
    NK,
    PR,
    SI,
    TMAX,
    K,
    Target,
    about,
    at,
    available,
    children_below,
    clearance_ml_per_min,
    given,
    infused,
    kamp,
    median_error,
    metric,
    model_share,
    oral_steady_ratio,
    otto_error,
    perception_line,
    racemic_clearance_l_per_h,
    run,
    sprays,
    steady_volume_l,
)

pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore::mooring.pharmacology.RangeWarning")]


def film_then_infusion() -> pk.Regimen:
    """The design of the study: the film, and 20 mg over 20 min six hours later."""
    return given("50 mg", "oral_film") + pk.Regimen().infuse("20 mg", over="20 min", at="6 h")


NASAL = "Pharmacotherapy 2022;42:298, table 6"
SMEARED = "the venous delays, fitted to a 30-min infusion, smear a fast absorption; arterial peaks are twice as high"


def nasal(mg: float, name: str, output: str = "ketamine.venous") -> float:
    return metric(MR, given(f"{mg} mg", "intranasal"), output, name)


def anaesthetic() -> float:
    regimen = given("2 mg/kg", "iv") + pk.Regimen().infuse(rate="41 µg/kg/min", over="2 h")
    return float(at(run(MR, regimen, until="3 h"), "ketamine.venous", [2.0])[0])


DIGITISED = "read from a figure by a third party"
MEMORY = "the observed value is from memory, not read in the paper"

TARGETS = (
    Target("P1", "racemate 0.5 mg/kg over 40 min, venous at the end, ng/mL", lambda: float(at(run(MR, infused("0.5 mg/kg", "40 min")), "ketamine.venous", [2 / 3])[0]), 150, 230, "185 (100 to 250)", "Zarate 2006, Krystal 1994, via Zanos 2018"),
    Target("P2", "S 10 mg over 30 min, 16 venous medians, median error %", otto_error, 0, 20, "≤ 20", "Otto 2021, figures"),
    Target("P3", "S 20 mg over 20 min after a film, arterial peak, ng/mL", lambda: float(at(run(SI, film_then_infusion(), weight_kg=70), FILM[0], [6 + 1 / 3])[0]), *about(273, 15), "273 (259 to 287)", "Simons 2024, thesis"),
    Target("P4", "S in three steps, arterial, median error %", lambda: median_error(kamp(), KAMP_S), 0, 15, "≤ 15", f"Kamp 2020; {DIGITISED}"),
    Target("P4", "the same, highest value, nmol/mL", lambda: float(kamp().max()), *about(1.034, 20), "1.034", f"Kamp 2020; {DIGITISED}"),
    Target("P5", "racemate 10 mg at once, area, ng·h/mL", lambda: metric(MR, infused("10 mg", "1 s"), "ketamine.venous", AUC, "48 h"), *about(113, 20), "113", "Pharmacotherapy 2022;42:298, table 6"),
    Target("P5", "the same, venous at 2 min, ng/mL", lambda: float(at(run(MR, infused("10 mg", "1 s"), until="48 h"), "ketamine.venous", [2 / 60])[0]), 170, 510, "296 (GSD 1.71)", "Pharmacotherapy 2022;42:298, table 6"),
    Target("P6", "clearance of S, mL/min", lambda: clearance_ml_per_min("esketamine"), *about(1620, 20), "1620 ± 380", "Hasan 2021"),
    Target("P6", "clearance of R, mL/min", lambda: clearance_ml_per_min("arketamine"), *about(1530, 20), "1530 ± 380", "Hasan 2021"),
    Target("P7", "spray 28 mg, peak, ng/mL", lambda: metric(PR, sprays(1), K, CMAX), *about(43.8, 2), "43.8", "Perez-Ruixo 2021, table 4"),
    Target("P7", "spray 28 mg, area to 24 h, ng·h/mL", lambda: metric(PR, sprays(1), K, AUC), *about(147.3, 2), "147.3", "Perez-Ruixo 2021, table 4"),
    Target("P7", "spray 28 mg, noresketamine peak, ng/mL", lambda: metric(PR, sprays(1), NK, CMAX), *about(59.1, 2), "59.1", "Perez-Ruixo 2021, table 4"),
    Target("P8", "spray 84 mg, peak, ng/mL", lambda: metric(PR, sprays(3), K, CMAX), *about(101.0, 2), "101.0", "Perez-Ruixo 2021, table 4"),
    Target("P8", "spray 84 mg, area to 24 h, ng·h/mL", lambda: metric(PR, sprays(3), K, AUC), *about(362.2, 2), "362.2", "Perez-Ruixo 2021, table 4"),
    Target("P8", "spray 84 mg, noresketamine peak, ng/mL", lambda: metric(PR, sprays(3), NK, CMAX), *about(180.0, 2), "180.0", "Perez-Ruixo 2021, table 4"),
    Target("P9", "spray 56 mg, bioavailability, %", lambda: model_share(2), 52, 56, "54", "Perez-Ruixo 2021, abstract"),
    Target("P9", "spray 84 mg, bioavailability, %", lambda: model_share(3), 49, 53, "51", "Perez-Ruixo 2021, abstract"),
    Target("P9", "spray 84 mg, peak after the last device, min", lambda: 60 * metric(PR, sprays(3), K, TMAX) - 10, 20, 40, "20 to 40", "label"),
    Target("P10", "sublingual 25 mg, bioavailability, %", lambda: available(MR, given("25 mg", "sublingual"), "ketamine.venous", 25), 26, 32, "29 (27 to 31)", "Rolan 2014"),
    Target("P10", "sublingual 25 mg, time of the peak, h", lambda: metric(MR, given("25 mg", "sublingual"), "ketamine.venous", TMAX), 0.25, 1.0, "0.75 (0.25 to 1.0)", "Rolan 2014"),
    Target("P11", "film 50 mg, reproduction, S peak, ng/mL", lambda: metric(SI, given("50 mg", "oral_film"), FILM[0], CMAX, "6 h"), *about(85.9, 2), "85.9", "the model as published"),
    Target("P11", "film 50 mg, reproduction, norketamine peak", lambda: metric(SI, given("50 mg", "oral_film"), FILM[1], CMAX, "6 h"), *about(251, 2), "251", "the model as published"),
    Target("P11", "film 50 mg, reproduction, hydroxynorketamine peak", lambda: metric(SI, given("50 mg", "oral_film"), FILM[2], CMAX, "6 h"), *about(95.4, 2), "95.4", "the model as published"),
    Target("P11", "film 50 mg, S peak, ng/mL", lambda: metric(SI, given("50 mg", "oral_film"), FILM[0], CMAX, "6 h"), *about(96, 20), "96 at 18.8 min", "Simons 2022, table 2"),
    Target("P11", "film 50 mg, S area to 6 h, ng·min/mL", lambda: 60 * metric(SI, given("50 mg", "oral_film"), FILM[0], AUC, "6 h"), *about(8363, 20), "8363", "Simons 2022, table 2"),
    Target("P11", "film 50 mg, norketamine peak, ng/mL", lambda: metric(SI, given("50 mg", "oral_film"), FILM[1], CMAX, "6 h"), *about(276, 20), "276 at 61 min", "Simons 2022, table 2"),
    Target("P11", "film 50 mg, norketamine area, ng·min/mL", lambda: 60 * metric(SI, given("50 mg", "oral_film"), FILM[1], AUC, "6 h"), *about(38497, 20), "38497", "Simons 2022, table 2"),
    Target("P11", "film 50 mg, hydroxynorketamine peak, ng/mL", lambda: metric(SI, given("50 mg", "oral_film"), FILM[2], CMAX, "6 h"), *about(101, 20), "101 at 81 min", "Simons 2022, table 2"),
    Target("P11", "film 50 mg, hydroxynorketamine area, ng·min/mL", lambda: 60 * metric(SI, given("50 mg", "oral_film"), FILM[2], AUC, "6 h"), *about(24087, 20), "24087", "Simons 2022, table 2"),
    Target("P12", "racemate 25 mg by mouth, peak, ng/mL", lambda: metric(MR, given("25 mg", "oral"), "ketamine.venous", CMAX), *about(22.8, 40), "22.8 ± 12.8", "Chong 2009"),
    Target("P12", "racemate 25 mg by mouth, bioavailability, %", lambda: available(MR, given("25 mg", "oral"), "ketamine.venous", 25), *about(23, 40), "23 ± 9", "Chong 2009"),
    Target("P12", "racemate 25 mg by mouth, norketamine peak, ng/mL", lambda: metric(MR, given("25 mg", "oral"), "norketamine.arterial", CMAX), *about(82, 40), "82 ± 34", "Chong 2009"),
    Target("P13", "S by mouth, bioavailability, %", lambda: available(FO, given("20 mg", "oral"), K, 20), 6, 10, "8", "Fanta 2015"),
    Target("P13", "S, clearance, L/h", lambda: 10e3 / metric(FO, infused("10 mg", "30 min"), K, AUC, "10 d"), *about(95, 2), "95", "Fanta 2015"),
    Target("P13", "S by mouth at steady state, norketamine to ketamine", oral_steady_ratio, *about(16.5, 15), "16.5", "Fanta 2015; the presystemic share is set from it"),
    Target("P14", "intramuscular, bioavailability, %", lambda: available(MR, given("35 mg", "im"), "ketamine.venous", 35), 88, 98, "93", "Clements 1982, second hand"),
    Target("P14", "intramuscular 0.5 mg/kg, venous peak, ng/mL", lambda: metric(MR, given("0.5 mg/kg", "im"), "ketamine.venous", CMAX), *about(243, 35), "243 at 22 min", "Grant 1981", False, MEMORY),
    Target("P15", "rectal, bioavailability, %", lambda: available(MR, given("50 mg", "rectal"), "ketamine.venous", 50), 20, 40, "about 30", "Yanagihara 2003"),
    Target("P16", "children 1 mg/kg, below 750 ng/mL at 10 min, %", lambda: children_below(750), 40, 60, "half", "Herd 2007", False, "the same abstract gives coefficients that put 99 % below it; half only after 1.6 mg/kg"),
    Target("P16", "children 1 mg/kg, above 100 ng/mL at 10 min, %", lambda: children_below(100, above=True), 95, 100, "almost all", "Herd 2007"),
    Target("P17", "perception, half effect, ng/mL S", lambda: pk.effect("dissociation").c50_ng_per_ml, 90, 157, "121 (90 to 157)", "Olofsen 2022"),
    Target("P18", "perception against 50 to 200 ng/mL, R", perception_line, 0.93, 1, "0.93 to 0.99", "Bowdle 1998"),
    Target("P19", "anaesthesia, half of people, ng/mL", lambda: pk.effect("anaesthesia").c50_ng_per_ml, 1500, 2500, "2000 ± 500", "Herd 2008"),
    Target("P19", "awakening, half of people, ng/mL", lambda: pk.effect("awakening").c50_ng_per_ml, 500, 980, "740 ± 240", "Herd 2008"),
    Target("P20", "racemate, clearance, L/h at 70 kg", racemic_clearance_l_per_h, 69, 90, "79 (69 to 90)", "Kamp 2020"),
    Target("N1", "racemate 10 mg into the nose, venous peak, ng/mL", lambda: nasal(10, CMAX), *about(22.9, 50), "22.9 (GSD 1.97)", NASAL, False, SMEARED),
    Target("N1", "racemate 30 mg into the nose, venous peak, ng/mL", lambda: nasal(30, CMAX), *about(60.8, 50), "60.8 (GSD 1.90)", NASAL, False, SMEARED),
    Target("N1", "racemate 50 mg into the nose, venous peak, ng/mL", lambda: nasal(50, CMAX), *about(77.6, 50), "77.6 (GSD 2.29)", NASAL),
    Target("N2", "racemate 50 mg into the nose, area, ng·h/mL", lambda: nasal(50, AUC), *about(64, 50), "64", NASAL, False, "bioavailability 0.24 stands between 0.11 to 0.17 of this study and 0.45 of another"),
    Target("N3", "racemate 50 mg into the nose, norketamine peak after, min", lambda: 60 * nasal(50, TMAX, "norketamine.arterial"), *about(56, 40), "56 (GSD 1.76), venous", NASAL),
    Target("N3", "racemate 10 mg into the nose, norketamine peak after, min", lambda: 60 * nasal(10, TMAX, "norketamine.arterial"), *about(79, 40), "79 (GSD 1.86), venous", NASAL, False, "the model's metabolites are arterial; no data link them to venous blood"),
    Target("N4", "anaesthesia, 2 mg/kg then 41 µg/kg/min for 2 h, venous, ng/mL", anaesthetic, *about(2211, 40), "2211 (9.3 µmol/L)", "Idvall 1979, abstract", False, "41 ± 21 is the mean of a rate that fell as anaesthesia went on; the same rate for ever gives 0.94 of it"),
    Target("P20", "racemate, volume, L at 70 kg", steady_volume_l, 200, 304, "252 (200 to 304)", "Kamp 2020"),
)  # fmt: skip


@pytest.mark.parametrize("target", TARGETS, ids=[f"{each.id}-{each.what}" for each in TARGETS])
def test_published_number(target: Target) -> None:
    value = target.answer()
    inside = target.low <= value <= target.high
    said = "inside" if inside else "OUTSIDE"
    if not target.passes:
        said = f"reported, {said}: {target.why}"
    print(
        f"{target.id:4} {target.what}: {value:.4g}; published {target.target}; accepts {target.low:.4g} to {target.high:.4g}; {target.source}; {said}"
    )
    assert np.isfinite(value)
    assert value > 0
    assert inside or not target.passes


def test_every_row_is_here() -> None:
    assert {each.id for each in TARGETS} >= {f"P{number}" for number in range(1, 21)}
