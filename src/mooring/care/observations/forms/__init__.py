"""What may be typed about measured values and laboratory results; medicines and allergies stand in `listed`."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.observations.models import (
    LaboratoryResult,
    LaboratoryTest,
    Observation,
    ObservationKind,
)
from mooring.care.observations.queries import (
    change_limits,
    compared_result,
    compared_with_last,
    last_result,
    result_saved_before,
    saved_just_now,
)
from mooring.care.patients.models import Patient
from mooring.rules.change import pulse_pressure_unlikely
from mooring.rules.laboratory import NEGATIVE, TESTS
from mooring.sentences.times import clock_words, day_words
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

RESULT_WORDS = {NEGATIVE: gettext_lazy("negative"), "positive": gettext_lazy("positive")}


class MeasuredForm(AsksAgain):
    """A value that is compared with the last one, and with what was saved within the last minutes."""

    earlier: Observation | LaboratoryResult | None = None

    def ask_about_the_same(self, earlier: Observation | LaboratoryResult | None) -> None:
        """The same value saved a minute ago is usually a page that was sent twice, and rarely a second reading."""
        if earlier is None:
            return
        self.earlier = earlier
        self.fields["measured_again"] = forms.BooleanField(
            label=_("I measured it again, and it is the same"), required=False
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.earlier is not None and not cleaned.get("measured_again"):
            self.add_error(
                "measured_again",
                _("{value} was saved at {time}. Save it a second time only if you measured it again.").format(
                    value=self.earlier.words, time=clock_words(self.earlier.stored_at)
                ),
            )
        return cleaned

    @property
    def reason(self) -> str:
        """Why an unlikely value is right; empty where nothing was asked."""
        return self.confirmed_reason("value") or self.confirmed_reason("second")

    @property
    def possible(self) -> bool:
        """Whether what was sent can be at all; what cannot is refused, and not asked about."""
        return True

    @property
    def measured_again(self) -> bool:
        """Whether the same value as a minute ago is a second reading."""
        return bool(self.cleaned_data.get("measured_again"))


class ObservationForm(MeasuredForm):
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
        self.limits = change_limits(patient.site, now)
        for figure in compared_with_last(patient, self.kind, self.limits, besides=corrects):
            self.compare(figure.name, figure.last, figure.limit if self.possible else None)
        if corrects is None and self.sent("value") is not None:
            self.ask_about_the_same(
                saved_just_now(self._row(self.sent("value"), self.sent("second")), self.now)
            )

    def unsaved(self) -> Observation:
        """The value as an unsaved row."""
        cleaned = self.cleaned_data
        row = self._row(cleaned["value"], cleaned.get("second"))
        row.at = cleaned["at"]
        return row

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
        if systolic is None or diastolic is None or not self.possible or self.questions:
            return
        if pulse_pressure_unlikely(systolic, diastolic, self.limits):
            question = _(
                "{systolic}/{diastolic} mmHg is an unlikely pair. Measure again, or enter it again below."
            )
            self.ask_again("second", question.format(systolic=systolic, diastolic=diastolic))

    @property
    def possible(self) -> bool:
        systolic, diastolic = self.sent("value"), self.sent("second")
        return systolic is None or diastolic is None or systolic > diastolic

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


class LaboratoryForm(MeasuredForm):
    """One result: a number with its unit and the laboratory's reference, or one of the words of the test."""

    at = MomentField(label=gettext_lazy("When was the sample taken?"))

    def __init__(
        self,
        *args: Any,
        test: str,
        patient: Patient,
        now: datetime,
        corrects: LaboratoryResult | None = None,
        **named: Any,
    ) -> None:
        super().__init__(*args, **named)
        self.test, self.patient = TESTS[test], patient
        self.fields["at"].born, self.fields["at"].now = patient.birth_date, now  # type: ignore[attr-defined]
        label, last = LaboratoryTest(test).label, last_result(patient, test, besides=corrects)
        self._ask(str(label))
        if last is not None and last.value is not None:
            limit = change_limits(patient.site, now).of(test)
            self.compare("value", compared_result(last), limit, self._sent_number())
        elif last is not None:
            self.fields["result"].last_words = f"{last.words}, {day_words(last.at)}"  # type: ignore[attr-defined]
        sent = self.sent("result") if self.test.results else self.sent("value")
        if corrects is None and sent is not None and self.sent("at") is not None:
            names = ("value", "unit", "result", "at")
            self.ask_about_the_same(
                result_saved_before(self._row({name: self.sent(name) for name in names}), now)
            )

    def _ask(self, label: str) -> None:
        if self.test.results:
            self.fields["result"] = forms.ChoiceField(
                label=label,
                choices=[(result, RESULT_WORDS.get(result, result)) for result in self.test.results],
                widget=forms.RadioSelect,
            )
            self.order_fields(["result", "at"])
            return
        unit = self.test.first_unit if len(self.test.units) == 1 else ""
        attrs = {"data-unit": unit} if unit else {}
        self.fields["value"] = DecimalNumberField(
            label=label, max_digits=9, decimal_places=3, widget=NumberText(attrs)
        )
        if not unit:
            units = [(each, each) for each in self.test.units]
            self.fields["unit"] = forms.ChoiceField(label=_("Unit"), choices=units)
        for name, title in (("reference_low", _("Reference, from")), ("reference_high", _("Reference, to"))):
            self.fields[name] = DecimalNumberField(
                label=title, max_digits=9, decimal_places=3, required=False, widget=NumberText(attrs)
            )
        self.order_fields(["value", "unit", "reference_low", "reference_high", "at"])

    def _sent_number(self) -> Quantity | None:
        """The number that was sent, in its own unit and in the one in which it is compared."""
        value = self.sent("value")
        if value is None:
            return None
        unit = self._unit_of({"unit": self.sent("unit")})
        return Quantity(self.test.in_first_unit(value, unit), value, unit)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        low, high = cleaned.get("reference_low"), cleaned.get("reference_high")
        if low is not None and high is not None and high < low:
            self.add_error(
                "reference_high", _("The reference range ends below its start. Check both numbers.")
            )
        value, unit = cleaned.get("value"), self._unit_of(cleaned)
        if value is not None and unit:
            try:
                check_limits(value, *self.test.units[unit], unit)
            except ValidationError as outside:
                self.add_error("value", outside)
        return cleaned

    def _unit_of(self, cleaned: dict[str, Any]) -> str:
        return str(cleaned.get("unit") or self.test.first_unit)

    def unsaved(self) -> LaboratoryResult:
        """The result as an unsaved row."""
        return self._row(self.cleaned_data)

    def _row(self, typed: dict[str, Any]) -> LaboratoryResult:
        return LaboratoryResult(
            patient=self.patient,
            test=self.test.code,
            value=typed.get("value"),
            unit=self._unit_of(typed),
            reference_low=typed.get("reference_low"),
            reference_high=typed.get("reference_high"),
            result=typed.get("result") or "",
            at=typed["at"],
        )
