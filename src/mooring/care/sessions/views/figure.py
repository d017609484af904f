"""The chart of the vital signs, its finding in a sentence, and the table behind it."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.care.sessions.kinds.vitals import DIASTOLIC, HEART_RATE, SYSTOLIC, short_name
from mooring.care.sessions.models import Session, SessionState
from mooring.care.sessions.queries import SessionChart, chart_of
from mooring.rules.bands import tables
from mooring.rules.monitoring import ObservationState
from mooring.rules.session_log import VitalSigns
from mooring.sentences.times import clock_words
from mooring.words.numbers import plain_number, with_unit


def vitals_figure(session: SessionChart) -> dict[str, Any]:
    """The signs over the minutes since the start, for the chart and for the table behind it."""
    planned = {datum.key for datum in session.knowledge.signs}
    rows = [
        signs for signs in session.state.vitals if signs.minute is not None and planned & set(signs.values)
    ]
    return {
        "title": _("Vital signs"),
        "meta": _("minutes since the start"),
        "finding": _finding(session),
        "columns": [_("Minute"), _("Time"), *(short_name(datum) for datum in session.knowledge.signs)],
        "rows": [
            [
                signs.minute,
                clock_words(signs.at),
                *(signs.values.get(datum.key) for datum in session.knowledge.signs),
            ]
            for signs in rows
        ],
        "chart": _drawing(session, rows),
    }


def _drawing(session: SessionChart, rows: list[VitalSigns]) -> dict[str, Any]:
    state = session.state
    end = state.minute(state.ended_at) if state.ended_at else None
    pressing = (ObservationState.DUE, ObservationState.OVERDUE)
    drawing: dict[str, Any] = {
        "kind": "vitals",
        "minutes": [signs.minute for signs in rows],
        "systolic": [signs.values.get(SYSTOLIC) for signs in rows],
        "diastolic": [signs.values.get(DIASTOLIC) for signs in rows],
        "heart_rate": [signs.values.get(HEART_RATE) for signs in rows],
        "infusion": [0, session.dose.form.planned_min if end is None else end],
        "limits": _limits(session),
        "due": [
            {"minute": observation.minute, "next": observation.state in pressing}
            for observation in session.schedule
            if observation.state in (*pressing, ObservationState.UPCOMING)
        ],
    }
    if state.discharged_at is None:
        drawing["now"] = state.minute(session.now)
        drawing["ghost"] = _ghost(session)
    return drawing


def _ghost(session: SessionChart) -> dict[str, Any] | None:
    """Systolic pressure of this patient's last session, with the dose that was given; None where there was none."""
    here = session.session
    last = (
        Session.objects.filter(patient__in=here.patient.records, opened_at__lt=here.opened_at)
        .filter(state=SessionState.SIGNED_OFF)
        .annotate(newest=Max("entries__id"))
        .order_by("-opened_at")
        .values_list("pk", "newest")
        .first()
    )
    found = _ghost_of(*last) if last else None
    if found is None:
        return None
    minutes, systolic, mg = found
    dose = with_unit(mg, "mg")
    words = _("Last session, {dose}: systolic pressure between {low} and {high} mmHg.").format(
        dose=dose, low=plain_number(min(systolic)), high=plain_number(max(systolic))
    )
    label = _("last time, {dose}").format(dose=dose)
    return {"minutes": minutes, "systolic": systolic, "label": label, "words": words}


@lru_cache(maxsize=128)
def _ghost_of(pk: int, newest: int) -> tuple[list[int], list[float], Decimal] | None:
    """Folded once for each newest entry: a session that is signed off changes by a correction alone."""
    last = (
        Session.objects.select_related(
            "patient__site", "cycle__treatment__patient__site", "order", "pack", "opened_by"
        )
        .defer("pack__body")
        .get(pk=pk)
    )
    chart = chart_of(last, last.signed_off_at or last.opened_at)
    taken = [
        (signs.minute, signs.values[SYSTOLIC]) for signs in chart.state.vitals if SYSTOLIC in signs.values
    ]
    known = [(minute, value) for minute, value in taken if minute is not None]
    if not known:
        return None
    given = chart.administered.quantity.mg
    return [minute for minute, _value in known], [value for _minute, value in known], given


def _limits(session: SessionChart) -> list[dict[str, Any]]:
    """The lowest systolic pressure that alerts during dosing."""
    patient = session.session.patient
    age = patient.age_on(patient.site.today(session.session.opened_at))
    for table in tables(session.knowledge.thresholds, "during", age, patient.site.jurisdiction):
        if table.sign == SYSTOLIC:
            above = [band.least for band in table.bands[1:] if band.level in ("amber", "red") and band.least]
            quiet = next((band.most for band in table.bands if band.level == "quiet"), None)
            over = [limit for limit in above if quiet is not None and limit > quiet]
            return [{"value": min(over), "label": plain_number(min(over))}] if over else []
    return []


def _finding(session: SessionChart) -> str:
    """The sentence that says what the chart shows."""
    extremes = session.safety.extremes.get(SYSTOLIC)
    if extremes is None:
        return _("No blood pressure has been taken since the start.")
    low, high = extremes
    pressure = _("Systolic pressure was between {low} and {high} mmHg since the start.").format(
        low=plain_number(low), high=plain_number(high)
    )
    if low == high:
        pressure = _("Systolic pressure was {value} mmHg since the start.").format(value=plain_number(low))
    count = len(session.alerts)
    alerts = ngettext("{n} alert.", "{n} alerts.", count).format(n=count) if count else _("No alerts.")
    return f"{pressure} {alerts}"
