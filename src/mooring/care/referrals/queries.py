"""Reads over leads: by when an answer is promised, and who may have written before."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet

from mooring.care.patients.models import Patient
from mooring.care.referrals.models import Lead, LeadStage, NextAction
from mooring.identity.models import Person, Site
from mooring.identity.packs import pack_in_force, setting_of
from mooring.rules.screening import screen
from mooring.rules.verdict import Effect, Fact, Finding, Refused
from mooring.words.names import same_name
from mooring.words.phones import phone_key, region_of

DAYS_LOOKED_AHEAD = 15  # past two weeks of closed days the plain number of hours is promised


@dataclass(frozen=True)
class Earlier:
    """Whom a new lead may be: an earlier lead, a patient, or both."""

    lead: Lead | None = None
    patient: Patient | None = None


def subject_of(reference: str) -> dict[str, object]:
    """The lead behind a reference, as pages show whose record it is; else nothing."""
    label, _colon, pk = reference.partition(":")
    if label != Lead._meta.label_lower or not pk.isdecimal():
        return {}
    found = Lead.objects.filter(pk=int(pk)).first()
    return {"lead": found} if found else {}


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


def earlier_than(lead: Lead) -> Earlier:
    """The newest lead and patient with the same name and date of birth, the same e-mail, or the same phone.

    Names are compared folded (accents, apostrophes, hyphens, order), so only rows with this date of birth,
    e-mail or phone are read.
    """
    key = phone_key(lead.phone, region_of(lead.site.jurisdiction))
    by_lead, by_patient = Q(birth_date=lead.birth_date), Q(birth_date=lead.birth_date)
    if lead.email:
        by_lead |= Q(email__iexact=lead.email)
        by_patient |= Q(person__email__iexact=lead.email)
    if key:
        by_lead |= Q(phone_key=key)
        by_patient |= Q(phone_key=key)
    leads = Lead.objects.filter(by_lead).exclude(stage=LeadStage.DUPLICATE).exclude(pk=lead.pk)
    patients = Patient.objects.filter(by_patient).select_related("person")
    return Earlier(
        next((other for other in leads.order_by("-pk") if _is_like(lead, key, other, other)), None),
        next((each for each in patients.order_by("-pk") if _is_like(lead, key, each, each.person)), None),
    )


def _is_like(lead: Lead, key: str, other: Lead | Patient, named: Lead | Person) -> bool:
    """Whether the lead and another record, whose names and e-mail `named` holds, may be one person."""
    names = (named.legal_name, named.chosen_name)
    if other.birth_date == lead.birth_date and any(
        same_name(mine, theirs) for mine in (lead.legal_name, lead.chosen_name) for theirs in names
    ):
        return True
    same_email = bool(lead.email) and lead.email.casefold() == (named.email or "").casefold()
    return same_email or bool(key and key == other.phone_key)


def age_findings(lead: Lead, at: datetime) -> tuple[Finding, ...]:
    """What the programme's eligibility rules say of the person's age alone; empty without a signed pack.

    The date of birth is all that is known of a lead, so only rules that age settles can be settled here.
    """
    try:
        pack = pack_in_force(lead.site)
    except Refused:
        return ()
    today = lead.site.today(at)
    verdict = screen([Fact("age_years", lead.age_on(today))], pack, today, setting_of(lead.site))
    return tuple(each for each in verdict.findings if each.settled and each.effect > Effect.INFO)


def stages_at(sites: set[int]) -> "dict[str, QuerySet[Lead]]":
    """Leads of the sites that wait for an answer or for their call; those where the clinic is to act."""
    leads = Lead.objects.filter(site__in=sites, stage__in=[LeadStage.RECEIVED, LeadStage.CALL_BOOKED])
    return {"leads": leads, "leads_with_us": leads.filter(move=NextAction.CLINIC)}
