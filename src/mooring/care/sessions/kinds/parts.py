"""What is asked of one part of a dose, for each shape that is given in parts; one entry a shape."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.rules.doses.parts import DosePart
from mooring.work.fields import DecimalNumberField, NumberText
from mooring.work.moments import DayField

Fields = dict[str, forms.Field]
SITES = [
    ("deltoid", _("deltoid")),
    ("thigh", _("thigh")),
    ("gluteal", _("ventrogluteal")),
    ("abdomen", _("abdomen")),
    ("arm", _("upper arm, under the skin")),
]
SIDES = [("left", _("left")), ("right", _("right"))]
NOSTRILS = [("left", _("left nostril")), ("right", _("right nostril"))]
FACT_WORDS = {**dict(SITES), **dict(SIDES)}
"""How the chosen values of these fields are written in the log."""


def part_fields(part: DosePart) -> Fields:
    """The fields of this part."""
    return FIELDS[part.kind](part)


def _device(part: DosePart) -> Fields:
    return {
        "lot": _lot(required=True),
        "use_by": DayField(
            label=_("Use by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        ),
        "failed": forms.BooleanField(
            label=_("The device failed: nothing was sprayed"),
            required=False,
            help_text=_("It is not counted; another device takes its place."),
        ),
    }


def _injection(part: DosePart) -> Fields:
    return {
        "site": forms.ChoiceField(label=_("Site"), choices=SITES, widget=forms.RadioSelect),
        "side": forms.ChoiceField(label=_("Side"), choices=SIDES, widget=forms.RadioSelect),
        "lot": _lot(required=part.number == 1),
    }


def _booster(part: DosePart) -> Fields:
    return {
        "mg": DecimalNumberField(
            label=_("Booster given"),
            min_value=0.1,
            max_digits=6,
            decimal_places=1,
            initial=part.mg,
            widget=NumberText(attrs={"data-unit": "mg"}),
        ),
        **_injection(part),
    }


def _spray(part: DosePart) -> Fields:
    return {
        "nostril": forms.ChoiceField(label=_("Nostril"), choices=NOSTRILS, widget=forms.RadioSelect),
        "lot": _lot(required=part.number == 1),
    }


def _unit(part: DosePart) -> Fields:
    return {"lot": _lot(required=part.number == 1)}


FIELDS: Mapping[str, Callable[[DosePart], Fields]] = {
    "device": _device,
    "injection": _injection,
    "booster": _booster,
    "spray": _spray,
    "unit": _unit,
}


def _lot(required: bool) -> Any:
    return forms.CharField(label=_("Lot number"), max_length=40, required=required)
