"""What a team agrees and a patient writes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.work.fields import long_text
from mooring.work.pages import KeyedForm


class PracticesForm(KeyedForm):
    text = long_text(
        _("Practices"), most=2000, rows=3, help_text=_("One on each line, as the patient would say it.")
    )


class JournalForm(KeyedForm):
    text = long_text(_("What is on your mind?"), most=8000, rows=5)
    who = forms.ChoiceField(
        label=_("Who may read this entry"),
        choices=[("private", _("Only me")), ("shared", _("Me and my team"))],
        initial="private",
        widget=forms.RadioSelect,
    )
