"""What a dose is drawn from and given with: the presentations that exist, and what a pump can be set to."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from mooring.content.schema.base import Item, Strict, Words
from mooring.content.schema.protocols import Product, Route

PieceName = Literal[
    "device", "spray", "lozenge", "troche", "film", "tablet", "rapid-dissolve tablet", "capsule"
]


class PresentationUse(Strict):
    """How one presentation may be given by one route: as it is, or diluted to one of these strengths."""

    route: Route
    undiluted: bool
    dilutions_mg_per_ml: tuple[Decimal, ...] = ()
    basis: str = Field(default="", description="Why it is here, where the label does not name the route")


class Presentation(Item):
    """One product as it is sold or made, counted as what `salt_basis` says.

    A liquid has a strength per mL and a volume; what is counted (`counted_as`) has its dose in each. A pharmacy's
    own product has the dose that its label names: `mg_each` is left out, and `typical_mg` says what is usual.
    """

    product: Product
    salt_basis: Literal["base", "hydrochloride"] = "base"
    strength_mg_per_ml: Decimal | None = Field(default=None, gt=0)
    volume_ml: Decimal | None = Field(default=None, gt=0)
    counted_as: PieceName | None = None
    mg_each: Decimal | None = Field(default=None, gt=0)
    typical_mg: tuple[Decimal, Decimal] | None = None
    compounded: bool = False
    one_patient: bool = Field(
        default=False, description="Once opened it serves one patient, as an ampoule does"
    )
    uses: tuple[PresentationUse, ...] = Field(min_length=1)
    summary: Words

    @model_validator(mode="after")
    def _liquid_or_counted(self) -> Presentation:
        liquid = self.strength_mg_per_ml is not None and self.volume_ml is not None
        if liquid == (self.counted_as is not None):
            raise ValueError("either strength_mg_per_ml and volume_ml, or counted_as")
        if liquid and (self.mg_each or self.typical_mg):
            raise ValueError("mg_each and typical_mg belong to what is counted")
        return self

    @model_validator(mode="after")
    def _dilutions_are_weaker(self) -> Presentation:
        for use in self.uses:
            if self.strength_mg_per_ml is None:
                if use.dilutions_mg_per_ml:
                    raise ValueError(f"{use.route}: what is counted is not diluted")
                continue
            if any(not 0 < each < self.strength_mg_per_ml for each in use.dilutions_mg_per_ml):
                raise ValueError(f"{use.route}: a dilution is weaker than what is diluted")
            if not use.undiluted and not use.dilutions_mg_per_ml:
                raise ValueError(f"{use.route}: neither as it is nor diluted, so it cannot be given so")
        return self

    def use_by(self, route: str) -> PresentationUse | None:
        """How it is given by this route; None: not by this one."""
        return next((use for use in self.uses if use.route == route), None)

    def concentrations(self, route: str) -> tuple[Decimal, ...]:
        """Every concentration in mg/mL at which it is given by this route, the weakest first."""
        use = self.use_by(route)
        if use is None or self.strength_mg_per_ml is None:
            return ()
        own = (self.strength_mg_per_ml,) if use.undiluted else ()
        return tuple(sorted((*use.dilutions_mg_per_ml, *own)))


class Pump(Item):
    """What an infusion pump can be set to, in mL/h."""

    least_ml_per_h: Decimal = Field(gt=0)
    most_ml_per_h: Decimal = Field(gt=0)
    step_ml_per_h: Decimal = Field(gt=0)
    summary: Words

    @model_validator(mode="after")
    def _ordered(self) -> Pump:
        if self.least_ml_per_h >= self.most_ml_per_h:
            raise ValueError("expected least_ml_per_h < most_ml_per_h")
        return self
