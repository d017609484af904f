"""What a person may type: a date of birth before a link opens."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OpenLinkForm(forms.Form):
    birth_date = forms.DateField(
        label=_("Your date of birth"),
        help_text=_("So that nobody else opens this. For example 1987-03-25."),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
    )


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(label=_("Hand over to"), queryset=None)
