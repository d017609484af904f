"""Ready-made nasal devices: so many, each with the same dose, with a rest after each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from mooring.content.schema.giving import DevicesGiving
from mooring.content.schema.presentations import Presentation, Pump
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.doses.basis import Basis, rounded
from mooring.rules.doses.checking import Checking
from mooring.rules.doses.counted import CountedDose
from mooring.rules.doses.parts import DosePart
from mooring.rules.doses.quantity import FigureLine
from mooring.rules.verdict import RuleMessage


@dataclass(frozen=True)
class DevicesDose(CountedDose):
    """`count` devices of `mg_each`, `rest_min` between two; the patient sprays, and somebody watches."""

    code: ClassVar[str] = "devices"
    chosen: ClassVar[tuple[str, ...]] = ()

    rest_min: int
    sprays_each: int = 2

    @classmethod
    def computed(
        cls,
        basis: Basis,
        chosen: Mapping[str, Any],
        protocol: ProtocolTemplate,
        presentation: Presentation | None = None,
        pump: Pump | None = None,
    ) -> tuple[Decimal, DevicesDose]:
        giving = protocol.giving
        if not isinstance(giving, DevicesGiving):
            raise ValueError(f"{protocol.key} is not given by devices")
        count = int(rounded(basis.exact_mg() / giving.mg_each, Decimal(1)))
        return giving.mg_each * count, cls(giving.mg_each, count, giving.rest_min, giving.sprays_each)

    @classmethod
    def read(cls, data: Mapping[str, Any], mg: Decimal) -> DevicesDose:
        return cls(
            Decimal(str(data["mg_each"])), int(data["count"]), int(data["rest_min"]), int(data["sprays_each"])
        )

    def data(self) -> dict[str, Any]:
        return {
            "mg_each": str(self.mg_each),
            "count": self.count,
            "rest_min": self.rest_min,
            "sprays_each": self.sprays_each,
        }

    @property
    def planned_min(self) -> int:
        return (self.count - 1) * self.rest_min

    def parts(self, mg: Decimal) -> tuple[DosePart, ...]:
        return tuple(
            DosePart(number, "device", self.mg_each, rest_min=self.rest_min if number > 1 else 0)
            for number in range(1, self.count + 1)
        )

    def lines(self, mg: Decimal) -> tuple[FigureLine, ...]:
        devices = RuleMessage("dose_step.devices", dose_mg=mg, each_mg=self.mg_each)
        sprays = RuleMessage("dose_step.device_sprays", count=self.count, each=self.sprays_each)
        last = RuleMessage("dose_step.rests", count=self.count - 1, rest_min=self.rest_min)
        found = [
            FigureLine(devices, Decimal(self.count), "devices"),
            FigureLine(sprays, Decimal(self.count * self.sprays_each), "sprays"),
        ]
        if self.count > 1:
            found.append(FigureLine(last, Decimal(self.planned_min), "min"))
        return tuple(found)

    def check(self, checking: Checking) -> None:
        """The devices are those that exist, and a whole number of them comes to the dose."""
        checking.each_exists(self.mg_each)
        checking.counts_to_mg(self.mg_each, self.count)
