"""What a person may type after a dose."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.care.integration.models import Reached
from mooring.care.treatments.models import CycleOutcome
from mooring.work.pages import KeyedForm

SAFETY = [("yes", _("Asked: no")), ("no", _("Asked: yes"))]


class ContactForm(KeyedForm):
    result = forms.ChoiceField(label=_("Result"), choices=Reached.choices, widget=forms.RadioSelect)
    safe = forms.ChoiceField(
        label=_("New or stronger thoughts of self-harm since the dose"),
        help_text=_("Ask directly whenever you reach the patient."),
        choices=SAFETY,
        required=False,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Sleep, mood, worries, date of the visit"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def asked(self) -> bool | None:
        """True: safe; False: not safe; None: not asked."""
        return {"yes": True, "no": False}.get(self.cleaned_data["safe"])


class VisitForm(KeyedForm):
    experience = forms.CharField(
        label=_("What happened, in the patient's words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    meaning = forms.CharField(
        label=_("What it means to them"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    practices = forms.CharField(
        label=_("Practices agreed"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CycleClosingForm(KeyedForm):
    outcome = forms.ChoiceField(
        label=_("Outcome of the cycle"), choices=CycleOutcome.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason, if lost to follow-up or without a visit"), required=False, max_length=300
    )
