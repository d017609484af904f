"""The words in which knowledge is told to people: kinds, triggers, weights, places that changed."""

import re
from collections.abc import Iterable, Mapping

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.content.pack import KINDS, Pack
from mooring.content.schema.base import Profile
from mooring.content.schema.data import Datum
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.content.schema.schedules import AskedAt
from mooring.content.trigger import All, Any, Compare, FactValue, Is, Not, TimeSince, Trigger, parse
from mooring.knowledge.queries.reading import ReadersKnowledge
from mooring.references.bibliography import reference
from mooring.rules.plan import obstacles
from mooring.sentences.asking import asked_when_words
from mooring.sentences.findings import words_of
from mooring.words.numbers import plain_number, with_unit

register = template.Library()

Words = str | Promise

# A kind of content: what people call it, and what it is for.
KIND_WORDS: Mapping[str, tuple[Words, Words]] = {
    "eligibility": (
        gettext_lazy("Eligibility"),
        gettext_lazy("Who should wait, needs review, or should not be treated"),
    ),
    "readiness": (gettext_lazy("Readiness"), gettext_lazy("What must be met on the day of the dose")),
    "protocols": (
        gettext_lazy("Protocols"),
        gettext_lazy("Dose, rate, spacing and limits, as studied or licensed"),
    ),
    "monitoring": (
        gettext_lazy("Monitoring"),
        gettext_lazy("What is observed during and after a dose, and when"),
    ),
    "thresholds": (gettext_lazy("Thresholds"), gettext_lazy("The one table of vital signs and their bands")),
    "changes": (gettext_lazy("Changes"), gettext_lazy("Which values are typed a second time, and why")),
    "presentations": (gettext_lazy("Presentations"), gettext_lazy("Vials and how they may be given")),
    "pumps": (gettext_lazy("Pumps"), gettext_lazy("What a pump can be set to")),
    "discharge": (gettext_lazy("Discharge"), gettext_lazy("Criteria for discharge")),
    "scripts": (
        gettext_lazy("Emergency scripts"),
        gettext_lazy("What to do when something goes wrong, step by step"),
    ),
    "standing-orders": (
        gettext_lazy("Standing orders"),
        gettext_lazy("What this site's prescriber has ordered beforehand for an emergency"),
    ),
    "instruments": (
        gettext_lazy("Instruments"),
        gettext_lazy("Questionnaires and scales: structure, scoring, license"),
    ),
    "schedules": (
        gettext_lazy("Schedules"),
        gettext_lazy("Which questionnaires a treatment asks for, before and after its doses"),
    ),
    "consents": (gettext_lazy("Consents"), gettext_lazy("The texts that a patient reads and signs")),
    "requirements": (gettext_lazy("Requirements"), gettext_lazy("Which credentials a role needs for what")),
    "symptoms": (
        gettext_lazy("Symptoms"),
        gettext_lazy("The coded list: wanted effects, adverse effects, crisis"),
    ),
    "adverse_events": (
        gettext_lazy("Adverse events"),
        gettext_lazy("The terms of the register, and which of them a label names"),
    ),
    "medicines": (
        gettext_lazy("Medicines"),
        gettext_lazy("Names and classes of medicines and allergens that rules can read"),
    ),
    "longterm": (gettext_lazy("Long-term safety"), gettext_lazy("What is followed up over months and years")),
    "benchmarks": (
        gettext_lazy("Benchmarks"),
        gettext_lazy("What others measured in their patients, with limits"),
    ),
    "trials": (gettext_lazy("Trials"), gettext_lazy("Single trials as data: design, outcome, limits")),
    "privacy": (
        gettext_lazy("Privacy"),
        gettext_lazy("What is accounted for, which notice travels, what is kept how long"),
    ),
    "limits": (
        gettext_lazy("Time limits"),
        gettext_lazy("What the law gives a time for: how long, how far back, by when"),
    ),
    "forms": (gettext_lazy("Forms"), gettext_lazy("Editions of the forms that others ask for, by field")),
    "codes": (gettext_lazy("Billing codes"), gettext_lazy("Codes with the days on which they are valid")),
}
assert set(KIND_WORDS) == set(KINDS)

