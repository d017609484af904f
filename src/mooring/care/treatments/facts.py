"""What this room knows of a patient: the answers of the day, and every dose that was given, in any treatment."""

from datetime import datetime
from decimal import Decimal

from django.db.models import FilteredRelation, Q

from mooring.care.patients.facts import BY, PatientFacts
from mooring.care.patients.models import Patient
from mooring.care.treatments.models import Cycle, ReadinessFact
from mooring.identity.models import Site
from mooring.identity.prepared import Prepared
from mooring.rules.longterm import GivenDose
from mooring.rules.verdict import Fact, Standing
from mooring.words.names import name_in_use

ROOM = "treatments"
AT_REST = {"systolic_mmhg": "resting_systolic_mmhg", "diastolic_mmhg": "resting_diastolic_mmhg"}
"""A pressure before the dose is measured at rest, so it is also the newest resting pressure."""

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


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """The answers and pre-dose signs of this patient's cycles, `dose_given` with its treatment, `dose_given_mg`."""
    return [*_asked(patient, at), *_given(patient, at)]


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


def _given(patient: Patient, at: datetime) -> list[Fact]:
    found = []
    for treatment_pk, dosed_at, mg in GIVEN.rows(patient.records, at):
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


def _amount(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def without_own_dose(facts: PatientFacts, cycle: Cycle) -> PatientFacts:
    """The facts as they would stand had this dose not begun: it counts neither as a dose nor as one to follow up."""
    others = tuple(
        fact for fact in facts.facts if fact.key not in BEGAN or fact.dated not in (cycle.dosed_at, facts.at)
    )
    return PatientFacts(facts.patient_pk, facts.at, (*others, Fact("integration_owed", "no", facts.at)))
