"""What the session's pages show, as plain rows: the log in words, the schedule, the gate, the chart."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mooring.care.sessions.actions.adverse import MAY_BE_ADVERSE
from mooring.care.sessions.kinds import entry_in_words, kind_of
from mooring.care.sessions.kinds.discharge_check import answers_in_words
from mooring.care.sessions.kinds.intervention import intervention_words
from mooring.care.sessions.kinds.kind import Correction
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.care.sessions.kinds.vitals import DIASTOLIC, SYSTOLIC, short_name
from mooring.care.sessions.queries import SessionChart
from mooring.care.sessions.views.alone import observed
from mooring.care.treatments.models import Phase
from mooring.rules.discharge import DischargeCode, earliest
from mooring.rules.doses.infusion import InfusionDose
from mooring.rules.doses.injection import InjectionDose
from mooring.rules.doses.parts import not_before, worked
from mooring.rules.monitoring import ObservationState, ScheduledObservation
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.rules.session_log import LogLine
from mooring.rules.verdict import Override, Refused
from mooring.sentences.alerts import alert_asks, alert_says
from mooring.sentences.doses import ordered_words, part_words, quantity_words, strength_words
from mooring.sentences.findings import words_of
from mooring.words.numbers import plain_number

WALK = (
    Phase.PREPARE,
    Phase.READY,
    Phase.DOSING,
    Phase.RECOVERY,
    Phase.DISCHARGED,
    Phase.INTEGRATING,
    Phase.CLOSED,
)


LATE_AFTER = timedelta(minutes=2)
"""An entry that the server had so much later than it happened is marked: typed afterwards, or sent late."""


def phases(phase: str) -> list[dict[str, str]]:
    """The seven phases of the cycle, with where it stands."""
    here = WALK.index(Phase(phase)) if phase in WALK else 0
    return [
        {"name": str(each.label).capitalize(), "state": "done" if at < here else "now" if at == here else ""}
        for at, each in enumerate(WALK)
    ]


def _answers(entry: LoggedEntry, knowledge: SessionKnowledge) -> list[str]:
    """What was answered at a discharge check; nothing for any other entry."""
    if entry.kind != EntryKind.DISCHARGE_CHECK or entry.withdrawn:
        return []
    return answers_in_words(entry, knowledge)


def dose_rows(chart: SessionChart) -> dict[str, Any]:
    """The dose as the session shows it: what is ordered, its strength, its parts with what was given and when."""
    dose, given = chart.dose, {part.number: part for part in worked(chart.state.parts_given)}
    return {
        "words": ordered_words(dose),
        "strength": strength_words(dose.form),
        "counted": dose.form.read_back.what == "count",
        "infused": isinstance(dose.form, InfusionDose),
        "cannot_be_stopped": isinstance(dose.form, InjectionDose),
        "planned_min": dose.form.planned_min,
        "rate_ml_per_h": dose.form.rate_ml_per_h if isinstance(dose.form, InfusionDose) else None,
        "given": quantity_words(chart.administered.quantity, chart.session.order.shape),
        "parts": [
            {
                "name": part_words(part.kind, part.number),
                "mg": part.mg,
                "given": given.get(part.number),
                "next": part == chart.next_part,
                "not_before": None
                if part.number in given
                else not_before(part, [each for each in given.values() if each.number < part.number]),
                "optional": part.optional,
            }
            for part in dose.parts
        ],
    }


def symptom_groups(chart: SessionChart) -> list[dict[str, Any]]:
    """The pack's symptoms as groups of buttons: those of this session, what calls for help, the rest."""
    observed = {symptom.code for symptom in chart.safety.symptoms}
    repeated = [symptom for symptom in chart.knowledge.symptoms if symptom.code in observed]
    groups: dict[str, list[Any]] = {_("In this session"): repeated, _("Call for help"): []}
    for symptom in chart.knowledge.symptoms:
        group = _("Call for help") if symptom.nature == "crisis" else symptom.group
        groups.setdefault(group, []).append(symptom)
    return [{"name": name, "symptoms": members} for name, members in groups.items() if members]


