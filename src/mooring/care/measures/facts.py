"""What this room knows of a patient: an urgent answer that waits for a clinician, and scores that rules read."""

from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.care.measures.models import Concern, Filled, RiskAssessment, RiskTier
from mooring.care.patients.facts import BY, stored_by
from mooring.care.patients.models import Patient
from mooring.rules.verdict import Fact, Standing
from mooring.words.names import name_in_use

ROOM = "measures"
BLADDER = "BLADDER-8"
BLOOD, PAIN, OFTEN = "q6", "q4", 2
"""The items of the bladder checklist that its stop rule looks at: any blood, or pain "sometimes" or more often."""


TOTALS = {
    BLADDER: "bladder_total",
    "AUDIT-C": "audit_c_total",
    "DAST-10": "dast10_total",
    "MISUSE-SIGNS": "misuse_signs",
}
"""The instruments whose newest total a rule reads, by its fact."""
COGNITION = "MOCA"
"""The cognitive test: a rule reads by how much it has fallen since the first one."""


SCORED = Prepared(
    lambda keys, moments: (
        Filled.objects.filter(
            reduce(or_, (Q(instrument__startswith=f"{instrument}@") for instrument in (*TOTALS, COGNITION))),
            patient__in=keys,
            filled_at__lte=moments[0],
        )
        .order_by("filled_at", "pk")
        .values_list("instrument", "answers", "total", "filled_at", "stored_at")
    )
)
ASSESSED = Prepared(
    lambda keys, moments: (
        RiskAssessment.objects.filter(concern__patient__in=keys, at__lte=moments[0])
        .order_by("-at", "-pk")
        .values_list("tier", "at", *BY)[:1]
    )
)
URGENT = Prepared(
    lambda keys, moments: (
        Concern.objects.filter(Q(answered_at__isnull=True) | Q(answered_at__gt=moments[0]), patient__in=keys)
        .filter(urgent=True, raised_at__lte=moments[0])
        .order_by("raised_at", "pk")
        .values_list("raised_at")
    )
)


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """`urgent_concern_open`: an answer new or worse than the last time, that no clinician has closed yet.

    `suicide_risk` while the newest assessment says that it is high. The totals that rules read, `bladder_blood_or_pain`
    and `cognition_drop_points`: the newest questionnaire of each.
    """
    return [_concern(patient, at), *_risk(patient, at), *_scored(patient, at)]


def _scored(patient: Patient, at: datetime) -> list[Fact]:
    """The newest of each instrument that a rule reads, in one statement."""
    rows = [(row[0].partition("@")[0], *row[1:]) for row in SCORED.rows(patient.records, at)]
    newest = {instrument: rest for instrument, *rest in rows}
    newest.pop(COGNITION, None)
    found = _cognition(
        [
            (float(total), when, stored_by(stored_at, at))
            for code, _answers, total, when, stored_at in rows
            if code == COGNITION and total is not None
        ]
    )
    for instrument, (answers, total, filled_at, stored_at) in newest.items():
        stored = stored_by(stored_at, at)
        if instrument == BLADDER:
            stops = float(answers.get(BLOOD) or 0) > 0 or float(answers.get(PAIN) or 0) >= OFTEN
            found.append(_measured("bladder_blood_or_pain", "yes" if stops else "no", filled_at, stored))
        if total is not None:
            found.append(_measured(TOTALS[instrument], float(total), filled_at, stored))
    return found


def _cognition(totals: list[tuple[float, datetime, datetime | None]]) -> list[Fact]:
    """`cognition_drop_points`: by how much the newest cognitive test lies below the first; nothing with one alone."""
    if len(totals) < 2:
        return []
    (first, _when, _stored), (newest, filled_at, stored) = totals[0], totals[-1]
    return [_measured("cognition_drop_points", first - newest, filled_at, stored)]


def _measured(key: str, value: object, filled_at: datetime, stored: datetime | None) -> Fact:
    return Fact(key, value, filled_at, _("the questionnaire"), Standing.MEASURED, ROOM, stored)


def _risk(patient: Patient, at: datetime) -> list[Fact]:
    """A concern that was closed by an assessment of high risk is answered, and the risk stands until a newer one."""
    for tier, when, chosen, legal in ASSESSED.rows(patient.records, at):
        if tier == RiskTier.HIGH:
            return [Fact("suicide_risk", "yes", when, name_in_use(chosen=chosen, legal=legal), room=ROOM)]
    return []


def _concern(patient: Patient, at: datetime) -> Fact:
    for (raised_at,) in URGENT.rows(patient.records, at):
        return Fact("urgent_concern_open", "yes", raised_at, _("the questionnaire"), room=ROOM)
    return Fact("urgent_concern_open", "no", at, _("the record"), room=ROOM)
