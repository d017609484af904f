"""Taking over the observations: from here on this person is named for whatever falls due."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import OBSERVING, WHILE_PRESENT, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.words.times import minute


class TakeOverForm(EntryForm):
    """One tap in one's own sign-in; `due` are the minutes of what the page said is due."""

    due = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    """What was due when it changed hands, as minutes since the start; what is no number is left out."""
    due = [int(part) for part in str(facts.get("due") or "").split() if part.lstrip("-").isdecimal()]
    return {"due": due} if due else {}


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    due = ", ".join(minute(each) for each in entry.facts.get("due", ()))
    return (
        _("Took over the observations; due: {minutes}").format(minutes=due)
        if due
        else _("Took over the observations")
    )


KIND = Kind(
    code=EntryKind.WATCH,
    title=gettext_lazy("take-over of the observations"),
    words=words,
    asks=OBSERVING,
    check=check,
    correction=Correction.WHOLE,
    form=TakeOverForm,
    stages=WHILE_PRESENT,
    heading=gettext_lazy("Take over the observations"),
    button=gettext_lazy("I take over the observations"),
    icon="eye",
    saved=gettext_lazy("You have taken over the observations."),
)
