"""What a team agrees and a patient writes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.work.pages import KeyedForm


class PracticesForm(KeyedForm):
    text = forms.CharField(
        label=_("Practices"),
        help_text=_("One on each line, as the patient would say it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class JournalForm(KeyedForm):
    text = forms.CharField(
        label=_("What is on your mind?"), max_length=8000, widget=forms.Textarea(attrs={"rows": 5})
    )
    who = forms.ChoiceField(
        label=_("Who may read this entry"),
        choices=[("private", _("Only me")), ("shared", _("Me and my team"))],
        initial="private",
        widget=forms.RadioSelect,
    )
