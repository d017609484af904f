"""The rules of an event table. The first row that breaks one is named, with its columns."""

import numpy as np

from mooring.pharmacology.constants import BASE_FRACTION
from mooring.pharmacology.errors import EventError
from mooring.pharmacology.events import (
    DOSE,
    MODELLED_DURATION,
    MODELLED_RATE,
    OBSERVATION,
    RESET_AND_DOSE,
    Events,
    one_of,
)

MOST_MG_AT_ONCE = 2000.0
MOST_MG_PER_KG_AT_ONCE = 20.0
MOST_MG_PER_H = 2000.0
MOST_MG_PER_KG_PER_H = 60.0
# A rate and a duration that a table states both must agree to this share.
SAME = 1e-6


def check(table: Events, *, limited: bool) -> None:
    """Raises `EventError` naming the row (from 1) and the columns. `limited`: more than a person gets is refused."""
    dosing = one_of(table.evid, (DOSE, RESET_AND_DOSE))
    for_ever = dosing & (table.ss > 0) & (table.ii_h <= 0) & (table.rate_mg_per_h > 0) & (table.amt_mg == 0)
    rules: tuple[tuple[str, np.ndarray, str], ...] = (
        ("'evid'", ~one_of(table.evid, (0, 1, 2, 3, 4)), "must be 0, 1, 2, 3 or 4"),
        ("'time'", table.time_h < 0, "must not be negative"),
        ("'time'", _earlier(table), "is earlier than the row before it; sort by time within each id"),
        ("'amt'", dosing & (table.amt_mg <= 0) & ~for_ever, "must be above zero for a dose"),
        (
            "'evid' and 'amt'",
            one_of(table.evid, (OBSERVATION,)) & (table.amt_mg != 0),
            "an observation cannot give an amount",
        ),
        ("'amt'", dosing & limited & _too_much(table), "is more than any person is given; the unit is mg"),
        *_of_rates(table, dosing),
        ("'addl'", table.addl < 0, "must not be negative"),
        ("'ii'", dosing & (table.addl > 0) & (table.ii_h <= 0), "must be above zero where addl is"),
        ("'ii'", dosing & (table.ss > 0) & (table.ii_h <= 0) & ~for_ever, "must be above zero where ss is"),
        ("'ss'", ~one_of(table.ss, (0, 1, 2)), "must be 0, 1 or 2"),
        ("'mdv'", ~one_of(table.mdv, (0, 1)), "must be 0 or 1"),
        ("'cmt'", table.cmt.astype("U1") == "-", "is negative; turning a compartment off is not simulated"),
        ("'salt'", dosing & ~one_of(table.salt, BASE_FRACTION), f"must be one of {', '.join(BASE_FRACTION)}"),
        (
            "'route'",
            dosing & (table.route == "") & (table.cmt == ""),
            "is missing; name a route or a compartment",
        ),
    )
    for columns, broken, says in rules:
        if broken.any():
            row = int(table.row[np.flatnonzero(broken)[0]])
            plural = "columns" if " and " in columns else "column"
            raise EventError(f"row {row}, {plural} {columns}: {says}")


def _of_rates(table: Events, dosing: np.ndarray) -> tuple[tuple[str, np.ndarray, str], ...]:
    """A rate, or a duration, or both if they say the same; −1 and −2 leave it to the model."""
    rate, dur = table.rate_mg_per_h, table.dur_h
    modelled = (rate == MODELLED_RATE) | (rate == MODELLED_DURATION)
    stated = (rate > 0) & (dur > 0)
    differ = stated & (np.abs(rate * dur - table.amt_mg) > SAME * table.amt_mg)
    return (
        ("'rate'", (rate < 0) & ~modelled, "must be zero, above zero, -1 or -2"),
        ("'dur'", dur < 0, "must not be negative"),
        (
            "'rate' and 'dur'",
            dosing & modelled & (dur > 0),
            "the rate is the model's and a duration is stated",
        ),
        ("'rate' and 'dur'", dosing & differ, "contradict each other: rate × dur is not amt"),
        ("'rate'", dosing & modelled & (table.amt_mg <= 0), "needs an amount above zero"),
    )


def _earlier(table: Events) -> np.ndarray:
    """Rows earlier than the one before them, of the same person, unless a reset begins time anew."""
    falls = np.zeros(len(table), dtype=bool)
    if len(table) > 1:
        falls[1:] = (table.clock_h[1:] < table.clock_h[:-1]) & (table.person[1:] == table.person[:-1])
    return falls


def _too_much(table: Events) -> np.ndarray:
    """More than 2 g or 20 mg/kg at once, or in an hour of a longer dose 2 g or 60 mg/kg."""
    rate = np.maximum(table.rate_mg_per_h, 0.0)
    over_h = np.where(table.dur_h > 0, table.dur_h, table.amt_mg / np.where(rate > 0, rate, np.inf))
    per_h = np.maximum(table.amt_mg / np.maximum(over_h, 1.0), np.where(table.amt_mg > 0, 0.0, rate))
    timed = (over_h > 0) | (rate > 0)
    most = np.where(table.per_kg, MOST_MG_PER_KG_AT_ONCE, MOST_MG_AT_ONCE)
    most_per_h = np.where(table.per_kg, MOST_MG_PER_KG_PER_H, MOST_MG_PER_H)
    too_much: np.ndarray = per_h > np.where(timed, most_per_h, most)
    return too_much