def safety_counts(chart: SessionChart) -> str:
    """`2 alerts, 1 adverse or mixed effect, 0 interventions`"""
    safety = chart.safety
    alerts, effects, done = len(safety.alerts), len(safety.symptoms), len(safety.interventions)
    return ", ".join(
        [
            ngettext("{n} alert", "{n} alerts", alerts).format(n=alerts),
            ngettext("{n} adverse or mixed effect", "{n} adverse or mixed effects", effects).format(
                n=effects
            ),
            ngettext("{n} intervention", "{n} interventions", done).format(n=done),
        ]
    )


def intervention_rows(chart: SessionChart) -> list[dict[str, Any]]:
    """What was done for the patient, by name."""
    return [
        {"what": intervention_words(done.what), "text": done.text, "minute": done.minute}
        for done in chart.state.interventions
    ]


def log_rows(chart: SessionChart, newer_than: int = 0) -> list[dict[str, Any]]:
    """The lines of the log, newest first, of rows `newer_than` a row; each with its number, so that it can be corrected."""
    pks = chart.log.pks
    return [_log_row(line, chart) for line in reversed(chart.state.lines) if pks[line.entry.key] > newer_than]


def _log_row(line: LogLine, chart: SessionChart) -> dict[str, Any]:
    correctable = kind_of(line.entry.kind).correction != Correction.NONE
    return {
        "pk": chart.log.pks[line.entry.key],
        "key": line.entry.key,
        "stored_at": line.entry.stored_at,
        "late": line.entry.stored_at - line.entry.at > LATE_AFTER,
        "minute": line.minute,
        "at": line.entry.at,
        "kind": line.entry.kind,
        "what": entry_in_words(line.entry, chart.knowledge, started=chart.state.started_at is not None),
        "text": line.entry.text,
        "answers": _answers(line.entry, chart.knowledge),
        "who": chart.names[line.entry.by],
        "struck": line.struck,
        "corrected": line.corrected,
        "changeable": correctable and not line.struck,
        "observed": observed(line),
        "may_be_adverse": line.entry.kind in MAY_BE_ADVERSE and not line.struck,
    }


def observation_in_words(observation: ScheduledObservation, knowledge: SessionKnowledge) -> str:
    """What is to be taken at an observation: `BP, HR, …`."""
    names = {datum.key: short_name(datum) for datum in knowledge.signs}
    signs = observation.missing or observation.signs
    parts = [names.get(sign, sign) for sign in signs if sign not in (SYSTOLIC, DIASTOLIC)]
    return ", ".join([_("BP")] * bool({SYSTOLIC, DIASTOLIC} & set(signs)) + parts)


def schedule_rows(chart: SessionChart) -> dict[str, Any]:
    """What is overdue or due, the next observation, and which were missed."""
    pressing = (ObservationState.DUE, ObservationState.OVERDUE)
    ahead = [each for each in chart.schedule if each.state == ObservationState.UPCOMING]

    def row(observation: ScheduledObservation) -> dict[str, Any]:
        return {
            "what": observation_in_words(observation, chart.knowledge),
            "due_at": observation.due_at,
            "minute": observation.minute,
            "label": observation.label,
            "state": observation.state.value,
            "is_ahead": observation.due_at > chart.now,
            "since": _before(chart, observation),
        }

    return {
        "pressing": [row(each) for each in chart.schedule if each.state in pressing],
        "next": row(ahead[0]) if ahead else None,
        "missed": [row(each) for each in chart.schedule if each.state == ObservationState.MISSED],
        "floor": earliest(chart.knowledge.plan, chart.state.started_at, chart.state.ended_at),
    }


def _before(chart: SessionChart, observation: ScheduledObservation) -> datetime | None:
    """When the observation before this one was due, else the start: from there the bar under the countdown fills."""
    earlier = [each.due_at for each in chart.schedule if each.due_at < observation.due_at]
    return earlier[-1] if earlier else chart.state.started_at


