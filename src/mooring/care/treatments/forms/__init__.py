"""What may be typed about a treatment, its preparation, its readiness and its dose orders."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mooring.care.patients.models import SupportPerson
from mooring.care.treatments.kinds.shapes import chosen_from, order_fields
from mooring.care.treatments.models import Touch
from mooring.care.treatments.queries import DayQuestion, DoseChoice
from mooring.content.schema.data import DatumType
from mooring.content.schema.instruments import Instrument
from mooring.content.schema.presentations import Presentation
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.identity.models import Person
from mooring.rules.doses.basis import UNITS, WeightUsed
from mooring.rules.verdict import ClosureKind
from mooring.words.numbers import plain_number, with_unit
from mooring.work.fields import DecimalNumberField, FloatNumberField, NumberText, WholeNumberField, long_text
from mooring.work.moments import DayField, MomentField

NOT_SURE = ("not sure", _("Not sure"))
YES_NO = [("yes", _("Yes")), ("no", _("No")), NOT_SURE]
ESCORT = "escort_confirmed"


def password_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


def second_fields(others: QuerySet[Person]) -> dict[str, forms.Field]:
    """Who signs second, and with which password, where a finding asks for two people."""
    return {
        "second": forms.ModelChoiceField(
            queryset=others,
            label=_("Second signature"),
            help_text=_("This asks for two people. The second one types their own password."),
        ),
        "second_password": forms.CharField(
            label=_("Password of the second person"),
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        ),
    }


def dose_field(protocol: ProtocolTemplate, label: Any) -> forms.Field:
    """The dose in the protocol's own terms: one of its doses, or a number per kilogram, session or hour."""
    dose = protocol.dose
    if dose.choices:
        return forms.TypedChoiceField(
            label=label,
            choices=[(plain_number(mg), with_unit(mg, "mg")) for mg in dose.choices],
            coerce=Decimal,
            widget=forms.RadioSelect,
        )
    return DecimalNumberField(
        label=label,
        max_digits=6,
        decimal_places=2,
        min_value=0.01,
        widget=NumberText(attrs={"data-unit": UNITS[dose.per]}),
    )


