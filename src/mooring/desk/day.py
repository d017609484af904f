"""What a person's day holds besides tasks: how many patients are at which stage, today's doses, what expires,
what their sites lack.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.audit import seals
from mooring.audit.models import Seal
from mooring.care.referrals import queries as referrals
from mooring.care.screening import queries as screening
from mooring.care.treatments import record as treatments
from mooring.identity.models import Credential, Duty, Person, Site, SitePolicy
from mooring.identity.roles import Permission, Role
from mooring.sentences.times import moment_words

EXPIRES_WITHIN = timedelta(days=45)


@dataclass(frozen=True)
class StageCount:
    """How many patients are at one stage, and whose turn it is."""

    name: str
    count: int
    whose: str
    url: str


@dataclass(frozen=True)
class DoseToday:
    """One dose of today, or one that is still under way: the cycle, its mark and its state in words."""

    cycle: Any
    kind: str
    state: str
    url: str


MUST_BE_ON_DUTY = (Role.COORDINATOR, Role.PRESCRIBER)
"""The roles of which a colleague has to be on duty: interest forms and urgent responses go to them."""


@dataclass(frozen=True)
class SiteCheck:
    """One thing that a site needs, and whether it has it; `kind` is the mark in front of it."""

    kind: str
    says: str
    url: str

    @property
    def word(self) -> str:
        return {"saved": _("In order"), "due": _("Soon")}.get(self.kind, _("Missing"))


@dataclass(frozen=True)
class Counts:
    """What the first page counts over all rooms: patients by stage, credentials that expire."""

    stages: dict[str, int]
    credentials: dict[str, int]


def counts(person: Person, at: datetime) -> Counts:
    """All counts of the page in one statement; a part that the person does not steer is empty."""
    stages, credentials = _stages(person, at), _expiring(person, at)
    found = _counted(stages | credentials)
    return Counts({name: found[name] for name in stages}, {name: found[name] for name in credentials})


def _counted(asked: "dict[str, QuerySet[Any]]") -> dict[str, int]:
    """How many rows each query has, by name."""
    if not asked:
        return {}
    parts = {
        f"n_{name}": Coalesce(
            Subquery(
                rows.order_by()
                .annotate(_all=Value(1))
                .values("_all")
                .annotate(_rows=Count("pk", distinct=True))
                .values("_rows"),
                output_field=IntegerField(),
            ),
            0,
        )
        for name, rows in asked.items()
    }
    row = Site.objects.annotate(**parts).order_by("pk").values_list(*parts).first()
    return dict(zip(asked, row or [0] * len(parts), strict=True))


def _stages(person: Person, at: datetime) -> "dict[str, QuerySet[Any]]":
    sites = person.sites_where(Permission.SCREENING_SEND)
    if not sites:
        return {}
    return referrals.stages_at(sites) | screening.stages_at(sites) | treatments.stages_at(sites, at)


def _expiring(person: Person, at: datetime) -> "dict[str, QuerySet[Any]]":
    sites, today = person.sites_where(Permission.CREDENTIALS_MANAGE), at.date()
    if not sites:
        return {}
    of_sites = Credential.objects.filter(
        revoked_at__isnull=True,
        person__in=Person.objects.filter(roles__site__in=sites, roles__held_until__isnull=True),
    )
    return {
        "expired": of_sites.filter(valid_until__lt=today),
        "expiring": of_sites.filter(valid_until__range=(today, today + EXPIRES_WITHIN)),
    }


def pipeline(person: Person, found: dict[str, int]) -> list[StageCount]:
    """The stages of the sites' patients in the order in which they come; empty for who does not steer them."""
    if not found:
        return []
    patients = reverse("patients")
    referrals = reverse("referrals") if person.sites_where(Permission.LEADS_WORK) else ""
    with_us = ngettext("{n} to answer", "{n} to answer", found["leads_with_us"])
    decide = ngettext("{n} for the prescriber", "{n} for the prescriber", found["answered"])
    lately = _("{n} within 30 days").format(n=found["ended_lately"])
    return [
        StageCount(_("Interest"), found["leads"], with_us.format(n=found["leads_with_us"]), referrals),
        StageCount(_("Screening"), found["screenings"], decide.format(n=found["answered"]), patients),
        StageCount(_("Eligible"), found["eligible"], _("plan to be drafted"), patients),
        StageCount(_("Plan drafted"), found["draft"], _("prescriber to sign"), patients),
        StageCount(_("In treatment"), found["signed"], _("with the team"), patients),
        StageCount(_("Ended"), found["ended"], lately, patients),
    ]


