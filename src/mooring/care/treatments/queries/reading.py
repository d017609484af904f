"""Reads over a treatment: its protocol, its cycles, what readiness rests on, the weight of the day."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.care.observations.models import Observation
from mooring.care.observations.queries import newest_weight
from mooring.care.patients.models import Patient, SupportPerson
from mooring.care.treatments.models import (
    CourseDecision,
    Cycle,
    DoseOrder,
    ReadinessFact,
    Treatment,
    TreatmentState,
)
from mooring.content.pack import Pack
from mooring.content.schema.data import Datum
from mooring.content.schema.eligibility import ReadinessRule
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.identity.packs import parsed
from mooring.identity.queries import policy_in_force
from mooring.rules.bands import tables
from mooring.rules.screening import Setting


@dataclass(frozen=True)
class DatedWeight:
    """The newest weight that stands, and whether the site's policy still lets it carry a dose."""

    observation: Observation | None
    age_days: int
    fresh_days: int

    @property
    def fresh(self) -> bool:
        return self.observation is not None and 0 <= self.age_days <= self.fresh_days


def protocol_of(treatment: Treatment) -> ProtocolTemplate:
    """The protocol as it stood in the pack under which the treatment was made."""
    return parsed(treatment.pack).protocols[treatment.protocol]


def where_of(treatment: Treatment) -> Setting:
    """What is given, how, in which law and setting: what decides which rules and texts apply."""
    protocol = protocol_of(treatment)
    return Setting(
        product=protocol.product,
        route=protocol.route,
        jurisdiction=treatment.patient.site.jurisdiction,
        setting=protocol.setting,
    )


def intended_amount(cycle: Cycle) -> Decimal:
    """The dose that is intended for a cycle: of the newest decision that changed it, else of the signed treatment."""
    changed = CourseDecision.objects.filter(treatment=cycle.treatment_id, amount__isnull=False)
    newest = changed.order_by("-number").first()
    amount = newest.amount if newest else None
    return cycle.treatment.basis.amount if amount is None else amount


def treatments_of(patient: Patient) -> "QuerySet[Treatment]":
    """All treatments of a patient, newest first."""
    return (
        Treatment.objects.filter(patient__in=patient.records)
        .select_related(
            "patient__person", "patient__site", "pack", "screening", "made_by", "signed_by", "ended_by"
        )
        .defer("pack__body")
        .order_by("-made_at", "-pk")
    )


def holds_record(patient: Patient) -> list[str]:
    """Why this record cannot be merged into another now: a treatment in it is open, and doses are given by it."""
    is_open = Treatment.objects.filter(
        patient=patient, state__in=[TreatmentState.DRAFT, TreatmentState.SIGNED]
    )
    if not is_open.exists():
        return []
    return [
        _("{record} holds an open treatment. Keep this record, or end the treatment first.").format(
            record=patient.record_number
        )
    ]


def cycles_of(treatment: Treatment) -> list[Cycle]:
    """The cycles of a treatment in their order, each with its preparation at hand."""
    return list(Cycle.objects.filter(treatment=treatment).select_related("preparation").order_by("number"))


def live_order_of(cycle: Cycle) -> DoseOrder | None:
    """The one order that stands for this cycle."""
    return (
        DoseOrder.objects.filter(cycle=cycle, withdrawn_at__isnull=True)
        .select_related("weight", "signed_by")
        .first()
    )


def live_orders_of(treatment: Treatment) -> dict[int, DoseOrder]:
    """The standing orders of a treatment by cycle id."""
    found = DoseOrder.objects.filter(cycle__treatment=treatment, withdrawn_at__isnull=True)
    return {order.cycle_id: order for order in found.select_related("signed_by", "weight")}


def last_given(patient: Patient, *, before: Cycle) -> tuple[Cycle, DoseOrder] | None:
    """The dose before this one, of whichever treatment, with the order under which it was given."""
    for order in GIVEN_BEFORE.records((before.pk, *patient.records)):
        return order.cycle, order
    return None


GIVEN_BEFORE = Prepared(
    lambda keys, moments: (
        DoseOrder.objects.filter(
            cycle__treatment__patient__in=keys[1:],
            cycle__dosed_at__isnull=False,
            withdrawn_at__isnull=True,
        )
        .exclude(cycle=keys[0])
        .select_related("cycle", "weight", "signed_by")
        .order_by("-cycle__dosed_at")[:1]
    )
)


def escorts_of(patient: Patient) -> "QuerySet[SupportPerson]":
    """Who is named on the record to take the patient home and can be called."""
    named = SupportPerson.objects.filter(patient__in=patient.records, escorts=True, ended_at__isnull=True)
    return named.exclude(phone="").order_by("name", "pk")


def weight_on(patient: Patient, at: datetime) -> DatedWeight:
    """The newest weight measured until `at`, with its age in whole days of the site and the policy's limit."""
    fresh_days = policy_in_force(patient.site, at).weight_fresh_days
    found = newest_weight(patient, until=at)
    age = (patient.site.today(at) - patient.site.today(found.at)).days if found else 0
    return DatedWeight(observation=found, age_days=age, fresh_days=fresh_days)


def newest_facts(cycle: Cycle, until: datetime) -> dict[str, ReadinessFact]:
    """What was asked or measured for this cycle until a moment: the newest of each key."""
    return {fact.key: fact for fact in FACTS.records((cycle.pk,), until)}


FACTS = Prepared(
    lambda keys, moments: (
        ReadinessFact.objects.filter(cycle__in=keys, at__lte=moments[0])
        .select_related("by")
        .order_by("at", "id")
    )
)


@dataclass(frozen=True)
class DayQuestion:
    """One thing to ask or measure on the day: its fact in the data dictionary, and how it is put."""

    datum: Datum
    words: str
    measured: bool


def asked_on_the_day(cycle: Cycle, pack: Pack, on: date) -> tuple[DayQuestion, ...]:
    """What readiness asks and measures for this cycle under a pack: questions first, then vital signs."""
    where = where_of(cycle.treatment)
    asked: dict[str, DayQuestion] = {}
    for rule in readiness_rules(pack, on, where):
        if rule.question is not None:
            datum = pack.data[rule.question.about]
            asked.setdefault(datum.key, DayQuestion(datum, rule.question.text, measured=False))
    for datum in signs_before(pack, on, where):
        asked.setdefault(datum.key, DayQuestion(datum, datum.title, measured=True))
    return tuple(asked.values())


def signs_before(pack: Pack, on: date, where: Setting, *, asked_only: bool = True) -> tuple[Datum, ...]:
    """The signs that are measured before a dose, each once; with those that are read where somebody measured them."""
    keys = dict.fromkeys(
        table.sign
        for thresholds in pack.thresholds.in_force(on)
        for table in tables(thresholds, "before", jurisdiction=where.jurisdiction)
        if table.asked or not asked_only
    )
    return tuple(pack.data[key] for key in keys)


def readiness_rules(pack: Pack, on: date, where: Setting) -> tuple[ReadinessRule, ...]:
    """The readiness rules in force that hold for this product, route, law and setting."""
    return tuple(
        rule
        for rule in pack.readiness.in_force(on)
        if rule.applies.fits(where.product, where.route, where.jurisdiction, where.setting)
    )
