"""A note: words of the team, or the patient's own."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import UNTIL_SIGN_OFF, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.rules.verdict import Refused


class NoteForm(EntryForm):
    text = forms.CharField(
        label=gettext_lazy("Note, or the patient's words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("text", "happened")


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    if not text.strip():
        raise Refused(_("The note is empty. To take a saved note back, withdraw it."))
    return {}


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Note")


KIND = Kind(
    code=EntryKind.NOTE,
    title=gettext_lazy("note"),
    words=words,
    check=check,
    correction=Correction.WHOLE,
    after_discharge=True,
    form=NoteForm,
    stages=UNTIL_SIGN_OFF,
    heading=gettext_lazy("Note or the patient's words"),
    button=gettext_lazy("Save the note"),
    icon="words",
    saved=gettext_lazy("Note saved."),
)
