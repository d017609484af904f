"""What the session's page shows of a bedside device: its newest minute, whether it is silent, what it reads as red."""

import json
from datetime import timedelta
from typing import Any

from django.db.models import FilteredRelation, Q

from mooring.audit.prepared import Prepared
from mooring.care.sessions.kinds.vitals import signs_in_words
from mooring.care.sessions.models import BedsideDevice
from mooring.care.sessions.queries import SessionChart
from mooring.rules.device_readings import minute_of
from mooring.rules.monitoring import TimedObservation, evaluate
from mooring.sentences.alerts import alert_says
from mooring.words.numbers import plain_number

SILENT_AFTER = timedelta(seconds=30)
"""A device that sends each second and was not heard for so long is said to be silent. A design default."""
PAIRED = Prepared(
    lambda keys, moments: (
        BedsideDevice.objects.filter(session__in=keys)
        .paired()
        .annotate(recent=FilteredRelation("minutes", condition=Q(minutes__at__gte=moments[0])))
        .order_by("-recent__at")
        .values_list("pk", "name", "last_heard_at", "recent__signs", "recent__artefacts")
    )
)
"""The paired device with each of its newest minutes; one row where it has none."""


def device_shown(chart: SessionChart) -> dict[str, Any] | None:
    """The paired device, folded from its newest two minutes however many readings it sent; None for no device."""
    rows = PAIRED.rows((chart.session.pk,), minute_of(chart.now) - timedelta(minutes=1))[:2]
    if not rows:
        return None
    pk, name, heard = rows[0][:3]
    signs: dict[str, list[float]] = next((signs for *_device, signs, _artefacts in rows if signs), {})
    values = {sign: float(round(found[0])) for sign, found in signs.items()}
    return {
        "pk": pk,
        "name": str(BedsideDevice(name=name)),
        "heard_at": heard,
        "silent": heard is None or chart.now - heard > SILENT_AFTER,
        "words": signs_in_words(values, chart.knowledge),
        "values": json.dumps({sign: plain_number(value) for sign, value in values.items()}) if values else "",
        "artefact": sum(artefacts or 0 for *_device, artefacts in rows),
        "reds": _reds(chart, values),
    }


def _reds(chart: SessionChart, values: dict[str, float]) -> list[dict[str, str]]:
    """What the device reads that is red by the session's own table; a confirmed reading says it for good."""
    if not values or chart.state.started_at is None:
        return []
    patient = chart.session.patient
    found = evaluate(
        chart.knowledge.thresholds,
        TimedObservation(chart.now, values),
        chart.baseline,
        chart.state.observations,
        age=patient.age_on(patient.site.today(chart.session.opened_at)),
        jurisdiction=patient.site.jurisdiction,
    )
    return [
        {"says": alert_says(alert), "value": plain_number(alert.value)} for alert in found if alert.sounds
    ]
