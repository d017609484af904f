"""The session while the patient is in the room: one screen, on which each step opens as a panel in its place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from django.forms import BaseForm
from django.utils.translation import gettext as _

from mooring.care.observations.queries import body_at
from mooring.care.sessions.actions.give_part import against_more
from mooring.care.sessions.kinds import KINDS
from mooring.care.sessions.kinds.call import Wish
from mooring.care.sessions.kinds.intervention import Intervention
from mooring.care.sessions.kinds.kind import EntryForm, Stage
from mooring.care.sessions.kinds.symptom import SEVERITIES
from mooring.care.sessions.kinds.vitals import AGAIN, again_question, pulse_question, signs_in_words
from mooring.care.sessions.models import SessionState
from mooring.care.sessions.queries import SessionChart
from mooring.care.sessions.views import shown
from mooring.care.sessions.views.event_taps import event_taps, is_paused
from mooring.care.sessions.views.offers import Offers, entry_form
from mooring.care.sessions.views.pad import pad_rows
from mooring.care.treatments.models import Touch
from mooring.content.schema.texts import Symptom
from mooring.rules.doses.infusion import InfusionDose
from mooring.rules.session_entry import EntryKind
from mooring.rules.session_events import double_readings, sitter
from mooring.rules.session_log import MINUTE

IN_REACH = 2
"""So many symptoms stand on the screen itself, each with its severities; the others are one tap away."""
FREQUENT = 6
"""So many of the effects that the sources saw most often stand first among all symptoms."""
PANELS = {
    EntryKind.DOUBLE_CHECK: "care/sessions/panels/check.html",
    EntryKind.STARTED: "care/sessions/panels/check.html",
    EntryKind.PART: "care/sessions/panels/parts.html",
    EntryKind.DOSING_ENDED: "care/sessions/panels/end.html",
    EntryKind.DISCHARGE_CHECK: "care/sessions/panels/discharge.html",
    EntryKind.DISCHARGED: "care/sessions/panels/discharge.html",
    EntryKind.ACKNOWLEDGEMENT: "care/sessions/panels/acknowledge.html",
    EntryKind.SYMPTOM: "care/sessions/panels/symptoms.html",
    EntryKind.WATCH: "care/sessions/panels/watch.html",
    EntryKind.INTERVENTION: "care/sessions/panels/events.html",
}
"""The panels that show more than the one form of their kind."""
ONE_TAP = (
    Intervention.REASSURANCE,
    Intervention.BREATHING,
    Intervention.TOUCH,
    Intervention.SURROUNDINGS,
    Intervention.POSITION,
    Intervention.OXYGEN,
    Intervention.CALLED_PRESCRIBER,
)
"""What is said with one tap; a medicine or something else needs words, pausing is held down."""


def is_live(chart: SessionChart) -> bool:
    """Whether the patient is still in the room: then the page is the one screen that does not scroll."""
    return chart.session.state == SessionState.OPEN and chart.stage != Stage.DISCHARGED


@dataclass(frozen=True)
class SeverityTap:
    """One step of a symptom's severity, as the value of a button (`nausea 2`)."""

    tap: str
    words: str


@dataclass(frozen=True)
class SymptomTaps:
    symptom: Symptom
    severities: list[SeverityTap]


def symptom_taps(symptoms: list[Symptom]) -> list[SymptomTaps]:
    """Symptoms with a button for each severity that they have."""
    words = dict(SEVERITIES)
    return [
        SymptomTaps(
            symptom,
            [
                SeverityTap(f"{symptom.code} {step}", str(words[step]))
                for step in range(1, len(symptom.severities) + 1)
            ],
        )
        for symptom in symptoms
    ]


def symptoms_in_reach(chart: SessionChart) -> list[Symptom]:
    """Those of this session, newest first, then those that the sources saw most often."""
    observed = dict.fromkeys(symptom.code for symptom in reversed(chart.state.symptoms))
    here = [found for code in observed if (found := chart.knowledge.symptom(code)) is not None]
    return [*here, *(each for each in chart.knowledge.frequent if each.code not in observed)]


def symptom_rows(chart: SessionChart) -> list[dict[str, Any]]:
    """Every symptom with its severities, in the groups of the symptom panel."""
    frequent = chart.knowledge.frequent[:FREQUENT]
    groups = shown.symptom_groups(chart)
    here = {symptom.code for symptom in groups[0]["symptoms"]} if chart.safety.symptoms else set()
    often = {
        "name": _("Frequent"),
        "symptoms": [symptom for symptom in frequent if symptom.code not in here],
    }
    at = 1 if chart.safety.symptoms else 0
    return [
        {"name": group["name"], "rows": symptom_taps(group["symptoms"])}
        for group in [*groups[:at], often, *groups[at:]]
    ]


