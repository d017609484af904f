"""Vital signs: what the monitoring plan observes, at one moment."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import UNTIL_SIGN_OFF, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge, faults, number_field
from mooring.content.schema.data import Datum
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.rules.verdict import Refused
from mooring.words.numbers import NO_BREAK, plain_number

SYSTOLIC, DIASTOLIC, HEART_RATE = "systolic_mmhg", "diastolic_mmhg", "heart_rate_per_min"
SHORT = {HEART_RATE: "HR", "spo2_percent": "SpO₂", "respiratory_rate_per_min": "RR", "moaas": "MOAA/S"}
"""What the room calls a sign; any other is called by its title."""


class VitalsForm(EntryForm):
    """The signs that the monitoring plan names."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for datum in self.knowledge.signs:
            self.fields[datum.key] = number_field(datum)
        self.order_fields([datum.key for datum in self.knowledge.signs])


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    """The signs that were measured, each known and plausible."""
    values = {sign: float(value) for sign, value in facts.items() if value is not None}
    found = faults(values, knowledge.signs)
    if values.get(DIASTOLIC, 0) >= values.get(SYSTOLIC, 1000):
        found.append(_("Diastolic is not below systolic. Please check both."))
    if not values:
        found.append(_("Nothing was measured. Enter at least one sign."))
    if found:
        raise Refused(*found)
    return dict(values)


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(values={sign: float(value) for sign, value in entry.facts.items()})


def short_name(datum: Datum) -> str:
    return SHORT.get(datum.key, datum.title)


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    """`BP 144/90, HR 86, SpO₂ 97 %, …` in the order of the plan."""
    values = entry.facts
    parts = []
    if SYSTOLIC in values or DIASTOLIC in values:
        pressure = f"{plain_number(values.get(SYSTOLIC))}/{plain_number(values.get(DIASTOLIC))}"
        parts.append(_("BP {pressure}").format(pressure=pressure))
    for datum in knowledge.signs:
        if datum.key in values and datum.key not in (SYSTOLIC, DIASTOLIC):
            unit = f"{NO_BREAK}{datum.unit}" if datum.unit == "%" or datum.key not in SHORT else ""
            parts.append(f"{short_name(datum)} {plain_number(values[datum.key])}{unit}")
    return ", ".join(parts)


KIND = Kind(
    code=EntryKind.VITALS,
    title=gettext_lazy("vital signs"),
    words=words,
    contributes=contributes,
    check=check,
    correction=Correction.WHOLE,
    form=VitalsForm,
    stages=UNTIL_SIGN_OFF,
    heading=gettext_lazy("Vital signs"),
    button=gettext_lazy("Save the vital signs"),
    icon="pulse",
    saved=gettext_lazy("Vital signs saved."),
    template="care/sessions/kinds/row.html",
)
