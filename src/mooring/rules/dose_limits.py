"""Whether an order stays within its protocol, whatever its shape, and how far it stands from earlier doses.

Nothing here proposes a dose: it checks what a prescriber ordered against the limits of the protocol that the
prescriber chose, the ceiling of the protocol or of the site, the presentations that exist, and what a pump can be set
to. What only one shape has (a rate, a rest, a number of devices) its own file in `rules/doses/` checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from mooring.content.jurisdictions import within
from mooring.content.schema.giving import FirstDose
from mooring.content.schema.presentations import Presentation, Pump
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.doses.basis import above_zero
from mooring.rules.doses.checking import Checking, protocol_finding
from mooring.rules.doses.ordered import OrderedDose
from mooring.rules.verdict import Effect, Override, RuleMessage, Verdict


@dataclass(frozen=True)
class Weight:
    """A dated weight and how old the site lets it be."""

    kg: Decimal
    measured_on: date
    fresh_days: int


@dataclass(frozen=True)
class Treated:
    """What of the person and the treatment decides about a dose: age, law, whether it is the first one."""

    age: float | None = None
    jurisdiction: str = ""
    first: bool = False


def check(
    order: OrderedDose,
    protocol: ProtocolTemplate,
    weight: Weight | None,
    presentation: Presentation | None,
    pump: Pump | None,
    *,
    ceiling_mg: Decimal | None = None,
    treated: Treated | None = None,
) -> Verdict:
    """Whether the order stays within the protocol: product, presentation, dose, ceiling, rounding, weight, shape.

    `ceiling_mg` is the site's own, signed where the protocol prints none. How far the dose stands from earlier ones is
    the gate's to ask (`check_spacing`).

    >>> check(order, protocol, weight, presentation, pump).findings  # all in order  # doctest: +SKIP
    ()
    """
    checking = Checking(order.mg, order.basis, order.route, protocol, presentation, pump)
    _identity(checking, order)
    if not (above_zero(order.mg) and order.form.positive):
        checking.say("positive", Effect.BLOCK, RuleMessage("dose.not_above_0"), RuleMessage("dose.correct"))
        return Verdict(tuple(checking.found))
    _product(checking, order)
    _weight_is_known(checking, order, weight)
    _within_limits(checking, order)
    _ceiling(checking, order, ceiling_mg)
    _first_dose(checking, order, treated or Treated())
    if protocol.dose.per != "session" and not _counted(order):
        _comes_to_mg(checking, order)
    order.form.check(checking)
    return Verdict(tuple(checking.found))


def _identity(checking: Checking, order: OrderedDose) -> None:
    protocol = checking.protocol
    shape = protocol.given_as.shape if protocol.given_as else ""
    pairs = (
        ("product", "dose.other_product", order.product, protocol.product),
        ("route", "dose.other_route", order.route, protocol.route),
        ("salt-basis", "dose.other_salt_basis", order.salt_basis, protocol.salt_basis),
        ("shape", "dose.other_shape", order.form.code, shape),
    )
    for rule, code, ordered, expected in pairs:
        if ordered != expected:
            says = RuleMessage(code, ordered=ordered, expected=expected)
            checking.say(rule, Effect.BLOCK, says, RuleMessage("dose.correct_or_other_protocol"))


def _product(checking: Checking, order: OrderedDose) -> None:
    """A presentation is chosen, of this product, and it is given by this route."""
    presentation = checking.presentation
    asks = RuleMessage("dose.choose_presentation")
    if presentation is None or (presentation.product, presentation.salt_basis) != (
        order.product,
        order.salt_basis,
    ):
        says = RuleMessage("dose.no_presentation", product=order.product)
        checking.say("presentation", Effect.BLOCK, says, asks)
        checking.presentation = None
    elif presentation.use_by(order.route) is None:
        says = RuleMessage("dose.presentation_other_route", name=presentation.title, route=order.route)
        checking.say("presentation-route", Effect.BLOCK, says, asks)


def _counted(order: OrderedDose) -> bool:
    """Whether it comes in whole pieces, whose number the shape checks."""
    return order.form.read_back.what == "count"


def _weight_is_known(checking: Checking, order: OrderedDose, weight: Weight | None) -> None:
    if checking.protocol.dose.per == "session":
        return
    if weight is None:
        says, asks = RuleMessage("dose.no_weight"), RuleMessage("dose.weigh")
        checking.say("weight", Effect.BLOCK, says, asks, missing=("weight_kg",))
        return
    age = (order.on - weight.measured_on).days
    if not 0 <= age <= weight.fresh_days:
        says = RuleMessage("dose.old_weight", age_days=age, fresh_days=weight.fresh_days)
        checking.say("weight-age", Effect.BLOCK, says, RuleMessage("dose.weigh_again"))


def _within_limits(checking: Checking, order: OrderedDose) -> None:
    """The dose lies in the protocol's range and is one that exists; a booster counts towards the most."""
    factor, dose, mg = order.basis.factor(order.duration_min), checking.protocol.dose, order.mg
    if factor is None:
        return
    # Compared in milligrams, which are exact: a quotient is cut after 28 digits, and a dose rounded up
    # from just half a step would fail its own protocol.
    slack, total, unit = dose.round_to_mg / 2, order.total_mg, order.basis.unit
    shown = (total / factor).quantize(Decimal("0.001"))
    if mg < dose.least * factor - slack or total > dose.most * factor + slack:
        says = RuleMessage("dose.outside", dose=shown, least=dose.least, most=dose.most, unit=unit)
        checking.say("dose", Effect.BLOCK, says, RuleMessage("dose.order_within"))
    elif dose.choices and mg not in dose.choices:
        says = RuleMessage("dose.no_such_dose", dose_mg=mg, exist_mg=dose.choices)
        checking.say("dose-choice", Effect.BLOCK, says, RuleMessage("dose.order_one_that_exists"))
    elif dose.second_signature_above is not None and total > dose.second_signature_above * factor + slack:
        says = RuleMessage("dose.above_second", dose=shown, above=dose.second_signature_above, unit=unit)
        asks = RuleMessage("dose.second_signs")
        checking.say("dose-second", Effect.HOLD, says, asks, Override.TWO_PEOPLE)


