"""A dose in words, whatever its shape: `36 mg over 40 min`, `84 mg, 3 devices of 28 mg`."""

from decimal import Decimal
from functools import singledispatch

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.rules.doses.basis import Basis
from mooring.rules.doses.devices import DevicesDose
from mooring.rules.doses.infusion import InfusionDose
from mooring.rules.doses.injection import InjectionDose
from mooring.rules.doses.ordered import DoseForm, OrderedDose
from mooring.rules.doses.quantity import DoseQuantity
from mooring.rules.doses.sprays import SpraysDose
from mooring.rules.doses.units import UnitsDose
from mooring.words.numbers import with_unit


def intended_words(basis: Basis, duration_min: int | None) -> str:
    """`0.5 mg/kg over 40 min`, `84 mg`"""
    dose = with_unit(basis.amount, basis.unit)
    if duration_min is None:
        return dose
    return _("{dose} over {time}").format(dose=dose, time=with_unit(duration_min, "min"))


def ordered_words(order: OrderedDose) -> str:
    """`36 mg over 40 min`, `84 mg, 3 devices of 28 mg`"""
    return f"{with_unit(order.mg, 'mg')}{form_words(order.form)}"


def blind_words(order: OrderedDose) -> str:
    """`36 mg over 40 min`, `84 mg, 28 mg in each`: without the volume or the number that two people read for themselves."""
    if order.form.read_back.what == "count":
        return f"{with_unit(order.mg, 'mg')}, {strength_words(order.form)}"
    return ordered_words(order)


@singledispatch
def form_words(form: object) -> str:
    """What stands behind the milligrams, by shape."""
    raise TypeError(f"no words for {form!r}")


@form_words.register
def _infusion(form: InfusionDose) -> str:
    return " " + _("over {time}").format(time=with_unit(form.duration_min, "min"))


@form_words.register
def _injection(form: InjectionDose) -> str:
    words = ngettext(", in {n} injection", ", in {n} injections", form.sites).format(n=form.sites)
    if form.booster_mg:
        words += _(", and a booster of up to {dose}").format(dose=with_unit(form.booster_mg, "mg"))
    return words


@form_words.register
def _devices(form: DevicesDose) -> str:
    words = ngettext(", {n} device of {dose}", ", {n} devices of {dose}", form.count)
    return words.format(n=form.count, dose=with_unit(form.mg_each, "mg"))


@form_words.register
def _sprays(form: SpraysDose) -> str:
    words = ngettext(", {n} spray of {dose}", ", {n} sprays of {dose}", form.count)
    return words.format(n=form.count, dose=with_unit(form.mg_each, "mg"))


@form_words.register
def _units(form: UnitsDose) -> str:
    words = ngettext(", {n} unit of {dose}", ", {n} units of {dose}", form.count)
    return words.format(n=form.count, dose=with_unit(form.mg_each, "mg"))


def strength_words(form: DoseForm) -> str:
    """`50 mg/mL`, `28 mg in each`: what is read on the vial or the device, without the volume or the number."""
    if isinstance(form, InfusionDose | InjectionDose):
        return with_unit(form.concentration_mg_per_ml, "mg/mL")
    return _("{dose} in each").format(dose=with_unit(form.mg_each, "mg"))


def count_words(count: int, unit: str) -> str:
    """`3 devices`; a unit that is no count is written as it is: `36 mL`."""
    words = {
        "devices": ngettext("{n} device", "{n} devices", count),
        "sprays": ngettext("{n} spray", "{n} sprays", count),
        "units": ngettext("{n} unit", "{n} units", count),
    }
    return words[unit].format(n=count) if unit in words else with_unit(count, unit)


def amount_words(value: Decimal, unit: str) -> str:
    """A line of the arithmetic: `36 mg`, `0.72 mL`, `3 devices`."""
    return count_words(int(value), unit) if unit in ("devices", "sprays", "units") else with_unit(value, unit)


def quantity_words(quantity: DoseQuantity, shape: str = "") -> str:
    """`84 mg`, and the volume or the number that holds it where there is one: `84 mg in 3 devices`, by its shape."""
    mg = with_unit(quantity.mg, "mg")
    if quantity.ml is not None:
        return _("{mg} in {ml}").format(mg=mg, ml=with_unit(quantity.ml, "mL"))
    if quantity.count is not None:
        return _counted_words(shape, quantity.count).format(mg=mg, n=quantity.count)
    return mg


def _counted_words(shape: str, count: int) -> str:
    if shape == "devices":
        return ngettext("{mg} in {n} device", "{mg} in {n} devices", count)
    if shape == "sprays":
        return ngettext("{mg} in {n} spray", "{mg} in {n} sprays", count)
    return ngettext("{mg} in {n} unit", "{mg} in {n} units", count)


PARTS = {
    "device": lambda number: _("Device {n}").format(n=number),
    "injection": lambda number: _("Injection {n}").format(n=number),
    "booster": lambda number: _("Booster"),
    "spray": lambda number: _("Spray {n}").format(n=number),
    "unit": lambda number: _("Unit {n}").format(n=number),
}


def part_words(kind: str, number: int) -> str:
    """`Device 2`, `Booster`"""
    return PARTS[kind](number)
