"""Numbers as people type them: `36`, `36.5`, `36,5`, `158 lb`, `5 ft 11 in`.

A comma is a decimal point or a question; no sign is ever dropped. A browser's own number field drops a comma
(1,25 mg/mL became 125) and turns with the wheel, so every number is typed as text and read here.

    1,25     1.25    a comma with one or two digits behind it can only be a decimal point
    0,125    0.125   nor does a thousand begin with 0, or stand behind four digits
    1,250    ?       1.25 or 1250: asked
    1,250.5  1250.5  two kinds of separator: the last one is the decimal point
    1 250    1250    a space groups three digits
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mooring.words.units import FEET_AND_INCHES, INCHES_A_FOOT, converted, same_unit

LONGEST: Final = 40
_NUMBER = re.compile(r"[+-]?(?:\d(?:[\d.,'’ ]*\d)?|[.,]\d+)(?:[.,](?!\d))?")
_FEET = re.compile(
    r"(?P<feet>\d+)\s*(?:'|′|’|ft\.?|feet|foot)\s*"
    r"(?:(?P<inches>\d+(?:[.,]\d+)?)\s*(?:\"|″|”|''|in\.?|inch|inches)?)?",
    re.IGNORECASE,
)


class Misread(ValueError):
    """A text that is not one number for certain: a code of `CODES`, and the values that its words name."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values


CODES: Final = frozenset(
    {"not-a-number", "two-readings", "unfinished", "other-unit", "feet-and-inches", "too-long"}
)


@dataclass(frozen=True)
class Quantity:
    """A number with its unit: `value` in the unit that is stored, `typed` in the `unit` that was chosen."""

    value: Decimal
    typed: Decimal
    unit: str


def parse_number(text: str, unit: str = "") -> Decimal:
    """The number of a field whose unit is fixed; the same unit may stand behind it.

    >>> parse_number("1,25 mg/ml", "mg/mL")
    Decimal('1.25')
    """
    digits, behind = _parted(text)
    if behind and not (unit and same_unit(behind, unit)):
        raise _unknown(behind, unit, text)
    return _read(digits)


def parse_quantity(text: str, *, unit: str, units: Sequence[str]) -> Quantity:
    """The number of a field whose unit is chosen among `units`; a unit that was typed goes before the choice.

    >>> parse_quantity("158 lbs", unit="kg", units=("kg", "lb"))
    Quantity(value=Decimal('71.667594'), typed=Decimal('158'), unit='lb')
    """
    if FEET_AND_INCHES in units:
        feet = _FEET.fullmatch(_clean(text))
        if feet or (unit == FEET_AND_INCHES and not _parted(text)[1]):
            return _height(text, feet)
    digits, behind = _parted(text)
    chosen = next((each for each in units if same_unit(behind, each)), None) if behind else unit
    if chosen is None and same_unit(behind, "in") and FEET_AND_INCHES in units:
        chosen = "in"
    if chosen is None:
        raise _unknown(behind, ", ".join(units), text)
    typed = _read(digits)
    return Quantity(converted(typed, chosen), typed, chosen)


def _unknown(behind: str, unit: str, text: str) -> Misread:
    """What stands behind the number is another unit, or no unit at all (`1e3`, `1/2`)."""
    if unit and behind[0].isalpha() | (behind[0] in "°%") and not any(sign.isdigit() for sign in behind):
        return Misread("other-unit", typed=behind, unit=unit)
    return Misread("not-a-number", typed=_clean(text))


def _height(text: str, feet: "re.Match[str] | None") -> Quantity:
    """Feet and inches, as inches in all; `5.9` is a question, since it may be 5 ft 9 in or 5.9 ft."""
    if feet is None:
        feet = re.fullmatch(r"(?P<feet>\d+)\s+(?P<inches>\d+(?:[.,]\d+)?)", _clean(text))
    if feet is None:
        raise Misread("feet-and-inches", typed=_clean(text))
    inches = _read(feet["inches"]) if feet["inches"] else Decimal(0)
    if inches >= INCHES_A_FOOT:
        raise Misread("feet-and-inches", typed=_clean(text))
    typed = int(feet["feet"]) * INCHES_A_FOOT + inches
    return Quantity(converted(typed, "in"), typed, "in")


def _clean(text: str) -> str:
    """Without surrounding and format characters, every digit and sign in its plain form."""
    plain = "".join(
        str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign
        for sign in text
        if unicodedata.category(sign) != "Cf"
    )
    for sign, instead in (("−", "-"), ("٫", "."), ("，", ","), ("．", ".")):
        plain = plain.replace(sign, instead)
    return " ".join(plain.split())


def _parted(text: str) -> tuple[str, str]:
    """The digits and what stands behind them."""
    plain = _clean(text)
    if len(plain) > LONGEST:
        raise Misread("too-long")
    found = _NUMBER.match(plain)
    if found is None:
        raise Misread("not-a-number", typed=plain)
    return found.group(), plain[found.end() :].strip()


def _read(digits: str) -> Decimal:
    """The number behind digits and separators; `Misread` where there are two readings or none."""
    sign, body = (digits[0], digits[1:]) if digits[0] in "+-" else ("", digits)
    body = _without_grouping(body, digits)
    if body[-1] in ".,":
        raise Misread("unfinished", typed=digits)
    separators = {mark for mark in body if mark in ".,"}
    if len(separators) == 2:
        body = _two_separators(body, digits)
    elif "," in separators:
        body = _commas(body, digits)
    elif body.count(".") > 1:
        body = _grouped(body, ".", digits)
    if not re.fullmatch(r"\d*\.?\d+", body):
        raise Misread("not-a-number", typed=digits)
    return Decimal(sign + body)


def _without_grouping(body: str, digits: str) -> str:
    """Without spaces or apostrophes that group three digits each."""
    body = body.replace("’", "'")
    for mark in " '":
        if mark in body:
            whole, *fraction = re.split(r"(?=[.,])", body, maxsplit=1)
            body = _grouped(whole, mark, digits) + "".join(fraction)
    return body


def _grouped(body: str, mark: str, digits: str) -> str:
    first, *others = body.split(mark)
    if not re.fullmatch(r"[1-9]\d{0,2}", first) or any(not re.fullmatch(r"\d{3}", each) for each in others):
        raise Misread("not-a-number", typed=digits)
    return first + "".join(others)


def _two_separators(body: str, digits: str) -> str:
    """`1,250.5` and `1.250,5`: the last separator stands once and is the decimal point."""
    point = max(".,", key=body.rfind)
    if body.count(point) > 1:
        raise Misread("not-a-number", typed=digits)
    whole, fraction = body.split(point)
    return _grouped(whole, "," if point == "." else ".", digits) + "." + fraction


def _commas(body: str, digits: str) -> str:
    """One comma is the decimal point unless it may part thousands; several can only part thousands."""
    if body.count(",") > 1:
        return _grouped(body, ",", digits)
    whole, fraction = body.split(",")
    if len(fraction) == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole):
        raise Misread("two-readings", typed=digits, point=f"{whole}.{fraction}", thousands=whole + fraction)
    return f"{whole or '0'}.{fraction}"
