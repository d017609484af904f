"""What may be typed about measured values, laboratory results, medicines and allergies."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.observations.models import (
    Allergy,
    LaboratoryResult,
    LaboratoryTest,
    Medicine,
    Observation,
    ObservationKind,
)
from mooring.care.observations.queries import (
    change_limits,
    last_result_words,
    last_value,
    limit_of,
    saved_just_now,
)
from mooring.care.patients.models import Patient
from mooring.rules.change import pulse_pressure_unlikely
from mooring.rules.laboratory import NEGATIVE, TESTS
from mooring.rules.medicines import YARDSTICKS, Formulary
from mooring.sentences.times import clock_words
from mooring.words.parsing import Quantity
from mooring.words.units import FEET_AND_INCHES
from mooring.work.fields import (
    DecimalNumberField,
    NumberText,
    QuantityField,
    WholeNumberField,
    check_limits,
)
from mooring.work.moments import MomentField
from mooring.work.second_entry import AsksAgain

TYPING = ("input", "changed", "delay:150ms")
RESULT_WORDS = {NEGATIVE: gettext_lazy("negative"), "positive": gettext_lazy("positive")}


class ObservationForm(AsksAgain):
    """When it was measured; each kind adds its figures. What is unlikely is asked for again."""

    kind = ""
    at = MomentField(label=gettext_lazy("When was it measured?"))
    field_order = ["value", "second", "at"]

    def __init__(
        self, *args: Any, patient: Patient, now: datetime, corrects: Observation | None = None, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.patient, self.now, self.corrects = patient, now, corrects
        self.fields["at"].born, self.fields["at"].now = patient.birth_date, now  # type: ignore[attr-defined]
        last = last_value(patient, self.kind, besides=corrects)
        self.limits = change_limits(patient.site, now)
        limit = limit_of(self.limits, self.kind)
        if limit is not None:
            self.compare("value", last, limit)
        elif last is not None:
            self.fields["value"].last_words = last.words  # type: ignore[attr-defined]
        self._ask_about_the_same_value()

    def _ask_about_the_same_value(self) -> None:
        """The same value saved a minute ago is usually a page that was sent twice, and rarely a second reading."""
        if not self.is_bound or self.corrects is not None or self.sent("value") is None:
            return
        earlier = saved_just_now(self._row(self.sent("value"), self.sent("second")), self.now)
        if earlier is not None:
            self.earlier = earlier
            self.fields["measured_again"] = forms.BooleanField(
                label=_("I measured it again, and it is the same"), required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "measured_again" in self.fields and not cleaned.get("measured_again"):
            self.add_error(
                "measured_again",
                _("{value} was saved at {time}. Save it a second time only if you measured it again.").format(
                    value=self.earlier.words, time=clock_words(self.earlier.stored_at)
                ),
            )
        return cleaned

    def unsaved(self) -> Observation:
        """The value as an unsaved row."""
        cleaned = self.cleaned_data
        row = self._row(cleaned["value"], cleaned.get("second"))
        row.at = cleaned["at"]
        return row

    @property
    def reason(self) -> str:
        """Why an unlikely value is right; empty where nothing was asked."""
        return self.confirmed_reason("value") or self.confirmed_reason("second")

    def _row(self, value: Any, second: Any) -> Observation:
        row = Observation(patient=self.patient, kind=self.kind, second=second)
        if isinstance(value, Quantity):
            row.value = round(value.value, 1)
            if value.unit not in ("kg", "cm", "°C"):
                row.typed, row.unit = value.typed, value.unit
        else:
            row.value = Decimal(value)
        return row


class WeightForm(ObservationForm):
    kind = ObservationKind.WEIGHT
    value = QuantityField(label=gettext_lazy("Weight"), units=("kg", "lb"), min_value=20, max_value=400)


class HeightForm(ObservationForm):
    kind = ObservationKind.HEIGHT
    value = QuantityField(
        label=gettext_lazy("Height"), units=("cm", FEET_AND_INCHES), min_value=50, max_value=250
    )


class TemperatureForm(ObservationForm):
    kind = ObservationKind.TEMPERATURE
    value = QuantityField(label=gettext_lazy("Temperature"), units=("°C", "°F"), min_value=25, max_value=45)


class PainRatingForm(ObservationForm):
    kind = ObservationKind.PAIN
    value = WholeNumberField(
        label=gettext_lazy("Pain"),
        help_text=gettext_lazy("From 0 (none) to 10 (worst imaginable)."),
        min_value=0,
        max_value=10,
    )


class BloodPressureForm(ObservationForm):
    kind = ObservationKind.BLOOD_PRESSURE
    value = WholeNumberField(
        label=gettext_lazy("Systolic"),
        min_value=40,
        max_value=300,
        widget=NumberText(attrs={"data-unit": "mmHg"}),
    )
    second = WholeNumberField(
        label=gettext_lazy("Diastolic"),
        min_value=20,
        max_value=200,
        widget=NumberText(attrs={"data-unit": "mmHg"}),
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        systolic, diastolic = self.sent("value"), self.sent("second")
        if systolic is None or diastolic is None or systolic <= diastolic:
            return
        if pulse_pressure_unlikely(systolic, diastolic, self.limits):
            question = _(
                "{systolic}/{diastolic} mmHg is an unlikely pair. Measure again, or enter it again below."
            )
            self.ask_again("second", question.format(systolic=systolic, diastolic=diastolic))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        systolic, diastolic = cleaned.get("value"), cleaned.get("second")
        if systolic is not None and diastolic is not None and diastolic >= systolic:
            raise ValidationError(_("Systolic must be above diastolic. Check both numbers."))
        return cleaned


class HomePressureForm(BloodPressureForm):
    """What the patient measured at home over some days, as its mean."""

    kind = ObservationKind.HOME_PRESSURE

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["value"].label, self.fields["second"].label = _("Mean systolic"), _("Mean diastolic")
        self.fields["value"].help_text = _("The mean of the readings that the patient took at home.")
        self.fields["at"].label = _("When was the last of them measured?")


FORMS: dict[str, type[ObservationForm]] = {
    form.kind: form
    for form in (
        WeightForm,
        HeightForm,
        BloodPressureForm,
        HomePressureForm,
        TemperatureForm,
        PainRatingForm,
    )
}


class LaboratoryForm(forms.Form):
    """One result: a number with its unit and the laboratory's reference, or one of the words of the test."""

    at = MomentField(label=gettext_lazy("When was the sample taken?"))

    def __init__(self, *args: Any, test: str, patient: Patient, now: datetime, **named: Any) -> None:
        super().__init__(*args, **named)
        self.test, self.patient = TESTS[test], patient
        self.fields["at"].born, self.fields["at"].now = patient.birth_date, now  # type: ignore[attr-defined]
        label, last = LaboratoryTest(test).label, last_result_words(patient, test)
        if self.test.results:
            self.fields["result"] = forms.ChoiceField(
                label=label,
                choices=[(result, RESULT_WORDS.get(result, result)) for result in self.test.results],
                widget=forms.RadioSelect,
            )
            self.fields["result"].last_words = last  # type: ignore[attr-defined]
            self.order_fields(["result", "at"])
            return
        unit = next(iter(self.test.units)) if len(self.test.units) == 1 else ""
        attrs = {"data-unit": unit} if unit else {}
        self.fields["value"] = DecimalNumberField(
            label=label, max_digits=9, decimal_places=3, widget=NumberText(attrs)
        )
        self.fields["value"].last_words = last  # type: ignore[attr-defined]
        if not unit:
            units = [(each, each) for each in self.test.units]
            self.fields["unit"] = forms.ChoiceField(label=_("Unit"), choices=units)
        for name, title in (("reference_low", _("Reference, from")), ("reference_high", _("Reference, to"))):
            self.fields[name] = DecimalNumberField(
                label=title, max_digits=9, decimal_places=3, required=False, widget=NumberText(attrs)
            )
        self.order_fields(["value", "unit", "reference_low", "reference_high", "at"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        low, high = cleaned.get("reference_low"), cleaned.get("reference_high")
        if low is not None and high is not None and high < low:
            self.add_error(
                "reference_high", _("The reference range ends below its start. Check both numbers.")
            )
        value, unit = cleaned.get("value"), self._unit(cleaned)
        if value is not None and unit:
            try:
                check_limits(value, *self.test.units[unit], unit)
            except ValidationError as outside:
                self.add_error("value", outside)
        return cleaned

    def _unit(self, cleaned: dict[str, Any]) -> str:
        return str(cleaned.get("unit") or (next(iter(self.test.units)) if self.test.units else ""))

    def unsaved(self) -> LaboratoryResult:
        """The result as an unsaved row."""
        cleaned = self.cleaned_data
        return LaboratoryResult(
            patient=self.patient,
            test=self.test.code,
            value=cleaned.get("value"),
            unit=self._unit(cleaned),
            reference_low=cleaned.get("reference_low"),
            reference_high=cleaned.get("reference_high"),
            result=cleaned.get("result", ""),
            at=cleaned["at"],
        )


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
