"""Figures, units and ranges: `0.5`, `36`, `1200`, `36 mg`, `0.5–1 mg/kg`, `38 %`.

A space before every unit, never breaking; a decimal point; no trailing zeros unless a number of decimals is
asked for (a ledger); a range of one value is that value.
"""

import math
from decimal import Decimal

NO_BREAK = "\u00a0"
NOTHING = "–"
"""Stands where a value is absent."""
NO_UNIT = ("", "1")
"""How content writes that a figure has no unit: `1` is the unit of a pure number in UCUM."""


def plain_number(value: object, decimals: int | None = None) -> str:
    """A number as people read it: `0.5`, `36`, `1200`; with `decimals`, exactly that many.

    Text passes unchanged, an absent or non-finite value is an en dash.
    """
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value)
    if not math.isfinite(value):
        return NOTHING
    if decimals is not None:
        return f"{value:.{decimals}f}"
    text = f"{value:.10f}" if isinstance(value, float) else f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def rounded_number(value: float | None, figures: int = 3) -> str:
    """A computed number as it can be read off a curve: so many figures, whole from 100 on (`0.0537`, `131`)."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value == 0:
        return "0"
    before_point = math.floor(math.log10(abs(value))) + 1
    return plain_number(round(value, max(0, figures - before_point)))


def whole_number(value: float | None) -> str:
    """A computed number without decimals: `131`."""
    return plain_number(None if value is None else float(value), decimals=0)


def percentage(share: float | None) -> str:
    """A share as a whole number of hundredths: `percentage(0.375)` is `38 %`."""
    return NOTHING if share is None else with_unit(whole_number(share * 100), "%")


def with_unit(value: object, unit: str, decimals: int | None = None) -> str:
    """The number and its unit, which no line break can part: `with_unit(36, "mg")` is `36 mg`."""
    number = plain_number(value, decimals)
    return number if unit in NO_UNIT else f"{number}{NO_BREAK}{unit.replace(' ', NO_BREAK)}"


def number_range(least: object, most: object, unit: str = "") -> str:
    """`0.5–1 mg/kg` from both ends; one value once; `≥ 2` and `≤ 5` where an end is open."""
    low, high = plain_number(least), plain_number(most)
    if most is None:
        return with_unit(low if least is None else f"≥{NO_BREAK}{low}", unit)
    if least is None:
        return with_unit(f"≤{NO_BREAK}{high}", unit)
    return with_unit(low if low == high else f"{low}–{high}", unit)
