"""What a person may type after a dose."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mooring.care.integration.models import Reached
from mooring.care.treatments.models import Cycle, CycleOutcome
from mooring.work.fields import long_text
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
    words = long_text(_("Sleep, mood, worries, date of the visit"), most=2000, rows=3, required=False)

    def asked(self) -> bool | None:
        """True: safe; False: not safe; None: not asked."""
        return {"yes": True, "no": False}.get(self.cleaned_data["safe"])


class VisitForm(KeyedForm):
    experience = long_text(_("What happened, in the patient's words"), most=4000, rows=5)
    meaning = long_text(_("What it means to them"), most=4000, rows=3, required=False)
    practices = long_text(
        _("Practices agreed"),
        most=2000,
        rows=2,
        required=False,
        help_text=_("One on each line. The patient gets a link and marks the days on their phone."),
    )
    coping = long_text(_("Coping: what helps when it gets hard"), most=2000, rows=2, required=False)
    relations = long_text(
        _("Relations: what it changes between them and others"), most=2000, rows=2, required=False
    )
    observed = long_text(
        _("What you observed, in your own words"),
        most=4000,
        rows=3,
        required=False,
        help_text=_("Part of the record. What is for you alone is a psychotherapy note."),
    )


class PsychotherapyNoteForm(KeyedForm):
    text = long_text(_("Note"), most=20_000, rows=8)
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
