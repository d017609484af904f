"""What a screening knows: its questions, its facts, and the verdict under its own signed pack."""

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.digests import digest_of
from mooring.care.patients.access import may_on
from mooring.care.patients.facts import facts_of
from mooring.care.patients.models import Patient
from mooring.care.patients.timeline import NextStep, TimelineEntry, newest, read_once
from mooring.care.screening.models import Decision, FindingClosure, Screening, ScreeningState
from mooring.content.orderable import orderable
from mooring.content.pack import Pack
from mooring.content.schema.eligibility import EligibilityRule
from mooring.content.trigger import keys as trigger_keys
from mooring.content.trigger import parse
from mooring.identity.models import Person, Site
from mooring.identity.packs import pack_in_force, parsed, setting_of
from mooring.identity.roles import Permission
from mooring.rules.facts import known
from mooring.rules.screening import Setting, questions, screen
from mooring.rules.verdict import Closure, ClosureKind, Fact, Finding, Verdict

ANSWERS = ("yes", "no", "not sure")


def pack_of(screening: Screening) -> Pack:
    """The knowledge under which this screening was sent, and stays."""
    return parsed(screening.pack)


def where_of_screening(screening: Screening) -> Setting:
    """The product, route, law and setting that it asks for: the one it was sent for, else the site's usual."""
    usual = setting_of(screening.patient.site)
    if not screening.route:
        return usual
    return replace(usual, product=screening.product, route=screening.route, setting=screening.setting)


def where_for(patient: Patient) -> Setting:
    """What is planned for a patient as far as is known: what the newest screening asks for."""
    newest = (
        Screening.objects.filter(patient__in=patient.records)
        .exclude(state=ScreeningState.WITHDRAWN)
        .order_by("-sent_at", "-pk")
        .first()
    )
    return where_of_screening(newest) if newest else setting_of(patient.site)


def ways_of_giving(site: Site, at: datetime) -> list[Setting]:
    """Each product, route and setting for which a dose can be ordered under the signed pack; the site's usual first."""
    pack, on, usual = pack_in_force(site), site.today(at), setting_of(site)
    ways = {
        replace(usual, product=each.product, route=each.route, setting=each.setting)
        for each in orderable(pack, on)
    }
    others = sorted(ways - {usual}, key=lambda way: (way.setting, way.product, way.route))
    return [usual, *others]


def questions_of(screening: Screening) -> tuple[EligibilityRule, ...]:
    """The rules whose question the patient is asked, as in force on the day it was sent.

    What was still known on that day, by the ages of the pack, is not asked again. Where all of it was, everything
    is: whoever sends a screening wants an answer.
    """
    site, pack = screening.patient.site, pack_of(screening)
    asked = questions(pack, site.today(screening.sent_at), where_of_screening(screening))
    if not Screening.objects.filter(patient__in=screening.patient.records, pk__lt=screening.pk).exists():
        return asked
    then = known(facts_of(screening.patient, screening.sent_at).facts, screening.sent_at, pack.data)
    return tuple(rule for rule in asked if _about(rule) not in then.claimed) or asked


def unanswered(screening: Screening, answers: dict[str, str]) -> list[EligibilityRule]:
    """The questions without one of the three answers."""
    return [rule for rule in questions_of(screening) if answers.get(_about(rule)) not in ANSWERS]


def _about(rule: EligibilityRule) -> str:
    return rule.question.about if rule.question else ""


def stated_facts_of(screening: Screening, at: datetime) -> list[Fact]:
    """What the rules of eligibility look at, as it is known of this patient at a moment."""
    pack = pack_of(screening)
    keys = {key for rule in pack.eligibility.values() for key in trigger_keys(parse(rule.when))}
    return [fact for fact in facts_of(screening.patient, at).facts if fact.key in keys]


def verdict_of(screening: Screening, at: datetime) -> Verdict:
    """The verdict under the screening's own pack: as of its decision, or as of `at` while it is open."""
    moment = screening.decided_at or at
    facts = facts_of(screening.patient, moment)
    return screen(facts.facts, pack_of(screening), moment, where_of_screening(screening))


def closures_of(screening: Screening) -> list[Closure]:
    """The closures as the rules read them."""
    return [
        Closure(
            rule=each.rule,
            kind=ClosureKind(each.kind),
            by=str(each.by),
            reason=each.reason,
            second=str(each.second) if each.second else "",
        )
        for each in FindingClosure.objects.filter(screening=screening)
        .select_related("by", "second")
        .order_by("id")
    ]


