"""What an order is checked against, and how a shape says what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from mooring.content.schema.presentations import Presentation, Pump
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.doses.basis import Basis, rounded
from mooring.rules.verdict import Effect, Finding, Override, RuleMessage

MOST_ROUNDING = Decimal("0.02")
"""How much of a dose or a rate rounding may change; a design default. More than that is said, and re-planned."""


@dataclass
class Checking:
    """One order on its way through the checks: what it says, what it is held against, what was found so far."""

    mg: Decimal
    basis: Basis
    route: str
    protocol: ProtocolTemplate
    presentation: Presentation | None
    pump: Pump | None
    found: list[Finding] = field(default_factory=list)

    def say(
        self,
        code: str,
        effect: Effect,
        says: RuleMessage,
        asks: RuleMessage,
        override: Override = Override.NOBODY,
        missing: tuple[str, ...] = (),
    ) -> None:
        self.found.append(protocol_finding(self.protocol, code, effect, says, asks, override, missing))

    def agrees(self, code: str, stated: Decimal, exact: Decimal, step: Decimal, unit: str) -> None:
        """What is stated is what it comes to, but for half a step; and rounding changes little of it."""
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

    def concentration_exists(self, concentration_mg_per_ml: Decimal) -> None:
        """The concentration is one at which the chosen presentation is given by this route."""
        presentation = self.presentation
        if presentation is None or presentation.strength_mg_per_ml is None:
            return
        use = presentation.use_by(self.route)
        if use is None:
            return
        if concentration_mg_per_ml == presentation.strength_mg_per_ml and not use.undiluted:
            says = RuleMessage("dose.must_be_diluted", name=presentation.title)
            self.say("undiluted", Effect.BLOCK, says, RuleMessage("dose.dilute"))
        elif concentration_mg_per_ml not in presentation.concentrations(self.route):
            says = RuleMessage(
                "dose.no_such_concentration",
                name=presentation.title,
                concentration_mg_per_ml=concentration_mg_per_ml,
                exist_mg_per_ml=presentation.concentrations(self.route),
            )
            self.say("concentration", Effect.BLOCK, says, RuleMessage("dose.choose_concentration"))

    def each_exists(self, mg_each: Decimal) -> None:
        """The dose in each is the product's own; what a pharmacy makes says it on its label."""
        presentation = self.presentation
        if presentation is None:
            return
        if presentation.mg_each is not None and mg_each != presentation.mg_each:
            says = RuleMessage("dose.other_each", each_mg=mg_each, exists_mg=presentation.mg_each)
            self.say("each", Effect.BLOCK, says, RuleMessage("dose.choose_presentation"))
        typical = presentation.typical_mg
        if typical is not None and not typical[0] <= mg_each <= typical[1]:
            says = RuleMessage("dose.unusual_each", each_mg=mg_each, usual_mg=typical)
            self.say(
                "each-unusual", Effect.CAUTION, says, RuleMessage("dose.read_label"), Override.PRESCRIBER
            )

    def counts_to_mg(self, mg_each: Decimal, count: int, duration_min: int | None = None) -> None:
        """Whole devices, sprays or units come to the dose; far from what was intended asks the prescriber."""
        if count < 1 or mg_each * count != self.mg:
            says = RuleMessage("dose.not_whole", dose_mg=self.mg, each_mg=mg_each)
            self.say("whole", Effect.BLOCK, says, RuleMessage("dose.correct"))
        factor = self.basis.factor(duration_min)
        if factor is None:
            return
        exact = self.basis.amount * factor
        if exact > 0 and abs(self.mg - exact) > MOST_ROUNDING * exact:
            says = RuleMessage(
                "dose.rounded_to_each", exact_mg=exact.quantize(Decimal("0.1")), dose_mg=self.mg
            )
            asks = RuleMessage("dose.less_or_reason")
            self.say("mg-rounding", Effect.HOLD, says, asks, Override.PRESCRIBER)


def protocol_finding(
    protocol: ProtocolTemplate,
    code: str,
    effect: Effect,
    says: RuleMessage,
    asks: RuleMessage,
    override: Override = Override.NOBODY,
    missing: tuple[str, ...] = (),
) -> Finding:
    """A finding of the program's own rules about a protocol's limits."""
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
