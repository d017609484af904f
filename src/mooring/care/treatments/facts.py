"""What this room knows of a patient: the answers of the day, and every dose that was given, in any treatment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import FilteredRelation, Q

from mooring.audit.prepared import Prepared
from mooring.care.patients.facts import BY, PatientFacts, facts_of
from mooring.care.patients.models import Patient
from mooring.care.treatments.models import (
    Cycle,
    HomeArrangement,
    PrescriberVisit,
    ReadinessFact,
    Treatment,
    TreatmentState,
)
from mooring.care.treatments.queries import where_of
from mooring.care.treatments.queries.stop_rules import closings_of_stop_rules
from mooring.identity.models import Site
from mooring.identity.packs import pack_in_force
from mooring.rules import longterm
from mooring.rules.home import visit_due
from mooring.rules.longterm import GivenDose
from mooring.rules.verdict import Fact, Finding, Standing
from mooring.sentences.findings import spoken
from mooring.words.names import name_in_use

ROOM = "treatments"
AT_REST = {"systolic_mmhg": "resting_systolic_mmhg", "diastolic_mmhg": "resting_diastolic_mmhg"}
"""A pressure before the dose is measured at rest, so it is also the newest resting pressure."""

BEFORE_SIGNING = timedelta(days=30)
"""The visit at which a treatment at home was decided counts before its first dose; a design default."""

BEGAN = ("dose_given", "dose_given_mg", "integration_owed")
"""What a dose says of itself from the moment that it began."""

ANSWERS = Prepared(
    lambda keys, moments: (
        ReadinessFact.objects.filter(cycle__treatment__patient__in=keys, at__lte=moments[0])
        .order_by("at", "id")
        .values_list(
            "key", "value", "standing", "at", "support_person__phone", "support_person__ended_at", *BY
        )
    )
)
GIVEN = Prepared(
    lambda keys, moments: (
        Cycle.objects.annotate(
            standing=FilteredRelation("orders", condition=Q(orders__withdrawn_at__isnull=True))
        )
        .filter(treatment__patient__in=keys, dosed_at__lte=moments[0])
        .order_by("dosed_at", "pk")
        .values_list("treatment_id", "dosed_at", "standing__dose_mg")
    )
)


SIGNED = Prepared(
    lambda keys, moments: (
        Treatment.objects.filter(patient__in=keys, state=TreatmentState.SIGNED, signed_at__lte=moments[0])
        .order_by("-signed_at")
        .values_list("pk", "signed_at")[:1]
    )
)
VISITED = Prepared(
    lambda keys, moments: (
        PrescriberVisit.objects.filter(patient__in=keys, at__lte=moments[0]).order_by("at").values_list("at")
    )
)
ARRANGED = Prepared(
    lambda keys, moments: (
        HomeArrangement.objects.filter(cycle__treatment__patient__in=keys, at__lte=moments[0])
        .order_by("-at", "-pk")
        .values_list("cycle__dosed_at", "confirmed_live", "at", *BY)[:1]
    )
)


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """The answers and pre-dose signs of this patient's cycles, `dose_given` with its treatment, `dose_given_mg`."""
    given = GIVEN.rows(patient.records, at)
    return [*_asked(patient, at), *_given(given), *_at_home(patient, given, at)]


def _asked(patient: Patient, at: datetime) -> list[Fact]:
    found = []
    for key, value, standing, when, phone, ended_at, chosen, legal in ANSWERS.rows(patient.records, at):
        if key == "escort_confirmed" and value == "yes" and not (phone and ended_at is None):
            value = "no"  # whom it names stands on the record no longer, or cannot be called
        who = name_in_use(chosen=chosen, legal=legal)
        found.append(Fact(key, value, when, who, Standing(standing), ROOM))
        if key in AT_REST:
            found.append(Fact(AT_REST[key], value, when, who, Standing(standing), ROOM))
    return found


