"""What is typed to decide what comes next in a treatment, and to end it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mooring.care.treatments.models import DecidedStep, TreatmentOutcome
from mooring.identity.models import Person, Site
from mooring.work.fields import DecimalNumberField, NumberText, WholeNumberField, long_text


def password_field() -> forms.CharField:
    """The signer's own password, as a signature."""
    return forms.CharField(
        label=_("Your password, as your signature"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class NextForm(forms.Form):
    """What comes next: the proposal is filled in, the prescriber decides."""

    step = forms.ChoiceField(
        label=_("What comes next"), choices=DecidedStep.choices, widget=forms.RadioSelect
    )
    doses = WholeNumberField(
        label=_("How many doses more"),
        help_text=_("Empty where none is added."),
        min_value=0,
        max_value=12,
        required=False,
    )
    gap_days = WholeNumberField(
        label=_("Days between them"),
        min_value=0,
        max_value=365,
        required=False,
        widget=NumberText(attrs={"data-unit": _("days")}),
    )
    amount = DecimalNumberField(
        label=_("New dose"), required=False, min_value=0.01, max_digits=6, decimal_places=2
    )
    reason = long_text(_("Why, and what the patient said about it"), most=2000, rows=3)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    password = password_field()

    def __init__(self, *args: Any, unit: str, others: "QuerySet[Person]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].widget.attrs["data-unit"] = unit
        self.fields["second"] = forms.ModelChoiceField(
            queryset=others,
            required=False,
            label=_("Second signature"),
            help_text=_("Only where you decide something else than the plan proposes."),
        )
        self.fields["second_password"] = forms.CharField(
            required=False,
            label=_("Password of the second person"),
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        )
        self.order_fields([name for name in self.fields if name != "password"])


class TreatmentEndForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=TreatmentOutcome.choices, widget=forms.RadioSelect
    )
    outcome_note = long_text(_("Note for the next clinician"), most=2000, required=False)
    password = password_field()


class PatientMoveForm(forms.Form):
    """Where the patient goes on, and why; signed."""

    to = forms.ModelChoiceField(
        queryset=Site.objects.none(), label=_("Continues at"), widget=forms.RadioSelect
    )
    reason = long_text(_("Why"), most=200, rows=2)
    password = password_field()

    def __init__(self, *args: Any, sites: QuerySet[Site], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["to"].queryset = sites  # type: ignore[attr-defined]
