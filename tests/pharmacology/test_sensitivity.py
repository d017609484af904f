"""What an answer depends on, against what can be worked out by hand."""

import numpy as np
import pytest

from mooring import pharmacology as pk

pytestmark = pytest.mark.pure


def one(cv_cl: float = 40.0, cv_v: float = 20.0) -> pk.Model:
    return pk.build(
        id="one",
        drug="made-up",
        compartments=["central"],
        parameters={"CL": pk.coefficient(2.0, cv_percent=cv_cl), "V": pk.coefficient(10.0, cv_percent=cv_v)},
        flows={"central -> out": "CL / V"},
        outputs={"made-up.plasma": "central / V"},
        routes={"iv": "central"},
    )


BOLUS, OUT = pk.Regimen().dose("10 mg", route="iv"), "made-up.plasma"


def test_the_area_depends_on_clearance_and_the_peak_on_volume() -> None:
    area = pk.elasticities(one(), BOLUS, pk.Subject(), output=OUT, until="300 h")
    peak = pk.elasticities(one(), BOLUS, pk.Subject(), output=OUT, of="cmax", until="300 h")
    assert area == pytest.approx({"CL": -1.0, "V": 0.0}, abs=1e-6)
    assert peak == pytest.approx({"CL": 0.0, "V": -1.0}, abs=1e-6)


def test_sobols_indices_share_the_variance() -> None:
    area = pk.sobol(one(), BOLUS, pk.Subject(), output=OUT, until="900 h", n=400)
    assert area.first["CL"] == pytest.approx(1.0, abs=0.02)
    assert area.total["V"] == pytest.approx(0.0, abs=1e-6)
    # The level after one half-life: both matter, and the totals are at least the firsts.
    level = pk.sobol(one(), BOLUS, pk.Subject(), output=OUT, of="trough", until="5 h", n=1500)
    assert all(level.total[symbol] >= level.first[symbol] - 0.05 for symbol in ("CL", "V"))
    assert level.first["CL"] + level.first["V"] == pytest.approx(1.0, abs=0.12)
    with pytest.raises(pk.PharmacologyError, match="no spread"):
        pk.sobol("domino_1984", BOLUS, pk.Subject(weight_kg=70), output="ketamine.venous")
    with pytest.raises(pk.PharmacologyError, match="sensitivity is of"):
        pk.elasticities(one(), BOLUS, pk.Subject(), output=OUT, of="luck")


def test_attainment_counts_people() -> None:
    people = pk.population(one(), n=500, seed=2, covariates=pk.Subject())
    result = pk.simulate(one(), BOLUS, people, times_h=np.linspace(0, 5, 11))
    assert pk.attainment(result, OUT, above=1e-9) == 1.0
    assert 0.3 < pk.attainment(result, OUT, above=0.5, share_of_time=0.7) < 0.7
    with pytest.raises(pk.PharmacologyError, match="share of time"):
        pk.attainment(result, OUT, above=1.0, share_of_time=0)
