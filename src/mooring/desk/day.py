"""What a person's day holds besides tasks: how many stand where, today's doses, what runs out, what their
sites lack.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, OuterRef, Q, When
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.audit import seals
from mooring.audit.models import Seal
from mooring.care.patients.access import patients_for
from mooring.care.referrals.models import Lead, LeadStage, NextAction
from mooring.care.screening.models import Decision, Screening, ScreeningState
from mooring.care.treatments.models import Cycle, Phase, Treatment, TreatmentState
from mooring.identity.models import Credential, Duty, Person, Site, SitePolicy
from mooring.identity.roles import Permission, Role
from mooring.sentences.times import moment_words

DOSES_SHOWN = 20
"""So many doses stand on the first page: more than a site gives at once; the others are found by patient."""
RUNS_OUT = timedelta(days=45)
UNDER_WAY = (Phase.DOSING, Phase.RECOVERY)
DONE_TODAY = (Phase.DISCHARGED, Phase.INTEGRATING, Phase.CLOSED)


@dataclass(frozen=True)
class Stand:
    """How many people stand at one stage, and whose move it is."""

    name: str
    count: int
    whose: str
    url: str


@dataclass(frozen=True)
class DoseToday:
    """One dose of today, or one that is still under way."""

    cycle: Cycle
    kind: str
    state: str
    url: str


ANSWERS = (Role.COORDINATOR, Role.PRESCRIBER)
"""The roles of which somebody has to be on duty: interest forms and urgent answers go to them."""


@dataclass(frozen=True)
class Standing:
    """How one thing of the person's sites stands; `kind` is the mark in front of it."""

    kind: str
    says: str
    url: str

    @property
    def word(self) -> str:
        return {"saved": _("In order"), "due": _("Soon")}.get(self.kind, _("Missing"))


def way_to(name: str, *arguments: object) -> str:
    """The address of a page; nothing while its room has no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def pipeline(person: Person, at: datetime) -> list[Stand]:
    """The way of patients through the person's sites, as counts; empty for who does not steer it."""
    sites = person.sites_where(Permission.SCREENING_SEND)
    if not sites:
        return []
    leads = Lead.objects.filter(
        site__in=sites, stage__in=[LeadStage.RECEIVED, LeadStage.CALL_BOOKED]
    ).aggregate(n=Count("pk"), ours=Count("pk", filter=Q(move=NextAction.CLINIC)))
    treated = Treatment.objects.filter(screening=OuterRef("pk")).exclude(state=TreatmentState.WITHDRAWN)
    eligible = Q(decision__in=[Decision.ELIGIBLE, Decision.CONDITIONS])
    screenings = Screening.objects.filter(patient__site__in=sites).aggregate(
        open=Count("pk", filter=Q(state__in=[ScreeningState.SENT, ScreeningState.ANSWERED])),
        answered=Count("pk", filter=Q(state=ScreeningState.ANSWERED)),
        eligible=Count("pk", filter=eligible & Q(~Exists(treated))),
    )
    treatments = Treatment.objects.filter(patient__site__in=sites).aggregate(
        draft=Count("pk", filter=Q(state=TreatmentState.DRAFT)),
        signed=Count("pk", filter=Q(state=TreatmentState.SIGNED)),
        ended=Count("pk", filter=Q(state=TreatmentState.ENDED)),
        lately=Count("pk", filter=Q(state=TreatmentState.ENDED, ended_at__gte=at - timedelta(days=30))),
    )
    patients = way_to("patients")
    referrals = way_to("referrals") if person.sites_where(Permission.LEADS_WORK) else ""
    return [
        Stand(_("Interest"), leads["n"], _ours(leads["ours"]), referrals),
        Stand(_("Screening"), screenings["open"], _with_prescriber(screenings["answered"]), patients),
        Stand(_("Eligible"), screenings["eligible"], _("to be planned"), patients),
        Stand(_("Planned"), treatments["draft"], _("with the prescriber, to be signed"), patients),
        Stand(_("In treatment"), treatments["signed"], _("with the team"), patients),
        Stand(_("Ended"), treatments["ended"], _lately(treatments["lately"]), patients),
    ]


def _ours(count: int) -> str:
    return ngettext("{n} is ours to answer", "{n} are ours to answer", count).format(n=count)


def _with_prescriber(count: int) -> str:
    return _("{n} with the prescriber").format(n=count)


def _lately(count: int) -> str:
    return _("{n} within 30 days").format(n=count)


