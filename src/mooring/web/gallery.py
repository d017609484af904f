"""Every part of the look once, on one page, in either theme: /gallery/ and /gallery/?theme=room.

The people and figures are samples; nothing here reads a record.
"""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from mooring.web import gallery_samples as samples
from mooring.web.shell import THEMES
from mooring.work.fields import DecimalNumberField, NumberText
from mooring.work.moments import DayField
from mooring.work.pages import SignedInRequest


class SampleForm(forms.Form):
    """One field of every shape."""

    name = forms.CharField(label=_("What may we call you?"))
    weight_kg = DecimalNumberField(
        label=_("Weight today"),
        help_text=_("Last: 72.0 on 9 November."),
        widget=NumberText(attrs={"data-unit": "kg"}),
    )
    lot = forms.CharField(
        label=_("Lot number"),
        error_messages={"required": _("Enter the lot number as printed on the vial.")},
    )
    route = forms.ChoiceField(
        label=_("Route"), choices=[("iv", _("by infusion")), ("im", _("into a muscle"))]
    )
    on = DayField(label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    decision = forms.ChoiceField(
        label=_("Walter Brandt is"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", _("Eligible")),
            ("conditions", _("Eligible, on conditions")),
            ("no", _("Not eligible")),
        ],
    )
    applies = forms.MultipleChoiceField(
        label=_("Does one of these apply?"),
        help_text=_("It only helps us to ring with the right person."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("heart", _("Heart disease or high blood pressure")), ("none", _("None of these"))],
    )
    escort = forms.BooleanField(
        label=_("The escort is here and has read the advice"),
        help_text=_("No driving until tomorrow after a full night’s sleep."),
    )
    why = forms.CharField(
        label=_("What would you like to change?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {"no": _("He is told why, in plain words, and what else there is.")}
        vars(self.fields["decision"])["choice_hints"] = hints
        vars(self.fields["on"])["optional_words"] = _("if it matters")


@require_GET
def gallery(request: SignedInRequest) -> HttpResponse:
    """The gallery, for everyone who holds a role."""
    if not request.user.standing:
        raise PermissionDenied
    asked = request.GET.get("theme") or request.COOKIES.get("theme")
    theme = asked if asked in THEMES else "day"
    context = {
        "gallery_theme": theme,
        "other_theme": "day" if theme == "room" else "room",
        "now": samples.NOW,
        **samples.PARTS,
        "figures": [
            ("sample-score", samples.score()),
            ("sample-vitals", samples.vitals()),
            ("sample-curves", samples.curves()),
        ],
        "verdicts": [("one", samples.VERDICT), ("two", samples.incomplete())],
        "closures": samples.CLOSURES,
        "form": SampleForm(
            {"name": "Sara", "weight_kg": "71.6", "route": "iv", "decision": "conditions", "escort": "on"}
        ),
    }
    return render(request, "web/gallery.html", context)
