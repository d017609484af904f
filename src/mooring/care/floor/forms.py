"""What is typed about a screen on a wall."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.work.pages import KeyedForm


class WallScreenForm(KeyedForm):
    name = forms.CharField(
        label=_("Where the screen hangs"), max_length=60, help_text=_("For example: monitoring desk.")
    )