def _ceiling(checking: Checking, order: OrderedDose, ceiling_mg: Decimal | None) -> None:
    most = checking.protocol.dose.most_mg
    if most is None and ceiling_mg is None:
        says, asks = RuleMessage("dose.no_ceiling"), RuleMessage("dose.site_signs_ceiling")
        checking.say("no-ceiling", Effect.BLOCK, says, asks)
    elif most is None and ceiling_mg is not None and order.total_mg > ceiling_mg:
        says = RuleMessage("dose.above_ceiling", dose_mg=order.total_mg, ceiling_mg=ceiling_mg)
        asks = RuleMessage("dose.order_within_ceiling")
        checking.say("ceiling", Effect.BLOCK, says, asks)
    elif most is not None and order.total_mg > most:
        says = RuleMessage("dose.above_ceiling", dose_mg=order.total_mg, ceiling_mg=most)
        asks = RuleMessage("dose.less_or_reason")
        checking.say("ceiling", Effect.HOLD, says, asks, Override.PRESCRIBER)


def _first_dose(checking: Checking, order: OrderedDose, treated: Treated) -> None:
    """The first dose of a treatment is what the label says for this age and law; another asks the prescriber why."""
    wanted = first_dose(checking.protocol, treated) if treated.first else None
    if wanted is not None and order.mg != wanted.mg:
        says = RuleMessage("dose.other_first", dose_mg=order.mg, first_mg=wanted.mg)
        asks = RuleMessage("dose.less_or_reason")
        checking.say("first-dose", Effect.HOLD, says, asks, Override.PRESCRIBER)


def first_dose(protocol: ProtocolTemplate, treated: Treated) -> FirstDose | None:
    """What the label says of the first dose for this person; the first line that fits."""
    for line in protocol.dose.first:
        old_enough = line.least_age is None or (treated.age is not None and treated.age >= line.least_age)
        if old_enough and (not line.jurisdictions or within(treated.jurisdiction, line.jurisdictions)):
            return line
    return None


def _comes_to_mg(checking: Checking, order: OrderedDose) -> None:
    """The milligrams are what the basis comes to."""
    factor = order.basis.factor(order.duration_min)
    if factor is not None:
        checking.agrees("mg", order.mg, order.basis.amount * factor, checking.protocol.dose.round_to_mg, "mg")


@dataclass(frozen=True)
class DecidedSpacing:
    """What was decided after the protocol's own course: how many doses in all, how many days before this one."""

    doses: int
    gap_days: int


SLACK_DAYS = 7
"""How many days later than decided a dose may come without a word; a design default."""


def _most_gap(protocol: ProtocolTemplate, decided: DecidedSpacing | None) -> int:
    own = protocol.spacing.gap_days_most
    return own if decided is None else max(own, decided.gap_days + SLACK_DAYS)


def check_spacing(
    protocol: ProtocolTemplate,
    on: date,
    *,
    previous_on: tuple[date, ...],
    of_this_treatment: int,
    began_on: date | None = None,
    decided: DecidedSpacing | None = None,
) -> Verdict:
    """Whether a dose on this day keeps its distance to the last one, and whether the plan has one left.

    `previous_on` are the days of all earlier doses, of whichever treatment: the body knows no treatments.
    `of_this_treatment` is how many of them this treatment gave. `decided` is what a prescriber decided since about the
    gap and the number: the protocol's least gap holds in any case. `began_on` is the day of this treatment's first dose:
    what was not studied for longer is held after its last day.
    """
    spacing, found = protocol.spacing, []
    if previous_on:
        gap = (on - max(previous_on)).days
        if gap < spacing.gap_days_least:
            earliest = max(previous_on) + timedelta(days=spacing.gap_days_least)
            says = RuleMessage("spacing.too_close", gap_days=gap, least_days=spacing.gap_days_least)
            asks = RuleMessage("spacing.not_before", on=earliest)
            found.append(protocol_finding(protocol, "gap", Effect.HOLD, says, asks, Override.TWO_PEOPLE))
        elif gap > _most_gap(protocol, decided) and of_this_treatment:
            says = RuleMessage("spacing.too_far", gap_days=gap, most_days=_most_gap(protocol, decided))
            asks = RuleMessage("spacing.review_plan")
            found.append(
                protocol_finding(protocol, "gap-long", Effect.CAUTION, says, asks, Override.PRESCRIBER)
            )
    ends_after = protocol.follow_up.end_after_days if protocol.follow_up else None
    if ends_after is not None and began_on is not None and (on - began_on).days > ends_after:
        says = RuleMessage("spacing.not_studied", since_days=(on - began_on).days, most_days=ends_after)
        asks = RuleMessage("spacing.new_plan")
        found.append(protocol_finding(protocol, "end", Effect.HOLD, says, asks, Override.TWO_PEOPLE))
    most = max(spacing.most_cycles or spacing.cycles, decided.doses if decided else 0)
    if of_this_treatment >= most:
        says = RuleMessage("spacing.all_given", given=of_this_treatment, most=most)
        asks = RuleMessage("spacing.new_plan")
        found.append(protocol_finding(protocol, "cycles", Effect.HOLD, says, asks, Override.PRESCRIBER))
    return Verdict(tuple(found))
