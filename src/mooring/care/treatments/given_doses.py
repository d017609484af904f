"""The doses that were given to a patient, among the facts that are known of them."""

from decimal import Decimal

from mooring.care.patients.facts import PatientFacts
from mooring.care.treatments.models import Cycle
from mooring.identity.models import Site
from mooring.rules.longterm import GivenDose
from mooring.rules.verdict import Fact

BEGAN = ("dose_given", "dose_given_mg", "integration_owed")
"""What a dose says of itself from the moment that it began."""


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
