"""How the patient is, as the team sees it in passing: one tap, no figure. How awake they are is measured (MOAA/S)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import WHILE_PRESENT, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.rules.verdict import Refused


class PatientState(models.TextChoices):
    """What is seen with one look. What is unwanted is a symptom, with its severity."""

    RESTING = "resting", gettext_lazy("resting, calm")
    AWAKE = "awake", gettext_lazy("awake, talking")
    UP = "up", gettext_lazy("up, with help")


class StateForm(EntryForm):
    what = forms.ChoiceField(label=gettext_lazy("State of the patient"), choices=PatientState.choices)
    field_order = ("what", "happened")


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    if facts.get("what") not in PatientState.values:
        raise Refused(_("Choose a state from the list."))
    return {"what": facts["what"]}


def state_words(code: str) -> str:
    return str(PatientState(code).label)


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return state_words(str(entry.facts["what"])).capitalize()


KIND = Kind(
    code=EntryKind.STATE,
    title=gettext_lazy("state of the patient"),
    words=words,
    check=check,
    correction=Correction.WHOLE,
    form=StateForm,
    stages=WHILE_PRESENT,
    heading=gettext_lazy("State of the patient"),
    button=gettext_lazy("Save the state"),
    icon="eye",
    saved=gettext_lazy("State saved."),
)
