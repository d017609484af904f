"""Reads over leads: by when an answer is promised, and who may have written before."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet

from mooring.care.patients.models import Patient
from mooring.care.referrals.models import Lead, LeadStage, NextAction
from mooring.identity.models import Site

DAYS_LOOKED_AHEAD = 15  # past two weeks of closed days the plain number of hours is promised


@dataclass(frozen=True)
class Earlier:
    """Whom a new lead may be: an earlier lead, a patient, or both."""

    lead: Lead | None = None
    patient: Patient | None = None


def answered_by(site: Site, at: datetime, hours: int) -> datetime:
    """By when the site answers what reaches it at `at`: within `hours`, counted from when it is next open.

    A promise that would fall outside the opening hours holds until the next open day closes. All in the
    site's own clock, so that a change to summer time moves nothing that people read.
    """
    promised = (at if site.is_open(at) else _next_moment(site, at, site.opens_at) or at) + timedelta(
        hours=hours
    )
    if site.is_open(promised):
        return promised
    return _next_moment(site, promised, site.closes_at) or promised


def _next_moment(site: Site, after: datetime, of_day: time) -> datetime | None:
    """The next time `of_day` strikes on an open day of the site, after `after`."""
    first = site.today(after)
    for ahead in range(DAYS_LOOKED_AHEAD):
        day = first + timedelta(days=ahead)
        found = datetime.combine(day, of_day, tzinfo=site.zone)
        if str(day.isoweekday()) in site.open_days and found > after:
            return found
    return None


def digits(phone: str) -> str:
    """The digits of a phone number, without what people put between them."""
    return "".join(each for each in phone if each.isdigit())


def _name(value: str) -> str:
    return " ".join(value.casefold().split())


def _same_phone(one: str, other: str) -> bool:
    """The same last nine digits (a country code may be written or not); shorter ones must be equal."""
    a, b = digits(one)[-9:], digits(other)[-9:]
    return bool(a) and a == b


def _looks_like(lead: Lead, *, names: set[str], same_birth: bool, email: str, phone: str) -> bool:
    mine = {_name(lead.legal_name), _name(lead.chosen_name)} - {""}
    return (
        (same_birth and bool(mine & names))
        or (bool(lead.email) and lead.email.casefold() == email.casefold())
        or _same_phone(lead.phone, phone)
    )


def earlier_than(lead: Lead) -> Earlier:
    """The newest lead and patient with the same name and date of birth, the same e-mail, or the same phone."""
    found_lead = found_patient = None
    ending = digits(lead.phone)[-2:]
    by_lead = Q(birth_date=lead.birth_date)
    by_patient = Q(birth_date=lead.birth_date)
    if lead.email:
        by_lead |= Q(email__iexact=lead.email)
        by_patient |= Q(person__email__iexact=lead.email)
    if ending:
        by_lead |= Q(phone__endswith=ending)
        by_patient |= Q(person__phone__endswith=ending)
    for other in (
        Lead.objects.filter(by_lead).exclude(stage=LeadStage.DUPLICATE).exclude(pk=lead.pk).order_by("-pk")
    ):
        names = {_name(other.legal_name), _name(other.chosen_name)} - {""}
        same_birth = other.birth_date == lead.birth_date
        if _looks_like(lead, names=names, same_birth=same_birth, email=other.email, phone=other.phone):
            found_lead = other
            break
    for patient in Patient.objects.filter(by_patient).select_related("person").order_by("-pk"):
        person = patient.person
        names = {_name(person.legal_name), _name(person.chosen_name)} - {""}
        same_birth = patient.birth_date == lead.birth_date
        email = person.email or ""
        if _looks_like(lead, names=names, same_birth=same_birth, email=email, phone=person.phone):
            found_patient = patient
            break
    return Earlier(found_lead, found_patient)


def stages_at(sites: set[int]) -> "dict[str, QuerySet[Lead]]":
    """Leads of the sites that wait for an answer or for their call; those where the clinic is to act."""
    leads = Lead.objects.filter(site__in=sites, stage__in=[LeadStage.RECEIVED, LeadStage.CALL_BOOKED])
    return {"leads": leads, "leads_with_us": leads.filter(move=NextAction.CLINIC)}
