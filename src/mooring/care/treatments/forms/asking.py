"""What may be typed into the plan of questionnaires."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.care.treatments.actions.asking import AskingPlan
from mooring.care.treatments.models import AskedWhen
from mooring.content.schema.instruments import Instrument
from mooring.work.fields import WholeNumberField
from mooring.work.pages import KeyedForm

HOURS_IN = {"hours": 1, "days": 24, "weeks": 168}
UNITS = [("hours", _("hours")), ("days", _("days")), ("weeks", _("weeks"))]


class AskingForm(KeyedForm):
    """One line of the plan: which, how long before or after a dose, at which doses."""

    instrument = forms.ChoiceField(label=_("Questionnaire"))
    when = forms.ChoiceField(label=_("When"), choices=AskedWhen.choices, widget=forms.RadioSelect)
    amount = WholeNumberField(label=_("How long before or after"), min_value=0, max_value=400)
    unit = forms.ChoiceField(label=_("Hours, days or weeks"), choices=UNITS)
    every_doses = WholeNumberField(
        label=_("At every so many doses"),
        help_text=_("1: at each dose. 6: at the first dose, then every sixth."),
        min_value=1,
        max_value=24,
        initial=1,
    )

    def __init__(self, *args: Any, offered: Iterable[Instrument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instrument"].choices = [  # type: ignore[attr-defined]
            (each.id, each.title) for each in sorted(offered, key=lambda each: each.title)
        ]

    @property
    def line(self) -> AskingPlan:
        return AskingPlan(
            instrument=self.cleaned_data["instrument"],
            when=self.cleaned_data["when"],
            hours=self.cleaned_data["amount"] * HOURS_IN[self.cleaned_data["unit"]],
            every_doses=self.cleaned_data["every_doses"],
        )
