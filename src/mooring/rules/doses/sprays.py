"""Sprays from a pharmacy's bottle: milligrams a spray as its label says, so many, an interval between two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from mooring.content.schema.giving import SpraysGiving
from mooring.content.schema.presentations import Presentation, Pump
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.doses.basis import Basis, above_zero, rounded
from mooring.rules.doses.checking import Checking
from mooring.rules.doses.counted import CountedDose
from mooring.rules.doses.parts import DosePart
from mooring.rules.doses.quantity import FigureLine
from mooring.rules.verdict import RuleMessage


@dataclass(frozen=True)
class SpraysDose(CountedDose):
    """`count` sprays of `mg_each`, `interval_min` apart."""

    code: ClassVar[str] = "sprays"
    chosen: ClassVar[tuple[str, ...]] = ("mg_each",)

    interval_min: int

    @classmethod
    def computed(
        cls,
        basis: Basis,
        chosen: Mapping[str, Any],
        protocol: ProtocolTemplate,
        presentation: Presentation | None = None,
        pump: Pump | None = None,
    ) -> tuple[Decimal, SpraysDose]:
        giving, mg_each = protocol.giving, Decimal(chosen["mg_each"])
        if not isinstance(giving, SpraysGiving) or not above_zero(mg_each):
            raise ValueError(f"{protocol.key}: sprays have a dose above 0 each")
        count = max(int(rounded(basis.exact_mg() / mg_each, Decimal(1))), 1)
        return mg_each * count, cls(mg_each, count, giving.interval_min)

    @classmethod
    def read(cls, data: Mapping[str, Any], mg: Decimal) -> SpraysDose:
        return cls(Decimal(str(data["mg_each"])), int(data["count"]), int(data["interval_min"]))

    def data(self) -> dict[str, Any]:
        return {"mg_each": str(self.mg_each), "count": self.count, "interval_min": self.interval_min}

    @property
    def planned_min(self) -> int:
        return (self.count - 1) * self.interval_min

    def parts(self, mg: Decimal) -> tuple[DosePart, ...]:
        return tuple(
            DosePart(number, "spray", self.mg_each, rest_min=self.interval_min if number > 1 else 0)
            for number in range(1, self.count + 1)
        )

    def lines(self, mg: Decimal) -> tuple[FigureLine, ...]:
        sprays = RuleMessage("dose_step.sprays", dose_mg=mg, each_mg=self.mg_each)
        last = RuleMessage("dose_step.intervals", count=self.count - 1, rest_min=self.interval_min)
        found = [FigureLine(sprays, Decimal(self.count), "sprays")]
        if self.count > 1:
            found.append(FigureLine(last, Decimal(self.planned_min), "min"))
        return tuple(found)

    def check(self, checking: Checking) -> None:
        """A whole number of sprays comes to the dose; an unusual dose a spray is read on the label again."""
        checking.each_exists(self.mg_each)
        checking.counts_to_mg(self.mg_each, self.count)
