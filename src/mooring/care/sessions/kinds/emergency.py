"""An emergency: from this entry on one clock runs, the team is asked to come, and a script may be followed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import WHILE_PRESENT, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.rules.verdict import Refused


class RaiseEmergencyForm(EntryForm):
    """Without a script the team is called first; which script is followed is said then (`emergency`)."""

    script = forms.CharField(required=False, widget=forms.HiddenInput)
    emergency = forms.CharField(required=False, widget=forms.HiddenInput)


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    """A script of the signed pack or none; `emergency` is the key of the one whose script is chosen later."""
    script = str(facts.get("script") or "")
    if script and knowledge.script(script) is None:
        raise Refused(_("This script is not in the signed knowledge of the session."))
    found = {"script": script, "emergency": str(facts.get("emergency") or "")}
    return {name: value for name, value in found.items() if value}


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    script = knowledge.script(str(entry.facts.get("script", "")))
    title = script.title if script else ""
    if entry.facts.get("emergency"):
        return _("Emergency script: {script}").format(script=title)
    return _("EMERGENCY: {script}").format(script=title) if title else _("EMERGENCY: the team is called")


KIND = Kind(
    code=EntryKind.EMERGENCY,
    title=gettext_lazy("emergency"),
    words=words,
    check=check,
    correction=Correction.NONE,
    form=RaiseEmergencyForm,
    stages=WHILE_PRESENT,
    heading=gettext_lazy("Emergency"),
    button=gettext_lazy("Emergency"),
    icon="emergency",
    saved=gettext_lazy("The team is called."),
)
