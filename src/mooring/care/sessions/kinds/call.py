"""What the patient asks for at the tablet: somebody to come, no touch, no music. The patient is its author."""

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


class Wish(models.TextChoices):
    """What can be asked for with one tap."""

    COME = "come", gettext_lazy("please come")
    NO_TOUCH = "no-touch", gettext_lazy("no touch now")
    QUIET = "quiet", gettext_lazy("music off")
    CHAPERONE = "chaperone", gettext_lazy("the chaperone calls from home")


class CallForm(EntryForm):
    what = forms.ChoiceField(label=gettext_lazy("What the patient asks for"), choices=Wish.choices)
    field_order = ("what", "happened")


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    if facts.get("what") not in Wish.values:
        raise Refused(_("Choose what the patient asks for."))
    return {"what": facts["what"]}


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Patient asks: {wish}").format(wish=Wish(str(entry.facts["what"])).label)


KIND = Kind(
    code=EntryKind.CALL,
    title=gettext_lazy("call of the patient"),
    words=words,
    check=check,
    correction=Correction.WHOLE,
    form=CallForm,
    stages=WHILE_PRESENT,
    heading=gettext_lazy("The patient asks for something"),
    button=gettext_lazy("Save the call"),
    icon="bell",
    saved=gettext_lazy("Call saved."),
)
