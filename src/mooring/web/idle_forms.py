"""What may be typed to go on on a locked device, and to set its PIN."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.identity.actions import confirm_signature
from mooring.identity.models import Person


class ResumeForm(forms.Form):
    given = forms.CharField(
        label=_("PIN of this device, or password"),
        strip=False,
        max_length=8000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


class PinForm(forms.Form):
    """A PIN twice, and the password: whoever finds an open page sets none."""

    pin = forms.CharField(
        label=_("PIN, four to eight digits"),
        max_length=8,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    again = forms.CharField(
        label=_("The same again"),
        max_length=8,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("pin") and cleaned.get("again") and cleaned["pin"] != cleaned["again"]:
            self.add_error("again", _("The two differ. Type the same twice."))
        return cleaned

    def confirm(self, person: Person) -> None:
        confirm_signature(person, self.cleaned_data["password"])
