"""How a protocol gives its dose: one class for each shape that a dose can have.

A shape is what a route allows: into a vein an infusion, into a muscle or under the skin an injection, into the nose
devices or sprays, in the mouth units. The rules of each shape stand in `rules/doses/`, a file a shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mooring.content.schema.base import Strict

Shape = Literal["infusion", "injection", "devices", "sprays", "units"]

ROUTES_OF_SHAPE: Mapping[str, tuple[str, ...]] = {
    "infusion": ("intravenous",),
    "injection": ("intramuscular", "subcutaneous"),
    "devices": ("intranasal",),
    "sprays": ("intranasal",),
    "units": ("oral", "sublingual"),
}
"""The routes that each shape can have; any other is refused when the protocol is loaded."""


class InfusionGiving(Strict):
    """Into a vein, by a pump, over the protocol's minutes."""

    shape: Literal["infusion"]


class Booster(Strict):
    """One more injection in the same session, so many minutes after the first; the session's ceiling holds both."""

    after_min_least: int = Field(gt=0)
    after_min_most: int = Field(gt=0)

    @model_validator(mode="after")
    def _ordered(self) -> Booster:
        if self.after_min_most < self.after_min_least:
            raise ValueError("expected after_min_least <= after_min_most")
        return self


class InjectionGiving(Strict):
    """Into a muscle or under the skin, at one site or split over several; it cannot be stopped once it is in."""

    shape: Literal["injection"]
    most_sites: int = Field(default=2, gt=0)
    booster: Booster | None = None


class DevicesGiving(Strict):
    """Ready-made nasal devices, each with the same dose, with a rest after each."""

    shape: Literal["devices"]
    mg_each: Decimal = Field(gt=0)
    rest_min: int = Field(gt=0)
    sprays_each: int = Field(default=2, gt=0)


class SpraysGiving(Strict):
    """Sprays from a pharmacy's bottle, `interval_min` apart."""

    shape: Literal["sprays"]
    interval_min: int = Field(gt=0)


class UnitsGiving(Strict):
    """Lozenges, troches, films or tablets, held or swallowed as the product's own label says."""

    shape: Literal["units"]


Giving = Annotated[
    InfusionGiving | InjectionGiving | DevicesGiving | SpraysGiving | UnitsGiving,
    Field(discriminator="shape"),
]


class FirstDose(Strict):
    """What the first dose of a treatment is, where a label says so; the first that fits counts."""

    mg: Decimal = Field(gt=0)
    least_age: int | None = None
    jurisdictions: tuple[str, ...] = ()
