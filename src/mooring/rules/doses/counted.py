"""What every dose has that is given by the piece: so many pieces, each with the same milligrams."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mooring.rules.doses.basis import above_zero
from mooring.rules.doses.quantity import DoseQuantity, ReadBack


@dataclass(frozen=True)
class CountedDose:
    """`count` pieces of `mg_each`. Two people read back the count; what lies in the room is counted, too."""

    mg_each: Decimal
    count: int

    @property
    def positive(self) -> bool:
        return above_zero(self.mg_each) and self.count > 0

    def total_mg(self, mg: Decimal) -> Decimal:
        return mg

    def quantity(self, mg: Decimal) -> DoseQuantity:
        return DoseQuantity(mg, count=self.count)

    @property
    def read_back(self) -> ReadBack:
        return ReadBack("count", Decimal(self.count))