def doses_today(person: Person, site: Site, at: datetime) -> tuple[list[DoseToday], int]:
    """Doses of today and those under way, and how many there are in all."""
    cycles, count = treatments.doses_on(person, site.today(at))
    doses = [
        DoseToday(cycle, *treatments.day_mark(cycle), url=reverse("cycle", args=[cycle.pk]))
        for cycle in cycles
    ]
    return doses, count


def running_out(person: Person, site: Site, at: datetime) -> list[Credential]:
    """The person's own credentials that expire soon or expired lately."""
    today = site.today(at)
    return list(
        Credential.objects.filter(
            person=person,
            revoked_at__isnull=True,
            valid_until__gte=today - EXPIRES_WITHIN,
            valid_until__lte=today + EXPIRES_WITHIN,
        ).order_by("valid_until")
    )


def site_checks(person: Person, found: dict[str, int], at: datetime) -> list[SiteCheck]:
    """What those see who answer for sites: who is on duty, policies, credentials, whether the audit is sealed."""
    checks: list[SiteCheck] = []
    if person.may(Permission.PEOPLE_MANAGE):
        checks += _duties(person.sites_where(Permission.PEOPLE_MANAGE), at)
    if found:
        checks.append(_credentials(found))
    if person.may(Permission.AUDIT_READ):
        checks.append(_seals())
    return checks


def _duties(sites: set[int], at: datetime) -> list[SiteCheck]:
    on_duty = set(
        Duty.objects.filter(site__in=sites, starts_at__lte=at, ends_at__gt=at).values_list("site", "role")
    )
    signed = Exists(SitePolicy.objects.filter(site=OuterRef("pk")))
    checks = []
    for site in Site.objects.filter(pk__in=sites).annotate(signed=signed).order_by("name"):
        absent = [str(role.label).lower() for role in MUST_BE_ON_DUTY if (site.pk, role) not in on_duty]
        if not site.signed:
            says = _("{site}: no signed policy. No dose can be given there.").format(site=site)
            checks.append(SiteCheck("missing", says, reverse("site-policy", args=[site.pk])))
        if absent:
            says = _("{site}: no {roles} on duty.").format(site=site, roles=_(" or ").join(absent))
            checks.append(SiteCheck("missing", says, reverse("people-duty")))
        else:
            says = _("{site}: colleagues are on duty for interest forms and urgent responses.")
            checks.append(SiteCheck("saved", says.format(site=site), reverse("people")))
    return checks


def _credentials(found: dict[str, int]) -> SiteCheck:
    people = reverse("people")
    if not found["expired"] and not found["expiring"]:
        return SiteCheck("saved", _("No credential expired or expires within 45 days."), people)
    says = _("Credentials: {expired} expired, {expiring} expire within 45 days.").format(**found)
    return SiteCheck("missing" if found["expired"] else "due", says, people)


def _seals() -> SiteCheck:
    newest = Seal.objects.filter(stream__in=[stream.name for stream in seals.STREAMS])
    sealed = newest.aggregate(at=Max("sealed_at"))["at"]
    if sealed is None:
        says = _("No audit row is sealed yet. The clock seals rows after a minute.")
        return SiteCheck("due", says, reverse("audit"))
    says = _("Audit and access history are sealed, last {time}.").format(time=moment_words(sealed))
    return SiteCheck("saved", says, reverse("audit"))
