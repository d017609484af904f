"""What a screening knows: its questions, its facts, and the verdict under its own signed pack."""

from datetime import datetime

from django.db.models import Q

from mooring.care.observations.queries import newest_blood_pressure, newest_weight
from mooring.care.patients.models import Patient
from mooring.care.screening.models import (
    FactSource,
    FindingClosure,
    Screening,
    ScreeningState,
    StatedFact,
)
from mooring.content.pack import Pack
from mooring.content.schema.eligibility import EligibilityRule
from mooring.identity.models import Programme, Site
from mooring.identity.packs import parsed
from mooring.rules.screening import Setting, questions, screen
from mooring.rules.verdict import Closure, ClosureKind, Fact, Finding, Standing, Verdict

ANSWERS = ("yes", "no", "not sure")
PATIENT_SAID = "the patient"


def setting_of(site: Site) -> Setting:
    """What is to be given, where and how: a ketamine infusion under this site's law and programme."""
    at_home = site.programme == Programme.SUPERVISED_AT_HOME
    return Setting(jurisdiction=site.jurisdiction, setting="at-home" if at_home else "clinic")


def pack_of(screening: Screening) -> Pack:
    """The knowledge under which this screening was sent, and stays."""
    return parsed(screening.pack)


def questions_of(screening: Screening) -> tuple[EligibilityRule, ...]:
    """The rules whose question the patient is asked, as in force on the day it was sent."""
    site = screening.patient.site
    return questions(pack_of(screening), site.today(screening.sent_at), setting_of(site))


def unanswered(screening: Screening, answers: dict[str, str]) -> list[EligibilityRule]:
    """The questions without one of the three answers."""
    return [rule for rule in questions_of(screening) if answers.get(_about(rule)) not in ANSWERS]


def _about(rule: EligibilityRule) -> str:
    return rule.question.about if rule.question else ""


def facts_of(screening: Screening, at: datetime) -> list[Fact]:
    """Everything that the rules may look at: stated facts, measured ones, and the age."""
    return stated_facts(screening) + _measured(screening.patient, at)


def stated_facts(screening: Screening) -> list[Fact]:
    """What the patient answered here, and what clinicians settled here or in an earlier screening.

    A clinician's word outlives its screening: an aneurysm that was confirmed in June stands in November, whatever
    the patient answers then, until a clinician refutes it.
    """
    of_patient = StatedFact.objects.filter(
        screening__patient=screening.patient_id, screening__lte=screening.pk
    )
    facts = of_patient.filter(Q(screening=screening) | Q(source=FactSource.CLINICIAN))
    return [
        Fact(
            key=fact.key,
            value=fact.value,
            dated=fact.at,
            by=PATIENT_SAID if fact.source == FactSource.PATIENT else str(fact.by),
            standing=Standing.REPORTED if fact.source == FactSource.PATIENT else Standing.CONFIRMED,
        )
        for fact in facts.select_related("by").order_by("id")
    ]


def _measured(patient: Patient, at: datetime) -> list[Fact]:
    facts = [Fact("age_years", patient.age_on(patient.site.today(at)), by="date of birth")]
    pressure, weight = newest_blood_pressure(patient, until=at), newest_weight(patient, until=at)
    if pressure is not None and pressure.second is not None:
        for key, value in (
            ("resting_systolic_mmhg", pressure.value),
            ("resting_diastolic_mmhg", pressure.second),
        ):
            facts.append(Fact(key, float(value), pressure.at, str(pressure.by), Standing.MEASURED))
    if weight is not None:
        facts.append(Fact("weight_kg", float(weight.value), weight.at, str(weight.by), Standing.MEASURED))
    return facts


def verdict_of(screening: Screening, at: datetime) -> Verdict:
    """The verdict under the screening's own pack: as of its decision, or as of `at` while it is open."""
    moment = screening.decided_at or at
    facts = facts_of(screening, moment)
    return screen(facts, pack_of(screening), moment, setting_of(screening.patient.site))


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
    pressure = newest_blood_pressure(screening.patient, until=at)
    parts = [
        screening.facts.order_by("-id").values_list("id", flat=True).first() or 0,
        screening.closures.order_by("-id").values_list("id", flat=True).first() or 0,
        pressure.pk if pressure else 0,
    ]
    return "-".join(str(each) for each in parts)


def titles_of(screening: Screening, keys: tuple[str, ...]) -> list[str]:
    """Facts by their name in the dictionary of the pack."""
    data = pack_of(screening).data
    return [data[key].title if key in data else key.replace("_", " ") for key in keys]


def open_screening_of(patient: Patient) -> Screening | None:
    """The screening that is with the patient or the prescriber now."""
    return Screening.objects.filter(
        patient=patient, state__in=[ScreeningState.SENT, ScreeningState.ANSWERED]
    ).first()


def newest_screening_of(patient: Patient) -> Screening | None:
    """The newest screening that was not withdrawn."""
    found = Screening.objects.filter(patient=patient).exclude(state=ScreeningState.WITHDRAWN)
    return found.select_related("decided_by", "patient__site", "pack").order_by("-sent_at", "-pk").first()


def finding_in(verdict: Verdict, rule: str) -> Finding | None:
    """The finding of this rule (`id@version`), if the rule has one."""
    return next((each for each in verdict.findings if each.rule == rule), None)
