"""The gate of a dose: everything that is known now, read by every rule, at each act on the way to the dose.

The plan, the readiness, the order, the opening of the session, the start and each repeat ask the same gate. It
keeps nothing: what was passed an hour ago is read again, so an allergy told since, a consent taken back, a
pressure of 215 in the observation before the dose or an urgent concern closes it. A closing that a prescriber
gave holds for the facts it was given for, and for the day; one of the screening holds for its facts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.care.consents.queries import text_digest, texts_needed
from mooring.care.patients.facts import PatientFacts, facts_of
from mooring.care.patients.models import Patient
from mooring.care.screening.models import FindingClosure, Screening
from mooring.care.treatments.facts import counted_facts, doses_in, last_dose_in, without_own_dose
from mooring.care.treatments.models import (
    Cycle,
    DoseOrder,
    Preparation,
    ReadinessClosure,
    Touch,
)
from mooring.care.treatments.queries import DayQuestion, protocol_of, where_of
from mooring.care.treatments.queries.stop_rules import closings_of_stop_rules
from mooring.content.pack import Pack
from mooring.content.schema.data import DatumType
from mooring.content.schema.longterm import LongTermCheck
from mooring.identity.models import Site, SitePolicy
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import policy_in_force
from mooring.rules import dose_limits, longterm, readiness
from mooring.rules.facts import known
from mooring.rules.screening import Setting, rules_for, screen
from mooring.rules.verdict import (
    Closure,
    ClosureKind,
    Effect,
    Fact,
    Finding,
    Override,
    Refused,
    Standing,
    Verdict,
)
from mooring.sentences.findings import spoken
from mooring.words.names import name_in_use
from mooring.words.numbers import with_unit

CLOSED = (
    "at",
    "rule",
    "kind",
    "reason",
    "by__chosen_name",
    "by__legal_name",
    "second__chosen_name",
    "second__legal_name",
)
CLOSED_BY_SCREENING = Prepared(
    lambda keys, moments: (
        FindingClosure.objects.filter(screening__in=keys).order_by("id").values_list(*CLOSED)
    )
)
CLOSED_TODAY = Prepared(
    lambda keys, moments: (
        ReadinessClosure.objects.filter(cycle__in=keys, at__lte=moments[0])
        .order_by("at", "id")
        .values_list(*CLOSED)
    )
)
FRESH_DAYS = Prepared(
    lambda keys, moments: (
        SitePolicy.objects.filter(site__in=keys, in_force_from__lte=moments[0])
        .order_by("-in_force_from", "-number")
        .values_list("weight_fresh_days")[:1]
    )
)
ORDERED = Prepared(
    lambda keys, moments: DoseOrder.objects.filter(cycle__in=keys, withdrawn_at__isnull=True).values_list(
        "signed_at", "dose_mg", "weight__value", "signed_by__chosen_name", "signed_by__legal_name"
    )
)


@dataclass(frozen=True)
class Gate:
    """The gate of one cycle at one moment: what the rules found, and the closings that count now."""

    cycle: Cycle
    at: datetime
    pack: Pack
    facts: PatientFacts
    verdict: Verdict
    closures: tuple[Closure, ...]

    @property
    def still_open(self) -> tuple[Finding, ...]:
        return self.verdict.still_open(self.closures)

    @property
    def open(self) -> bool:
        """Whether the dose may go on."""
        return not self.still_open

    def reported(self, key: str) -> bool:
        """Whether the newest word on this fact is the patient's, and a clinician confirms or refutes it.

        So a "yes", and a "no" that contradicts the "yes" which stands confirmed.
        """
        facts = self.facts.by_key.get(key, ())
        if not facts or facts[0].standing != Standing.REPORTED:
            return False
        confirmed = next((fact for fact in facts if fact.standing != Standing.REPORTED), None)
        return facts[0].value == "yes" or (confirmed is not None and confirmed.value == "yes")


def gate_of(cycle: Cycle, at: datetime) -> Verdict:
    """What stands between this cycle and its dose now: the findings that no closing has closed, and no others.

    The gate is open when it has none. Raises `Refused` without a signed pack or policy.
    """
    return Verdict(read_gate(cycle, at).still_open)


def refuse_closed_gate(cycle: Cycle, at: datetime, *lead: str) -> None:
    """Raise `Refused`, with each reason and its way out, unless the gate is open at this moment."""
    verdict = gate_of(cycle, at)
    if verdict.findings:
        raise Refused(*lead, *in_words(verdict.findings), verdict=verdict)


def refuse_closed_repeat(cycle: Cycle, at: datetime, *lead: str) -> None:
    """The same for a further part of a dose that has begun, read over everything else that is known by now.

    The signs of the session have bands of their own, and what the dose itself began (its day, its follow-up) is no
    reason against its second half.
    """
    findings = read_gate(cycle, at, repeat=True).still_open
    if findings:
        raise Refused(*lead, *in_words(findings), verdict=Verdict(findings))


def in_words(findings: Iterable[Finding]) -> list[str]:
    """What was found and what to do, one sentence or two for each finding."""
    return [f"{finding.says} {finding.asks}".strip() for finding in findings]


def read_gate(cycle: Cycle, at: datetime, *, repeat: bool = False) -> Gate:
    """Every rule of the pack in force over everything that is known now, with the closings that count.

    `repeat`: for a further part of this cycle's own dose.
    """
    treatment = cycle.treatment
    patient, site = treatment.patient, treatment.patient.site
    pack, now, where = pack_in_force(site), site.local(at), where_of(treatment)
    facts = facts_of(patient, at)
    facts = without_own_dose(facts, cycle) if repeat else facts
    plan = _of_the_plan(patient, facts, pack, where, at)
    counted = counted_facts(facts, site, now)
    now_known = known((*facts.facts, *plan, *counted, *where.facts), now, pack.data)  # once, for all rules
    verdict = spoken(
        screen(now_known, pack, now, where)
        + readiness.assess(now_known, pack, now, where, begun=repeat)
        + Verdict((*_of_the_order(cycle, facts, site, at), *_of_the_preparation(cycle, facts)))
        + _spacing(cycle, facts, now.date())
        + longterm.assess(now_known, pack, now, where)
    )
    closures = (
        *_given_today(cycle, verdict, site, at),
        *closures_that_count(treatment.screening, verdict),
        *closings_of_stop_rules(patient, last_dose_in(facts), verdict, at),
    )
    return Gate(cycle, at, pack, facts, verdict, closures)


def asked_again(gate: Gate) -> tuple[DayQuestion, ...]:
    """What eligibility has to know and does not know today: never asked, or asked too long ago. Only that."""
    where, on = where_of(gate.cycle.treatment), gate.cycle.treatment.patient.site.today(gate.at)
    questions = {
        rule.question.about: rule.question.text
        for rule in rules_for(gate.pack, on, where)
        if rule.question is not None
    }
    rules = {rule.key for rule in rules_for(gate.pack, on, where)}
    missing = dict.fromkeys(
        key for finding in gate.still_open if finding.rule in rules for key in finding.missing
    )
    return tuple(
        DayQuestion(gate.pack.data[key], questions.get(key, gate.pack.data[key].title), measured=False)
        for key in missing
        if key in gate.pack.data and gate.pack.data[key].type == DatumType.YES_NO and not gate.reported(key)
    )


def refuse_ineligible(screening: Screening, where: Setting, at: datetime) -> None:
    """The gate of a plan: eligibility as it is known now. What has grown old since the screening is asked again."""
    site = screening.patient.site
    pack = pack_in_force(site)
    facts = facts_of(screening.patient, at)
    verdict = screen(facts.facts, pack, site.local(at), where)
    still_open = verdict.still_open(closures_that_count(screening, verdict))
    stale = [each for each in still_open if each.missing]
    settled = [each for each in still_open if not each.missing]
    if not still_open:
        return
    reasons = in_words(settled)
    if stale:
        names = dict.fromkeys(
            pack.fact_names.get(key, key.replace("_", " ")) for each in stale for key in each.missing
        )
        reasons.append(
            _("Not known for today, or too long ago: {names}. Ask again first.").format(
                names=", ".join(names)
            )
        )
    raise Refused(*reasons, verdict=Verdict(still_open))


def closures_that_count(screening: Screening, verdict: Verdict) -> tuple[Closure, ...]:
    """The closings of a screening that still hold: nothing newer is known of what they closed."""
    rows = CLOSED_BY_SCREENING.rows((screening.pk,))
    newest = _newest_facts(verdict)
    return tuple(_closure(*row) for at, *row in rows if _not_older(at, newest.get(row[0])))


def _given_today(cycle: Cycle, verdict: Verdict, site: Site, at: datetime) -> tuple[Closure, ...]:
    rows = CLOSED_TODAY.rows((cycle.pk,), at)
    newest, today = _newest_facts(verdict), site.today(at)
    return tuple(
        _closure(*row)
        for closed_at, *row in rows
        if site.today(closed_at) == today and _not_older(closed_at, newest.get(row[0]))
    )


def _closure(
    rule: str, kind: str, reason: str, chosen: str, legal: str, second_chosen: str, second_legal: str
) -> Closure:
    return Closure(
        rule=rule,
        kind=ClosureKind(kind),
        by=name_in_use(chosen=chosen, legal=legal),
        reason=reason,
        second=name_in_use(chosen=second_chosen or "", legal=second_legal or ""),
    )


def _newest_facts(verdict: Verdict) -> dict[str, datetime | None]:
    """When the newest fact behind each finding was known: an older value that is typed later is a new one."""
    return {
        finding.rule: max((fact.known_since for fact in finding.facts if fact.known_since), default=None)
        for finding in verdict.findings
    }


def _not_older(closed_at: datetime, known_since: datetime | None) -> bool:
    return known_since is None or closed_at >= known_since


def _of_the_plan(
    patient: Patient, facts: PatientFacts, pack: Pack, where: Setting, at: datetime
) -> list[Fact]:
    """What follows from the plan and the site's policy: whether its texts are signed, how old a weight may be."""
    signed = {str(fact.value) for fact in facts.by_key.get("consent_signed", ())}
    needed = texts_needed(pack, patient.site.today(at), patient.person.language, where)
    current = bool(needed) and all(f"{text.key} {text_digest(text)}" in signed for text in needed)
    return [
        Fact("consent_current", "yes" if current else "no"),
        Fact("weight_fresh_days", _weight_fresh_days(patient.site, at)),
    ]


