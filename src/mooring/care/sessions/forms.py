"""What a person may type beside the entries of the log, whose forms stand in the files of their kinds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.work.pages import KeyedForm


class CancelForm(KeyedForm):
    reason = forms.CharField(label=_("Why nothing is given"), max_length=300)


class OpenForm(KeyedForm):
    room = forms.CharField(
        label=_("Room"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"list": "rooms", "autocomplete": "off"}),
        help_text=_("As the floor board shows it."),
    )


class TabletCodeForm(KeyedForm):
    code = forms.CharField(
        label=_("Code for this tablet"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("The team reads it to you."),
    )
