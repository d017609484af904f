"""Regimens: readable to write, NONMEM's event table underneath.

`Regimen().dose("28 mg", route="nasal_spray")` and `Regimen().infuse("0.5 mg/kg", over="40 min")` read as one
says it; `to_events()` and `from_events()` are the same thing as a table.
"""

from dataclasses import dataclass, replace
from itertools import cycle, islice

import numpy as np

from mooring.pharmacology import events, units
from mooring.pharmacology.constants import BASE_FRACTION
from mooring.pharmacology.display import html_table
from mooring.pharmacology.errors import EventError, PharmacologyError, UnitError
from mooring.pharmacology.events import MOST_MG_AT_ONCE, MOST_MG_PER_KG_AT_ONCE, Events

MOST_MG_PER_H = 2000.0
MOST_MG_PER_KG_PER_H = 60.0
DRUGS = ("ketamine", "esketamine", "arketamine")


@dataclass(frozen=True)
class Regimen:
    """Doses in time. Immutable: every method answers a new regimen.

    Times count from the start of the regimen, in hours inside and with their unit outside.
    """

    events: Events = events.EMPTY

    def dose(
        self,
        amount: object,
        *,
        route: str,
        at: object = "0 min",
        salt: str = "base",
        drug: str | None = None,
    ) -> "Regimen":
        """One dose at once: `dose("28 mg", route="nasal_spray", at="5 min")`.

        `salt` says what was weighed ("base" or "hcl"); `drug` names the enantiomer where a model takes more
        than one. Raises `UnitError` for a dose without a unit, below zero or absurd.
        """
        given = units.amount(amount)
        _check_sane(given.mg, given.per_kg, MOST_MG_AT_ONCE, MOST_MG_PER_KG_AT_ONCE, said=amount)
        return self._with(given, at=at, route=route, salt=salt, drug=drug, dur_h=0.0)

    def infuse(
        self,
        amount: object = None,
        *,
        over: object,
        rate: object = None,
        route: str = "iv",
        at: object = "0 min",
        salt: str = "base",
        drug: str | None = None,
    ) -> "Regimen":
        """An infusion: `infuse("0.5 mg/kg", over="40 min")` or `infuse(rate="0.14 mg/kg/h", over="1 h")`."""
        dur_h = units.hours(over)
        if dur_h <= 0:
            raise UnitError(f"an infusion lasts longer than {over!r}; a dose at once is `dose`")
        if (amount is None) == (rate is None):
            raise PharmacologyError("an infusion has an amount or a rate, one of them")
        if rate is not None:
            speed = units.rate(rate)
            given = units.Amount(speed.mg_per_h * dur_h, speed.per_kg)
        else:
            given = units.amount(amount)
        per_h = given.mg / max(dur_h, 1.0)
        _check_sane(per_h, given.per_kg, MOST_MG_PER_H, MOST_MG_PER_KG_PER_H, said=amount or rate)
        return self._with(given, at=at, route=route, salt=salt, drug=drug, dur_h=dur_h)

    def repeat(self, *, every: object, n: int) -> "Regimen":
        """The whole regimen so far as one sitting, `n` times in all; `every` is a time or a cycle of times.

        `infuse(...).repeat(every=["3 d", "4 d"], n=6)` is days 0, 3, 7, 10, 14 and 17.
        """
        if n < 1:
            raise PharmacologyError(f"a regimen is given once or more often, not {n} times")
        gaps = [units.hours(each) for each in (every if isinstance(every, (list, tuple)) else [every])]
        if not gaps or min(gaps) <= 0:
            raise UnitError(f"repeats need time between them, not {every!r}")
        starts = np.concatenate([[0.0], np.cumsum(list(islice(cycle(gaps), n - 1)))])
        return Regimen(events.joined([events.shifted(self.events, float(start)) for start in starts]))

    def __add__(self, other: "Regimen") -> "Regimen":
        return Regimen(events.joined([self.events, other.events]))

    def after(self, time: object) -> "Regimen":
        """The same regimen, later by `time`."""
        return Regimen(events.shifted(self.events, units.hours(time)))

    def to_events(self) -> dict[str, np.ndarray]:
        """NONMEM columns (hours, mg): id time amt rate dur evid cmt ii addl ss route salt drug per_kg."""
        return self.events.as_columns()

    @staticmethod
    def from_events(table: object) -> "Regimen":
        """A regimen of a NONMEM table: pandas, polars, pyarrow, or a dict of columns.

        Time, `dur` and `ii` are in hours, `amt` in mg, `rate` in mg/h. Raises `EventError` naming the row
        and the column. Rows with `evid` 0 are observations; their times stand in `observation_times_h`.
        """
        return Regimen(events.read(table))

    @property
    def observation_times_h(self) -> np.ndarray:
        """The times of rows with `evid` 0, sorted, each once."""
        return events.observed(self.events)[0]

    @property
    def end_h(self) -> float:
        """When the last dose has been given, hours."""
        table = events.expanded(self.events)
        if not len(table.time_h):
            return 0.0
        run = np.where(table.rate_mg_per_h > 0, table.amt_mg / np.maximum(table.rate_mg_per_h, 1e-300), 0.0)
        return float((table.time_h + np.maximum(table.dur_h, run)).max())

    def _with(
        self, given: units.Amount, *, at: object, route: str, salt: str, drug: str | None, dur_h: float
    ) -> "Regimen":
        if salt not in BASE_FRACTION:
            raise PharmacologyError(f"salt is {salt!r}; the library knows {', '.join(BASE_FRACTION)}")
        if drug is not None and drug not in DRUGS:
            raise PharmacologyError(f"drug is {drug!r}; the library knows {', '.join(DRUGS)}")
        time_h = units.hours(at)
        if time_h < 0:
            raise UnitError(f"a dose is given at or after the start, not at {at!r}")
        new = events.one(
            time_h=time_h,
            amt_mg=given.mg,
            per_kg=given.per_kg,
            dur_h=dur_h,
            route=route,
            salt=salt,
            drug=drug or "",
        )
        joined = events.joined([self.events, new])
        if (doubled := events.first_doubled(joined)) is not None:
            raise EventError(f"the same dose twice at {units.in_words(float(joined.time_h[doubled]))}")
        return replace(self, events=joined)

    def __str__(self) -> str:
        return "; ".join(" ".join(row[1:4]) + f" at {row[0]}" for row in self._rows()) or "no doses"

    def __repr__(self) -> str:
        return f"<Regimen: {self}>"

    def _repr_html_(self) -> str:
        return html_table(["time", "dose", "over", "route", "salt"], self._rows(), caption="Regimen")

    def _rows(self) -> list[list[str]]:
        table = events.expanded(self.events)
        rows = []
        for index in np.flatnonzero(np.isin(table.evid, (1, 4))):
            given = units.Amount(float(table.amt_mg[index]), bool(table.per_kg[index]))
            over = (
                f"over {units.in_words(float(table.dur_h[index]))}" if table.dur_h[index] > 0 else "at once"
            )
            where = str(table.route[index] or f"into {table.cmt[index]}")
            rows.append(
                [units.in_words(float(table.time_h[index])), str(given), over, where, str(table.salt[index])]
            )
        return rows


def _check_sane(mg: float, per_kg: bool, most: float, most_per_kg: float, *, said: object) -> None:
    if mg > (most_per_kg if per_kg else most):
        raise UnitError(f"{said!r} is more than any person is given; check the unit")
