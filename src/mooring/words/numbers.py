"""Figures and units: `0.5`, `36`, `1200`, `36 mg`.

A space before every unit, never breaking; a decimal point; no trailing zeros unless a number of decimals is
asked for (a ledger).
"""

import math
from decimal import Decimal

NO_BREAK = "\u00a0"


def plain_number(value: object, decimals: int | None = None) -> str:
    """A number as people read it: `0.5`, `36`, `1200`; with `decimals`, exactly that many.

    Text passes unchanged, an absent or non-finite value is an en dash.
    """
    if value is None or value == "":
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value)
    if not math.isfinite(value):
        return "–"
    if decimals is not None:
        return f"{value:.{decimals}f}"
    text = f"{value:.10f}" if isinstance(value, float) else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_unit(value: object, unit: str, decimals: int | None = None) -> str:
    """The number and its unit, which no line break can part: `with_unit(36, "mg")` is `36 mg`."""
    return f"{plain_number(value, decimals)}{NO_BREAK}{unit.replace(' ', NO_BREAK)}"
