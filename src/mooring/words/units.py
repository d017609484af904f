"""Units that people type, their spellings, and the one conversion between them.

Factors are exact by definition: 1 lb = 0.45359237 kg, 1 in = 2.54 cm (international yard and pound agreement,
1959; NIST SP 811, appendix B), 1 °F = 5/9 °C from 32 °F.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

FEET_AND_INCHES = "ft/in"
INCHES_A_FOOT = 12


@dataclass(frozen=True)
class Unit:
    """A unit, the one that its kind is stored in, and how to get there: `(value - zero) * factor`."""

    symbol: str
    stored_as: str
    factor: Fraction = Fraction(1)
    zero: Fraction = Fraction(0)


UNITS = {
    unit.symbol: unit
    for unit in (
        Unit("kg", "kg"),
        Unit("lb", "kg", Fraction("0.45359237")),
        Unit("cm", "cm"),
        Unit("in", "cm", Fraction("2.54")),
        Unit("°C", "°C"),
        Unit("°F", "°C", Fraction(5, 9), Fraction(32)),
    )
}

# How a unit is also written, folded as `folded` does; a unit that is not listed is only itself.
SPELLINGS = {
    "kg": "kg",
    "kgs": "kg",
    "kilo": "kg",
    "kilos": "kg",
    "kilogram": "kg",
    "kilograms": "kg",
    "lb": "lb",
    "lbs": "lb",
    "pound": "lb",
    "pounds": "lb",
    "cm": "cm",
    "centimetre": "cm",
    "centimetres": "cm",
    "centimeter": "cm",
    "centimeters": "cm",
    "in": "in",
    "inch": "in",
    "inches": "in",
    "°c": "°C",
    "c": "°C",
    "celsius": "°C",
    "°f": "°F",
    "f": "°F",
    "fahrenheit": "°F",
    "%": "%",
    "percent": "%",
    "bpm": "/min",
    "/min": "/min",
    "permin": "/min",
    "perminute": "/min",
    "min": "min",
    "mins": "min",
    "minute": "min",
    "minutes": "min",
    "h": "h",
    "hr": "h",
    "hrs": "h",
    "hour": "h",
    "hours": "h",
    "day": "days",
    "days": "days",
    "ml": "mL",
    "cc": "mL",
    "mcg": "mcg",
    "ug": "mcg",
}


def folded(unit: str) -> str:
    """A unit without spaces, dots and capitals, the degree sign and the micro sign in one form."""
    text = unit.casefold().replace("º", "°").replace("µ", "u").replace("μ", "u")
    return "".join(sign for sign in text if not sign.isspace() and sign != ".")


def same_unit(typed: str, unit: str) -> bool:
    """Whether a typed unit is this one: `lbs` is `lb`, `mg / ml` is `mg/mL`."""
    return SPELLINGS.get(folded(typed), folded(typed)) == SPELLINGS.get(folded(unit), folded(unit))


def converted(value: Decimal, unit: str) -> Decimal:
    """The value in the unit that its kind is stored in, to six decimals: 158 lb is 71.667594 kg."""
    known = UNITS[unit]
    exact = (Fraction(value) - known.zero) * known.factor
    return Decimal(round(exact * 10**6)) / Decimal(10**6)


def shown_in(value: Decimal, unit: str) -> Decimal:
    """A stored value in another unit of its kind, to six decimals: 71.667594 kg is 158 lb."""
    known = UNITS[unit]
    exact = Fraction(value) / known.factor + known.zero
    return Decimal(round(exact * 10**6)) / Decimal(10**6)
