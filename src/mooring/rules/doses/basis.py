"""What a dose is counted from: per kilogram of a dated weight, per session, or per hour and kilogram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Any

from mooring.rules.verdict import RuleMessage
from mooring.words.numbers import plain_number


class Per(StrEnum):
    """What an amount is per; the values are those of a protocol's `dose.per`."""

    KG = "kg"
    SESSION = "session"
    HOUR_AND_KG = "hour and kg"


KEYS = {
    Per.KG.value: "dose_mg_per_kg",
    Per.SESSION.value: "dose_mg_a_session",
    Per.HOUR_AND_KG.value: "dose_mg_per_kg_per_h",
}
"""Under which key the amount of each basis is stored."""
UNITS = {Per.KG.value: "mg/kg", Per.SESSION.value: "mg", Per.HOUR_AND_KG.value: "mg/kg/h"}


def rounded(value: Decimal, step: Decimal) -> Decimal:
    """The nearest multiple of `step`; halves go to the even multiple."""
    return (value / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * step


def above_zero(*values: Decimal) -> bool:
    return all(value.is_finite() and value > 0 for value in values)


class WeightUsed(StrEnum):
    """Which weight a dose per kilogram is counted from; ideal and adjusted as in `rules.body`."""

    ACTUAL = "actual"
    IDEAL = "ideal"
    ADJUSTED = "adjusted"


@dataclass(frozen=True)
class Basis:
    """`amount` in mg, mg/kg or mg/kg/h; `weight_kg` is the weight that is multiplied, None per session."""

    per: str
    amount: Decimal
    weight_kg: Decimal | None = None
    weight_used: WeightUsed = WeightUsed.ACTUAL

    @property
    def unit(self) -> str:
        return UNITS[self.per]

    def factor(self, duration_min: int | None) -> Decimal | None:
        """What the amount is multiplied by to give milligrams; None where the weight or the time is missing."""
        if self.per == "session":
            return Decimal(1)
        if self.weight_kg is None or self.weight_kg <= 0:
            return None
        if self.per == "kg":
            return self.weight_kg
        return self.weight_kg * duration_min / 60 if duration_min else None

    def exact_mg(self, duration_min: int | None = None) -> Decimal:
        """The milligrams before rounding; `ValueError` where the weight or the time is missing.

        >>> Basis("kg", Decimal("0.5"), Decimal(70)).exact_mg()
        Decimal('35.0')
        """
        factor = self.factor(duration_min)
        if factor is None or not above_zero(self.amount, factor):
            raise ValueError("dose, weight and duration must be above 0")
        return self.amount * factor

    def step(self, duration_min: int | None) -> RuleMessage:
        """The line that tells how the milligrams come about."""
        shown = plain_number(self.amount)
        if self.per == "kg":
            return RuleMessage("dose_step.by_weight", dose=shown, weight_kg=self.weight_kg)
        if self.per == "session":
            return RuleMessage("dose_step.per_session")
        return RuleMessage(
            "dose_step.by_weight_and_time", dose=shown, weight_kg=self.weight_kg, time_min=duration_min
        )

    def data(self) -> dict[str, Any]:
        """As it is stored; the actual weight stands in the observation that the order names."""
        stored: dict[str, Any] = {KEYS[self.per]: str(self.amount)}
        if self.weight_used != WeightUsed.ACTUAL:
            stored |= {"weight_used": self.weight_used.value, "weight_used_kg": str(self.weight_kg)}
        return stored


def read_basis(data: Mapping[str, Any], actual_kg: Decimal | None) -> Basis:
    """The basis that `data` stored; `actual_kg` is the measured weight that the order names."""
    per = next(per for per, key in KEYS.items() if key in data)
    amount, used = Decimal(str(data[KEYS[per]])), WeightUsed(data.get("weight_used", "actual"))
    if per == "session":
        return Basis(per, amount)
    kg = actual_kg if used == WeightUsed.ACTUAL else Decimal(str(data["weight_used_kg"]))
    return Basis(per, amount, kg, used)
