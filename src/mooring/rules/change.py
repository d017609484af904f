"""Plausible change, not only plausible range: a weight in pounds lies in the range of kilograms.

By how much a value may differ from the last one, and within how many minutes the same value is asked about, is
content (`content/changes/`); the pulse pressure that is questioned stands in the table of thresholds.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from mooring.content.pack import Pack


@dataclass(frozen=True)
class ChangeLimit:
    """By how much a value may differ from the last one before it is typed again; a share, 0.1 is 10 %."""

    share: Decimal


@dataclass(frozen=True)
class ChangeLimits:
    """The limits of one pack on one day: by fact of the dictionary, and for the dose (`dose_mg`)."""

    by_key: dict[str, ChangeLimit] = field(default_factory=dict)
    same_within: timedelta = timedelta(0)
    pulse_pressure_mmhg: tuple[float, float] | None = None

    def of(self, key: str) -> ChangeLimit | None:
        """The limit of one value; None: it is not compared."""
        return self.by_key.get(key)


def limits_in(pack: Pack, on: date) -> ChangeLimits | None:
    """What a pack says of change on a day; None for a pack from before the limits were content."""
    tables = pack.changes.in_force(on)
    if not tables:
        return None
    pulse = next(
        (
            (table.pulse_pressure_least, table.pulse_pressure_most)
            for table in pack.thresholds.in_force(on)
            if table.pulse_pressure_least is not None and table.pulse_pressure_most is not None
        ),
        None,
    )
    return ChangeLimits(
        {limit.about: ChangeLimit(limit.most_percent / 100) for table in tables for limit in table.limits},
        timedelta(minutes=max(table.same_value_within_min for table in tables)),
        pulse,
    )


def changed_by(value: Decimal, last: Decimal) -> Decimal:
    """The change as a share of the last value: 79.2 after 72 is 0.1. A change from 0 counts as whole."""
    if last == 0:
        return Decimal(0) if value == 0 else Decimal(1)
    return (value - last) / abs(last)


def differs(value: Decimal, last: Decimal | None, limit: ChangeLimit | None) -> bool:
    """Whether the value differs from the last one by more than the limit.

    >>> tenth = ChangeLimit(Decimal("0.1"))
    >>> differs(Decimal("79.3"), Decimal("72"), tenth), differs(Decimal("79.2"), Decimal("72"), tenth)
    (True, False)
    """
    return last is not None and limit is not None and abs(changed_by(value, last)) > limit.share


def pulse_pressure_unlikely(systolic: float, diastolic: float, limits: ChangeLimits) -> bool:
    """Whether the gap between the two pressures asks for a second reading: 300/25 does, 134/78 does not."""
    if limits.pulse_pressure_mmhg is None:
        return False
    least, most = limits.pulse_pressure_mmhg
    return not least <= systolic - diastolic <= most