def last_signs(chart: SessionChart) -> list[dict[str, Any]]:
    """The newest value of every sign, blood pressure as one."""
    last = chart.state.last_values
    found = []
    if SYSTOLIC in last or DIASTOLIC in last:
        newest = last[SYSTOLIC] if SYSTOLIC in last else last[DIASTOLIC]
        systolic, diastolic = (
            plain_number(last[sign][0] if sign in last else None) for sign in (SYSTOLIC, DIASTOLIC)
        )
        found.append(
            {
                "name": "BP",
                "value": f"{systolic}/{diastolic}",
                "unit": "",
                "seen": newest[1],
                "signs": (SYSTOLIC, DIASTOLIC),
            }
        )
    for datum in chart.knowledge.measured(last):
        if datum.key not in (SYSTOLIC, DIASTOLIC):
            value, seen = last[datum.key]
            unit = "" if datum.unit in ("1", "per min") else datum.unit
            if datum.steps:
                unit = _("of {most}").format(most=plain_number(datum.most))
            found.append(
                {
                    "name": short_name(datum),
                    "value": plain_number(value),
                    "unit": unit,
                    "seen": seen,
                    "signs": (datum.key,),
                }
            )
    return found


def gate(chart: SessionChart) -> list[dict[str, str]]:
    """Every condition of the discharge with how it stands: done, open (not known yet) or missing (not met)."""
    found = {each.rule: each for each in chart.discharge.findings}
    criteria = chart.knowledge.criteria
    rows = []
    floor = found.get(f"{chart.knowledge.plan.key}/floor")
    if floor is None:
        rows.append({"name": _("Minimum stay completed"), "state": "done"})
    else:
        rows.append({"name": words_of(floor.says), "state": "open" if floor.missing else "missing"})
    for code, met in (
        (DischargeCode.OPEN_RED, _("Every red alert acknowledged")),
        (DischargeCode.RECENT_RED, _("No red alert in the last {n} minutes").format(n=criteria.red_free_min)),
    ):
        state = "missing" if f"{criteria.key}/{code}" in found else "done"
        rows.append({"name": met, "state": state})
    for criterion in chart.knowledge.discharge_criteria:
        finding = found.get(f"{criteria.key}/{criterion.code}")
        state = "done" if finding is None else "open" if finding.missing else "missing"
        rows.append({"name": criterion.title, "state": state})
    return rows


OVERRIDES = {
    Override.NOBODY: gettext_lazy("No one can override it."),
    Override.PRESCRIBER: gettext_lazy("A prescriber may override it, with a reason."),
    Override.TWO_PEOPLE: gettext_lazy("Two prescribers may override it, with a reason."),
}


def against_rows(refused: Refused) -> list[dict[str, Any]]:
    """Each fact against the start, gravest first: what was found, who closes it, and the next step."""
    signs = {SYSTOLIC, DIASTOLIC, "heart_rate_per_min", "spo2_percent", "respiratory_rate_per_min", "moaas"}
    return [
        {
            "finding": finding,
            "who": _("Ask it or measure it now.") if finding.missing else str(OVERRIDES[finding.override]),
            "measure": bool(signs & {finding.rule.rpartition("/")[2]}),
        }
        for finding in refused.verdict.findings
    ]


def alert_rows(chart: SessionChart) -> list[dict[str, Any]]:
    """What the session called for, newest first."""
    return [
        {
            "level": each.level,
            "says": alert_says(each),
            "asks": alert_asks(each),
            "script": each.script,
            "open": each in chart.open_reds,
            "value": plain_number(each.value),
            "at": each.at,
            "minute": chart.state.minute(each.at),
            "sources": each.sources,
            "grade": each.grade,
        }
        for each in sorted(chart.alerts, key=lambda alert: alert.at, reverse=True)
    ]
