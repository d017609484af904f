"""Vital signs: what the monitoring plan observes, at one moment."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import OBSERVING, UNTIL_SIGN_OFF, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge, faults, number_field
from mooring.content.schema.data import Datum
from mooring.content.schema.monitoring import Thresholds
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.rules.session_log import VitalSigns
from mooring.rules.verdict import Refused
from mooring.sentences.times import clock_words
from mooring.words.numbers import NO_BREAK, plain_number, with_unit
from mooring.work.documents.sheet import SheetSection

SYSTOLIC, DIASTOLIC, HEART_RATE = "systolic_mmhg", "diastolic_mmhg", "heart_rate_per_min"
DEVICE = "device"
"""Beside the signs: the bedside device (its id) whose values a person confirmed, if they came from one."""
AGAIN, AGAIN_WITHIN = "again", timedelta(minutes=1)
"""The question whether a set is the same reading twice: asked of one that is wholly the same within so long."""
SHORT = {HEART_RATE: "HR", "spo2_percent": "SpO₂", "respiratory_rate_per_min": "RR", "moaas": "MOAA/S"}
"""What the room calls a sign; any other is called by its title."""


class VitalsForm(EntryForm):
    """The signs that the monitoring plan names."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for datum in self.knowledge.signs:
            self.fields[datum.key] = number_field(datum)
        self.fields[DEVICE] = forms.IntegerField(required=False, widget=forms.HiddenInput)
        self.order_fields([datum.key for datum in self.knowledge.signs])

    def sure(self) -> list[str]:
        """The signs whose questioned value was confirmed: the tick holds for the value that it was asked for."""
        again = [AGAIN] if self.add_prefix(f"{AGAIN}_sure") in self.data else []
        return again + [
            datum.key
            for datum in self.knowledge.signs
            if (value := self.cleaned_data.get(datum.key)) is not None
            and self.data.get(self.add_prefix(f"{datum.key}_sure")) == plain_number(value)
        ]

    def ask_again(self, questions: Mapping[str, str]) -> None:
        """Put each question under its sign; what was typed stays, and leaving the sign out saves the others."""
        order: list[str] = []
        if AGAIN in questions:
            self.fields[f"{AGAIN}_sure"] = forms.BooleanField(
                label=_("Enter it again"), required=False, help_text=questions[AGAIN]
            )
            order.append(f"{AGAIN}_sure")
        for name in list(self.fields):
            order.append(name)
            if name in questions:
                value = plain_number(self.cleaned_data.get(name))
                self.fields[f"{name}_sure"] = forms.BooleanField(
                    label=_("It is {value}").format(value=value),
                    required=False,
                    help_text=questions[name],
                    widget=forms.CheckboxInput(attrs={"value": value}),
                )
                order.append(f"{name}_sure")
        self.order_fields(order)


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    """The signs that were measured, each known and plausible."""
    values = {sign: float(value) for sign, value in facts.items() if value is not None and sign != DEVICE}
    found = faults(values, knowledge.signs) + _not_whole(values, knowledge)
    if values.get(DIASTOLIC, 0) >= values.get(SYSTOLIC, 1000):
        found.append(_("Diastolic is not below systolic. Please check both."))
    if not values:
        found.append(_("Nothing was measured. Enter at least one sign."))
    if found:
        raise Refused(*found)
    device = facts.get(DEVICE)
    return {**values, DEVICE: int(device)} if device else dict(values)


def _not_whole(values: Mapping[str, float], knowledge: SessionKnowledge) -> list[str]:
    """Signs that are counted or read in whole numbers and were typed with a fraction (MOAA/S 4.5)."""
    whole = {table.sign for table in knowledge.thresholds.signs if table.step == 1}
    return [
        _("{sign}: enter a whole number.").format(sign=datum.title)
        for datum in knowledge.signs
        if datum.key in whole and values.get(datum.key, 0) % 1
    ]


def doubts(measured: VitalSigns, others: Sequence[VitalSigns], knowledge: SessionKnowledge) -> dict[str, str]:
    """What is possible and unlikely, by sign, as the question to put: a change, a pulse pressure, the same set again."""
    questions = unlikely(measured, others, knowledge)
    for signs in others:
        if signs.values == measured.values and abs(signs.at - measured.at) < AGAIN_WITHIN:
            questions[AGAIN] = again_question(clock_words(signs.at))
    return questions


