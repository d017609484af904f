"""What the session's pages show, as plain rows: the log in words, the looks, the gate, the chart."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from mooring.care.sessions.actions.correct_entry import CORRECTABLE
from mooring.care.sessions.models import EntryKind, Intervention, LogEntry
from mooring.care.sessions.queries import Knowledge, Reading
from mooring.care.treatments.models import Phase
from mooring.content.schema.data import Datum, DatumType
from mooring.rules.bands import tables
from mooring.rules.monitoring import Alert, Look, LookState
from mooring.rules.session_log import Entry, Line
from mooring.sentences.times import clock_words
from mooring.words.numbers import plain_number

UPPER, LOWER, PULSE = "systolic_mmhg", "diastolic_mmhg", "heart_rate_per_min"
SHORT = {PULSE: "HR", "spo2_percent": "SpO₂", "respiratory_rate_per_min": _l("Breaths"), "moaas": "MOAA/S"}
"""What the room calls a sign; any other is called by its title."""
STRENGTH = ("", _l("mild"), _l("moderate"), _l("severe"))
WALK = (
    Phase.PREPARE,
    Phase.READY,
    Phase.DOSING,
    Phase.RECOVERY,
    Phase.DISCHARGED,
    Phase.INTEGRATING,
    Phase.CLOSED,
)


def phases(phase: str) -> list[dict[str, str]]:
    """The seven phases of the cycle, with where it stands."""
    here = WALK.index(Phase(phase)) if phase in WALK else 0
    return [
        {"name": str(each.label).capitalize(), "state": "done" if at < here else "now" if at == here else ""}
        for at, each in enumerate(WALK)
    ]


def signs_in_words(values: Mapping[str, float], knowledge: Knowledge) -> str:
    """`BP 144/90, Heart rate 86 per min, …` in the order of the plan."""
    said = []
    if UPPER in values or LOWER in values:
        said.append(f"BP {_figure(values.get(UPPER))}/{_figure(values.get(LOWER))}")
    for datum in knowledge.signs:
        if datum.key in values and datum.key not in (UPPER, LOWER):
            unit = f"\u00a0{datum.unit}" if datum.unit == "%" or datum.key not in SHORT else ""
            said.append(f"{_called(datum)} {_figure(values[datum.key])}{unit}")
    return ", ".join(said)


def _called(datum: Datum) -> str:
    return str(SHORT.get(datum.key, datum.title))


def _figure(value: float | None) -> str:
    return plain_number(value)


def plain_ml(volume: object) -> str:
    """A volume (mL) as people read it: 32.20 is 32.2, 30 stays 30."""
    return plain_number(Decimal(str(volume)))


def entry_in_words(entry: Entry, knowledge: Knowledge, *, started: bool = True) -> str:
    """What an entry says, in one line; the words that people wrote stand beside it.

    Until dosing has `started` the volume of a time-out stays untold, so that the next person reads for
    themselves.
    """
    if entry.withdrawn:
        return _("Withdrawn: should not have been written")
    facts = entry.facts
    match entry.kind:
        case EntryKind.VITALS:
            return signs_in_words({key: float(value) for key, value in facts.items()}, knowledge)
        case EntryKind.SYMPTOM:
            symptom = knowledge.symptom(str(facts["code"]))
            words = symptom.words if symptom else str(facts["code"])
            return f"{words}, {STRENGTH[int(facts['severity'])]}"
        case EntryKind.INTERVENTION:
            return str(Intervention(facts["what"]).label).capitalize()
        case EntryKind.TIME_OUT:
            agrees = _("agrees with the order") if facts["agrees"] else _("does not agree with the order")
            if not started:
                return _("Time-out: the volume read {agrees}").format(agrees=agrees)
            return _("Time-out: read {volume} mL, {agrees}").format(
                volume=plain_ml(facts["volume_ml"]), agrees=agrees
            )
        case EntryKind.DOSING_ENDED:
            return _("Dosing ended, {volume} mL given").format(volume=plain_ml(facts["given_ml"]))
        case EntryKind.DISCHARGE_CHECK:
            return _("Checked for discharge")
    return str(EntryKind(entry.kind).label).capitalize()


def _answers(entry: Entry, knowledge: Knowledge) -> list[str]:
    """What was answered at a discharge check; nothing for any other entry."""
    if entry.kind != EntryKind.DISCHARGE_CHECK or entry.withdrawn:
        return []
    titles = {datum.key: datum for datum in knowledge.asked}
    said = []
    for key, value in entry.facts.items():
        datum = titles.get(key)
        shown = value if datum is None or datum.type != DatumType.NUMBER else plain_number(float(value))
        said.append(f"{datum.title if datum else key}: {shown}")
    return said


def deed_rows(reading: Reading) -> list[dict[str, Any]]:
    """What was done for the patient, by name."""
    return [
        {"what": str(Intervention(each.what).label), "text": each.text, "minute": each.minute}
        for each in reading.state.deeds
    ]


def log_rows(reading: Reading, rows: list[LogEntry]) -> list[dict[str, Any]]:
    """The log, newest first; each line with its row, so that it can be corrected."""
    by_key = {str(row.key): row for row in rows}
    return [_log_row(line, by_key[line.entry.key], reading) for line in reversed(reading.state.lines)]


def _log_row(line: Line, row: LogEntry, reading: Reading) -> dict[str, Any]:
    changeable = not line.struck and line.entry.kind in CORRECTABLE
    return {
        "pk": row.pk,
        "minute": line.minute,
        "at": line.entry.at,
        "kind": line.entry.kind,
        "what": entry_in_words(line.entry, reading.knowledge, started=reading.state.started_at is not None),
        "text": line.entry.text,
        "answers": _answers(line.entry, reading.knowledge),
        "who": row.by.name,
        "struck": line.struck,
        "corrected": line.corrected,
        "changeable": changeable,
    }


def look_in_words(look: Look, knowledge: Knowledge) -> str:
    """What is to be taken at a look: `Blood pressure, heart rate, …`."""
    titles = {datum.key: _called(datum) for datum in knowledge.signs}
    named = look.missing or look.signs
    said = [titles.get(sign, sign) for sign in named if sign not in (UPPER, LOWER)]
    return ", ".join([_("Blood pressure")] * bool({UPPER, LOWER} & set(named)) + said)


def looks_rows(reading: Reading) -> dict[str, Any]:
    """What is overdue or due, the next look, and how many were missed."""
    pressing = [each for each in reading.looks if each.state in (LookState.DUE, LookState.OVERDUE)]
    ahead = [each for each in reading.looks if each.state == LookState.UPCOMING]
    knowledge = reading.knowledge

    def row(look: Look) -> dict[str, Any]:
        return {
            "what": look_in_words(look, knowledge),
            "due_at": look.due_at,
            "minute": look.minute,
            "label": look.label,
            "state": look.state.value,
        }

    return {
        "pressing": [row(each) for each in pressing],
        "next": row(ahead[0]) if ahead else None,
        "missed": [row(each) for each in reading.looks if each.state == LookState.MISSED],
    }


def last_signs(reading: Reading) -> list[dict[str, Any]]:
    """The newest value of every sign, blood pressure as one."""
    last = reading.state.last_values
    found = []
    if UPPER in last or LOWER in last:
        newest = last[UPPER] if UPPER in last else last[LOWER]
        upper, lower = (_figure(last[sign][0] if sign in last else None) for sign in (UPPER, LOWER))
        found.append({"name": "BP", "value": f"{upper}/{lower}", "unit": "", "seen": newest[1]})
    for datum in reading.knowledge.signs:
        if datum.key in last and datum.key not in (UPPER, LOWER):
            value, seen = last[datum.key]
            unit = "" if datum.unit in ("1", "per min") else datum.unit
            found.append({"name": _called(datum), "value": _figure(value), "unit": unit, "seen": seen})
    return found


def gate(reading: Reading) -> list[dict[str, str]]:
    """Every condition of the discharge with how it stands: done, open (not known yet) or missing (not met)."""
    found = {each.rule: each for each in reading.discharge.findings}
    criteria = reading.knowledge.criteria
    rows = []
    floor = found.get(f"{reading.knowledge.plan.key}/floor")
    if floor is None:
        rows.append({"name": _("The time floor is reached"), "state": "done"})
    else:
        rows.append({"name": floor.says, "state": "open" if floor.missing else "missing"})
    product = reading.knowledge.plan.product
    for criterion in criteria.criteria:
        if criterion.products and product not in criterion.products:
            continue
        finding = found.get(f"{criteria.key}/{criterion.code}")
        state = "done" if finding is None else "open" if finding.missing else "missing"
        rows.append({"name": criterion.title, "state": state})
    return rows


def alert_rows(alerts: tuple[Alert, ...], reading: Reading) -> list[dict[str, Any]]:
    """What the session called for, newest first."""
    return [
        {
            "level": each.level,
            "says": each.says,
            "asks": each.asks,
            "value": _figure(each.value),
            "at": each.at,
            "minute": reading.state.minute(each.at),
            "sources": each.sources,
            "grade": each.grade,
        }
        for each in sorted(alerts, key=lambda alert: alert.at, reverse=True)
    ]


def vitals_figure(reading: Reading) -> dict[str, Any]:
    """The signs over the minutes since the start, for the chart and for the table behind it."""
    state = reading.state
    seen = [each for each in state.readings if each.minute is not None]
    minutes = [each.minute for each in seen]
    end = state.minute(state.ended_at) if state.ended_at else None
    order_end = reading.session.order.duration_min
    chart: dict[str, Any] = {
        "kind": "vitals",
        "minutes": minutes,
        "systolic": [each.values.get(UPPER) for each in seen],
        "diastolic": [each.values.get(LOWER) for each in seen],
        "heart_rate": [each.values.get(PULSE) for each in seen],
        "infusion": [0, order_end if end is None else end],
        "limits": _limits(reading),
        "due": [
            {"minute": each.minute, "next": each.state in (LookState.DUE, LookState.OVERDUE)}
            for each in reading.looks
            if each.state in (LookState.DUE, LookState.OVERDUE, LookState.UPCOMING)
        ],
    }
    if state.discharged_at is None:
        chart["now"] = state.minute(reading.now)
    return {
        "title": _("Vital signs"),
        "meta": _("minutes since the start"),
        "finding": _finding(reading),
        "columns": [_("Minute"), _("Time"), *(_called(datum) for datum in reading.knowledge.signs)],
        "rows": [
            [
                each.minute,
                clock_words(each.at),
                *(each.values.get(datum.key) for datum in reading.knowledge.signs),
            ]
            for each in seen
        ],
        "chart": chart,
    }


def _limits(reading: Reading) -> list[dict[str, Any]]:
    """The lowest upper pressure that alarms during dosing."""
    site, patient = reading.session.patient.site, reading.session.patient
    age = patient.age_on(site.today(reading.session.opened_at))
    for table in tables(reading.knowledge.thresholds, "during", age, site.jurisdiction):
        if table.sign == UPPER:
            above = [band.least for band in table.bands[1:] if band.level in ("amber", "red") and band.least]
            quiet = next((band.most for band in table.bands if band.level == "quiet"), None)
            over = [limit for limit in above if quiet is not None and limit > quiet]
            return [{"value": min(over), "label": plain_number(min(over))}] if over else []
    return []


def _finding(reading: Reading) -> str:
    """The sentence that says what the chart shows."""
    extremes = reading.safety.extremes.get(UPPER)
    if extremes is None:
        return _("No blood pressure has been taken since the start.")
    low, high = extremes
    said = _("The upper pressure was between {low} and {high} mmHg since the start.").format(
        low=_figure(low), high=_figure(high)
    )
    counted = len(reading.alerts)
    return said + " " + (_("{n} alerts.").format(n=counted) if counted else _("Nothing alarmed."))
