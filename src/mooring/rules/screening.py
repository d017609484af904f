"""Screening: may this person have this treatment, as far as is known?

Every rule in force is read twice: over what is confirmed or measured, and over that with the patient's own
reports added. Met on what is confirmed: a settled finding, whatever a newer report says, until a clinician
refutes it. Not met even with the reports: no finding. Otherwise the finding is open and names the facts that
would settle it. So a "yes" of the patient alone never blocks, a "no" alone never clears what was confirmed, and a
missing fact never clears.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from mooring.content import trigger as language
from mooring.content.pack import Pack
from mooring.content.schema.eligibility import EligibilityRule, ReadinessRule
from mooring.content.schema.longterm import LongTermCheck
from mooring.rules.facts import Known, deciding, known, read
from mooring.rules.verdict import Effect, Fact, Finding, Override, Verdict

BY_PLAN = "the plan"


@dataclass(frozen=True)
class Setting:
    """What is to be given, how and where; an empty word fits only rules that hold everywhere."""

    product: str = "racemic ketamine"
    route: str = "intravenous"
    jurisdiction: str = ""
    setting: str = "clinic"

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is planned, as facts that a trigger may look at; nobody is asked about them."""
        planned = {"product": self.product, "route": self.route, "setting": self.setting}
        return tuple(Fact(key, value, by=BY_PLAN) for key, value in planned.items() if value)


def screen(facts: Iterable[Fact] | Known, pack: Pack, on: date, setting: Setting | None = None) -> Verdict:
    """The verdict of all eligibility rules in force on the day.

    >>> verdict = screen([Fact("stroke", "yes")], pack, date(2026, 3, 1))  # doctest: +SKIP
    >>> verdict.findings[0].rule, verdict.established.name  # doctest: +SKIP
    ('STROKE@1', 'BLOCK')
    """
    where = setting or Setting()
    now_known = facts if isinstance(facts, Known) else known((*facts, *where.facts), on, pack.data)
    day = on.date() if isinstance(on, datetime) else on
    found = [
        finding
        for rule in rules_for(pack, day, where)
        if (finding := finding_of(rule, now_known, *weight_of(rule, where))) is not None
    ]
    return Verdict(tuple(found))


def rules_for(pack: Pack, on: date, setting: Setting | None = None) -> tuple[EligibilityRule, ...]:
    """The eligibility rules in force that hold for this product, route, jurisdiction and setting."""
    where = setting or Setting()
    return tuple(rule for rule in pack.eligibility.in_force(on) if _fits(rule, where))


def questions(pack: Pack, on: date, setting: Setting | None = None) -> tuple[EligibilityRule, ...]:
    """The rules whose question a patient is asked, one rule for each fact asked about.

    Save an answer as `Fact(rule.question.about, "yes" | "no" | "not sure", standing=Standing.REPORTED)`.
    """
    asked: dict[str, EligibilityRule] = {}
    for rule in rules_for(pack, on, setting):
        if rule.question is not None:
            asked.setdefault(rule.question.about, rule)
    return tuple(sorted(asked.values(), key=lambda rule: (rule.group, rule.id)))


def _fits(rule: EligibilityRule | ReadinessRule, where: Setting) -> bool:
    return rule.applies.fits(where.product, where.route, where.jurisdiction, where.setting)


def weight_of(rule: EligibilityRule, where: Setting) -> tuple[Effect, Override]:
    """The rule's effect here and who may go past it: the first variant that fits, or the rule's own."""
    for variant in rule.variants:
        if variant.where.fits(where.product, where.route, where.jurisdiction, where.setting):
            return Effect[variant.effect], Override(variant.override or rule.override)
    return Effect[rule.effect], Override(rule.override)


def unsettled(when: language.Trigger, now_known: Known) -> tuple[str, ...]:
    """What a clinician must settle before an open trigger is known: what is missing, and what is disputed.

    Empty where the trigger is false on what is confirmed and no report disputes it.
    """
    disputed = tuple(key for key in language.keys(when) if key in now_known.disputed)
    return tuple(dict.fromkeys((*deciding(when, now_known.settled, now_known.now), *disputed)))


def finding_of(
    rule: EligibilityRule | ReadinessRule | LongTermCheck,
    now_known: Known,
    effect: Effect,
    override: Override,
) -> Finding | None:
    """What one rule has to say: a settled finding, an open one, or nothing."""
    when = language.parse(rule.when)
    missing: tuple[str, ...] = ()
    if read(when, now_known.settled, now_known.now) is not True:
        if read(when, now_known.claimed, now_known.now) is False:
            return None
        missing = unsettled(when, now_known)
        if not missing:
            return None
    return Finding(
        rule=rule.key,
        effect=effect,
        says=rule.says,
        asks=rule.confirm if missing and isinstance(rule, EligibilityRule) else rule.asks,
        facts=now_known.shown(language.keys(when)),
        sources=rule.references,
        grade=rule.grade,
        override=override,
        missing=missing,
    )
