"""Units at the boundary: text, `timedelta` or pint in; hours and milligrams out, converted once.

A bare number has no unit and is refused here; it is welcome only where a parameter's name carries the
unit (`times_h`, `weight_kg`).
"""

import math
import re
from dataclasses import dataclass
from datetime import timedelta

from mooring.pharmacology.errors import UnitError

HOURS = {
    "s": 1 / 3600,
    "sec": 1 / 3600,
    "min": 1 / 60,
    "h": 1.0,
    "hr": 1.0,
    "hour": 1.0,
    "hours": 1.0,
    "d": 24.0,
    "day": 24.0,
    "days": 24.0,
    "w": 168.0,
    "wk": 168.0,
    "week": 168.0,
    "weeks": 168.0,
    "minute": 1 / 60,
    "minutes": 1 / 60,
}
MILLIGRAMS = {"ug": 1e-3, "µg": 1e-3, "μg": 1e-3, "mcg": 1e-3, "mg": 1.0, "g": 1000.0}

TEXT = re.compile(r"^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([^\d\s].*?)\s*$")


@dataclass(frozen=True)
class Amount:
    """A dose: `mg`, or `mg` per kilogram of body weight."""

    mg: float
    per_kg: bool = False

    def __str__(self) -> str:
        return f"{self.mg:.12g} mg/kg" if self.per_kg else f"{self.mg:.12g} mg"


@dataclass(frozen=True)
class Rate:
    """An infusion's speed: `mg_per_h`, or that per kilogram of body weight."""

    mg_per_h: float
    per_kg: bool = False


def split(quantity: object, *, wanted: str) -> tuple[float, str]:
    """The number and the unit of `quantity` (text or a pint quantity); `wanted` words the refusal."""
    if isinstance(quantity, str):
        found = TEXT.match(quantity)
        if found is None:
            raise UnitError(f"cannot read {quantity!r}; {wanted}")
        number, unit = float(found.group(1)), found.group(2)
    elif hasattr(quantity, "magnitude") and hasattr(quantity, "units"):
        number, unit = float(quantity.magnitude), f"{quantity.units:~}"
    else:
        raise UnitError(f"{quantity!r} has no unit; {wanted}")
    if not math.isfinite(number):
        raise UnitError(f"{quantity!r} is not a number that can be given; {wanted}")
    return number, unit.replace(" ", "").replace("·", "*")


def hours(quantity: object) -> float:
    """A length of time in hours, from text ("40 min", "3 d"), `timedelta` or pint."""
    if isinstance(quantity, timedelta):
        return quantity.total_seconds() / 3600
    number, unit = split(quantity, wanted='give a time with its unit, such as "40 min" or "3 d"')
    if unit not in HOURS:
        raise UnitError(f'{quantity!r} is not a time; give one such as "40 min", "2 h" or "3 d"')
    # Minutes and seconds divide, so that 40 min is 40/60 h to the last bit however it was written.
    return number / 60 if HOURS[unit] == 1 / 60 else number * HOURS[unit]


def amount(quantity: object) -> Amount:
    """A dose from text ("28 mg", "0.5 mg/kg") or pint. Raises `UnitError` unless it is above zero."""
    number, unit = split(quantity, wanted='give a dose with its unit, such as "28 mg" or "0.5 mg/kg"')
    per_kg = unit.endswith(("/kg", "*kg**-1"))
    unit = unit.removesuffix("/kg").removesuffix("*kg**-1")
    if unit not in MILLIGRAMS:
        raise UnitError(f'{quantity!r} is not a dose; give one such as "28 mg", "500 µg" or "0.5 mg/kg"')
    if number <= 0:
        raise UnitError(f"a dose must be above zero, not {quantity!r}")
    return Amount(number * MILLIGRAMS[unit], per_kg)


def rate(quantity: object) -> Rate:
    """An infusion's speed from text ("10 mg/h", "0.14 mg/kg/h", "5 µg/kg/min") or pint."""
    number, unit = split(quantity, wanted='give a rate with its unit, such as "0.14 mg/kg/h"')
    parts = unit.split("/")
    per_kg = "kg" in parts[1:]
    times = [part for part in parts[1:] if part != "kg"]
    if parts[0] not in MILLIGRAMS or len(times) != 1 or times[0] not in HOURS:
        raise UnitError(f'{quantity!r} is not a rate; give one such as "10 mg/h" or "0.14 mg/kg/h"')
    if number <= 0:
        raise UnitError(f"a rate must be above zero, not {quantity!r}")
    return Rate(number * MILLIGRAMS[parts[0]] / HOURS[times[0]], per_kg)


def in_words(time_h: float) -> str:
    """A length of time in the unit that a person would use: `0.6667` → "40 min", `72.0` → "3 d"."""
    if time_h and abs(time_h) % 24 < 1e-9:
        return f"{time_h / 24:.10g} d"
    if abs(time_h) >= 2 and abs(time_h * 60 % 30) < 1e-9:
        return f"{time_h:.10g} h"
    return f"{time_h * 60:.10g} min"
