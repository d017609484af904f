"""The debrief after an emergency: what happened, what helped, what is changed. The sign-off waits for it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import UNTIL_SIGN_OFF, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.rules.verdict import Refused


class DebriefForm(EntryForm):
    text = forms.CharField(
        label=gettext_lazy("What happened, what helped, what changes"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ("text", "happened")


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    if not text.strip():
        raise Refused(_("Describe what happened and what changes."))
    return {}


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Debrief of the emergency")


KIND = Kind(
    code=EntryKind.DEBRIEF,
    title=gettext_lazy("debrief"),
    words=words,
    check=check,
    correction=Correction.WHOLE,
    after_discharge=True,
    form=DebriefForm,
    stages=UNTIL_SIGN_OFF,
    heading=gettext_lazy("Debrief of the emergency"),
    button=gettext_lazy("Save the debrief"),
    icon="note",
    saved=gettext_lazy("Debrief saved."),
)