def doses_today(person: Person, site: Site, at: datetime) -> tuple[list[DoseToday], int]:
    """Doses meant for today and those under way, of patients whose treatment the person may read.

    The first `DOSES_SHOWN`, under way before waiting before done; and how many there are in all.
    """
    today = site.today(at)
    cycles = (
        Cycle.objects.filter(
            Q(target_date=today) | Q(phase__in=UNDER_WAY),
            treatment__state=TreatmentState.SIGNED,
            treatment__patient__in=patients_for(person, Permission.TREATMENTS_READ),
        )
        .exclude(phase=Phase.VOID)
        .select_related("treatment__patient__person", "treatment__patient__site")
        .order_by(
            Case(When(phase__in=UNDER_WAY, then=0), When(phase__in=DONE_TODAY, then=2), default=1),
            "target_date",
            "pk",
        )
    )
    shown = [_dose(each) for each in cycles[:DOSES_SHOWN]]
    return shown, len(shown) if len(shown) < DOSES_SHOWN else cycles.count()


def _dose(cycle: Cycle) -> DoseToday:
    kind = "due"
    if cycle.phase in DONE_TODAY:
        kind = "saved"
    elif cycle.phase == Phase.PREPARE:
        kind = "planned"
    words = {
        Phase.PREPARE: _("not ready yet"),
        Phase.READY: _("ready"),
        Phase.DOSING: _("dosing now"),
        Phase.RECOVERY: _("recovering"),
    }
    state = words.get(Phase(cycle.phase), str(cycle.get_phase_display()))
    url = way_to("cycle", cycle.pk) or way_to("patient", cycle.treatment.patient_id)
    return DoseToday(cycle=cycle, kind=kind, state=state, url=url)


def running_out(person: Person, site: Site, at: datetime) -> list[Credential]:
    """The person's own credentials that end soon or ended lately."""
    today = site.today(at)
    return list(
        Credential.objects.filter(
            person=person,
            revoked_at__isnull=True,
            valid_until__gte=today - RUNS_OUT,
            valid_until__lte=today + RUNS_OUT,
        ).order_by("valid_until")
    )


def sites_standing(person: Person, at: datetime) -> list[Standing]:
    """What those see who answer for sites: who is on duty, policies, credentials, whether the record is sealed."""
    found: list[Standing] = []
    if person.may(Permission.PEOPLE_MANAGE):
        found += _duties(person.sites_where(Permission.PEOPLE_MANAGE), at)
    if person.may(Permission.CREDENTIALS_MANAGE):
        found += _credentials(person.sites_where(Permission.CREDENTIALS_MANAGE), at)
    if person.may(Permission.AUDIT_READ):
        found += _seals()
    return found


def _duties(sites: set[int], at: datetime) -> list[Standing]:
    on = set(
        Duty.objects.filter(site__in=sites, starts_at__lte=at, ends_at__gt=at).values_list("site", "role")
    )
    signed = set(SitePolicy.objects.filter(site__in=sites).values_list("site", flat=True))
    found = []
    for site in Site.objects.filter(pk__in=sites).order_by("name"):
        lacking = [str(role.label).lower() for role in ANSWERS if (site.pk, role) not in on]
        if site.pk not in signed:
            said = _("%(site)s has no signed policy; nothing is dosed there.") % {"site": site}
            found.append(Standing("missing", said, way_to("site-policy", site.pk)))
        if lacking:
            said = _("%(site)s: nobody is on duty as %(roles)s.")
            said = said % {"site": site, "roles": _(" or ").join(lacking)}
            found.append(Standing("missing", said, way_to("people-duty")))
        else:
            said = _("%(site)s: somebody is on duty for forms and urgent answers.") % {"site": site}
            found.append(Standing("saved", said, way_to("people")))
    return found


def _credentials(sites: set[int], at: datetime) -> list[Standing]:
    today = at.date()
    counted = Credential.objects.filter(
        revoked_at__isnull=True,
        person__in=Person.objects.filter(roles__site__in=sites, roles__held_until__isnull=True),
    ).aggregate(
        over=Count("pk", filter=Q(valid_until__lt=today), distinct=True),
        soon=Count("pk", filter=Q(valid_until__range=(today, today + RUNS_OUT)), distinct=True),
    )
    people = way_to("people")
    if not counted["over"] and not counted["soon"]:
        return [Standing("saved", _("No credential ended or ends within 45 days."), people)]
    said = _("Credentials: %(over)s ended, %(soon)s within 45 days.") % counted
    return [Standing("missing" if counted["over"] else "due", said, people)]


def _seals() -> list[Standing]:
    newest = [
        Seal.objects.filter(stream=each.name).order_by("-number").values_list("sealed_at", flat=True).first()
        for each in seals.STREAMS
    ]
    sealed = max((each for each in newest if each), default=None)
    if sealed is None:
        return [
            Standing("due", _("Nothing is sealed yet; the clock seals rows a minute old."), way_to("audit"))
        ]
    said = _("Acts and openings are sealed, last %(when)s.") % {"when": moment_words(sealed)}
    return [Standing("saved", said, way_to("audit"))]