def _weight_fresh_days(site: Site, at: datetime) -> int:
    for (days,) in FRESH_DAYS.rows((site.pk,), at):
        return int(days)
    return policy_in_force(site, at).weight_fresh_days


def _of_the_order(cycle: Cycle, facts: PatientFacts, site: Site, at: datetime) -> list[Finding]:
    """An order says what is given today, for the weight that was known: another day or weight needs another."""
    found = []
    for signed_at, dose_mg, ordered_kg, chosen, legal in ORDERED.rows((cycle.pk,)):
        if site.today(signed_at) != site.today(at):
            by = name_in_use(chosen=chosen, legal=legal)
            found.append(
                _order_finding(
                    "day",
                    _("The dose order was signed on another day."),
                    _("The prescriber withdraws it and signs one for today."),
                    Fact("order_signed", str(dose_mg), signed_at, by),
                )
            )
        weight = facts.newest("weight_kg")
        if ordered_kg is not None and weight is not None and weight.value != float(ordered_kg):
            found.append(
                _order_finding(
                    "weight",
                    _(
                        "The weight was taken again since the order was signed: {weight}, not {ordered}."
                    ).format(weight=with_unit(weight.value, "kg"), ordered=with_unit(ordered_kg, "kg")),
                    _("The prescriber withdraws the order and signs one for the weight of today."),
                    weight,
                )
            )
    return found