CHANGES: Mapping[str, Words] = {
    "weight_kg": gettext_lazy("Weight, from the last one"),
    "height_cm": gettext_lazy("Height, from the last one"),
    "temperature_c": gettext_lazy("Temperature, from the last one"),
    "systolic_mmhg": gettext_lazy("Systolic pressure, from the last one"),
    "diastolic_mmhg": gettext_lazy("Diastolic pressure, from the last one"),
    "dose_mg": gettext_lazy("Dose, from the last one given"),
    "alt": gettext_lazy("ALT, from the last one"),
    "ast": gettext_lazy("AST, from the last one"),
    "bilirubin": gettext_lazy("Bilirubin, from the last one"),
    "creatinine": gettext_lazy("Creatinine, from the last one"),
    "egfr": gettext_lazy("eGFR, from the last one"),
    "potassium": gettext_lazy("Potassium, from the last one"),
    "magnesium": gettext_lazy("Magnesium, from the last one"),
    "tsh": gettext_lazy("TSH, from the last one"),
    "breath-alcohol": gettext_lazy("Breath alcohol, from the last one"),
    "qtc": gettext_lazy("QTc, from the last one"),
}
"""What is compared with its last value."""

OPS: Mapping[str, Words] = {
    "<": gettext_lazy("below"),
    "<=": gettext_lazy("at most"),
    ">": gettext_lazy("above"),
    ">=": gettext_lazy("at least"),
}
SINCE: Mapping[str, Words] = {
    "<": gettext_lazy("less than"),
    "<=": gettext_lazy("at most"),
    ">": gettext_lazy("more than"),
    ">=": gettext_lazy("at least"),
}
UNITS: Mapping[str, Words] = {
    "minutes": gettext_lazy("minutes"),
    "hours": gettext_lazy("hours"),
    "days": gettext_lazy("days"),
}
EFFECT_MARKS: Mapping[str, str] = {
    "BLOCK": "refused",
    "HOLD": "hold",
    "SPECIALIST_REVIEW": "review",
    "CAUTION": "caution",
    "INFO": "info",
}
SOURCE_KINDS: Mapping[str, Words] = {
    "label": gettext_lazy("label"),
    "guideline": gettext_lazy("guideline"),
    "trial": gettext_lazy("controlled trial"),
    "cohort": gettext_lazy("cohort"),
    "secondary": gettext_lazy("secondary source"),
    "unverified": gettext_lazy("source not verified"),
    "design-default": gettext_lazy("default of this project"),
}
YES_NO: Mapping[str, Words] = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}
LEVELS: Mapping[str, tuple[str, Words]] = {
    "quiet": ("passed", gettext_lazy("nothing to do")),
    "weigh": ("info", gettext_lazy("consider, and record why")),
    "prescriber": ("review", gettext_lazy("prescriber decides")),
    "stop": ("refused", gettext_lazy("do not start")),
    "amber": ("due", gettext_lazy("amber: silent alert")),
    "red": ("alert", gettext_lazy("red: audible alert")),
}


@register.filter
def fact_title(key: str, data: Mapping[str, Datum]) -> str:
    """What the data dictionary calls a fact; the key itself, spaced, where it does not know it."""
    datum = data.get(key)
    return datum.title if datum else key.replace("_", " ")


@register.filter
def trigger_words(text: str, data: Mapping[str, Datum]) -> str:
    """A trigger as a sentence: `Systolic pressure at rest above 180 mmHg, or …`."""
    return _told(parse(text), data)


