"""Units at the boundary: text, timedelta, pint."""

from datetime import timedelta

import pytest

from mooring import pharmacology as pk
from mooring.pharmacology import units
from mooring.pharmacology.constants import BASE_FRACTION, ng_per_ml, nmol_per_ml

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("40 min", 40 / 60),
        ("3 d", 72),
        ("2h", 2),
        ("90 s", 0.025),
        ("2 weeks", 336),
        (timedelta(minutes=30), 0.5),
    ],
)
def test_times(text: object, hours: float) -> None:
    assert units.hours(text) == pytest.approx(hours, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "mg", "per_kg"),
    [
        ("28 mg", 28, False),
        ("0.5 mg/kg", 0.5, True),
        ("500 µg", 0.5, False),
        ("500 mcg/kg", 0.5, True),
        ("1e-1 g", 100, False),
    ],
)
def test_amounts(text: str, mg: float, per_kg: bool) -> None:
    assert units.amount(text) == units.Amount(pytest.approx(mg), per_kg)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "mg_per_h", "per_kg"),
    [("10 mg/h", 10, False), ("0.14 mg/kg/h", 0.14, True), ("5 µg/kg/min", 0.3, True)],
)
def test_rates(text: str, mg_per_h: float, per_kg: bool) -> None:
    assert units.rate(text) == units.Rate(pytest.approx(mg_per_h), per_kg)  # type: ignore[arg-type]


def test_pint() -> None:
    pint = pytest.importorskip("pint")
    u = pint.UnitRegistry()
    assert units.hours(40 * u.minute) == pytest.approx(40 / 60)
    assert units.amount(28 * u.mg) == units.Amount(28)
    assert units.amount(0.5 * u.mg / u.kg) == units.Amount(0.5, per_kg=True)
    assert units.rate(0.14 * u.mg / u.kg / u.hour).per_kg
    by_pint = pk.Regimen().infuse(0.5 * u.mg / u.kg, over=40 * u.minute)
    assert str(by_pint) == str(pk.Regimen().infuse("0.5 mg/kg", over="40 min"))


@pytest.mark.parametrize("text", ["40", 40, "min", "40 mg", "forty min", None])
def test_not_a_time(text: object) -> None:
    with pytest.raises(pk.UnitError):
        units.hours(text)


def test_salt_as_on_the_label() -> None:
    """32.3 mg of the hydrochloride are 28 mg of base (label of the spray); 57.7 mg are 50 (the oral film)."""
    assert 32.3 * BASE_FRACTION["hcl"] == pytest.approx(28, rel=2e-3)
    assert 57.7 * BASE_FRACTION["hcl"] == pytest.approx(50, rel=2e-3)


def test_molar_concentrations() -> None:
    assert ng_per_ml(nmol_per_ml=0.51, analyte="esketamine") == pytest.approx(121, rel=3e-3)
    assert nmol_per_ml(ng_per_ml=237.73, analyte="ketamine") == pytest.approx(1)
