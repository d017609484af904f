"""Into a muscle or under the skin: a volume at one site or split over several, and a booster where one is planned.

What was injected cannot be stopped or taken back; the order and the session say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any, ClassVar

from mooring.content.schema.giving import InjectionGiving
from mooring.content.schema.presentations import Presentation, Pump
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.doses.basis import Basis, above_zero, rounded
from mooring.rules.doses.checking import Checking
from mooring.rules.doses.parts import DosePart
from mooring.rules.doses.quantity import DoseQuantity, FigureLine, ReadBack
from mooring.rules.verdict import Effect, RuleMessage

ML_STEP = Decimal("0.01")


@dataclass(frozen=True)
class InjectionDose:
    """The volume in all sites together; `booster_mg` above 0 where one more injection is ordered."""

    code: ClassVar[str] = "injection"
    chosen: ClassVar[tuple[str, ...]] = ("concentration_mg_per_ml", "sites", "booster_mg")

    concentration_mg_per_ml: Decimal
    volume_ml: Decimal
    sites: int
    booster_mg: Decimal = Decimal(0)
    booster_ml: Decimal = Decimal(0)
    booster_from_min: int = 0
    booster_until_min: int = 0

    @classmethod
    def computed(
        cls,
        basis: Basis,
        chosen: Mapping[str, Any],
        protocol: ProtocolTemplate,
        presentation: Presentation | None = None,
        pump: Pump | None = None,
    ) -> tuple[Decimal, InjectionDose]:
        concentration = Decimal(chosen["concentration_mg_per_ml"])
        mg, booster_mg = (
            rounded(basis.exact_mg(), protocol.dose.round_to_mg),
            Decimal(chosen.get("booster_mg") or 0),
        )
        if not above_zero(mg, concentration) or booster_mg < 0:
            raise ValueError("dose and concentration must be above 0")
        planned = protocol.giving.booster if isinstance(protocol.giving, InjectionGiving) else None
        return mg, cls(
            concentration,
            rounded(mg / concentration, ML_STEP),
            int(chosen.get("sites") or 1),
            booster_mg,
            rounded(booster_mg / concentration, ML_STEP),
            planned.after_min_least if planned and booster_mg else 0,
            planned.after_min_most if planned and booster_mg else 0,
        )

    @classmethod
    def read(cls, data: Mapping[str, Any], mg: Decimal) -> InjectionDose:
        return cls(
            Decimal(str(data["concentration_mg_per_ml"])),
            Decimal(str(data["volume_ml"])),
            int(data["sites"]),
            Decimal(str(data.get("booster_mg", 0))),
            Decimal(str(data.get("booster_ml", 0))),
            int(data.get("booster_from_min", 0)),
            int(data.get("booster_until_min", 0)),
        )

    def data(self) -> dict[str, Any]:
        stored: dict[str, Any] = {
            "concentration_mg_per_ml": str(self.concentration_mg_per_ml),
            "volume_ml": str(self.volume_ml),
            "sites": self.sites,
        }
        if self.booster_mg:
            stored |= {
                "booster_mg": str(self.booster_mg),
                "booster_ml": str(self.booster_ml),
                "booster_from_min": self.booster_from_min,
                "booster_until_min": self.booster_until_min,
            }
        return stored

    @property
    def positive(self) -> bool:
        return above_zero(self.volume_ml, self.concentration_mg_per_ml) and self.sites > 0

    def total_mg(self, mg: Decimal) -> Decimal:
        return mg + self.booster_mg

    def quantity(self, mg: Decimal) -> DoseQuantity:
        return DoseQuantity(mg + self.booster_mg, ml=self.volume_ml + self.booster_ml)

    @property
    def read_back(self) -> ReadBack:
        return ReadBack("ml", self.volume_ml)

    @property
    def planned_min(self) -> int:
        return self.booster_until_min

    @property
    def site_volumes_ml(self) -> tuple[Decimal, ...]:
        """The volume at each site; what does not divide goes to the last."""
        each = (self.volume_ml / self.sites).quantize(ML_STEP, ROUND_DOWN)
        return (*(each,) * (self.sites - 1), self.volume_ml - each * (self.sites - 1))

    def parts(self, mg: Decimal) -> tuple[DosePart, ...]:
        volumes = self.site_volumes_ml
        found = [
            DosePart(number, "injection", (mg * ml / self.volume_ml).quantize(Decimal("0.1")), ml)
            for number, ml in enumerate(volumes, start=1)
        ]
        if self.booster_mg:
            found.append(
                DosePart(
                    len(volumes) + 1,
                    "booster",
                    self.booster_mg,
                    self.booster_ml,
                    rest_min=self.booster_from_min,
                    until_min=self.booster_until_min,
                    optional=True,
                )
            )
        return tuple(found)

    def lines(self, mg: Decimal) -> tuple[FigureLine, ...]:
        strength = self.concentration_mg_per_ml
        volume = RuleMessage("dose_step.volume", dose_mg=mg, concentration_mg_per_ml=strength)
        found = [FigureLine(volume, self.volume_ml, "mL")]
        if self.sites > 1:
            split = RuleMessage("dose_step.split", volume_ml=self.volume_ml, sites=self.sites)
            found.append(FigureLine(split, self.site_volumes_ml[0], "mL"))
        if self.booster_mg:
            booster = RuleMessage(
                "dose_step.booster",
                dose_mg=self.booster_mg,
                least_min=self.booster_from_min,
                most_min=self.booster_until_min,
            )
            total = RuleMessage("dose_step.with_booster", dose_mg=mg, booster_mg=self.booster_mg)
            found += [
                FigureLine(booster, self.booster_ml, "mL"),
                FigureLine(total, self.total_mg(mg), "mg"),
            ]
        return tuple(found)

    def check(self, checking: Checking) -> None:
        """The concentration exists, the volumes agree, no more sites than planned, and a booster only where it is."""
        checking.concentration_exists(self.concentration_mg_per_ml)
        exact_ml = checking.mg / self.concentration_mg_per_ml
        checking.agrees("volume", self.volume_ml, exact_ml, ML_STEP, "mL")
        if self.booster_mg:
            exact_ml = self.booster_mg / self.concentration_mg_per_ml
            checking.agrees("booster-volume", self.booster_ml, exact_ml, ML_STEP, "mL")
        giving = checking.protocol.giving
        if not isinstance(giving, InjectionGiving):
            return
        if self.sites > giving.most_sites:
            says = RuleMessage("dose.too_many_sites", sites=self.sites, most=giving.most_sites)
            checking.say("sites", Effect.BLOCK, says, RuleMessage("dose.correct"))
        if self.booster_mg and giving.booster is None:
            says = RuleMessage("dose.no_booster", booster_mg=self.booster_mg)
            checking.say("booster", Effect.BLOCK, says, RuleMessage("dose.correct_or_other_protocol"))
