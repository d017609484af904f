"""What a person may type beside the entries of the log, whose forms stand in the files of their kinds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.work.pages import KeyedForm


class CancelForm(KeyedForm):
    reason = forms.CharField(label=_("Why nothing is given"), max_length=300)
