"""The arithmetic of a dose order, exact in decimals, and whether an order stays within its protocol.

Nothing here proposes a dose: it computes what a prescriber ordered and checks it against the limits of the
protocol that the prescriber chose, the presentations that exist, and what a pump can be set to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from mooring.content.schema.presentations import Presentation, Pump
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.verdict import Effect, Finding, Override, RuleMessage, Verdict

ML_STEP = Decimal("0.01")
RATE_STEP = Decimal("0.1")
MOST_ROUNDING = Decimal("0.02")
"""How much of a dose or a rate rounding may change; a design default. More than that is said, and re-planned."""


@dataclass(frozen=True)
class Amounts:
    """What a dose comes to: `mg` and `ml` as drawn (rounded), `exact_mg` unrounded, the pump rate in mL/h."""

    exact_mg: Decimal
    mg: Decimal
    ml: Decimal
    rate_ml_per_h: Decimal | None


@dataclass(frozen=True)
class OrderedDose:
    """What is ordered for one session; no `duration_min` and `rate_ml_per_h` where nothing is infused."""

    product: str
    salt_basis: str
    route: str
    mg: Decimal
    ml: Decimal
    concentration_mg_per_ml: Decimal
    on: date
    mg_per_kg: Decimal | None = None
    duration_min: int | None = None
    rate_ml_per_h: Decimal | None = None


@dataclass(frozen=True)
class Weight:
    """A dated weight and how old the site lets it be."""

    kg: Decimal
    measured_on: date
    fresh_days: int


def _above_zero(*values: Decimal) -> bool:
    return all(value.is_finite() and value > 0 for value in values)


def rounded(value: Decimal, step: Decimal) -> Decimal:
    """The nearest multiple of `step`; halves go to the even multiple."""
    return (value / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * step


def amounts(
    *,
    mg_per_kg: Decimal,
    weight_kg: Decimal,
    concentration_mg_per_ml: Decimal,
    duration_min: int | None = None,
    round_to_mg: Decimal = Decimal("0.1"),
    rate_step: Decimal = RATE_STEP,
) -> Amounts:
    """Milligrams, millilitres and pump rate of a dose per kilogram.

    The milligrams are rounded to `round_to_mg`, the volume to 0.01 mL, the rate to a step of the pump; volume and
    rate are computed from the rounded milligrams, so that the three agree. `ValueError` for values not above 0.

    >>> amounts(mg_per_kg=Decimal("0.5"), weight_kg=Decimal("70"),
    ...         concentration_mg_per_ml=Decimal("1"), duration_min=40).rate_ml_per_h
    Decimal('52.5')
    """
    if not _above_zero(mg_per_kg, weight_kg, concentration_mg_per_ml):
        raise ValueError("dose per kilogram, weight and concentration must be above 0")
    exact = mg_per_kg * weight_kg
    return of_mg(
        rounded(exact, round_to_mg),
        concentration_mg_per_ml,
        duration_min,
        exact_mg=exact,
        rate_step=rate_step,
    )


def of_mg(
    mg: Decimal,
    concentration_mg_per_ml: Decimal,
    duration_min: int | None = None,
    *,
    exact_mg: Decimal | None = None,
    rate_step: Decimal = RATE_STEP,
) -> Amounts:
    """Volume and pump rate of a dose given in milligrams."""
    if not _above_zero(mg, concentration_mg_per_ml) or (duration_min is not None and duration_min <= 0):
        raise ValueError("dose, concentration and duration must be above 0")
    exact_ml = mg / concentration_mg_per_ml
    rate = None if duration_min is None else rounded(exact_ml * 60 / duration_min, rate_step)
    return Amounts(exact_mg if exact_mg is not None else mg, mg, rounded(exact_ml, ML_STEP), rate)


def check(
    order: OrderedDose,
    protocol: ProtocolTemplate,
    weight: Weight | None,
    presentation: Presentation | None,
    pump: Pump | None,
) -> Verdict:
    """Whether the order stays within the protocol: product, presentation, dose, ceiling, rounding, weight, pump.

    How far it stands from earlier doses is the gate's to ask (`check_spacing`).

    >>> check(order, protocol, weight, presentation, pump).findings  # all in order  # doctest: +SKIP
    ()
    """
    checking = _Checking(order, protocol, weight)
    checking.identity()
    if not checking.positive():
        return Verdict(tuple(checking.found))
    checking.drawn_from(presentation)
    checking.weight_is_known()
    checking.within_limits()
    checking.ceiling()
    checking.arithmetic(pump)
    checking.set_on(pump)
    checking.time()
    return Verdict(tuple(checking.found))


class _Checking:
    def __init__(self, order: OrderedDose, protocol: ProtocolTemplate, weight: Weight | None) -> None:
        self.order, self.protocol, self.weight = order, protocol, weight
        self.found: list[Finding] = []

    def say(
        self,
        code: str,
        effect: Effect,
        says: RuleMessage,
        asks: RuleMessage,
        override: Override = Override.NOBODY,
        missing: tuple[str, ...] = (),
    ) -> None:
        self.found.append(_finding(self.protocol, code, effect, says, asks, override, missing))

    def identity(self) -> None:
        order, protocol = self.order, self.protocol
        pairs = (
            ("product", "dose.other_product", order.product, protocol.product),
            ("route", "dose.other_route", order.route, protocol.route),
            ("salt-basis", "dose.other_salt_basis", order.salt_basis, protocol.salt_basis),
        )
        for rule, code, ordered, expected in pairs:
            if ordered != expected:
                says = RuleMessage(code, ordered=ordered, expected=expected)
                self.say(rule, Effect.BLOCK, says, RuleMessage("dose.correct_or_other_protocol"))

    def positive(self) -> bool:
        """Whether the order's amounts are numbers above 0; nothing else is checked otherwise."""
        if _above_zero(self.order.mg, self.order.ml, self.order.concentration_mg_per_ml):
            return True
        self.say("positive", Effect.BLOCK, RuleMessage("dose.not_above_0"), RuleMessage("dose.correct"))
        return False

    def drawn_from(self, presentation: Presentation | None) -> None:
        """The concentration is one at which a presentation that exists is given by this route."""
        order = self.order
        if presentation is None or (presentation.product, presentation.salt_basis) != (
            order.product,
            order.salt_basis,
        ):
            says = RuleMessage("dose.no_presentation", product=order.product)
            self.say("presentation", Effect.BLOCK, says, RuleMessage("dose.choose_presentation"))
            return
        use, strength = presentation.use_by(order.route), presentation.strength_mg_per_ml
        concentration = order.concentration_mg_per_ml
        if use is None:
            says = RuleMessage("dose.presentation_other_route", name=presentation.title, route=order.route)
            self.say("presentation-route", Effect.BLOCK, says, RuleMessage("dose.choose_presentation"))
        elif concentration == strength and not use.undiluted:
            says = RuleMessage("dose.must_be_diluted", name=presentation.title)
            self.say("undiluted", Effect.BLOCK, says, RuleMessage("dose.dilute"))
        elif concentration not in presentation.concentrations(order.route):
            says = RuleMessage(
                "dose.no_such_concentration",
                name=presentation.title,
                concentration_mg_per_ml=concentration,
                exist_mg_per_ml=presentation.concentrations(order.route),
            )
            self.say("concentration", Effect.BLOCK, says, RuleMessage("dose.choose_concentration"))

    def weight_is_known(self) -> None:
        if self.protocol.dose.per == "session":
            return
        if self.weight is None:
            says, asks = RuleMessage("dose.no_weight"), RuleMessage("dose.weigh")
            self.say("weight", Effect.BLOCK, says, asks, missing=("weight_kg",))
            return
        age = (self.order.on - self.weight.measured_on).days
        if not 0 <= age <= self.weight.fresh_days:
            says = RuleMessage("dose.old_weight", age_days=age, fresh_days=self.weight.fresh_days)
            self.say("weight-age", Effect.BLOCK, says, RuleMessage("dose.weigh_again"))

    def _per(self) -> tuple[Decimal, str] | None:
        """What the protocol's dose is multiplied by to give milligrams, and the unit of that dose."""
        if self.protocol.dose.per == "session":
            return Decimal(1), "mg"
        if self.weight is None or self.weight.kg <= 0:
            return None
        if self.protocol.dose.per == "kg":
            return self.weight.kg, "mg/kg"
        if not self.order.duration_min:
            return None
        return self.weight.kg * self.order.duration_min / 60, "mg/kg/h"

    def within_limits(self) -> None:
        per = self._per()
        if per is None:
            return
        (factor, unit), dose, mg = per, self.protocol.dose, self.order.mg
        # Compared in milligrams, which are exact: a quotient is cut after 28 digits, and a dose rounded up
        # from just half a step would fail its own protocol.
        slack = dose.round_to_mg / 2
        shown = (mg / factor).quantize(Decimal("0.001"))
        if not dose.least * factor - slack <= mg <= dose.most * factor + slack:
            says = RuleMessage("dose.outside", dose=shown, least=dose.least, most=dose.most, unit=unit)
            self.say("dose", Effect.BLOCK, says, RuleMessage("dose.order_within"))
        elif dose.choices and mg not in dose.choices:
            says = RuleMessage("dose.no_such_dose", dose_mg=mg, exist_mg=dose.choices)
            self.say("dose-choice", Effect.BLOCK, says, RuleMessage("dose.order_one_that_exists"))
        elif dose.second_signature_above is not None and mg > dose.second_signature_above * factor + slack:
            says = RuleMessage("dose.above_second", dose=shown, above=dose.second_signature_above, unit=unit)
            self.say("dose-second", Effect.HOLD, says, RuleMessage("dose.second_signs"), Override.TWO_PEOPLE)

    def ceiling(self) -> None:
        most = self.protocol.dose.most_mg
        if most is None:
            says, asks = RuleMessage("dose.no_ceiling"), RuleMessage("dose.site_signs_ceiling")
            self.say("no-ceiling", Effect.BLOCK, says, asks)
        elif self.order.mg > most:
            says = RuleMessage("dose.above_ceiling", dose_mg=self.order.mg, ceiling_mg=most)
            asks = RuleMessage("dose.less_or_reason")
            self.say("ceiling", Effect.HOLD, says, asks, Override.PRESCRIBER)

    def arithmetic(self, pump: Pump | None) -> None:
        """What is stated agrees with what it is computed from, and rounding changes little of it."""
        order = self.order
        if order.mg_per_kg is not None and self.weight is not None:
            exact_mg = order.mg_per_kg * self.weight.kg
            self._agrees("mg", order.mg, exact_mg, self.protocol.dose.round_to_mg, "mg")
        exact_ml = order.mg / order.concentration_mg_per_ml
        self._agrees("volume", order.ml, exact_ml, ML_STEP, "mL")
        if order.rate_ml_per_h is not None and order.duration_min:
            step = pump.step_ml_per_h if pump else RATE_STEP
            self._agrees("rate", order.rate_ml_per_h, exact_ml * 60 / order.duration_min, step, "mL/h")

    def _agrees(self, code: str, stated: Decimal, exact: Decimal, step: Decimal, unit: str) -> None:
        if abs(stated - exact) > step / 2:
            says = RuleMessage("dose.disagrees", stated=stated, computed=rounded(exact, step), unit=unit)
            self.say(code, Effect.BLOCK, says, RuleMessage("dose.correct"))
        elif exact > 0 and abs(stated - exact) > MOST_ROUNDING * exact:
            says = RuleMessage(
                "dose.rounded_much",
                exact=exact.quantize(Decimal("0.001")),
                stated=stated,
                unit=unit,
                share=(stated - exact) / exact,
            )
            self.say(f"{code}-rounding", Effect.BLOCK, says, RuleMessage("dose.dilute_more"))

    def set_on(self, pump: Pump | None) -> None:
        """The pump can be set to the rate."""
        rate = self.order.rate_ml_per_h
        if rate is None:
            return
        if pump is None:
            self.say("pump", Effect.BLOCK, RuleMessage("dose.no_pump"), RuleMessage("dose.site_signs_pump"))
        elif not pump.least_ml_per_h <= rate <= pump.most_ml_per_h:
            says = RuleMessage(
                "dose.outside_pump",
                rate_ml_per_h=rate,
                least_ml_per_h=pump.least_ml_per_h,
                most_ml_per_h=pump.most_ml_per_h,
            )
            self.say("pump-rate", Effect.BLOCK, says, RuleMessage("dose.other_concentration_or_duration"))

    def time(self) -> None:
        limits, minutes = self.protocol.duration, self.order.duration_min
        if limits is None:
            return
        if minutes is None or not limits.least_min <= minutes <= limits.most_min:
            says = RuleMessage(
                "dose.outside_duration",
                duration_min=minutes,
                least_min=limits.least_min,
                most_min=limits.most_min,
            )
            self.say("duration", Effect.BLOCK, says, RuleMessage("dose.correct_duration"))


