"""The pump runs at another rate: slower than ordered, or back at the ordered rate. A faster one is a new order."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import ALREADY, Correction, EntryForm, Kind, Stage
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.rules.verdict import Refused
from mooring.words.numbers import with_unit
from mooring.work.fields import DecimalNumberField, NumberText


class RateForm(EntryForm):
    rate_ml_per_h = DecimalNumberField(
        label=gettext_lazy("Rate from now on"),
        help_text=gettext_lazy("At most the ordered rate. To stop for a while, record a pause."),
        max_digits=6,
        decimal_places=1,
        min_value=0.1,
        widget=NumberText(attrs={"data-unit": "mL/h"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("rate_ml_per_h", "text", "happened")
    gives = True


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    rate = Decimal(str(facts.get("rate_ml_per_h") or 0))
    if not rate.is_finite() or rate <= 0:
        raise Refused(_("Enter a rate above 0. To stop for a while, record a pause."))
    if not text.strip():
        raise Refused(_("Say why the rate is changed."))
    return {"rate_ml_per_h": str(rate)}


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(rate_ml_per_h=str(entry.facts["rate_ml_per_h"]))


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    rate = with_unit(Decimal(str(entry.facts["rate_ml_per_h"])), "mL/h")
    said = _("Rate changed to {rate}").format(rate=rate)
    return _("{entry}, recorded afterwards").format(entry=said) if entry.facts.get(ALREADY) else said


KIND = Kind(
    code=EntryKind.RATE,
    title=gettext_lazy("rate change"),
    words=words,
    contributes=contributes,
    check=check,
    correction=Correction.WHOLE,
    form=RateForm,
    stages=frozenset({Stage.DOSING}),
    heading=gettext_lazy("Change the rate"),
    button=gettext_lazy("Save the rate"),
    icon="pulse",
    saved=gettext_lazy("Rate saved."),
)
