"""What is ordered for one session: the milligrams, what they are counted from, and the figures of their shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from mooring.content.schema.presentations import Presentation, Pump
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.doses.basis import Basis
from mooring.rules.doses.devices import DevicesDose
from mooring.rules.doses.infusion import InfusionDose
from mooring.rules.doses.injection import InjectionDose
from mooring.rules.doses.parts import DosePart
from mooring.rules.doses.quantity import DoseQuantity, FigureLine
from mooring.rules.doses.sprays import SpraysDose
from mooring.rules.doses.units import UnitsDose

DoseForm = InfusionDose | InjectionDose | DevicesDose | SpraysDose | UnitsDose
"""A dose has exactly one of these shapes."""
SHAPES: Mapping[str, type[DoseForm]] = {
    shape.code: shape for shape in (InfusionDose, InjectionDose, DevicesDose, SpraysDose, UnitsDose)
}


@dataclass(frozen=True)
class OrderedDose:
    """What is ordered for one session. `mg` is the dose without a booster; `on` the day."""

    product: str
    salt_basis: str
    route: str
    mg: Decimal
    on: date
    basis: Basis
    form: DoseForm

    @property
    def total_mg(self) -> Decimal:
        """All that the session can come to, a booster included."""
        return self.form.total_mg(self.mg)

    @property
    def quantity(self) -> DoseQuantity:
        """What it takes of the stock."""
        return self.form.quantity(self.mg)

    @property
    def parts(self) -> tuple[DosePart, ...]:
        """The parts in which it is given, one after the other; an infusion has none."""
        return self.form.parts(self.mg)

    @property
    def duration_min(self) -> int | None:
        return self.form.duration_min if isinstance(self.form, InfusionDose) else None

    @property
    def lines(self) -> tuple[FigureLine, ...]:
        """The arithmetic, line by line."""
        first = FigureLine(self.basis.step(self.duration_min), self.mg, "mg")
        return (first, *self.form.lines(self.mg))

    def data(self) -> dict[str, Any]:
        """The basis and the figures of the shape as they are stored; `read_form` reads them again."""
        return {**self.basis.data(), **self.form.data()}


def computed(
    basis: Basis,
    chosen: Mapping[str, Any],
    *,
    protocol: ProtocolTemplate,
    presentation: Presentation | None,
    pump: Pump | None,
    on: date,
) -> OrderedDose:
    """An order out of what a prescriber chose. `ValueError` where an amount is not above 0, or none can be made."""
    if protocol.given_as is None:
        raise ValueError(f"{protocol.key} does not say how it is given")
    mg, form = SHAPES[protocol.given_as.shape].computed(basis, chosen, protocol, presentation, pump)
    return OrderedDose(protocol.product, protocol.salt_basis, protocol.route, mg, on, basis, form)


def read_form(shape: str, data: Mapping[str, Any], mg: Decimal) -> DoseForm:
    """The figures of a stored order."""
    return SHAPES[shape].read(data, mg)
