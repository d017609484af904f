"""Which stop rules of long-term safety somebody has switched off, as closings of their findings."""

from datetime import datetime

from django.db.models import Q

from mooring.audit.prepared import Prepared
from mooring.care.patients.models import Patient
from mooring.care.treatments.models import StopRuleOff
from mooring.rules.verdict import Closure, ClosureKind, Finding, Verdict
from mooring.words.names import name_in_use

SWITCHED_OFF = Prepared(
    lambda keys, moments: (
        StopRuleOff.objects.filter(
            Q(ended_at__isnull=True) | Q(ended_at__gt=moments[0]), patient__in=keys, at__lte=moments[0]
        )
        .order_by("id")
        .values_list(
            "at",
            "rule",
            "reason",
            "by__chosen_name",
            "by__legal_name",
            "second__chosen_name",
            "second__legal_name",
        )
    )
)


def closings_of_stop_rules(
    patient: Patient, last_dose_at: datetime | None, verdict: Verdict, at: datetime
) -> tuple[Closure, ...]:
    """The stop rules that are off while what each rests on is what it was when it was switched off.

    A value that is newer ends it; what is counted from the doses (dated now) ends it with the next dose.
    """
    rows = SWITCHED_OFF.rows(patient.records, at)
    if not rows:
        return ()
    changed = {each.rule: _changed_at(each, last_dose_at, at) for each in verdict.findings}
    return tuple(
        Closure(
            rule=rule,
            kind=ClosureKind.OVERRIDDEN,
            by=name_in_use(chosen=chosen, legal=legal),
            reason=reason,
            second=name_in_use(chosen=second_chosen or "", legal=second_legal or ""),
        )
        for off_at, rule, reason, chosen, legal, second_chosen, second_legal in rows
        if rule in changed and (changed[rule] is None or off_at >= changed[rule])
    )


def _changed_at(finding: Finding, last_dose_at: datetime | None, at: datetime) -> datetime | None:
    """When what the finding rests on changed last."""
    moments = (last_dose_at if fact.dated == at else fact.known_since for fact in finding.facts)
    return max((moment for moment in moments if moment is not None), default=None)


def off_rows_of(patient: Patient) -> list[StopRuleOff]:
    """Every switching-off of this patient, newest first."""
    found = StopRuleOff.objects.filter(patient__in=patient.records)
    return list(found.select_related("by", "second", "ended_by").order_by("-at", "-pk"))