def _of_the_preparation(cycle: Cycle, facts: PatientFacts) -> list[Finding]:
    """Touch that was prepared while the consent that stands now says no: the newer word of the patient counts."""
    agreed = facts.newest("consent_to_touch")
    if agreed is None or agreed.value != "no":
        return []
    prepared = Preparation.objects.filter(cycle=cycle).exclude(touch=Touch.NONE)
    if not prepared.exists():
        return []
    return [
        Finding(
            rule="preparation/touch",
            effect=Effect.BLOCK,
            says=_("The preparation says that touch was agreed; the consent says no touch."),
            asks=_(
                "Ask the patient, and write the preparation again with “no touch”, or take a new consent."
            ),
            facts=(agreed,),
            override=Override.NOBODY,
        )
    ]


def _order_finding(code: str, says: str, asks: str, fact: Fact) -> Finding:
    return Finding(
        rule=f"order/{code}",
        effect=Effect.BLOCK,
        says=says,
        asks=asks,
        facts=(fact,),
        override=Override.NOBODY,
    )


def long_term_due(cycle: Cycle, at: datetime) -> tuple[LongTermCheck, ...]:
    """The long-term checks whose cadence has come for this patient, none before a first dose."""
    patient, site = cycle.treatment.patient, cycle.treatment.patient.site
    facts = facts_of(patient, at)
    given = doses_in(facts, site)
    if not given:
        return ()
    first = min(dose.on for dose in given)
    return longterm.due(facts.facts, pack_in_force(site), site.local(at), where_of(cycle.treatment), first)


def _spacing(cycle: Cycle, facts: PatientFacts, today: date) -> Verdict:
    """The days since the doses that were given, of every treatment, against the plan's own spacing."""
    site = cycle.treatment.patient.site
    given = facts.by_key.get("dose_given", ())
    mine = [site.today(fact.dated) for fact in given if fact.dated and fact.value == cycle.treatment_id]
    return dose_limits.check_spacing(
        protocol_of(cycle.treatment),
        today,
        previous_on=tuple(sorted(site.today(fact.dated) for fact in given if fact.dated)),
        of_this_treatment=len(mine),
        began_on=min(mine, default=None),
        decided=_decided(cycle),
    )


def _decided(cycle: Cycle) -> dose_limits.DecidedSpacing | None:
    """What a prescriber decided about this dose after the protocol's own course."""
    if cycle.decision is None:
        return None
    return dose_limits.DecidedSpacing(doses=cycle.number, gap_days=cycle.decision.gap_days)
