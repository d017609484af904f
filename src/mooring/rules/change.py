"""Plausible change, not only plausible range: a weight in pounds lies in the range of kilograms.

The limits are design defaults: no source sets one. A weight that truly changes by a tenth between two visits is
rare and is confirmed in one step; 1 kg is 2.2 lb, so a wrong unit always differs by more than half.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class ChangeLimit:
    """By how much a value may differ from the last one before it is typed again; a share, 0.1 is 10 %."""

    share: Decimal


WEIGHT = ChangeLimit(Decimal("0.10"))
HEIGHT = ChangeLimit(Decimal("0.05"))
DOSE = ChangeLimit(Decimal("0.25"))


def changed_by(value: Decimal, last: Decimal) -> Decimal:
    """The change as a share of the last value: 79.2 after 72 is 0.1. A change from 0 counts as whole."""
    if last == 0:
        return Decimal(0) if value == 0 else Decimal(1)
    return (value - last) / abs(last)


def differs(value: Decimal, last: Decimal | None, limit: ChangeLimit) -> bool:
    """Whether the value differs from the last one by more than the limit.

    >>> differs(Decimal("79.3"), Decimal("72"), WEIGHT), differs(Decimal("79.2"), Decimal("72"), WEIGHT)
    (True, False)
    """
    return last is not None and abs(changed_by(value, last)) > limit.share


PULSE_PRESSURE_MMHG = (15, 120)  # a design default: outside of it one of the two numbers is usually misread


def pulse_pressure_unlikely(systolic: float, diastolic: float) -> bool:
    """Whether the gap between the two pressures asks for a second reading: 300/25 does, 134/78 does not."""
    least, most = PULSE_PRESSURE_MMHG
    return not least <= systolic - diastolic <= most