def panel_context(
    chart: SessionChart, offers: Offers, code: EntryKind, form: BaseForm | None
) -> dict[str, Any]:
    """What a panel shows: its kind, its form, and what stands beside it."""
    kind = KINDS[code]
    form = form or entry_form(kind, chart.session, offers.person, chart=chart)
    context: dict[str, Any] = {"panel": code.value, "panel_kind": kind, "panel_form": form}
    context["panel_template"] = PANELS.get(code, "care/sessions/panels/form.html")
    if code in (EntryKind.DOUBLE_CHECK, EntryKind.STARTED):
        start = offers.act(EntryKind.STARTED)
        context |= {
            "start": start,
            "double_check": offers.act(EntryKind.DOUBLE_CHECK, rendered=start is None),
            "body": body_at(chart.session.patient, chart.now),
        }
    elif code == EntryKind.PART:
        context |= _part_context(chart, offers)
    elif code in (EntryKind.DISCHARGE_CHECK, EntryKind.DISCHARGED):
        context["discharge_check"] = offers.act(EntryKind.DISCHARGE_CHECK)
        context["discharge_form"] = offers.act(EntryKind.DISCHARGED)
    elif code == EntryKind.SYMPTOM:
        context["symptoms"] = symptom_rows(chart)
    elif code == EntryKind.INTERVENTION:
        context |= {
            "one_tap": [(each.value, str(each.label)) for each in ONE_TAP],
            "pain_ratings": range(11),
        }
    return context


def _part_context(chart: SessionChart, offers: Offers) -> dict[str, Any]:
    """The next part; while something stands against it, what it is, and the form that records what was given already."""
    part = offers.act(EntryKind.PART)
    against = against_more(chart.session, chart, chart.now) if part is not None else None
    if part is not None and against is not None and isinstance(part.form, EntryForm):
        part.form.offer_record()
    return {"part": part, "stands_against": against.reasons if against else ()}


def live_context(chart: SessionChart, offers: Offers) -> dict[str, Any]:
    """What the one screen shows beside what every page of a session tells."""
    preparation = getattr(chart.session.cycle, "preparation", None)
    withdrawn = any(call.what == Wish.NO_TOUCH for call in chart.calls)
    touch_agreed = preparation is not None and preparation.touch != Touch.NONE and not withdrawn
    taps, reach = event_taps(chart, touch_agreed=touch_agreed), symptoms_in_reach(chart)[:IN_REACH]
    return {
        "stage": chart.stage.value,
        "watcher": chart.watcher_name,
        "mine": chart.watcher == offers.person.actor_ref,
        "sitter": chart.sitter_name,
        "seated": sitter(chart.state.lines) == offers.person.actor_ref,
        "writers": sorted(set(chart.names.values())),
        "saved": len(chart.log.rows),
        "calls": call_rows(chart),
        "call_keys": " ".join(call.key for call in chart.open_calls),
        "doubles": double_rows(chart),
        "emergency": chart.emergency,
        "reach": symptom_taps(reach),
        "taps": taps,
        "taps_shown": _mark_of(offers.open, chart.stage, taps, [symptom.code for symptom in reach]),
        "paused": is_paused(chart),
        "ends_at": planned_end(chart),
        "infusion": isinstance(chart.dose.form, InfusionDose),
        "touch_agreed": touch_agreed,
        "check_done": len(chart.state.confirmed_by) >= 2,
    }


def planned_end(chart: SessionChart) -> datetime | None:
    """When an infusion that runs as ordered will have ended; None once it was held or its rate was changed."""
    started_at, form = chart.state.started_at, chart.dose.form
    if chart.stage != Stage.DOSING or started_at is None or not isinstance(form, InfusionDose):
        return None
    return None if chart.state.pauses or chart.state.rates else started_at + form.planned_min * MINUTE


def _mark_of(*shown_taps: object) -> str:
    """By what an open page says which buttons it shows, so that they come again when they are others."""
    return f"{crc32(repr(shown_taps).encode()):x}"


def double_rows(chart: SessionChart) -> list[list[dict[str, Any]]]:
    """Pairs of readings that two people took for one time and that differ: one of them is corrected or withdrawn."""
    return [
        [
            {
                "pk": chart.log.pks[signs.key],
                "who": chart.names[signs.by],
                "words": signs_in_words(signs.values, chart.knowledge),
                "minute": signs.minute,
                "at": signs.at,
            }
            for signs in pair
        ]
        for pair in double_readings(chart.state.vitals)
    ]


def call_rows(chart: SessionChart) -> list[dict[str, Any]]:
    """The open calls of the patient, in words."""
    return [
        {"what": call.what, "words": str(Wish(call.what).label), "at": call.at} for call in chart.open_calls
    ]


def pad_context(chart: SessionChart, form: BaseForm) -> dict[str, Any]:
    """The pad with its form; it lies in the page from the start, so that it opens without asking the server."""
    thresholds = chart.knowledge.thresholds
    return {
        "pad_form": form,
        "pad_rows": pad_rows(chart, form),
        "pad_again": form[f"{AGAIN}_sure"] if f"{AGAIN}_sure" in form.fields else None,
        "again_question": again_question("{time}"),
        "pulse_question": pulse_question("{systolic}", "{diastolic}"),
        "pulse_least": thresholds.pulse_pressure_least,
        "pulse_most": thresholds.pulse_pressure_most,
    }
