"""What may be typed at the door."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.audit.no_room import if_there_is_room
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
        self.fields["login"].label = _("E-mail")
        kept = self.request.COOKIES.get(DEVICE, SHARED) if self.request else SHARED
        self.initial[DEVICE] = kept if kept in {SHARED, DESK} else SHARED


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]
    """A code of the second step; that it was used is noted where anything can be written."""

    def save(self) -> None:
        with if_there_is_room("second-step-used"):
            super().save()
