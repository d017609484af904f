"""What may be typed about medicines and allergies: a name of the lists, or free text that a clinician classifies."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.observations.models import Allergy, Medicine
from mooring.care.patients.models import Patient
from mooring.rules.medicines import YARDSTICKS, Formulary
from mooring.work.fields import DecimalNumberField, NumberText
from mooring.work.moments import MomentField

TYPING = ("input", "changed", "delay:150ms")


def searched(field: forms.Field, address: str, listed: str) -> None:
    """Let a text field offer names while it is typed into; without a script it is a plain text field."""
    field.widget.attrs |= {
        "list": listed,
        "autocomplete": "off",
        "hx-get": address,
        "hx-trigger": " ".join(TYPING),
        "hx-target": f"#{listed}",
        "hx-swap": "innerHTML",
        "hx-sync": "this:replace",
    }


class MedicineForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Medicine
        fields = ["name", "dose", "hold"]
        labels = {
            "name": gettext_lazy("Medicine"),
            "dose": gettext_lazy("Dose and when"),
            "hold": gettext_lazy("Agreed for a dosing day"),
        }
        help_texts = {
            "name": gettext_lazy(
                "Generic or brand name. A name that is not listed is classified by a prescriber."
            ),
            "hold": gettext_lazy("For example: not on the morning of a dose. Leave empty while undecided."),
        }

    def __init__(self, *args: Any, patient: Patient, **named: Any) -> None:
        super().__init__(*args, **named)
        searched(self.fields["name"], reverse("medicine-find", args=[patient.pk]), "names")


class MedicineDetailsForm(forms.Form):
    """What a rule asks about a medicine of a class: the daily equivalent, and when it was last taken."""

    last_taken_at = MomentField(label=gettext_lazy("Last taken"), required=False)

    def __init__(
        self, *args: Any, medicine: Medicine, formulary: Formulary | None, now: datetime, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.fields["last_taken_at"].now = now  # type: ignore[attr-defined]
        classes = [
            formulary.classes[code] for code in medicine.classes if formulary and code in formulary.classes
        ]
        yardstick = next((each.yardstick for each in classes if each.yardstick in YARDSTICKS), "")
        if yardstick:
            label = {
                "morphine": _("Daily dose, as oral morphine"),
                "lorazepam": _("Daily dose, as lorazepam"),
            }[yardstick]
            self.fields["equivalent_mg"] = DecimalNumberField(
                label=label,
                required=False,
                min_value=0,
                max_digits=7,
                decimal_places=2,
                widget=NumberText(attrs={"data-unit": "mg"}),
            )
        self.order_fields(["equivalent_mg", "last_taken_at"])


class ClassifyMedicineForm(forms.Form):
    """The classes to which a medicine belongs; none of them is an answer of its own."""

    classes = forms.MultipleChoiceField(
        label=gettext_lazy("Belongs to"), required=False, widget=forms.CheckboxSelectMultiple
    )
    none_of_them = forms.BooleanField(
        label=gettext_lazy("It belongs to none of these classes"), required=False
    )

    def __init__(self, *args: Any, formulary: Formulary, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["classes"]
        field.choices = [(code, each.title) for code, each in formulary.classes.items()]  # type: ignore[attr-defined]
        field.optional_words = ""  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("classes")) == bool(cleaned.get("none_of_them")):
            raise ValidationError(_("Choose the classes, or that it belongs to none of them."))
        return cleaned


class HoldForm(forms.Form):
    hold = forms.CharField(label=gettext_lazy("Agreed for a dosing day"), max_length=200, required=False)
    was = forms.CharField(widget=forms.HiddenInput, required=False)


class AllergyForm(forms.ModelForm):  # type: ignore[type-arg]
    substance = forms.CharField(label=gettext_lazy("Substance"), max_length=120)

    class Meta:
        model = Allergy
        fields = ["substance", "reaction", "severity"]
        labels = {"reaction": gettext_lazy("Reaction"), "severity": gettext_lazy("Severity")}
        help_texts = {"reaction": gettext_lazy("For example: rash, swelling, anaphylaxis.")}

    def __init__(self, *args: Any, patient: Patient, **named: Any) -> None:
        super().__init__(*args, **named)
        searched(self.fields["substance"], reverse("allergen-find", args=[patient.pk]), "names")


class ClassifyAllergyForm(forms.Form):
    """Which listed substance an allergy is to."""

    code = forms.ChoiceField(label=gettext_lazy("Substance"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, formulary: Formulary, **named: Any) -> None:
        super().__init__(*args, **named)
        listed = [(code, each.name) for code, each in formulary.allergens.items()]
        none = ("none", _("None of these: it concerns neither the product nor a rescue medicine"))
        self.fields["code"].choices = [*listed, none]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> str:
        code = str(self.cleaned_data["code"])
        return "" if code == "none" else code