def mark_of(screening: Screening, at: datetime) -> str:
    """Changes whenever a fact, a measured value or a closure is added: what a decision rests on."""
    stated = [
        f"{fact.key} {fact.value} {_since(fact, at)} {fact.standing}"
        for fact in stated_facts_of(screening, at)
    ]
    closed = screening.closures.order_by("-id").values_list("id", flat=True).first() or 0
    return f"{closed}-{digest_of({'facts': stated})[:32]}"


def _since(fact: Fact, at: datetime) -> str:
    """When it was stated; what the record says of now (a medicine on the list) is the same a minute later."""
    return "now" if fact.dated == at else str(fact.dated)


def titles_of(screening: Screening, keys: tuple[str, ...]) -> list[str]:
    """Facts by their name in the dictionary of the pack."""
    data = pack_of(screening).data
    return [data[key].title if key in data else key.replace("_", " ") for key in keys]


def open_screening_of(patient: Patient) -> Screening | None:
    """The screening that is with the patient or the prescriber now."""
    return Screening.objects.filter(
        patient__in=patient.records, state__in=[ScreeningState.SENT, ScreeningState.ANSWERED]
    ).first()


def shown_screening_of(patient: Patient) -> Screening | None:
    """The newest screening that was not withdrawn, out of the rows that the page has read."""
    found = read_once(patient, screenings_of)
    return next((screening for screening in found if screening.state != ScreeningState.WITHDRAWN), None)


def screenings_of(patient: Patient) -> list[Screening]:
    """All screenings of a patient, newest first."""
    found = Screening.objects.filter(patient__in=patient.records).select_related(
        "sent_by", "decided_by", "pack"
    )
    screenings = list(found.defer("pack__body").order_by("-sent_at", "-pk"))
    for screening in screenings:
        screening.patient = patient
    return screenings


GOING_ON = (Decision.ELIGIBLE, Decision.CONDITIONS)


def timeline_of(person: Person, patient: Patient, most: int) -> list[TimelineEntry]:
    """Screenings sent, answered and decided."""
    if not may_on(person, patient, Permission.SCREENING_READ):
        return []
    entries = []
    for screening in read_once(patient, screenings_of):
        entries.append(TimelineEntry(screening.sent_at, _("Screening sent"), str(screening.sent_by)))
        if screening.answered_at:
            entries.append(TimelineEntry(screening.answered_at, _("Screening answered")))
        if screening.decided_at:
            what = _("Screening decision: {decision}").format(decision=screening.get_decision_display())
            entries.append(TimelineEntry(screening.decided_at, what, str(screening.decided_by)))
    return newest(entries, most)


def next_step_of(person: Person, patient: Patient, at: datetime) -> NextStep | None:
    """What the screening waits for; None once the patient is eligible."""
    if not may_on(person, patient, Permission.SCREENING_READ):
        return None
    screening = shown_screening_of(patient)
    if screening is None or screening.state == ScreeningState.SENT:
        says = _("The patient has the screening questions.") if screening else _("No screening sent yet.")
        if not may_on(person, patient, Permission.SCREENING_SEND):
            return NextStep(says)
        act = _("Send the link again") if screening else _("Send the screening")
        return NextStep(says, act, reverse("screening-send", args=[patient.pk]))
    if screening.state == ScreeningState.ANSWERED:
        says = _("The screening is answered. Next: the prescriber decides.")
    elif screening.decision in GOING_ON:
        return None
    else:
        says = _("Screening decision: {decision}.").format(decision=screening.get_decision_display())
    return NextStep(says, _("Open the screening"), reverse("screening", args=[screening.pk]))


def finding_in(verdict: Verdict, rule: str) -> Finding | None:
    """The finding of this rule (`id@version`), if the rule has one."""
    return next((each for each in verdict.findings if each.rule == rule), None)


def stages_at(sites: set[int]) -> "dict[str, QuerySet[Screening]]":
    """Screenings of the sites' patients that are with the patient or the prescriber; those to be decided."""
    screenings = Screening.objects.filter(
        patient__site__in=sites, state__in=[ScreeningState.SENT, ScreeningState.ANSWERED]
    )
    return {"screenings": screenings, "answered": screenings.filter(state=ScreeningState.ANSWERED)}
