"""The vitals pad: each sign with its last value, what is asked in place, and when its field is full."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BoundField
from django.utils.translation import gettext as _

from mooring.care.sessions.kinds.vitals import DIASTOLIC, SYSTOLIC, change_question, short_name
from mooring.care.sessions.queries import SessionChart
from mooring.content.schema.data import Datum
from mooring.words.numbers import plain_number

SCALE_MOST = 6
"""A whole score with at most so many steps is one touch on its number, not typed."""


@dataclass(frozen=True)
class PadField:
    """One number of the pad; `ask_change` is by how much it may differ from `last` before it is asked again.

    The open page puts what was taken since in the place of `last`.
    """

    datum: Datum
    name: str
    bound: BoundField
    sure: BoundField | None
    last: str
    ask_change: str
    question: str

    @property
    def least(self) -> str:
        return plain_number(self.datum.least)

    @property
    def most(self) -> str:
        return plain_number(self.datum.most)


@dataclass(frozen=True)
class ScaleStep:
    """One number of a scale, and what it means."""

    value: int
    words: str


@dataclass(frozen=True)
class PadRow:
    """One line: one number, or the two of a blood pressure, or a scale with one touch a number."""

    name: str
    unit: str
    fields: list[PadField]
    last: str
    last_minute: int | None
    before: str
    scale: list[ScaleStep]


def pad_rows(chart: SessionChart, form: BaseForm) -> list[PadRow]:
    """The signs of the plan in their order, blood pressure as one line."""
    fields = {datum.key: _field(chart, form, datum) for datum in chart.knowledge.signs}
    pressure = [fields.pop(sign) for sign in (SYSTOLIC, DIASTOLIC) if sign in fields]
    rows = [_row(chart, _("BP"), pressure)] if pressure else []
    return rows + [_row(chart, field.name, [field]) for field in fields.values()]


def _field(chart: SessionChart, form: BaseForm, datum: Datum) -> PadField:
    last = chart.state.last_values.get(datum.key)
    value = plain_number(last[0]) if last else ""
    name = short_name(datum)
    return PadField(
        datum=datum,
        name=datum.title if datum.key in (SYSTOLIC, DIASTOLIC) else name,
        bound=form[datum.key],
        sure=form[f"{datum.key}_sure"] if f"{datum.key}_sure" in form.fields else None,
        last=value,
        ask_change=plain_number(_ask_changes(chart).get(datum.key, "")),
        question=change_question(name, "{value}", "{last}"),
    )


def _ask_changes(chart: SessionChart) -> dict[str, float]:
    tables = chart.knowledge.thresholds.signs
    return {
        table.sign: table.ask_change
        for table in tables
        if table.phase == "during" and table.ask_change is not None
    }


def _row(chart: SessionChart, name: str, fields: list[PadField]) -> PadRow:
    signs = [field.datum.key for field in fields]
    newest = chart.state.last_values.get(signs[0])
    datum = fields[0].datum
    low, high = datum.least, datum.most
    scale: list[ScaleStep] = []
    if isinstance(low, int | float) and isinstance(high, int | float) and high - low <= SCALE_MOST:
        names = datum.steps or [""] * (int(high - low) + 1)
        scale = [ScaleStep(int(low) + place, words) for place, words in enumerate(names)][::-1]
    return PadRow(
        name=name,
        unit="" if datum.unit == "1" else datum.unit,
        fields=fields,
        last=_pair(signs, {sign: value for sign, (value, _seen) in chart.state.last_values.items()}),
        last_minute=newest[1].minute if newest else None,
        before=_pair(signs, chart.baseline) if chart.state.started_at else "",
        scale=scale,
    )


def _pair(signs: list[str], values: Mapping[str, Any]) -> str:
    return "/".join(plain_number(values[sign]) for sign in signs) if set(signs) <= set(values) else ""
