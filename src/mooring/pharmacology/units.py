"""Units at the boundary: text, `timedelta` or pint in; hours and milligrams out, converted once.

A bare number has no unit and is refused here; it is welcome only where a parameter's name carries the
unit (`times_h`, `weight_kg`). Text is read as laboratories and journals write it: "0.5 mg/kg", "0.5 mg kg-1",
"5 µg·kg⁻¹·min⁻¹", "28 MG", "150 µmol"; with `decimal=","` also "0,5 mg/kg".
"""

import math
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Literal

import numpy as np

from mooring.pharmacology.constants import MOLAR_MASS_G_PER_MOL
from mooring.pharmacology.errors import UnitError

Decimal = Literal[".", ","]

HOURS = {
    "s": 1 / 3600,
    "sec": 1 / 3600,
    "second": 1 / 3600,
    "seconds": 1 / 3600,
    "min": 1 / 60,
    "mins": 1 / 60,
    "minute": 1 / 60,
    "minutes": 1 / 60,
    "h": 1.0,
    "hr": 1.0,
    "hrs": 1.0,
    "hour": 1.0,
    "hours": 1.0,
    "d": 24.0,
    "day": 24.0,
    "days": 24.0,
    "w": 168.0,
    "wk": 168.0,
    "week": 168.0,
    "weeks": 168.0,
}
MILLIGRAMS = {"ng": 1e-6, "ug": 1e-3, "mcg": 1e-3, "mg": 1.0, "g": 1000.0}
MICROMOLES = {"nmol": 1e-3, "umol": 1.0, "mmol": 1000.0}

TEXT = {
    ".": re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-zµμ].*?)\s*"),
    ",": re.compile(r"\s*([+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-zµμ].*?)\s*"),
}
SAME_SIGN = str.maketrans({"µ": "u", "μ": "u", "·": " ", "*": " ", "⋅": " ", "(": " ", ")": " ", "−": "-"})


@dataclass(frozen=True)
class Amount:
    """A dose: `mg`, or `mg` per kilogram of body weight. `molar`: said in moles, so the mg are of the base."""

    mg: float
    per_kg: bool = False
    molar: bool = False

    def __str__(self) -> str:
        return f"{self.mg:.12g} mg/kg" if self.per_kg else f"{self.mg:.12g} mg"


@dataclass(frozen=True)
class Rate:
    """An infusion's speed: `mg_per_h`, or that per kilogram of body weight."""

    mg_per_h: float
    per_kg: bool = False
    molar: bool = False


