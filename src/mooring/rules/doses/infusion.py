"""Into a vein by a pump: concentration, volume, duration and rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from mooring.content.schema.presentations import Presentation, Pump
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.doses.basis import Basis, above_zero, rounded
from mooring.rules.doses.checking import Checking
from mooring.rules.doses.parts import DosePart
from mooring.rules.doses.quantity import DoseQuantity, FigureLine, ReadBack
from mooring.rules.verdict import Effect, Override, RuleMessage

ML_STEP = Decimal("0.01")
RATE_STEP = Decimal("0.1")


@dataclass(frozen=True)
class InfusionDose:
    """What the pump is set to; volume and rate follow from the rounded milligrams, so that all agree."""

    code: ClassVar[str] = "infusion"
    chosen: ClassVar[tuple[str, ...]] = ("concentration_mg_per_ml", "duration_min")

    concentration_mg_per_ml: Decimal
    volume_ml: Decimal
    duration_min: int
    rate_ml_per_h: Decimal

    @classmethod
    def computed(
        cls,
        basis: Basis,
        chosen: Mapping[str, Any],
        protocol: ProtocolTemplate,
        presentation: Presentation | None = None,
        pump: Pump | None = None,
    ) -> tuple[Decimal, InfusionDose]:
        """The milligrams, rounded as the protocol says, and the figures that follow from them."""
        minutes, concentration = int(chosen["duration_min"]), Decimal(chosen["concentration_mg_per_ml"])
        mg = rounded(basis.exact_mg(minutes), protocol.dose.round_to_mg)
        return mg, cls.of_mg(mg, concentration, minutes, pump.step_ml_per_h if pump else RATE_STEP)

    @classmethod
    def of_mg(
        cls, mg: Decimal, concentration_mg_per_ml: Decimal, duration_min: int, rate_step: Decimal = RATE_STEP
    ) -> InfusionDose:
        """Volume and rate of a dose in milligrams.

        >>> InfusionDose.of_mg(Decimal(35), Decimal(1), 40).rate_ml_per_h
        Decimal('52.5')
        """
        if not above_zero(mg, concentration_mg_per_ml) or duration_min <= 0:
            raise ValueError("dose, concentration and duration must be above 0")
        exact_ml = mg / concentration_mg_per_ml
        rate = rounded(exact_ml * 60 / duration_min, rate_step)
        return cls(concentration_mg_per_ml, rounded(exact_ml, ML_STEP), duration_min, rate)

    @classmethod
    def read(cls, data: Mapping[str, Any], mg: Decimal) -> InfusionDose:
        return cls(
            Decimal(str(data["concentration_mg_per_ml"])),
            Decimal(str(data["volume_ml"])),
            int(data["duration_min"]),
            Decimal(str(data["rate_ml_per_h"])),
        )

    def data(self) -> dict[str, Any]:
        return {
            "concentration_mg_per_ml": str(self.concentration_mg_per_ml),
            "volume_ml": str(self.volume_ml),
            "duration_min": self.duration_min,
            "rate_ml_per_h": str(self.rate_ml_per_h),
        }

    @property
    def positive(self) -> bool:
        return above_zero(self.volume_ml, self.concentration_mg_per_ml)

    def total_mg(self, mg: Decimal) -> Decimal:
        return mg

    def quantity(self, mg: Decimal) -> DoseQuantity:
        return DoseQuantity(mg, ml=self.volume_ml)

    @property
    def read_back(self) -> ReadBack:
        return ReadBack("ml", self.volume_ml)

    @property
    def planned_min(self) -> int:
        return self.duration_min

    def parts(self, mg: Decimal) -> tuple[DosePart, ...]:
        return ()

    def lines(self, mg: Decimal) -> tuple[FigureLine, ...]:
        volume = RuleMessage(
            "dose_step.volume", dose_mg=mg, concentration_mg_per_ml=self.concentration_mg_per_ml
        )
        rate = RuleMessage("dose_step.rate", volume_ml=self.volume_ml, time_min=self.duration_min)
        return (FigureLine(volume, self.volume_ml, "mL"), FigureLine(rate, self.rate_ml_per_h, "mL/h"))

    def check(self, checking: Checking) -> None:
        """The concentration exists, the figures agree, the pump can be set to the rate, the time is the protocol's."""
        pump, mg = checking.pump, checking.mg
        checking.concentration_exists(self.concentration_mg_per_ml)
        exact_ml = mg / self.concentration_mg_per_ml
        checking.agrees("volume", self.volume_ml, exact_ml, ML_STEP, "mL")
        if self.duration_min > 0:
            step = pump.step_ml_per_h if pump else RATE_STEP
            checking.agrees("rate", self.rate_ml_per_h, exact_ml * 60 / self.duration_min, step, "mL/h")
        self._set_on(checking, pump)
        self._time(checking)

    def _set_on(self, checking: Checking, pump: Pump | None) -> None:
        if pump is None:
            says, asks = RuleMessage("dose.no_pump"), RuleMessage("dose.site_signs_pump")
            checking.say("pump", Effect.BLOCK, says, asks)
        elif not pump.least_ml_per_h <= self.rate_ml_per_h <= pump.most_ml_per_h:
            says = RuleMessage(
                "dose.outside_pump",
                rate_ml_per_h=self.rate_ml_per_h,
                least_ml_per_h=pump.least_ml_per_h,
                most_ml_per_h=pump.most_ml_per_h,
            )
            asks = RuleMessage("dose.other_concentration_or_duration")
            checking.say("pump-rate", Effect.BLOCK, says, asks)

    def _time(self, checking: Checking) -> None:
        limits, minutes = checking.protocol.duration, self.duration_min
        if limits is not None and not limits.least_min <= minutes <= limits.most_min:
            says = RuleMessage(
                "dose.outside_duration",
                duration_min=minutes,
                least_min=limits.least_min,
                most_min=limits.most_min,
            )
            checking.say("duration", Effect.BLOCK, says, RuleMessage("dose.correct_duration"))
        most, mg = checking.protocol.dose.most_mg_per_h, checking.mg
        if most is not None and minutes > 0 and mg * 60 / minutes > most:
            says = RuleMessage("dose.above_hourly", dose_mg=mg * 60 / minutes, ceiling_mg=most)
            asks = RuleMessage("dose.less_or_reason")
            checking.say("hourly-ceiling", Effect.HOLD, says, asks, Override.PRESCRIBER)