def _told(trigger: Trigger, data: Mapping[str, Datum]) -> str:
    match trigger:
        case Is(left=left, words=words):
            said = _(" or ").join(str(YES_NO.get(word, word)) for word in words)
            return f"{fact_title(left.key, data)}: {said}"
        case Compare(left=FactValue(key=key), op=op, right=right):
            unit = data[key].unit if key in data else ""
            limit = fact_title(right.key, data) if isinstance(right, FactValue) else with_unit(right, unit)
            return f"{fact_title(key, data)} {OPS[op]} {limit}"
        case Compare(left=TimeSince(key=key, unit=unit), op=op, right=right):
            limit = fact_title(right.key, data) if isinstance(right, FactValue) else plain_number(right)
            return _("{fact}: {op} {limit} {unit} ago").format(
                fact=fact_title(key, data), op=SINCE[op], limit=limit, unit=UNITS[unit]
            )
        case Not(of=of):
            return _("not ({inner})").format(inner=_told(of, data))
        case All(of=parts):
            return _("; and ").join(_inside(part, data) for part in parts)
        case Any(of=parts):
            return _("; or ").join(_inside(part, data) for part in parts)
    raise TypeError(f"not a trigger: {trigger!r}")


def _inside(part: Trigger, data: Mapping[str, Datum]) -> str:
    said = _told(part, data)
    return f"({said})" if isinstance(part, All | Any) else said


@register.filter
def place_words(where: str) -> str:
    """The place of a difference for people: `spacing.cycles` → `spacing: cycles`."""
    return (
        re.sub(r"\[(\d+)\]", lambda found: f" {int(found[1]) + 1}", where)
        .replace(".", ": ")
        .replace("_", " ")
    )


@register.filter
def kind_title(kind: str) -> Words:
    """What people call a kind of content."""
    return KIND_WORDS[kind][0]


@register.filter
def kind_purpose(kind: str) -> Words:
    """What a kind of content is for."""
    return KIND_WORDS[kind][1]


@register.filter
def level_kind(level: str) -> str:
    """The kind of mark of a band's level."""
    return LEVELS[level][0]


@register.filter
def level_words(level: str) -> Words:
    """What a band's level asks for, in a few words."""
    return LEVELS[level][1]


@register.filter
def fact_titles(keys: Iterable[str], data: Mapping[str, Datum]) -> str:
    """Several facts by name, in one line."""
    return ", ".join(fact_title(key, data) for key in keys)


@register.filter
def effect_kind(name: str) -> str:
    """The kind of mark of an effect as content writes it (BLOCK, CAUTION)."""
    return EFFECT_MARKS[name]


@register.filter
def finding_kind(finding: str) -> str:
    """The kind of mark of what a trial found."""
    return {"for": "passed", "against": "refused", "mixed": "caution", "no difference": "info"}[finding]


@register.filter
def source_kind(kind: str) -> Words:
    """What a source is here: a label, a guideline, a trial."""
    return SOURCE_KINDS[str(kind)]


@register.filter
def work_short(name: str, pack: Pack) -> str:
    """A cited work in a few words: first author and year, or the beginning of its title."""
    return reference(pack.references[name]).short if name in pack.references else name


@register.filter
def profile_words(where: Profile) -> str:
    """For whom and where an item holds, in one line."""
    named = [*where.products, *where.routes, *where.settings, *where.jurisdictions]
    return ", ".join(named) or _("everywhere")


@register.simple_tag
def asked_when(asked: AskedAt) -> str:
    """When a schedule asks: `24 h before each dose`."""
    return asked_when_words(asked.when, asked.hours, asked.every_doses)


@register.filter
def order_obstacles(protocol: ProtocolTemplate, reading: ReadersKnowledge) -> list[dict[str, str]]:
    """Why no dose order can be written under a protocol, and the way out; empty where it can.

    A ceiling that a site signs stands in no pack, so a protocol that waits for nothing else says so here too.
    """
    found = obstacles(protocol, reading.pack, reading.today)
    return [{"says": words_of(each.says), "asks": words_of(each.asks)} for each in found]


@register.filter
def change_words(about: str) -> Words:
    """What a limit of change compares."""
    return CHANGES[about]