@lru_cache(maxsize=512)
def parts_of(unit: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands above and what below the line: "mg kg-1 h-1" and "mg/kg/h" are (mg), (kg, h)."""
    text = unit.replace("**", "^").translate(SAME_SIGN).replace("⁻¹", "-1").replace("^-1", "-1").lower()
    text = re.sub(r"\bper\b", "/", text)
    head, *below = text.split("/")
    above = [token for token in head.split() if not token.endswith("-1")]
    under = [token.removesuffix("-1") for token in head.split() if token.endswith("-1")]
    under += [token for part in below for token in part.split()]
    return tuple(above), tuple(under)


def split(quantity: object, *, wanted: str, decimal: Decimal = ".") -> tuple[float, str]:
    """The number and the unit of `quantity` (text or a pint quantity); `wanted` words the refusal."""
    if isinstance(quantity, str):
        found = TEXT[decimal].fullmatch(quantity)
        if found is None:
            raise UnitError(f"cannot read {quantity!r}; {wanted}{_comma(quantity, decimal)}")
        number, unit = float(found.group(1).replace(",", ".")), found.group(2)
    elif hasattr(quantity, "magnitude") and hasattr(quantity, "units"):
        number, unit = float(quantity.magnitude), f"{quantity.units:~}"
    else:
        raise UnitError(f"{quantity!r} has no unit; {wanted}")
    if not math.isfinite(number):
        raise UnitError(f"{quantity!r} is not a number that can be given; {wanted}")
    return number, unit


def _comma(text: str, decimal: Decimal) -> str:
    """The way out for a number that was written with the other decimal sign."""
    other: Decimal = "," if decimal == "." else "."
    return '; for decimal commas say decimal=","' if other == "," and TEXT[","].fullmatch(text) else ""


def hours(quantity: object, *, decimal: Decimal = ".") -> float:
    """A length of time in hours, from text ("40 min", "3 d"), `timedelta`, `numpy.timedelta64` or pint."""
    if isinstance(quantity, timedelta):
        return quantity.total_seconds() / 3600
    if isinstance(quantity, np.timedelta64):
        return float(quantity / np.timedelta64(1, "s")) / 3600
    number, unit = split(
        quantity, wanted='give a time with its unit, such as "40 min" or "3 d"', decimal=decimal
    )
    above, below = parts_of(unit)
    if len(above) != 1 or below or above[0] not in HOURS:
        raise UnitError(f'{quantity!r} is not a time; give one such as "40 min", "2 h" or "3 d"')
    # Minutes and seconds divide, so that 40 min is 40/60 h to the last bit however it was written.
    per_h = round(1 / HOURS[above[0]])
    return number / per_h if per_h > 1 else number * HOURS[above[0]]


def amount(quantity: object, *, decimal: Decimal = ".", g_per_mol: float | None = None) -> Amount:
    """A dose from text ("28 mg", "0.5 mg/kg", "150 µmol") or pint. Raises `UnitError` unless it is above zero.

    Moles are of the base, whatever salt was weighed; `g_per_mol` is its molar mass (ketamine's if not given).

    >>> amount("0.5 mg kg-1"), str(amount("500 µg"))
    (Amount(mg=0.5, per_kg=True, molar=False), '0.5 mg')
    """
    number, unit = split(
        quantity, wanted='give a dose with its unit, such as "28 mg" or "0.5 mg/kg"', decimal=decimal
    )
    above, below = parts_of(unit)
    scale = _mg(above, g_per_mol)
    if scale is None or below not in ((), ("kg",)):
        raise UnitError(f'{quantity!r} is not a dose; give one such as "28 mg", "500 µg" or "0.5 mg/kg"')
    if number <= 0:
        raise UnitError(f"a dose must be above zero, not {quantity!r}")
    return Amount(number * scale, bool(below), above[0] in MICROMOLES)


def rate(quantity: object, *, decimal: Decimal = ".", g_per_mol: float | None = None) -> Rate:
    """An infusion's speed from text ("10 mg/h", "0.14 mg/kg/h", "5 µg kg-1 min-1") or pint."""
    number, unit = split(
        quantity, wanted='give a rate with its unit, such as "0.14 mg/kg/h"', decimal=decimal
    )
    above, below = parts_of(unit)
    scale = _mg(above, g_per_mol)
    times = [part for part in below if part != "kg"]
    if scale is None or len(times) != 1 or times[0] not in HOURS or below.count("kg") > 1:
        raise UnitError(f'{quantity!r} is not a rate; give one such as "10 mg/h" or "0.14 mg/kg/h"')
    if number <= 0:
        raise UnitError(f"a rate must be above zero, not {quantity!r}")
    return Rate(number * scale / HOURS[times[0]], "kg" in below, above[0] in MICROMOLES)


def _mg(above: tuple[str, ...], g_per_mol: float | None) -> float | None:
    """Milligrams in one of the unit; None for what is no amount."""
    if len(above) != 1:
        return None
    if above[0] in MICROMOLES:
        return MICROMOLES[above[0]] * (g_per_mol or MOLAR_MASS_G_PER_MOL["ketamine"]) / 1000
    return MILLIGRAMS.get(above[0])


def in_words(time_h: float) -> str:
    """A length of time in the unit that a person would use: `0.6667` → "40 min", `72.0` → "3 d"."""
    if time_h and abs(time_h) % 24 < 1e-9:
        return f"{time_h / 24:.10g} d"
    if abs(time_h) >= 2 and abs(time_h * 60 % 30) < 1e-9:
        return f"{time_h:.10g} h"
    return f"{time_h * 60:.10g} min"
