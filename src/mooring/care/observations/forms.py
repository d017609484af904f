"""What may be typed about weight, blood pressure, medicines and allergies."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mooring.care.observations.models import Allergy, Medicine, Observation, ObservationKind
from mooring.work.fields import DecimalNumberField, NumberText, WholeNumberField
from mooring.work.moments import MomentField


class ObservationForm(forms.Form):
    """When it was measured; each kind adds its figures."""

    kind = ""
    at = MomentField(label=_("When was it measured?"))

    def unsaved(self) -> Observation:
        """The value as an unsaved row without its patient."""
        given = self.cleaned_data
        return Observation(kind=self.kind, value=given["value"], second=given.get("second"), at=given["at"])


class WeightForm(ObservationForm):
    kind = ObservationKind.WEIGHT
    value = DecimalNumberField(
        label=_("Weight"),
        min_value=Decimal(20),
        max_value=Decimal(400),
        decimal_places=1,
        widget=NumberText(attrs={"data-unit": "kg"}),
        error_messages={"min_value": _("Weights from 20 to 400 kg are plausible. Please look again.")},
    )
    field_order = ["value", "at"]


class BloodPressureForm(ObservationForm):
    kind = ObservationKind.BLOOD_PRESSURE
    value = WholeNumberField(
        label=_("Upper value"),
        min_value=40,
        max_value=300,
        widget=NumberText(attrs={"data-unit": "mmHg"}),
    )
    second = WholeNumberField(
        label=_("Lower value"),
        min_value=20,
        max_value=200,
        widget=NumberText(attrs={"data-unit": "mmHg"}),
    )
    field_order = ["value", "second", "at"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        upper, lower = given.get("value"), given.get("second")
        if upper is not None and lower is not None and lower >= upper:
            raise ValidationError(_("The upper value lies above the lower one. Please look again."))
        return given


FORMS: dict[str, type[ObservationForm]] = {
    ObservationKind.WEIGHT: WeightForm,
    ObservationKind.BLOOD_PRESSURE: BloodPressureForm,
}


class MedicineForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Medicine
        fields = ["name", "dose", "hold"]
        labels = {
            "name": _("Medicine"),
            "dose": _("Dose and when"),
            "hold": _("Agreed for a dosing day"),
        }
        help_texts = {"hold": _("For example: not on the morning of a dose. Leave empty while undecided.")}


class HoldForm(forms.Form):
    hold = forms.CharField(label=_("Agreed for a dosing day"), max_length=200, required=False)
    was = forms.CharField(widget=forms.HiddenInput, required=False)


class AllergyForm(forms.ModelForm):  # type: ignore[type-arg]
    substance = forms.CharField(label=_("Substance"), max_length=120)

    class Meta:
        model = Allergy
        fields = ["substance", "reaction"]
        labels = {"reaction": _("What it does")}
