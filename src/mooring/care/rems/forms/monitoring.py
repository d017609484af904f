"""What is asked of who signs a form, and of who sends it."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.rems.models import FormChannel
from mooring.content.schema.regulation import FormField
from mooring.work.fields import WholeNumberField
from mooring.work.moments import MomentField
from mooring.work.pages import KeyedForm

MOST_MINUTES = 1440
ANSWERS = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
SEXES = [("female", gettext_lazy("female")), ("male", gettext_lazy("male"))]
PRESSURE = re.compile(r"^\d{2,3}/\d{2,3}$")
LEAST_REASON = 3
"""A reason of fewer letters is none."""


class PressureField(forms.CharField):
    """Systolic over diastolic as written, or that it was not taken and why."""

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value)).replace(" ", "")
        if not text or PRESSURE.match(text):
            return text
        words, prefix = str(value).strip(), _("not taken:")
        if words.lower().startswith(prefix) and len(words.partition(":")[2].strip()) > LEAST_REASON:
            return words
        raise ValidationError(_("Write it as 138/86, or “not taken: ” with the reason."), code="pressure")


def field_of(asked: FormField) -> forms.Field:
    """The control for one field of the form."""
    common: dict[str, Any] = {"label": asked.label, "required": asked.required}
    if asked.kind == "yes-no":
        return forms.ChoiceField(choices=ANSWERS, widget=forms.RadioSelect, **common)
    if asked.kind == "choice":
        return forms.ChoiceField(choices=SEXES, widget=forms.RadioSelect, **common)
    if asked.kind == "whole":
        return WholeNumberField(min_value=0, max_value=MOST_MINUTES, **common)
    if asked.kind == "pressure":
        help_text = _("As 138/86. If it was not taken: “not taken: ” and why.")
        return PressureField(max_length=120, help_text=help_text, **common)
    return forms.CharField(max_length=160, **common)


class SignMonitoringForm(forms.Form):
    """The fields that the record leaves open, then the signer's password; a correction says why."""

    def __init__(self, *args: Any, asked: Iterable[FormField], corrects: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        self.asked = tuple(asked)
        for each in self.asked:
            self.fields[each.code] = field_of(each)
        if corrects:
            self.fields["why"] = forms.CharField(label=_("Why it is corrected"), max_length=300)
        self.fields["password"] = forms.CharField(
            label=_("Your password, as your signature"),
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )

    def answered(self) -> dict[str, str]:
        """What was answered, by the field's code, as the form holds it."""
        found = {each.code: self.cleaned_data.get(each.code) for each in self.asked}
        return {code: str(answer) for code, answer in found.items() if answer not in (None, "")}


class SentForm(KeyedForm):
    """How and when it was sent."""

    how = forms.ChoiceField(label=gettext_lazy("How it was sent"), choices=FormChannel.choices)
    reference = forms.CharField(label=gettext_lazy("Reference, if any"), max_length=80, required=False)

    def __init__(self, *args: Any, now: datetime, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["happened_at"] = MomentField(label=_("When"), now=now, initial=now)


class ConfirmedForm(KeyedForm):
    """What the programme answered."""

    confirmation = forms.CharField(label=gettext_lazy("Confirmation that came back"), max_length=120)
