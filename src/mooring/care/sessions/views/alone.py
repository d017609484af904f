"""What the open page carries to go on without a network: the tables of its rules, what its log observed, its key.

The rules themselves run on the device (`js/rules.js`); a test compares them with those of `mooring.rules`.
"""

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from mooring.care.sessions.access import kept_key, paired_key
from mooring.care.sessions.kinds import contribution_of
from mooring.care.sessions.kinds.vitals import DIASTOLIC, SYSTOLIC, short_name
from mooring.care.sessions.models import Session
from mooring.care.sessions.pairing import PairedDevice
from mooring.care.sessions.queries import SessionChart
from mooring.content.schema.monitoring import MonitoringPlan, SignBands
from mooring.identity.models import Person
from mooring.rules.bands import tables
from mooring.rules.session_entry import Contribution, EntryKind
from mooring.rules.session_log import LogLine

GATED = (
    EntryKind.DOUBLE_CHECK.value,
    EntryKind.STARTED.value,
    EntryKind.PART.value,
    EntryKind.DISCHARGED.value,
    EntryKind.SIGNED_OFF.value,
    "cancel",
)
"""What the server judges before it counts: it is never kept to be sent later."""
BAND = ("level", "least", "most", "says", "asks", "confirm_within_min", "red_after_min")


def kept_context(person: Person, session: Session) -> dict[str, Any]:
    """With which key this person's entries in this session wait on a device, and what may not wait at all."""
    return {
        "kept_for": f"{session.pk}-{person.pk}",
        "kept_key": kept_key(person, session),
        "gated": " ".join(GATED),
    }


def paired_context(device: PairedDevice) -> dict[str, Any]:
    """The same for a paired device: what it keeps belongs to its pairing."""
    return {"kept_for": f"{device._meta.model_name}-{device.pk}", "kept_key": paired_key(device)}


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def pack_now(chart: SessionChart) -> dict[str, Any]:
    """Where the session stands as the device's rules read it; it comes again with every answer."""
    state = chart.state
    return {
        "started_at": _ms(state.started_at),
        "ended_at": _ms(state.ended_at),
        "discharged_at": _ms(state.discharged_at),
        "baseline": dict(chart.baseline),
    }


def observed(line: LogLine) -> str:
    """What a line of the log observed, for the device's rules; empty for what stands no more, or observed nothing."""
    seen = Contribution() if line.struck else contribution_of(line.entry)
    if not seen.values and not seen.symptoms:
        return ""
    return json.dumps(
        {"at": _ms(line.entry.at), "values": dict(seen.values), "symptoms": dict(seen.symptoms)}
    )


def pack_rules(chart: SessionChart) -> dict[str, Any]:
    """The plan and the tables of thresholds that hold for this patient, and the words around them."""
    knowledge, patient = chart.knowledge, chart.session.patient
    age = patient.age_on(patient.site.today(chart.session.opened_at))
    return {
        "plan": plan_table(knowledge.plan),
        "tables": {
            phase: [
                sign_table(table)
                for table in tables(knowledge.thresholds, phase, age, patient.site.jurisdiction)
            ]
            for phase in ("before", "during")
        },
        "symptoms": [
            alarm.model_dump(include={"symptom", "least_severity", "level", "says", "asks"})
            for alarm in knowledge.thresholds.symptoms
        ],
        "names": {datum.key: short_name(datum) for datum in knowledge.signs},
        "pressure": [SYSTOLIC, DIASTOLIC],
        "said": {"pressure": _("BP"), "heard": _("Silence it here")},
    }


def plan_table(plan: MonitoringPlan) -> dict[str, Any]:
    """When what is observed."""
    return plan.model_dump(mode="json", include={"points", "repeats", "early_min", "grace_min"})


def sign_table(table: SignBands) -> dict[str, Any]:
    """One sign's bands, rising; an open end is none."""
    bands = [{name: getattr(band, name) for name in BAND} for band in table.bands]
    return {"sign": table.sign, "phase": table.phase, "bands": bands}
