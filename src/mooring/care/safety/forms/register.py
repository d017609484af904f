"""What is typed into the register."""

from datetime import date, datetime
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.safety.models import Assessment, DrugAction, EventOutcome, EventSort, Relation
from mooring.content.schema.safety import AdverseTerm
from mooring.sentences.adverse_events import GRADES, REPORTED, SERIOUS
from mooring.work.moments import DayField, MomentField

GRADE_CHOICES = [(str(number), words) for number, (words, _what) in GRADES.items()]


def term_choices(terms: tuple[AdverseTerm, ...]) -> list[Any]:
    """The terms by group, as a select shows them, and the way to words of one's own."""
    grouped = [
        (group, [(term.key, term.title) for term in members])
        for group, members in groupby(terms, key=lambda term: term.group)
    ]
    return [("", _("Choose a term, or use words below")), *grouped]


class NewEventForm(forms.Form):
    """A new row of the register; the grade is the button that sends it."""

    term = forms.ChoiceField(label=gettext_lazy("What happened"), required=False)
    words = forms.CharField(
        label=gettext_lazy("In other words"),
        help_text=gettext_lazy("Only where no term fits."),
        max_length=200,
        required=False,
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Words of your own are"), choices=EventSort.choices, required=False
    )
    onset = MomentField(label=gettext_lazy("Onset"))
    description = forms.CharField(
        label=gettext_lazy("What was seen and done"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    grade = forms.ChoiceField(choices=[("", ""), *GRADE_CHOICES], required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, terms: tuple[AdverseTerm, ...], born: date, now: datetime, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.fields["term"].choices = term_choices(terms)  # type: ignore[attr-defined]
        onset: Any = self.fields["onset"]
        onset.initial = onset.now = now
        onset.born = born


class AssessForm(forms.Form):
    """One assessment, whole; what was assessed before is filled in."""

    grade = forms.ChoiceField(
        label=gettext_lazy("Grade (CTCAE 5.0)"),
        choices=[("", gettext_lazy("not graded")), *GRADE_CHOICES],
        required=False,
    )
    serious_why = forms.MultipleChoiceField(
        label=gettext_lazy("Serious, because"),
        help_text=gettext_lazy("None: not serious."),
        choices=[(each.value, words) for each, words in SERIOUS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    relation_drug = forms.ChoiceField(
        label=gettext_lazy("Relation to the drug"),
        choices=[("", gettext_lazy("not decided")), *Relation.choices],
        required=False,
    )
    relation_procedure = forms.ChoiceField(
        label=gettext_lazy("Relation to the procedure"),
        choices=[("", gettext_lazy("not decided")), *Relation.choices],
        required=False,
    )
    action = forms.ChoiceField(
        label=gettext_lazy("Action with the drug"),
        choices=[("", gettext_lazy("not entered")), *DrugAction.choices],
        required=False,
    )
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), choices=EventOutcome.choices)
    ended = MomentField(label=gettext_lazy("Ended"), required=False)
    licensed_code = forms.CharField(
        label=gettext_lazy("Code of a licensed dictionary"), max_length=40, required=False
    )
    dictionary = forms.CharField(label=gettext_lazy("Dictionary and version"), max_length=40, required=False)
    note = forms.CharField(
        label=gettext_lazy("Why, and what was done"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def filled_from(assessed: Assessment) -> dict[str, Any]:
        same = (
            *("serious_why", "relation_drug", "relation_procedure", "action", "outcome"),
            *("licensed_code", "dictionary"),
        )
        return {
            **{name: getattr(assessed, name) for name in same},
            "grade": str(assessed.grade or ""),
            "ended": assessed.ended_at,
            "seen": assessed.number,
        }


class EventReportForm(forms.Form):
    to = forms.ChoiceField(
        label=gettext_lazy("Reported to"), choices=[(each.value, words) for each, words in REPORTED.items()]
    )
    sent = MomentField(label=gettext_lazy("When"))
    reference = forms.CharField(label=gettext_lazy("Reference"), max_length=80, required=False)
    words = forms.CharField(
        label=gettext_lazy("Note, or why no report is due"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WithdrawEventForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why it was entered in error"), max_length=300)


class RegisterFilterForm(forms.Form):
    """Which rows of the register are shown; sent by GET."""

    since = DayField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = DayField(label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sort = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[("", gettext_lazy("all")), *EventSort.choices], required=False
    )
    least_grade = forms.ChoiceField(
        label=gettext_lazy("Grade at least"),
        choices=[("", gettext_lazy("any")), *GRADE_CHOICES],
        required=False,
    )
    serious = forms.BooleanField(label=gettext_lazy("Serious only"), required=False)
    still_open = forms.BooleanField(label=gettext_lazy("Open only"), required=False)
