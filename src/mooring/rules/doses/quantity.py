"""How much of something: what an order takes, and what was given. The ledger counts in these."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mooring.rules.verdict import RuleMessage


@dataclass(frozen=True)
class DoseQuantity:
    """Milligrams, and the millilitres or the number of devices, sprays or units that hold them."""

    mg: Decimal
    ml: Decimal | None = None
    count: int | None = None


@dataclass(frozen=True)
class AdministeredDose:
    """What was given in one session, whatever its shape: the product, from which presentation, and how much.

    `presentation` is `id@version` of what it was drawn from; `lots` those that were named at the chair.
    """

    product: str
    presentation: str
    quantity: DoseQuantity
    lots: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadBack:
    """What two people read for themselves before the dose and type in: a volume (`ml`) or a number (`count`)."""

    what: str
    value: Decimal


@dataclass(frozen=True)
class FigureLine:
    """One line of the arithmetic: how it comes about (a code with values), and what it comes to, in `unit`."""

    how: RuleMessage
    value: Decimal
    unit: str
