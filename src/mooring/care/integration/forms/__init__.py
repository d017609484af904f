"""What a person may type after a dose."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mooring.care.integration.models import Reached
from mooring.care.treatments.models import Cycle, CycleOutcome
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
        help_text=_("One on each line. The patient gets a link and marks the days on their phone."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    coping = forms.CharField(
        label=_("Coping: what helps when it gets hard"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    relations = forms.CharField(
        label=_("Relations: what it changes between them and others"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    observed = forms.CharField(
        label=_("What you observed, in your own words"),
        help_text=_("Part of the record. What is for you alone is a psychotherapy note."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PsychotherapyNoteForm(KeyedForm):
    text = forms.CharField(
        label=_("Note"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    cycle = forms.ModelChoiceField(
        label=_("After which dose"), queryset=Cycle.objects.none(), required=False, empty_label=_("none")
    )

    def __init__(self, *args: Any, cycles: QuerySet[Cycle], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["cycle"].queryset = cycles  # type: ignore[attr-defined]


class CycleClosingForm(KeyedForm):
    outcome = forms.ChoiceField(
        label=_("Outcome of the cycle"), choices=CycleOutcome.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason, if lost to follow-up or without a visit"), required=False, max_length=300
    )
