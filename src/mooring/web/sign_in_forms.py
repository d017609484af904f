"""What may be typed at the door."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.web.idle import DESK, DEVICE, SHARED


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail and password, and whether the device is shared: a shared one locks sooner."""

    device = forms.ChoiceField(
        label=_("This device"),
        choices=[(SHARED, _("Shared: locks after a few minutes")), (DESK, _("My own desk: locks later"))],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        kept = self.request.COOKIES.get(DEVICE, SHARED) if self.request else SHARED
        self.initial[DEVICE] = kept if kept in {SHARED, DESK} else SHARED
