"""One fitted person under regimens that were not given: against the closed form, and refused in words."""

import math
from typing import Any

import numpy as np
import pytest

from mooring import pharmacology as pk

pytestmark = pytest.mark.pure

OUT = "d.plasma"
MODEL = pk.build(
    id="one", drug="d", compartments=["central"],
    parameters={"CL": pk.coefficient(2.0, "L/h", cv_percent=30), "V": 10.0}, flows={"central -> out": "CL / V"},
    outputs={OUT: "central / V"}, routes={"iv": "central"}, residuals={OUT: pk.Residual(proportional=0.15)},
)  # fmt: skip
MEASURED = {
    "time": [0.0, 2.0, 6.0, 12.0], "amt": [100.0, 0, 0, 0], "evid": [1, 0, 0, 0], "dv": [None, 7.4, 4.1, 1.7],
    "route": ["iv"] * 4,
}  # fmt: skip


def person() -> pk.Individual:
    return pk.fit_map(MODEL, pk.Regimen.from_events(MEASURED))[0]


def dose(mg: float) -> pk.Regimen:
    return pk.Regimen().dose(f"{mg} mg", route="iv")


def test_the_area_is_the_dose_over_the_persons_clearance_with_its_uncertainty() -> None:
    fitted = person()
    clearance, se = fitted.coefficients["CL"], fitted.effects_se["CL"]
    asked: dict[str, Any] = {"output": OUT, "until": "600 h", "draws": 4000}
    found = pk.exposures(MODEL, fitted, {"a": dose(50), "b": dose(200)}, pk.Subject(), **asked)
    assert [each.regimen for each in found] == ["a", "b"]
    for each, mg in zip(found, (50, 200), strict=True):
        assert each.value == pytest.approx(mg / clearance, rel=1e-9)
        assert each.low == pytest.approx(mg / clearance * math.exp(-1.645 * se), rel=0.02)
        assert each.high == pytest.approx(mg / clearance * math.exp(1.645 * se), rel=0.02)
        assert each.unit == "h·mg/L"
    assert "auc" in repr(found[0])


def test_the_share_within_a_range() -> None:
    fitted = person()
    middle = 100 / fitted.coefficients["CL"]
    half = middle * math.exp(0.6745 * fitted.effects_se["CL"])
    asked: dict[str, Any] = {"output": OUT, "until": "600 h", "draws": 4000}
    below, most = (
        pk.exposures(MODEL, fitted, {"a": dose(100)}, pk.Subject(), within=within, **asked)[0].inside
        for within in ((0.0, middle), (middle**2 / half, half))
    )
    assert below == pytest.approx(0.5, abs=0.03)
    assert most == pytest.approx(0.5, abs=0.03)


def test_peaks_and_troughs_are_the_persons_own() -> None:
    fitted = person()
    k = fitted.coefficients["CL"] / 10
    twice = {"daily": dose(100).repeat(every="24 h", n=2)}
    peak, trough = (
        pk.exposures(MODEL, fitted, twice, pk.Subject(), output=OUT, of=of, until="48 h")[0]
        for of in ("cmax", "trough")
    )
    assert peak.value == pytest.approx(10 * (1 + math.exp(-24 * k)), rel=1e-9)
    assert trough.value == pytest.approx(10 * math.exp(-24 * k), rel=1e-9)
    assert trough.low < trough.value < trough.high
    assert np.isfinite(peak.high)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"of": "dose"}, "an exposure is auc, cmax, trough"),
        ({"within": (3.0, 1.0)}, "from a lower to a higher"),
        ({"output": "x.y"}, "no output 'x.y'"),
    ],
)
def test_what_is_no_exposure(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(pk.PharmacologyError, match=says):
        pk.exposures(
            MODEL, person(), {"a": dose(10)}, pk.Subject(), **({"output": OUT, "until": "9 h"} | asked)
        )
    other = pk.model("domino_1984")
    with pytest.raises(pk.PharmacologyError, match="domino_1984 has no coefficient CL"):
        pk.exposures(other, person(), {}, pk.Subject(), output="ketamine.venous")
