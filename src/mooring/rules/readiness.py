"""Readiness: may the dose of today start, now? What clears in minutes belongs here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from mooring.content import trigger as language
from mooring.content.pack import Pack
from mooring.content.schema.data import Datum
from mooring.content.schema.eligibility import ReadinessRule
from mooring.content.schema.monitoring import SignBands, Thresholds
from mooring.rules.bands import band_of, tables
from mooring.rules.facts import Known, known, number, read
from mooring.rules.screening import Setting, finding_of
from mooring.rules.verdict import Effect, Fact, Finding, Override, RuleMessage, Verdict

# What a band before the dose asks of people: the weight of its finding, and who may go past it.
_BEFORE = {
    "weigh": (Effect.CAUTION, Override.PRESCRIBER),
    "prescriber": (Effect.HOLD, Override.PRESCRIBER),
    "stop": (Effect.BLOCK, Override.NOBODY),
}


def assess(
    facts: Iterable[Fact] | Known,
    pack: Pack,
    now: datetime,
    setting: Setting | None = None,
    *,
    begun: bool = False,
) -> Verdict:
    """The verdict of all readiness conditions and of the pre-dose bands, at one moment.

    Once the dose has `begun` its signs are read by the bands of the session and not by those before it.

    Facts are those of the pack's dictionary, among them `last_food`, `last_drink` (moments),
    `escort_confirmed`, `consent_current`, `weight_kg` (dated), `weight_fresh_days` (the site's signed policy)
    and the pre-dose `systolic_mmhg`, `diastolic_mmhg`, `heart_rate_per_min`, `spo2_percent`.

    >>> assess([], pack, now).allowed  # nothing known: nothing may start  # doctest: +SKIP
    False
    """
    where = setting or Setting()
    now_known = facts if isinstance(facts, Known) else known((*facts, *where.facts), now, pack.data)
    found = []
    for rule in pack.readiness.in_force(now.date()):
        if rule.applies.fits(where.product, where.route, where.jurisdiction, where.setting):
            finding = finding_of(rule, now_known, Effect[rule.effect], Override(rule.override))
            found += [finding] if finding else []
    for thresholds in () if begun else pack.thresholds.in_force(now.date()):
        found += _before_dose(thresholds, now_known, where, pack.data)
    return Verdict(tuple(found))


def fires_on_yes(rule: ReadinessRule, key: str) -> bool:
    """Whether a "yes" to this question is what the condition holds against the dose, and a "no" clears it.

    So for "Have you drunk any alcohol?", not for "Who takes you home?", where the "no" is what holds.
    """
    when, now = language.parse(rule.when), datetime.min.replace(tzinfo=UTC)
    on_yes, on_no = (read(when, {key: Fact(key, answer)}, now) for answer in ("yes", "no"))
    return on_no is False and on_yes is not False


def _before_dose(
    thresholds: Thresholds, now_known: Known, where: Setting, data: Mapping[str, Datum]
) -> list[Finding]:
    found = []
    age = now_known.settled.get("age_years")
    for table in tables(thresholds, "before", number(age.value) if age else None, where.jurisdiction):
        rule = f"{thresholds.key}/{table.sign}"
        fact = now_known.settled.get(table.sign)
        value = number(fact.value) if fact else None
        if value is None and not table.asked:
            continue
        if fact is None or value is None:
            found.append(_unmeasured(rule, table, data[table.sign].title))
            continue
        band = band_of(table, value)
        if band.level == "quiet":
            continue
        effect, override = _BEFORE[band.level]
        found.append(
            Finding(
                rule=rule,
                effect=effect,
                says=RuleMessage("before.in_band", says=band.says, value=value, unit=table.unit),
                asks=band.asks,
                facts=(fact,),
                sources=band.references,
                grade=band.grade,
                override=override,
            )
        )
    return found


def _unmeasured(rule: str, table: SignBands, title: str) -> Finding:
    worst = max((_BEFORE[band.level] for band in table.bands if band.level in _BEFORE), default=None)
    effect, override = worst or (Effect.HOLD, Override.NOBODY)
    return Finding(
        rule=rule,
        effect=effect,
        says=RuleMessage("before.not_measured", title=title),
        asks=RuleMessage("before.measure_at_rest"),
        override=override,
        missing=(table.sign,),
    )
