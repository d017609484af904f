"""What this room knows of a patient: a serious event that waits, and how esketamine's safety programme stands."""

from datetime import datetime

from mooring.audit.prepared import Prepared
from mooring.care.patients.models import Patient
from mooring.care.safety.models import (
    AdverseEvent,
    EnrolmentState,
    EnrolmentVerification,
    RemsEnrolment,
)
from mooring.care.safety.queries.rems import represented
from mooring.rules.verdict import Fact

ROOM = "safety"
ASSESSED = Prepared(
    lambda keys, moments: (
        AdverseEvent.objects.filter(patient__in=keys, at__lte=moments[0], withdrawn_at__isnull=True)
        .order_by("assessments__number")
        .values_list(
            "pk", "assessments__serious_why", "assessments__relation_drug", "assessments__outcome", "at"
        )
    )
)
STEPS = Prepared(
    lambda keys, moments: (
        RemsEnrolment.objects.filter(patient__in=keys, signed_at__lte=moments[0])
        .order_by("signed_at", "pk", "steps__at", "steps__pk")
        .values_list("steps__state")
    )
)
CHECKED = Prepared(
    lambda keys, moments: (
        EnrolmentVerification.objects.filter(enrolment__patient__in=keys, at__lte=moments[0])
        .order_by("-at", "-pk")
        .values_list("at", "enrolled")[:1]
    )
)
CERTIFIED = Prepared(lambda keys, moments: represented(keys, moments[0]).values_list("certified_on"))
STILL = ("unknown", "recovering", "not-recovered")


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """`serious_event_open`, and under esketamine what its safety programme asks before a dose."""
    return [_serious(patient, at), *_programme(patient, at)]


def _serious(patient: Patient, at: datetime) -> Fact:
    """A serious event whose relation to the drug nobody has decided, or that has not ended, holds the next dose."""
    newest: dict[int, tuple[bool, datetime]] = {}
    for pk, why, relation, outcome, when in ASSESSED.rows(patient.records, at):
        newest[pk] = (bool(why) and (not relation or outcome in STILL), when)
    since = [when for waits, when in newest.values() if waits]
    return Fact("serious_event_open", "yes" if since else "no", max(since, default=at), room=ROOM)


def _programme(patient: Patient, at: datetime) -> list[Fact]:
    steps, checks = STEPS.rows(patient.records, at), CHECKED.rows(patient.records, at)
    site = patient.site
    certified = any(since <= site.today(at) for (since,) in CERTIFIED.rows((site.pk,), at))
    verified = any(answer and site.today(when) == site.today(at) for when, answer in checks)
    answers = {
        "rems_site_certified": certified,
        "rems_enrolled": bool(steps) and steps[-1][0] == EnrolmentState.ENROLLED,
        "rems_verified_today": verified,
    }
    return [Fact(key, "yes" if answer else "no", at, room=ROOM) for key, answer in answers.items()]
