"""The arithmetic of a dose order, exact in decimals, and whether an order stays within its protocol.

Nothing here proposes a dose: it computes what a prescriber ordered and checks it against the limits of the
protocol that the prescriber chose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.verdict import Effect, Finding, Override, Verdict
from mooring.words.numbers import number_range, with_unit

ML_STEP = Decimal("0.01")
RATE_STEP = Decimal("0.1")


@dataclass(frozen=True)
class Amounts:
    """What a dose comes to: `mg` and `ml` as drawn (rounded), `exact_mg` unrounded, the pump rate in mL/h."""

    exact_mg: Decimal
    mg: Decimal
    ml: Decimal
    rate_ml_per_h: Decimal | None


@dataclass(frozen=True)
class DoseOrder:
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
) -> Amounts:
    """Milligrams, millilitres and pump rate of a dose per kilogram.

    The milligrams are rounded to `round_to_mg`, the volume to 0.01 mL, the rate to 0.1 mL/h; volume and rate
    are computed from the rounded milligrams, so that the three agree. `ValueError` for values not above 0.

    >>> amounts(mg_per_kg=Decimal("0.5"), weight_kg=Decimal("70"),
    ...         concentration_mg_per_ml=Decimal("1"), duration_min=40).rate_ml_per_h
    Decimal('52.5')
    """
    if not _above_zero(mg_per_kg, weight_kg, concentration_mg_per_ml):
        raise ValueError("dose per kilogram, weight and concentration must be above 0")
    exact = mg_per_kg * weight_kg
    return of_mg(rounded(exact, round_to_mg), concentration_mg_per_ml, duration_min, exact_mg=exact)


def of_mg(
    mg: Decimal,
    concentration_mg_per_ml: Decimal,
    duration_min: int | None = None,
    *,
    exact_mg: Decimal | None = None,
) -> Amounts:
    """Volume and pump rate of a dose given in milligrams."""
    if not _above_zero(mg, concentration_mg_per_ml) or (duration_min is not None and duration_min <= 0):
        raise ValueError("dose, concentration and duration must be above 0")
    exact_ml = mg / concentration_mg_per_ml
    rate = None if duration_min is None else rounded(exact_ml * 60 / duration_min, RATE_STEP)
    return Amounts(exact_mg if exact_mg is not None else mg, mg, rounded(exact_ml, ML_STEP), rate)


def check(
    order: DoseOrder,
    protocol: ProtocolTemplate,
    weight: Weight | None,
) -> Verdict:
    """Whether the order stays within the protocol: product, dose, ceiling, arithmetic, weight.

    How far it stands from earlier doses is the gate's to ask (`check_spacing`).

    >>> check(order, protocol, weight).findings  # an order that is in order  # doctest: +SKIP
    ()
    """
    checking = _Checking(order, protocol, weight)
    checking.identity()
    if not checking.positive():
        return Verdict(tuple(checking.found))
    checking.weight_is_known()
    checking.per_kilogram()
    checking.ceiling()
    checking.arithmetic()
    checking.time()
    return Verdict(tuple(checking.found))


class _Checking:
    def __init__(self, order: DoseOrder, protocol: ProtocolTemplate, weight: Weight | None) -> None:
        self.order, self.protocol, self.weight = order, protocol, weight
        self.found: list[Finding] = []

    def say(
        self,
        code: str,
        effect: Effect,
        says: str,
        asks: str,
        override: Override = Override.NOBODY,
        missing: tuple[str, ...] = (),
    ) -> None:
        self.found.append(_finding(self.protocol, code, effect, says, asks, override, missing))

    def identity(self) -> None:
        pairs = (
            ("product", self.order.product, self.protocol.product),
            ("route", self.order.route, self.protocol.route),
            ("salt basis", self.order.salt_basis, self.protocol.salt_basis),
        )
        for name, ordered, expected in pairs:
            if ordered != expected:
                says = f"The order's {name} is {ordered}, the protocol's {expected}."
                self.say(
                    name.replace(" ", "-"),
                    Effect.BLOCK,
                    says,
                    "Correct the order or choose another protocol.",
                )

    def positive(self) -> bool:
        """Whether the order's amounts are numbers above 0; nothing else is checked otherwise."""
        if _above_zero(self.order.mg, self.order.ml, self.order.concentration_mg_per_ml):
            return True
        says = "Dose, volume and concentration must be above 0."
        self.say("positive", Effect.BLOCK, says, "Correct the order.")
        return False

    def weight_is_known(self) -> None:
        if self.protocol.dose.per == "session":
            return
        if self.weight is None:
            self.say(
                "weight", Effect.BLOCK, "No weight is known.", "Weigh the patient.", missing=("weight_kg",)
            )
            return
        age = (self.order.on - self.weight.measured_on).days
        if not 0 <= age <= self.weight.fresh_days:
            says = f"The weight is {age} days old; the site allows {self.weight.fresh_days}."
            self.say("weight-age", Effect.BLOCK, says, "Weigh the patient again.")

    def _per(self) -> tuple[Decimal, str] | None:
        """What the protocol's dose is multiplied by to give milligrams, and the unit of that dose."""
        if self.protocol.dose.per == "session":
            return Decimal(1), "mg"
        if self.weight is None or self.weight.kg <= 0:
            return None
        return self.weight.kg, "mg/kg"

    def per_kilogram(self) -> None:
        per = self._per()
        if per is None or self.protocol.dose.per == "hour and kg":
            return
        (factor, unit), dose, mg = per, self.protocol.dose, self.order.mg
        # Compared in milligrams, which are exact: a quotient is cut after 28 digits, and a dose rounded up
        # from just half a step would fail its own protocol.
        slack = dose.round_to_mg / 2
        shown = with_unit((mg / factor).quantize(Decimal("0.001")), unit)
        if not dose.least * factor - slack <= mg <= dose.most * factor + slack:
            says = f"{shown} lies outside {number_range(dose.least, dose.most, unit)}."
            self.say("dose", Effect.BLOCK, says, "Order a dose within the protocol, or choose another one.")
        elif dose.choices and mg not in dose.choices:
            says = f"{shown} is none of {', '.join(f'{choice} mg' for choice in dose.choices)}."
            self.say("dose-choice", Effect.BLOCK, says, "Order one of the doses that exist.")
        elif dose.second_signature_above is not None and mg > dose.second_signature_above * factor + slack:
            says = f"{shown} is above {dose.second_signature_above} {unit}."
            asks = "A second prescriber signs as well."
            self.say("dose-second", Effect.HOLD, says, asks, Override.TWO_PEOPLE)

    def ceiling(self) -> None:
        most = self.protocol.dose.most_mg
        if most is not None and self.order.mg > most:
            says = f"{self.order.mg} mg is above this protocol's ceiling of {most} mg a session."
            self.say(
                "ceiling",
                Effect.HOLD,
                says,
                "Weigh it and give a reason, or order less.",
                Override.PRESCRIBER,
            )

    def arithmetic(self) -> None:
        order = self.order
        if order.mg_per_kg is not None and self.weight is not None:
            self._agrees(
                "mg", order.mg, order.mg_per_kg * self.weight.kg, self.protocol.dose.round_to_mg, "mg"
            )
        self._agrees("volume", order.ml, order.mg / order.concentration_mg_per_ml, ML_STEP, "mL")
        if order.rate_ml_per_h is not None and order.duration_min:
            exact = order.mg / order.concentration_mg_per_ml * 60 / order.duration_min
            self._agrees("rate", order.rate_ml_per_h, exact, RATE_STEP, "mL/h")

    def _agrees(self, code: str, stated: Decimal, exact: Decimal, step: Decimal, unit: str) -> None:
        if abs(stated - exact) > step / 2:
            says = f"{stated} {unit} is stated, but the order comes to {rounded(exact, step)} {unit}."
            self.say(code, Effect.BLOCK, says, "Correct the order.")

    def time(self) -> None:
        limits, minutes = self.protocol.duration, self.order.duration_min
        if limits is None:
            return
        if minutes is None or not limits.least_min <= minutes <= limits.most_min:
            says = f"The order says {minutes} minutes; the protocol {limits.least_min} to {limits.most_min}."
            self.say("duration", Effect.BLOCK, says, "Correct the duration.")


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
            says = f"The last dose was {gap} days ago; at least {spacing.gap_days_least} lie between two."
            asks = f"Not before {earliest.isoformat()}."
            found.append(_finding(protocol, "gap", Effect.HOLD, says, asks, Override.TWO_PEOPLE))
        elif gap > spacing.gap_days_most and of_this_treatment:
            says = f"The last dose was {gap} days ago; the protocol plans at most {spacing.gap_days_most}."
            asks = "Look at the plan again."
            found.append(_finding(protocol, "gap-long", Effect.CAUTION, says, asks, Override.PRESCRIBER))
    most = spacing.most_cycles or spacing.cycles
    if of_this_treatment >= most:
        says = f"{of_this_treatment} doses were given; the protocol has {most}."
        asks = "Review, and sign a new plan."
        found.append(_finding(protocol, "cycles", Effect.HOLD, says, asks, Override.PRESCRIBER))
    return Verdict(tuple(found))


def _finding(
    protocol: ProtocolTemplate,
    code: str,
    effect: Effect,
    says: str,
    asks: str,
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