def again_question(time: str) -> str:
    """What is asked of a set that is the same as the one recorded at `time`; the pad puts in the time as it knows it."""
    return _("Same as the entry at {time}. Enter it again?").format(time=time)


def unlikely(
    measured: VitalSigns, others: Sequence[VitalSigns], knowledge: SessionKnowledge
) -> dict[str, str]:
    """Values that differ much from those before them, and a pulse pressure that is unusually wide or narrow."""
    values = measured.values
    last = {sign: value for signs in others if signs.at < measured.at for sign, value in signs.values.items()}
    names = {datum.key: short_name(datum) for datum in knowledge.signs}
    questions = {}
    for table in knowledge.thresholds.signs:
        sign = table.sign
        if table.phase != "during" or table.ask_change is None or sign not in values or sign not in last:
            continue
        if abs(values[sign] - last[sign]) > table.ask_change:
            questions[sign] = change_question(
                names[sign], plain_number(values[sign]), plain_number(last[sign])
            )
    if {SYSTOLIC, DIASTOLIC} <= set(values) and not _plausible_pulse(values, knowledge.thresholds):
        questions[SYSTOLIC] = pulse_question(plain_number(values[SYSTOLIC]), plain_number(values[DIASTOLIC]))
    return questions


def pulse_question(systolic: str, diastolic: str) -> str:
    """What is asked when the two pressures lie unusually; the pad puts in the values as they are typed."""
    return _(
        "Is the blood pressure {systolic}/{diastolic}? The two are unusually far apart or close. Measure again, or confirm the value."
    ).format(systolic=systolic, diastolic=diastolic)


def change_question(sign: str, value: str, last: str) -> str:
    """What is asked when a value differs much from the last one; the pad puts in the value as it is typed."""
    return _("Is {sign} {value}? It was {last}. Measure again, or confirm the value.").format(
        sign=sign, value=value, last=last
    )


def _plausible_pulse(values: Mapping[str, float], thresholds: Thresholds) -> bool:
    pulse = values[SYSTOLIC] - values[DIASTOLIC]
    least, most = thresholds.pulse_pressure_least, thresholds.pulse_pressure_most
    return (least is None or pulse >= least) and (most is None or pulse <= most)


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(values={sign: float(value) for sign, value in entry.facts.items() if sign != DEVICE})


def short_name(datum: Datum) -> str:
    return SHORT.get(datum.key, datum.title)


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    """What was measured, in the order of the plan, and whether it was confirmed from a device."""
    found = signs_in_words(entry.facts, knowledge)
    return _("{signs}, confirmed from the device").format(signs=found) if entry.facts.get(DEVICE) else found


def signs_in_words(values: Mapping[str, Any], knowledge: SessionKnowledge) -> str:
    """`BP 144/90, HR 86, SpO₂ 97 %, …` in the order of the plan."""
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
    asks=OBSERVING,
    contributes=contributes,
    check=check,
    doubts=doubts,
    correction=Correction.WHOLE,
    form=VitalsForm,
    stages=UNTIL_SIGN_OFF,
    heading=gettext_lazy("Vital signs"),
    button=gettext_lazy("Save the vital signs"),
    icon="pulse",
    saved=gettext_lazy("Vital signs saved."),
    template="care/sessions/kinds/row.html",
)


def vitals_table(title: str, taken: Sequence[VitalSigns], knowledge: SessionKnowledge) -> SheetSection:
    """Sets of vital signs on a paper, a row each; a sign that was never measured has no column."""
    measured = [
        datum
        for datum in knowledge.signs
        if datum.key not in (SYSTOLIC, DIASTOLIC) and any(datum.key in signs.values for signs in taken)
    ]
    if not taken:
        return SheetSection(title, (), (_("None was recorded."),))
    return SheetSection(
        title,
        (),
        (),
        (_("Time"), _("Minute"), _("BP"), *(short_name(datum) for datum in measured)),
        tuple(
            (
                clock_words(signs.at),
                "" if signs.minute is None else str(signs.minute),
                _pressure(signs),
                *(
                    with_unit(signs.values[datum.key], datum.unit) if datum.key in signs.values else ""
                    for datum in measured
                ),
            )
            for signs in taken
        ),
    )


def _pressure(signs: VitalSigns) -> str:
    """`128/80`, `128/–` where one was not measured; empty where neither was."""
    pair = [signs.values.get(name) for name in (SYSTOLIC, DIASTOLIC)]
    return "" if pair == [None, None] else "/".join(plain_number(value) for value in pair)
