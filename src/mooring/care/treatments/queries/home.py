"""A dose at home as it stands: the arrangement, the visits, what is in the house."""

from dataclasses import dataclass

from mooring.care.treatments.models import (
    Cycle,
    Dispensing,
    DoseOrder,
    HomeArrangement,
    Treatment,
    UnitCount,
)
from mooring.rules.doses.counted import CountedDose
from mooring.rules.home import Handed, doses_out


@dataclass(frozen=True)
class HomeSupply:
    """What was dispensed, came back, was taken, in doses; and the units that should be left."""

    handed: tuple[Handed, ...]
    returned: int
    taken: int
    units_left: int

    @property
    def doses_left(self) -> int:
        return doses_out(self.handed, self.taken, self.returned)


def supply_of(treatment: Treatment) -> HomeSupply:
    """The supply of a treatment at home, from what was dispensed and what was ordered and taken."""
    rows = list(Dispensing.objects.filter(treatment=treatment).order_by("on", "pk"))
    taken = list(
        DoseOrder.objects.filter(
            cycle__treatment=treatment, cycle__administered=True, withdrawn_at__isnull=True
        )
    )
    units_taken = sum(_units(order) for order in taken)
    return HomeSupply(
        handed=tuple(Handed(row.on, row.doses) for row in rows if row.doses > 0),
        returned=-sum(row.doses for row in rows if row.doses < 0),
        taken=len(taken),
        units_left=sum(row.units for row in rows) - units_taken,
    )


def _units(order: DoseOrder) -> int:
    form = order.ordered.form
    return form.count if isinstance(form, CountedDose) else 1


def units_a_dose(treatment: Treatment) -> int | None:
    """How many units the newest order takes; None where none is signed yet."""
    order = (
        DoseOrder.objects.filter(cycle__treatment=treatment, withdrawn_at__isnull=True)
        .order_by("-signed_at")
        .first()
    )
    return _units(order) if order is not None else None


def arrangement_of(cycle: Cycle) -> HomeArrangement | None:
    """The arrangement that counts for a dose."""
    return (
        HomeArrangement.objects.filter(cycle=cycle)
        .select_related("responsible", "chaperone", "second_contact", "by")
        .order_by("-at", "-pk")
        .first()
    )


def counts_of(treatment: Treatment) -> list[UnitCount]:
    return list(
        UnitCount.objects.filter(cycle__treatment=treatment).select_related("by", "cycle").order_by("-at")
    )