def check_spacing(
    protocol: ProtocolTemplate, on: date, *, previous_on: tuple[date, ...], of_this_treatment: int
) -> Verdict:
    """Whether a dose on this day keeps its distance to the last one, and whether the plan has one left.

    `previous_on` are the days of all earlier doses, of whichever treatment: the body knows no treatments.
    `of_this_treatment` is how many of them this treatment gave.
    """
    spacing, found = protocol.spacing, []
    if previous_on:
        gap = (on - max(previous_on)).days
        if gap < spacing.gap_days_least:
            earliest = max(previous_on) + timedelta(days=spacing.gap_days_least)
            says = RuleMessage("spacing.too_close", gap_days=gap, least_days=spacing.gap_days_least)
            asks = RuleMessage("spacing.not_before", on=earliest)
            found.append(_finding(protocol, "gap", Effect.HOLD, says, asks, Override.TWO_PEOPLE))
        elif gap > spacing.gap_days_most and of_this_treatment:
            says = RuleMessage("spacing.too_far", gap_days=gap, most_days=spacing.gap_days_most)
            asks = RuleMessage("spacing.review_plan")
            found.append(_finding(protocol, "gap-long", Effect.CAUTION, says, asks, Override.PRESCRIBER))
    most = spacing.most_cycles or spacing.cycles
    if of_this_treatment >= most:
        says = RuleMessage("spacing.all_given", given=of_this_treatment, most=most)
        asks = RuleMessage("spacing.new_plan")
        found.append(_finding(protocol, "cycles", Effect.HOLD, says, asks, Override.PRESCRIBER))
    return Verdict(tuple(found))


def _finding(
    protocol: ProtocolTemplate,
    code: str,
    effect: Effect,
    says: RuleMessage,
    asks: RuleMessage,
    override: Override = Override.NOBODY,
    missing: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        rule=f"{protocol.key}/{code}",
        effect=effect,
        says=says,
        asks=asks,
        sources=protocol.references,
        grade=protocol.grade,
        override=override,
        missing=missing,
    )
