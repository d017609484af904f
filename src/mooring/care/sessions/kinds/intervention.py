"""An intervention: what was done for the patient; a medicine or something else needs words."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import ALREADY, WHILE_PRESENT, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.rules.verdict import Refused


class Intervention(models.TextChoices):
    """What may be done for a patient in a session; words say the rest. It names no drug and no dose."""

    REASSURANCE = "reassurance", gettext_lazy("calm words, as agreed")
    BREATHING = "breathing", gettext_lazy("breathing together")
    TOUCH = "touch", gettext_lazy("touch, as agreed")
    SURROUNDINGS = "surroundings", gettext_lazy("light, sound or music changed")
    POSITION = "position", gettext_lazy("position changed")
    PAUSED = "paused", gettext_lazy("dosing paused")
    RESUMED = "resumed", gettext_lazy("dosing resumed")
    OXYGEN = "oxygen", gettext_lazy("oxygen given")
    MEDICINE = "medicine", gettext_lazy("a medicine given on order")
    CALLED_PRESCRIBER = "called-prescriber", gettext_lazy("prescriber called")
    CALLED_EMERGENCY = "called-emergency", gettext_lazy("emergency services called")
    OTHER = "other", gettext_lazy("something else")


class InterventionForm(EntryForm):
    what = forms.ChoiceField(
        label=gettext_lazy("Intervention"),
        choices=[("", "–"), *Intervention.choices],
        error_messages={"required": gettext_lazy("Choose an intervention from the list.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Details"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For a medicine: name, dose, route, and who ordered it."),
    )
    field_order = ("what", "text", "happened")
    gives = True


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    what = facts.get("what")
    if what not in Intervention.values:
        raise Refused(_("Choose an intervention from the list."))
    if what in (Intervention.MEDICINE, Intervention.OTHER) and not text.strip():
        raise Refused(_("Describe in words what was done or given."))
    return {"what": what}


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(intervention=str(entry.facts["what"]))


def intervention_words(code: str) -> str:
    return str(Intervention(code).label)


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    said = intervention_words(str(entry.facts["what"])).capitalize()
    return _("{entry}, recorded afterwards").format(entry=said) if entry.facts.get(ALREADY) else said


KIND = Kind(
    code=EntryKind.INTERVENTION,
    title=gettext_lazy("intervention"),
    words=words,
    contributes=contributes,
    check=check,
    correction=Correction.WHOLE,
    form=InterventionForm,
    stages=WHILE_PRESENT,
    heading=gettext_lazy("Intervention"),
    button=gettext_lazy("Save the intervention"),
    icon="hand",
    saved=gettext_lazy("Intervention saved."),
)
