"""Lozenges, troches, films, tablets, capsules: so many of so many milligrams, held or swallowed as the label says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from mooring.content.schema.presentations import Presentation, Pump
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.doses.basis import Basis, above_zero, rounded
from mooring.rules.doses.checking import Checking
from mooring.rules.doses.counted import CountedDose
from mooring.rules.doses.parts import DosePart
from mooring.rules.doses.quantity import FigureLine
from mooring.rules.verdict import Effect, RuleMessage

AFTERWARDS = ("swallow", "spit")


@dataclass(frozen=True)
class UnitsDose(CountedDose):
    """`count` units of `mg_each`; `hold_min` 0 where nothing is held, then `afterwards` swallow or spit."""

    code: ClassVar[str] = "units"
    chosen: ClassVar[tuple[str, ...]] = ("mg_each", "hold_min", "afterwards")

    hold_min: int
    afterwards: str

    @classmethod
    def computed(
        cls,
        basis: Basis,
        chosen: Mapping[str, Any],
        protocol: ProtocolTemplate,
        presentation: Presentation | None = None,
        pump: Pump | None = None,
    ) -> tuple[Decimal, UnitsDose]:
        mg_each = Decimal(chosen["mg_each"])
        if not above_zero(mg_each):
            raise ValueError("the dose in each unit is above 0")
        count = max(int(rounded(basis.exact_mg() / mg_each, Decimal(1))), 1)
        hold, afterwards = int(chosen.get("hold_min") or 0), str(chosen.get("afterwards") or "swallow")
        return mg_each * count, cls(mg_each, count, hold, afterwards)

    @classmethod
    def read(cls, data: Mapping[str, Any], mg: Decimal) -> UnitsDose:
        return cls(
            Decimal(str(data["mg_each"])), int(data["count"]), int(data["hold_min"]), str(data["afterwards"])
        )

    def data(self) -> dict[str, Any]:
        return {
            "mg_each": str(self.mg_each),
            "count": self.count,
            "hold_min": self.hold_min,
            "afterwards": self.afterwards,
        }

    @property
    def positive(self) -> bool:
        return super().positive and self.hold_min >= 0

    @property
    def planned_min(self) -> int:
        return self.hold_min

    def parts(self, mg: Decimal) -> tuple[DosePart, ...]:
        return tuple(DosePart(number, "unit", self.mg_each) for number in range(1, self.count + 1))

    def lines(self, mg: Decimal) -> tuple[FigureLine, ...]:
        units = RuleMessage("dose_step.units", dose_mg=mg, each_mg=self.mg_each)
        found = [FigureLine(units, Decimal(self.count), "units")]
        if self.hold_min:
            code = "dose_step.hold_then_spit" if self.afterwards == "spit" else "dose_step.hold_then_swallow"
            found.append(FigureLine(RuleMessage(code), Decimal(self.hold_min), "min"))
        return tuple(found)

    def check(self, checking: Checking) -> None:
        """A whole number of units comes to the dose; what is under the tongue says how long it is held."""
        checking.each_exists(self.mg_each)
        checking.counts_to_mg(self.mg_each, self.count)
        if self.afterwards not in AFTERWARDS:
            checking.say(
                "afterwards", Effect.BLOCK, RuleMessage("dose.no_afterwards"), RuleMessage("dose.correct")
            )
        if checking.route == "sublingual" and not self.hold_min:
            checking.say("hold", Effect.BLOCK, RuleMessage("dose.no_hold"), RuleMessage("dose.read_label"))
