"""The package's own knowledge, and short ways to say facts, for the tests of the rules."""

from datetime import UTC, date, datetime, timedelta

from mooring.content.loader import PACKAGE_ROOT, load
from mooring.content.pack import Pack
from mooring.rules.verdict import Fact, Standing

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def pack() -> Pack:
    return load([PACKAGE_ROOT])


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def reported(key: str, value: object, at: datetime = NOON) -> Fact:
    return Fact(key, value, at, "patient", Standing.REPORTED)


def confirmed(key: str, value: object, at: datetime = NOON) -> Fact:
    return Fact(key, value, at, "prescriber", Standing.CONFIRMED)


def measured(key: str, value: object, at: datetime = NOON) -> Fact:
    return Fact(key, value, at, "monitor", Standing.MEASURED)
