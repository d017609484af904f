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
from mooring.pharmacology.errors import PharmacologyError, UnitError
from mooring.pharmacology.events import Events
from mooring.pharmacology.reading import RepeatedIds, read
from mooring.pharmacology.table_rules import (
    MOST_MG_AT_ONCE,
    MOST_MG_PER_H,
    MOST_MG_PER_KG_AT_ONCE,
    MOST_MG_PER_KG_PER_H,
)
from mooring.pharmacology.units import Decimal


@dataclass(frozen=True)
class Regimen:
    """Doses in time. Immutable: every method answers a new regimen.

    Times count from the start of the regimen, in hours inside and with their unit outside. `decimal` is the
    decimal sign of quantities given as text. `limited`: an amount that no person is given of ketamine is taken
    for a wrong unit; say False for other drugs.
    """

    events: Events = events.EMPTY
    decimal: Decimal = "."
    limited: bool = True

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
        given = units.amount(amount, decimal=self.decimal)
        self._check_sane(given.mg, given.per_kg, MOST_MG_AT_ONCE, MOST_MG_PER_KG_AT_ONCE, said=amount)
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
        dur_h = units.hours(over, decimal=self.decimal)
        if dur_h <= 0:
            raise UnitError(f"an infusion lasts longer than {over!r}; a dose at once is `dose`")
        if (amount is None) == (rate is None):
            raise PharmacologyError("an infusion has an amount or a rate, one of them")
        if rate is not None:
            speed = units.rate(rate, decimal=self.decimal)
            given = units.Amount(speed.mg_per_h * dur_h, speed.per_kg, speed.molar)
        else:
            given = units.amount(amount, decimal=self.decimal)
        per_h = given.mg / max(dur_h, 1.0)
        self._check_sane(per_h, given.per_kg, MOST_MG_PER_H, MOST_MG_PER_KG_PER_H, said=amount or rate)
        return self._with(given, at=at, route=route, salt=salt, drug=drug, dur_h=dur_h)

    def repeat(self, *, every: object, n: int) -> "Regimen":
        """The whole regimen so far as one sitting, `n` times in all; `every` is a time or a cycle of times.

        >>> Regimen().dose("28 mg", route="nasal_spray").repeat(every=["3 d", "4 d"], n=4).to_events()["time"] / 24
        array([ 0.,  3.,  7., 10.])
        """
        if n < 1:
            raise PharmacologyError(f"a regimen is given once or more often, not {n} times")
        gaps = [
            units.hours(each, decimal=self.decimal)
            for each in (every if isinstance(every, (list, tuple)) else [every])
        ]
        if not gaps or min(gaps) <= 0:
            raise UnitError(f"repeats need time between them, not {every!r}")
        starts = np.concatenate([[0.0], np.cumsum(list(islice(cycle(gaps), n - 1)))])
        return replace(
            self, events=events.joined([events.shifted(self.events, float(start)) for start in starts])
        )

    def __add__(self, other: "Regimen") -> "Regimen":
        return replace(
            self,
            events=events.joined([self.events, other.events]),
            limited=self.limited and other.limited,
        )

    def after(self, time: object) -> "Regimen":
        """The same regimen, later by `time`."""
        return replace(self, events=events.shifted(self.events, units.hours(time, decimal=self.decimal)))

    def to_events(self) -> dict[str, np.ndarray]:
        """NONMEM columns (hours, mg): id time amt rate dur evid cmt ii addl ss route salt drug per_kg."""
        return self.events.as_columns()

    @staticmethod
    def from_events(
        table: object,
        *,
        decimal: Decimal = ".",
        repeated_ids: RepeatedIds = "separate",
        limited: bool = True,
    ) -> "Regimen":
        """A regimen of a NONMEM table: pandas, polars, pyarrow, or a dict of columns.

        Numbers of `time`, `dur` and `ii` are hours, of `amt` mg, of `rate` mg/h; columns of durations and
        timestamps are what they say. Rows with `evid` 0 are observations: `simulate` without times answers a
        record for each of them, in their order. Other columns are covariates. The same id further down is
        another person, as in NONMEM, unless `repeated_ids="joined"`. Raises `EventError` naming row and column.
        """
        rows = read(table, decimal=decimal, repeated_ids=repeated_ids, limited=limited)
        return Regimen(rows, decimal, limited)

    @property
    def ids(self) -> tuple[object, ...]:
        """The names of the people of the table, in its order."""
        return self.events.ids

    @property
    def observation_times_h(self) -> np.ndarray:
        """The times of rows with `evid` 0, sorted, each once."""
        return np.unique(self.events.time_h[events.one_of(self.events.evid, (events.OBSERVATION,))])

    @property
    def end_h(self) -> float:
        """When the last dose has been given, hours."""
        table = events.expanded(self.events)
        if not len(table.time_h):
            return 0.0
        run = np.where(table.rate_mg_per_h > 0, table.amt_mg / np.maximum(table.rate_mg_per_h, 1e-300), 0.0)
        return float((table.clock_h + np.maximum(table.dur_h, run)).max())

    def _with(
        self, given: units.Amount, *, at: object, route: str, salt: str, drug: str | None, dur_h: float
    ) -> "Regimen":
        if salt not in BASE_FRACTION:
            raise PharmacologyError(f"salt is {salt!r}; the library knows {', '.join(BASE_FRACTION)}")
        time_h = units.hours(at, decimal=self.decimal)
        if time_h < 0:
            raise UnitError(f"a dose is given at or after the start, not at {at!r}")
        new = events.one(
            time_h=time_h,
            # Moles are of the base; the table holds what was weighed.
            amt_mg=given.mg / BASE_FRACTION[salt] if given.molar else given.mg,
            per_kg=given.per_kg,
            dur_h=dur_h,
            route=route,
            salt=salt,
            drug=drug or "",
        )
        return replace(self, events=events.joined([self.events, new]))

    def _check_sane(self, mg: float, per_kg: bool, most: float, most_per_kg: float, *, said: object) -> None:
        if self.limited and mg > (most_per_kg if per_kg else most):
            raise UnitError(f"{said!r} is more than any person is given; check the unit")

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