class DraftForm(forms.Form):
    """A treatment as a prescriber intends it, within the protocol that was chosen."""

    protocol = forms.CharField(max_length=60, widget=forms.HiddenInput)
    indication = forms.ChoiceField(label=_("Indication"), widget=forms.RadioSelect)
    measure = forms.ChoiceField(label=_("Outcome measure"), widget=forms.RadioSelect)
    doses = WholeNumberField(label=_("Number of doses"), min_value=1, max_value=100)
    first_on = DayField(
        label=_("First dose on"),
        help_text=_("A closed day moves to the next open day; the other doses follow the protocol."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *args: Any, chosen: ProtocolTemplate, measures: Iterable[Instrument], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        measure, indication = self.fields["measure"], self.fields["indication"]
        measure.choices = [(each.key, each.title) for each in measures]  # type: ignore[attr-defined]
        indication.choices = [(each, each.capitalize()) for each in chosen.indications]  # type: ignore[attr-defined]
        if len(chosen.indications) == 1:
            indication.initial = chosen.indications[0]
        self.fields["amount"] = dose_field(chosen, _("Dose"))
        if chosen.duration is not None:
            self.fields["duration_min"] = WholeNumberField(
                label=_("Duration"), min_value=1, widget=NumberText(attrs={"data-unit": "min"})
            )
        self.order_fields(["protocol", "indication", "measure", "amount", "duration_min", "doses"])


class SignForm(forms.Form):
    """A signature: the signer's own password, again."""

    password = password_field(_("Your password, as your signature"))


class ConfirmForm(forms.Form):
    """Nothing is asked but to press the button."""


class CycleReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class PreparationForm(forms.Form):
    """The preparation visit."""

    intention = long_text(_("Intention, in the patient's words"), most=2000, rows=3)
    calming_plan = long_text(
        _("Calming plan"),
        most=2000,
        rows=3,
        help_text=_("What the team does first when it gets difficult: a phrase, breathing, light, sound."),
    )
    touch = forms.ChoiceField(
        label=_("Touch"),
        help_text=_("The patient can withdraw this at any time with a word or a sign."),
        choices=Touch.choices,
        widget=forms.RadioSelect,
    )
    call_shown = forms.BooleanField(label=_("Shown and tried: how to call for help"), required=False)
    was = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_was(self) -> datetime | None:
        given = self.cleaned_data["was"]
        try:
            return datetime.fromisoformat(given) if given else None
        except ValueError as error:
            raise forms.ValidationError(_("Open the page again and send it once more.")) from error


class ReadinessForm(forms.Form):
    """One field for each thing that the signed pack asks or measures; what is left empty stays unknown.

    Who takes the patient home is chosen from those whom the record names for it, with their telephone number.
    """

    def __init__(
        self,
        *args: Any,
        asked: Iterable[DayQuestion],
        escorts: Iterable[SupportPerson] = (),
        born: date | None = None,
        now: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = tuple(asked)
        self.escorts = {str(person.pk): person for person in escorts}
        for each in self.asked:
            if each.datum.type == DatumType.MOMENT:
                field: Any = MomentField(label=each.words, required=False, born=born, now=now)
            else:
                field = self._escort_field(each) if each.datum.key == ESCORT else _plain_field_for(each)
            field.optional_words = ""  # everything here may stay unknown, so none is marked as optional
            self.fields[each.datum.key] = field

    def _escort_field(self, asked: DayQuestion) -> Any:
        named = [
            (pk, _("{name}, {phone}").format(name=person.name, phone=person.phone))
            for pk, person in self.escorts.items()
        ]
        choices = [*named, ("no", _("None of these")), NOT_SURE]
        return forms.ChoiceField(label=asked.words, required=False, choices=choices, widget=forms.RadioSelect)

    @property
    def escort(self) -> SupportPerson | None:
        """Whom the answer about the escort names."""
        return self.escorts.get(self.cleaned_data.get(ESCORT, ""))

    def values(self) -> dict[str, object]:
        """What was given, as it is stored: moments as ISO texts with their zone."""
        given = {each.datum.key: self.cleaned_data.get(each.datum.key) for each in self.asked}
        if self.escort is not None:
            given[ESCORT] = "yes"
        return {
            key: value.isoformat() if isinstance(value, datetime) else value
            for key, value in given.items()
            if value not in (None, "")
        }


def _plain_field_for(asked: DayQuestion) -> Any:
    datum = asked.datum
    if datum.type == DatumType.NUMBER:
        unit = "" if datum.unit == "1" else datum.unit
        return FloatNumberField(
            label=asked.words,
            required=False,
            min_value=datum.least,
            max_value=datum.most,
            widget=NumberText(attrs={"data-unit": unit} if unit else {}),
        )
    if datum.type == DatumType.CHOICE:
        choices = [("", _("Not answered")), *((each, each) for each in datum.choices)]
        return forms.ChoiceField(label=asked.words, required=False, choices=choices)
    return forms.ChoiceField(label=asked.words, required=False, choices=YES_NO, widget=forms.RadioSelect)


class ClosureForm(forms.Form):
    """A prescriber's reason for going on in spite of one finding."""

    rule = forms.CharField(max_length=120, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Your decision on this finding"),
        choices=[
            (ClosureKind.OVERRIDDEN.value, _("Overridden, for the reason below")),
            (ClosureKind.WEIGHED.value, _("Considered and accepted (caution)")),
            (ClosureKind.REVIEWED.value, _("Reviewed by a specialist")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    password = password_field(_("Your password, as your signature"))

    def __init__(self, *args: Any, others: QuerySet[Person] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others is not None:
            self.fields |= second_fields(others)
            self.order_fields(["rule", "kind", "reason", "second", "second_password", "password"])


class StopRuleForm(forms.Form):
    """The signed reason for switching a stop rule off."""

    rule = forms.CharField(max_length=60, widget=forms.HiddenInput)
    reason = long_text(_("Why the next doses are safe in spite of it"), most=2000, rows=3)
    password = password_field(_("Your password, as your signature"))

    def __init__(self, *args: Any, others: QuerySet[Person] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others is not None:
            self.fields |= second_fields(others)
            self.order_fields(["rule", "reason", "second", "second_password", "password"])


class ReportedFactForm(forms.Form):
    """A clinician's word on what the patient reported."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)
    value = forms.ChoiceField(
        label=_("What did you find?"),
        choices=[("yes", _("Confirmed: it is so")), ("no", _("Refuted: it is not so"))],
        widget=forms.RadioSelect,
    )


WEIGHTS_USED = {
    WeightUsed.ACTUAL: _("measured, {kg}"),
    WeightUsed.IDEAL: _("ideal, {kg}"),
    WeightUsed.ADJUSTED: _("adjusted, {kg}"),
}


class OrderFiguresForm(forms.Form):
    """What a prescriber decides about today's dose, in the fields of its shape; the rest is computed."""

    def __init__(
        self,
        *args: Any,
        protocol: ProtocolTemplate,
        presentations: Iterable[Presentation],
        weights: Mapping[WeightUsed, Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = dose_field(protocol, _("Dose"))
        if len(weights) > 1:
            self.fields["weight_used"] = forms.ChoiceField(
                label=_("Counted from the weight"),
                choices=[
                    (used.value, str(WEIGHTS_USED[used]).format(kg=with_unit(kg, "kg")))
                    for used, kg in weights.items()
                ],
                initial=WeightUsed.ACTUAL.value,
                widget=forms.RadioSelect,
            )
        self.fields |= order_fields(protocol, presentations)
        self.decided = tuple(name for name in self.fields if name not in self.base_fields)

    @property
    def choice(self) -> DoseChoice:
        """What was decided, as the act takes it."""
        answers = {name: self.cleaned_data[name] for name in self.decided}
        amount, used = answers.pop("amount"), answers.pop("weight_used", WeightUsed.ACTUAL.value)
        presentation, chosen = chosen_from(answers)
        return DoseChoice(amount, presentation, chosen, WeightUsed(used))


class SignOrderForm(OrderFiguresForm):
    """The figures again, hidden, with what the signer saw; reasons where they are asked for; the signature.

    A dose that differs much from the last one, or rests on a weight that does, is typed again by the signer.
    """

    shown = forms.CharField(max_length=80, widget=forms.HiddenInput)
    reason = long_text(_("Why you override what is marked above"), most=2000, rows=2, required=False)
    password = password_field(_("Your password, as your signature"))

    def __init__(
        self,
        *args: Any,
        asks_reason: bool,
        asks_dose_again: bool = False,
        others: QuerySet[Person] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        hidden = list(self.decided)
        if asks_dose_again:
            self.fields["dose_again"] = DecimalNumberField(
                label=_("The dose in mg, typed again"), widget=NumberText(attrs={"data-unit": "mg"})
            )
            self.fields["change_reason"] = forms.CharField(label=_("Why it is right"), max_length=300)
        if others is not None:
            self.fields |= second_fields(others)
        self.order_fields(
            [*hidden, "shown", "dose_again", "change_reason", "reason", "second", "second_password"]
        )
        for name in hidden:
            self.fields[name].widget = forms.HiddenInput()
        if not asks_reason:
            self.fields["reason"].widget = forms.HiddenInput()


class CeilingForm(forms.Form):
    """The site's ceiling for one protocol, signed."""

    protocol = forms.CharField(max_length=60, widget=forms.HiddenInput)
    most_mg = DecimalNumberField(
        label=_("At most in one session"),
        max_digits=6,
        decimal_places=1,
        min_value=0.1,
        widget=NumberText(attrs={"data-unit": "mg"}),
    )
    reason = forms.CharField(
        label=_("What it rests on"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    password = password_field(_("Your password, as your signature"))
