"""What a medical director types to sign a pack: the password."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignPackForm(forms.Form):
    digest = forms.CharField(widget=forms.HiddenInput())
    password = forms.CharField(
        label=_("Your password, as your signature"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
