"""Somebody went to the patient: the open calls that they were shown are answered."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import UNTIL_SIGN_OFF, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.rules.verdict import Refused


class CallAnsweredForm(EntryForm):
    """The calls that the person was shown go with the form: one that came meanwhile stays open."""

    calls = forms.CharField(widget=forms.HiddenInput)

    def facts(self) -> dict[str, Any]:
        return {"calls": self.cleaned_data["calls"].split()}


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    calls = facts.get("calls")
    if not isinstance(calls, list) or not calls or not all(isinstance(key, str) for key in calls):
        raise Refused(_("There is no call to answer."))
    return {"calls": sorted(set(calls))}


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("With the patient: call answered")


KIND = Kind(
    code=EntryKind.CALL_ANSWERED,
    title=gettext_lazy("answer to a call"),
    words=words,
    check=check,
    correction=Correction.WHOLE,
    after_discharge=True,
    form=CallAnsweredForm,
    stages=UNTIL_SIGN_OFF,
    heading=gettext_lazy("Answer the call"),
    button=gettext_lazy("I am with the patient"),
    icon="person",
    saved=gettext_lazy("Call answered."),
)