def _given(doses: Iterable[tuple[Any, ...]]) -> list[Fact]:
    found = []
    for treatment_pk, dosed_at, mg in doses:
        found.append(Fact("dose_given", treatment_pk, dosed_at, room=ROOM))
        if mg is not None:
            found.append(Fact("dose_given_mg", mg, dosed_at, room=ROOM))
    return found


def doses_in(facts: PatientFacts, site: Site) -> tuple[GivenDose, ...]:
    """Every dose that was given, of every treatment, with its amount where an order states it."""
    amounts = {fact.dated: fact.value for fact in facts.by_key.get("dose_given_mg", ())}
    return tuple(
        GivenDose(site.today(fact.dated), _amount(amounts.get(fact.dated)))
        for fact in facts.by_key.get("dose_given", ())
        if fact.dated
    )


def last_dose_in(facts: PatientFacts) -> datetime | None:
    """When the newest dose of any treatment began."""
    return max((fact.dated for fact in facts.by_key.get("dose_given", ()) if fact.dated), default=None)


def counted_facts(facts: PatientFacts, site: Site, now: datetime) -> tuple[Fact, ...]:
    """What long-term safety counts from the doses that were given, dated now."""
    given = doses_in(facts, site)
    baseline = longterm.against_baseline(facts.by_key.get(longterm.ALT_SERIES, ()), given)
    return (*longterm.counted(given, now), *baseline)


@dataclass(frozen=True)
class StopRules:
    """What the stop rules find, what of it nobody has switched off, and which facts are known at all."""

    found: tuple[Finding, ...]
    holding: tuple[Finding, ...]
    known: frozenset[str]


def stop_rules_now(treatment: Treatment, at: datetime) -> StopRules:
    """The stop rules read over everything that is known now. `Refused` without a signed pack."""
    patient, site = treatment.patient, treatment.patient.site
    facts, now = facts_of(patient, at), site.local(at)
    known = (*facts.facts, *counted_facts(facts, site, now))
    verdict = spoken(longterm.assess(known, pack_in_force(site), now, where_of(treatment)))
    closings = closings_of_stop_rules(patient, last_dose_in(facts), verdict, at)
    return StopRules(verdict.findings, verdict.still_open(closings), frozenset(fact.key for fact in known))


def _amount(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def without_own_dose(facts: PatientFacts, cycle: Cycle) -> PatientFacts:
    """The facts as they would stand had this dose not begun: it counts neither as a dose nor as one to follow up."""
    others = tuple(
        fact for fact in facts.facts if fact.key not in BEGAN or fact.dated not in (cycle.dosed_at, facts.at)
    )
    return PatientFacts(facts.patient_pk, facts.at, (*others, Fact("integration_owed", "no", facts.at)))


def _at_home(patient: Patient, doses: Iterable[tuple[Any, ...]], at: datetime) -> list[Fact]:
    """What a dose at home asks for: the prescriber's visit, where it is and who stays, confirmed live today."""
    signed = SIGNED.rows(patient.records, at)
    if not signed:
        return []
    treatment_pk, signed_at = signed[0]
    given = [when for pk, when, _mg in doses if pk == treatment_pk]
    visits = [when for (when,) in VISITED.rows(patient.records, at)]
    due = visit_due(given, visits, since=signed_at - BEFORE_SIGNING)
    found = [Fact("home_visit_due", "yes" if due else "no", at, room=ROOM)]
    arranged = ARRANGED.rows(patient.records, at)
    current = bool(arranged) and (
        arranged[0][0] is None or patient.site.today(arranged[0][0]) == patient.site.today(at)
    )
    confirmed = current and arranged[0][1] and patient.site.today(arranged[0][2]) == patient.site.today(at)
    found.append(Fact("home_arranged", "yes" if current else "no", at, room=ROOM))
    found.append(Fact("home_chaperone_confirmed", "yes" if confirmed else "no", at, room=ROOM))
    return found
