"""What one may ask the lab. Every value is in the address, so that a view can be shared."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.lab.queries import WAYS
from mooring.work.fields import SliderInput

WINDOWS = (("session", _("One sitting, six hours")), ("day", _("One day")), ("weeks", _("Six weeks")))
SITTINGS = (
    (1, _("Once")),
    (2, _("Twice, one week")),
    (6, _("Six times, three weeks")),
    (12, _("Twelve times, six weeks")),
)
SEXES = (("", _("Either")), ("female", _("Woman")), ("male", _("Man")))
TYPICAL = {
    "a_way": "iv",
    "a_dose": 35,
    "a_over": 40,
    "a_times": 1,
    "b_way": "im",
    "b_dose": 35,
    "b_over": 40,
    "b_times": 1,
    "kg": 70,
    "age": 40,
    "sex": "",
    "window": "session",
}


def slider(low: int, high: int, step: int, unit: object) -> SliderInput:
    """A range control; the unit is said after its value."""
    return SliderInput(attrs={"min": low, "max": high, "step": step, "data-unit": unit})


class LabForm(forms.Form):
    """Two regimens, a person, and how far to look. Absent values are the typical ones."""

    a_way = forms.ChoiceField(label=_("Route"), choices=WAYS)
    a_dose = forms.FloatField(label=_("Dose"), min_value=5, max_value=150, widget=slider(5, 150, 1, "mg"))
    a_over = forms.FloatField(label=_("Over"), min_value=2, max_value=120, widget=slider(2, 120, 1, "min"))
    a_times = forms.TypedChoiceField(label=_("How often"), choices=SITTINGS, coerce=int)
    b_on = forms.BooleanField(label=_("Compare with a second regimen"), required=False)
    b_way = forms.ChoiceField(label=_("Route"), choices=WAYS)
    b_dose = forms.FloatField(label=_("Dose"), min_value=5, max_value=150, widget=slider(5, 150, 1, "mg"))
    b_over = forms.FloatField(label=_("Over"), min_value=2, max_value=120, widget=slider(2, 120, 1, "min"))
    b_times = forms.TypedChoiceField(label=_("How often"), choices=SITTINGS, coerce=int)
    kg = forms.FloatField(label=_("Weight"), min_value=45, max_value=120, widget=slider(45, 120, 1, "kg"))
    age = forms.FloatField(label=_("Age"), min_value=18, max_value=65, widget=slider(18, 65, 1, _("years")))
    sex = forms.ChoiceField(label=_("Woman or man"), choices=SEXES, required=False)
    window = forms.ChoiceField(label=_("Look at"), choices=WINDOWS)

    def __init__(self, asked: Any) -> None:
        """`asked` is the address's query; what it leaves out is typical."""
        data = {**TYPICAL, **{name: value for name, value in asked.items() if name in self.base_fields}}
        super().__init__(data, auto_id="lab-%s")
