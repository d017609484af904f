"""Lint: what the loader lets pass and a careful reader would not.

`errors` must be empty before a pack is signed; `warnings` tell what comes due. Every check is one function
below; `CHECKS` lists them all.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mooring.content import reach, trigger, versions
from mooring.content.loader import Loaded
from mooring.content.pack import Pack
from mooring.content.schema.base import Item
from mooring.content.schema.data import Datum, DatumType
from mooring.content.schema.eligibility import EligibilityRule, Question, ReadinessRule
from mooring.content.schema.longterm import LongTermCheck
from mooring.content.schema.monitoring import DischargeCriteria, Thresholds
from mooring.content.schema.schedules import OUTCOME

ANNOUNCED_DAYS = 60


@dataclass(frozen=True)
class Remark:
    """One thing found: where it stands, which check found it and what to do."""

    check: str
    item: str
    says: str
    file: str = ""
    line: int = 0
    warning: bool = False

    def __str__(self) -> str:
        kind = "warning" if self.warning else "error"
        return f"{self.file}:{self.line}: {kind}: {self.item}: {self.says} [{self.check}]"


Found = Iterator[tuple[str, str]]  # (item or datum, what is wrong)


def lint(loaded: Loaded, on: date) -> tuple[Remark, ...]:
    """Everything found in loaded content on a day, errors first."""
    remarks = []
    for name, check in CHECKS.items():
        for item, says in check(loaded, on):
            file, line = loaded.places.get(item, ("", 0))
            remarks.append(Remark(name, item, says, file, line, warning=name in WARNINGS))
    return tuple(sorted(remarks, key=lambda each: (each.warning, each.file, each.line, each.check)))


def due_for_review(pack: Pack, on: date, within_days: int = ANNOUNCED_DAYS) -> tuple[Item, ...]:
    """Items whose review or end falls within the next days, or is past, soonest first."""
    last = on + timedelta(days=within_days)
    soon = [item for item in pack.everything.values() if item.in_force(on) and next_date(item) <= last]
    return tuple(sorted(soon, key=next_date))


def next_date(item: Item) -> date:
    """The day on which an item is due for review, or ends, whichever comes first."""
    return min(item.next_review, item.effective_until or item.next_review)


def _overdue(loaded: Loaded, on: date) -> Found:
    for item in due_for_review(loaded.pack, on, within_days=-1):
        yield item.key, f"its review was due on {item.next_review.isoformat()}"


def _soon(loaded: Loaded, on: date) -> Found:
    for item in due_for_review(loaded.pack, on):
        if next_date(item) >= on:
            yield item.key, f"is due for review, or ends, on {next_date(item).isoformat()}"


def _overlapping(loaded: Loaded, on: date) -> Found:
    del on
    for shelf in loaded.pack.shelves.values():
        by_id: dict[str, list[Item]] = {}
        for item in shelf.values():
            by_id.setdefault(item.id, []).append(item)
        for editions in by_id.values():
            ordered = sorted(editions, key=lambda item: item.effective_from)
            for earlier, later in itertools.pairwise(ordered):
                if earlier.effective_until is None or earlier.effective_until >= later.effective_from:
                    yield later.key, f"is in force together with {earlier.key}; end that one the day before"
                if later.version <= earlier.version:
                    yield later.key, f"comes after {earlier.key} but has no higher version"


def _triggers(pack: Pack) -> Iterable[tuple[str, str]]:
    """(item, trigger) of everything that is read over facts of the dictionary."""
    for item in pack.everything.values():
        if isinstance(item, EligibilityRule | ReadinessRule | LongTermCheck):
            yield item.key, item.when
        elif isinstance(item, DischargeCriteria):
            for criterion in item.criteria:
                yield item.key, criterion.met


def _unknown_data(loaded: Loaded, on: date) -> Found:
    del on
    dictionary = loaded.pack.data
    for item, text in _triggers(loaded.pack):
        for key in trigger.keys(trigger.parse(text)):
            if key not in dictionary:
                yield item, f"the trigger looks at {key!r}, which is not in the data dictionary"
    for item, question in _questions(loaded.pack):
        if question.about not in dictionary:
            yield item, f"the question asks about {question.about!r}, which is not in the data dictionary"
    for item, sign in _signs(loaded.pack):
        if sign not in dictionary:
            yield item, f"the sign {sign!r} is not in the data dictionary"


def _signs(pack: Pack) -> Iterable[tuple[str, str]]:
    for plan in pack.monitoring.values():
        looks = [*(point.signs for point in plan.points), *(repeat.signs for repeat in plan.repeats)]
        yield from ((plan.key, sign) for signs in looks for sign in signs)
    for table in pack.thresholds.values():
        yield from ((table.key, bands.sign) for bands in table.signs)


def _wrong_type(loaded: Loaded, on: date) -> Found:
    del on
    for item, text in _triggers(loaded.pack):
        for leaf in reach.leaves(trigger.parse(text)):
            yield from ((item, says) for says in _misfits(leaf, loaded.pack.data))
    for table in loaded.pack.thresholds.values():
        for bands in table.signs:
            datum = loaded.pack.data.get(bands.sign)
            if datum is not None and datum.unit != bands.unit:
                yield table.key, f"{bands.sign} is in {bands.unit}; the dictionary says {datum.unit}"


def _misfits(leaf: trigger.Compare | trigger.Is, dictionary: Mapping[str, Datum]) -> Iterator[str]:
    datum = dictionary.get(leaf.left.key)
    if datum is None:
        return
    if isinstance(leaf, trigger.Is):
        words = {"yes", "no"} if datum.type == DatumType.YES_NO else set(datum.choices)
        if datum.type not in (DatumType.YES_NO, DatumType.CHOICE):
            yield f"{datum.key} is a {datum.type.value} and cannot be compared with words"
        elif unknown := sorted(set(leaf.words) - words):
            yield f"{datum.key} is never {', '.join(unknown)}; it is one of {', '.join(sorted(words))}"
    elif isinstance(leaf.left, trigger.FactValue):
        if datum.type != DatumType.NUMBER:
            yield f"{datum.key} is a {datum.type.value} and cannot be compared with a number"
        elif isinstance(leaf.right, float) and _outside(leaf.right, datum):
            yield f"{leaf.right:g} lies outside what {datum.key} can be ({datum.unit}); is the unit right?"


def _outside(value: float, datum: Datum) -> bool:
    return (datum.least is not None and value < datum.least) or (
        datum.most is not None and value > datum.most
    )


def _unreachable(loaded: Loaded, on: date) -> Found:
    del on
    for item, text in _triggers(loaded.pack):
        parsed = trigger.parse(text)
        ever, always = reach.outcomes(parsed)
        if not ever:
            yield item, f"can never be met: {text}"
        elif always:
            yield item, f"is met whatever the facts: {text}"


def _contradictory(loaded: Loaded, on: date) -> Found:
    rules = list(loaded.pack.eligibility.in_force(on))
    seen: dict[trigger.Trigger, EligibilityRule] = {}
    for rule in rules:
        parsed = trigger.parse(rule.when)
        other = seen.setdefault(parsed, rule)
        if other is not rule and other.applies == rule.applies:
            said = "says the same as" if other.effect == rule.effect else "contradicts"
            yield rule.key, f"{said} {other.key}: the same trigger, {other.effect} and {rule.effect}"


def _questions(pack: Pack) -> Iterable[tuple[str, Question]]:
    asking: list[EligibilityRule | ReadinessRule] = [*pack.eligibility.values(), *pack.readiness.values()]
    for item in asking:
        if item.question is not None:
            yield item.key, item.question


_VERBS = "do|have|are|did|has|is|was|were|will|can|does|would|could"
_JOINED = re.compile(
    rf"\b(?:and|or|but)\s+(?:(?:{_VERBS})\s+(?:you|your|it|they|anybody)\b|how|when|what|which|who|why|where)\b",
    re.I,
)


def _two_questions(loaded: Loaded, on: date) -> Found:
    del on
    texts: dict[str, tuple[str, str]] = {}
    for item, question in _questions(loaded.pack):
        text = question.text
        if text.count("?") != 1 or not text.rstrip().endswith("?"):
            yield item, f"asks {text.count('?')} questions, or does not end with one: {text!r}"
        elif ";" in text or _JOINED.search(text):
            yield item, f"asks two things in one: {text!r}"
        first = texts.setdefault(question.about, (item, text))
        if first[1] != text:
            yield item, f"asks about {question.about} in other words than {first[0]}"


def _yes_opens(loaded: Loaded, on: date) -> Found:
    """A yes-or-no question is worded so that "yes" is what opens the finding, never "no"."""
    del on
    for rule in loaded.pack.eligibility.values():
        if rule.question is None or rule.question.about not in loaded.pack.data:
            continue
        said = [
            leaf for leaf in reach.leaves(trigger.parse(rule.when)) if leaf.left.key == rule.question.about
        ]
        if any(isinstance(leaf, trigger.Is) and "yes" not in leaf.words for leaf in said):
            yield (
                rule.key,
                f"a 'no' would open it; word the question so that 'yes' does: {rule.question.text!r}",
            )


def _score_bands(loaded: Loaded, on: date) -> Found:
    del on
    for instrument in loaded.pack.instruments.values():
        groups = {band.of for band in instrument.bands}
        for group in sorted(groups):
            bands = sorted(
                (band for band in instrument.bands if band.of == group), key=lambda band: band.least
            )
            total = instrument.total
            if bands[0].least != total.least or bands[-1].most != total.most:
                yield instrument.key, f"the bands do not run from {total.least:g} to {total.most:g}"
            for lower, upper in itertools.pairwise(bands):
                if not 0 < upper.least - lower.most <= 1:
                    yield instrument.key, f"a gap or overlap between {lower.most:g} and {upper.least:g}"


def _score_range(loaded: Loaded, on: date) -> Found:
    """A total can be what its items can add up to, no more and no less."""
    del on
    for instrument in loaded.pack.instruments.values():
        for scale in instrument.scales:
            ends = [reach.part_range(instrument, part) for part in scale.parts]
            least, most = (sum(each) * scale.times for each in zip(*ends, strict=True))
            if abs(least - scale.least) > 1e-9 or abs(most - scale.most) > 1e-9:
                found = f"{least:g} to {most:g}, not {scale.least:g} to {scale.most:g}"
                yield instrument.key, f"the items of {scale.code} add up to {found}"


def _names_point_somewhere(loaded: Loaded, on: date) -> Found:
    pack = loaded.pack
    for plan in pack.monitoring.in_force(on):
        for kind, name in (("thresholds", plan.thresholds), ("discharge", plan.discharge)):
            if not any(item.id == name and item.in_force(on) for item in pack.shelves[kind].values()):
                yield plan.key, f"names {name}, which is not in force among the {kind}"
    plans = {plan.id for plan in pack.monitoring.in_force(on)}
    for protocol in pack.protocols.in_force(on):
        if protocol.monitoring is not None and protocol.monitoring not in plans:
            yield (
                protocol.key,
                f"names {protocol.monitoring}, which is not in force among the monitoring plans",
            )
    scripts = {script.id for script in pack.scripts.in_force(on)}
    for symptom in pack.symptoms.in_force(on):
        if symptom.script and symptom.script not in scripts:
            yield symptom.key, f"names {symptom.script}, which is not in force among the scripts"
    for orders in pack.standing_orders.in_force(on):
        for script in sorted(set(orders.scripts) - scripts):
            yield orders.key, f"names {script}, which is not in force among the scripts"
    for thresholds in pack.thresholds.in_force(on):
        for script in _scripts_of(thresholds) - scripts:
            yield thresholds.key, f"names {script}, which is not in force among the scripts"
    known = {OUTCOME, *(each.id for each in pack.instruments.in_force(on))}
    for schedule in pack.schedules.in_force(on):
        for name in sorted({asked.instrument for asked in schedule.asks} - known):
            yield schedule.key, f"names {name}, which is not in force among the instruments"


def _scripts_of(thresholds: Thresholds) -> set[str]:
    """Every emergency script that a table of thresholds leads to."""
    bands = {band.script for table in thresholds.signs for band in table.bands}
    return (
        {table.script for table in thresholds.signs} | bands | {alarm.script for alarm in thresholds.symptoms}
    ) - {""}


def _alarms(loaded: Loaded, on: date) -> Found:
    """What the list of symptoms says of an alarm, and what the table of thresholds alarms on, are one."""
    symptoms = loaded.pack.symptoms.in_force(on)
    for table in loaded.pack.thresholds.in_force(on):
        alarms: dict[str, int] = {}
        for alarm in table.symptoms:
            alarms[alarm.symptom] = min(alarm.least_severity, alarms.get(alarm.symptom, 3))
        for unknown in sorted(set(alarms) - {symptom.code for symptom in symptoms}):
            yield table.key, f"alarms on {unknown!r}, which is not in the list of symptoms"
        for symptom in symptoms:
            if symptom.nature == "crisis" and symptom.alarm_from is None:
                yield symptom.key, "is a crisis and never alarms"
            if symptom.alarm_from != (found := alarms.get(symptom.code)):
                said = "never" if found is None else f"from {found}"
                yield symptom.key, f"alarms from {symptom.alarm_from}, in {table.key} {said}"


_DOSE = re.compile(r"\b\d+(?:[.,]\d+)?\s?(?:mg|mcg|µg|micrograms?|milligrams?|mL|units?)\b", re.I)


def _doses_in_scripts(loaded: Loaded, on: date) -> Found:
    del on
    for script in loaded.pack.scripts.values():
        words = [*(step.words for step in script.steps), *script.recognise, *script.afterwards]
        for text in words:
            if _DOSE.search(text):
                yield script.key, f"an emergency script holds no drug doses: {text!r}"


def _never_opened(loaded: Loaded, on: date) -> Found:
    del on
    for item in loaded.pack.everything.values():
        for source in item.sources:
            record = loaded.bibliography[source.reference]
            if not record.opened and source.kind.value not in ("unverified", "design-default"):
                yield item.key, f"{source.reference} was never opened; its kind here is 'unverified'"


def _superseded(loaded: Loaded, on: date) -> Found:
    del on
    newer = {record.supersedes: record for record in loaded.bibliography.values() if record.supersedes}
    for item in loaded.pack.everything.values():
        for cited in item.references:
            if cited in newer:
                record = newer[cited]
                edition = f"{record.id} ({record.issued})" if record.issued else record.id
                yield item.key, f"{cited} is superseded by {edition}; read that one and cite it"


def _check_digits(loaded: Loaded, on: date) -> Found:
    del on
    for instrument in loaded.pack.instruments.values():
        codes = [item.loinc for item in instrument.items]
        if instrument.loinc is not None:
            codes += [instrument.loinc.panel, instrument.loinc.total]
        for code in filter(None, codes):
            if not reach.loinc_is_sound(code):
                yield instrument.key, f"{code} is no LOINC code: its check digit is wrong"
    for datum in loaded.pack.data.values():
        if datum.loinc and not reach.loinc_is_sound(datum.loinc):
            yield datum.key, f"{datum.loinc} is no LOINC code: its check digit is wrong"


def _counts(loaded: Loaded, on: date) -> Found:
    del on
    for trial in loaded.pack.trials.values():
        for outcome in trial.outcomes:
            for arm in (outcome.treated, outcome.control):
                if arm is not None and arm.events is not None and arm.events > arm.people:
                    yield trial.key, f"{arm.name}: {arm.events} events among {arm.people} people"


def _versions(loaded: Loaded, on: date) -> Found:
    del on
    yield from versions.changed_in_place(loaded.pack, loaded.recorded)
    yield from versions.unrecorded(loaded.pack, loaded.recorded)
    yield from versions.unexplained(loaded.pack)


CHECKS: Mapping[str, Callable[[Loaded, date], Found]] = {
    "overdue-review": _overdue,
    "review-soon": _soon,
    "overlapping-dates": _overlapping,
    "unknown-data": _unknown_data,
    "wrong-type": _wrong_type,
    "unreachable": _unreachable,
    "contradictory": _contradictory,
    "two-questions": _two_questions,
    "yes-opens": _yes_opens,
    "score-bands": _score_bands,
    "score-range": _score_range,
    "names": _names_point_somewhere,
    "alarms": _alarms,
    "doses-in-scripts": _doses_in_scripts,
    "never-opened": _never_opened,
    "superseded": _superseded,
    "loinc": _check_digits,
    "counts": _counts,
    "versions": _versions,
}
WARNINGS = frozenset({"review-soon"})
