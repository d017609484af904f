"""What is typed to end a treatment."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.care.treatments.models import TreatmentOutcome


class TreatmentEndForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=TreatmentOutcome.choices, widget=forms.RadioSelect
    )
    outcome_note = forms.CharField(
        label=_("Note for the next clinician"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    password = forms.CharField(
        label=_("Your password, as your signature"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
