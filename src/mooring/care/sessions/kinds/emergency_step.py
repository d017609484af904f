"""One step of an emergency script, done: who and when stand on the entry."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import WHILE_PRESENT, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.rules.verdict import Refused


class StepForm(EntryForm):
    emergency = forms.CharField(widget=forms.HiddenInput)
    script = forms.CharField(widget=forms.HiddenInput)
    step = forms.IntegerField(widget=forms.HiddenInput)


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    """A step (from 1) of a script that the signed pack has."""
    script, step = knowledge.script(str(facts.get("script") or "")), int(facts.get("step") or 0)
    if script is None or not 1 <= step <= len(script.steps):
        raise Refused(_("This step is not in the script."))
    if not facts.get("emergency"):
        raise Refused(_("There is no emergency that this step belongs to."))
    return {"emergency": str(facts["emergency"]), "script": script.id, "step": step}


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    script, step = knowledge.script(str(entry.facts["script"])), int(entry.facts["step"])
    done = script.steps[step - 1].words if script and step <= len(script.steps) else ""
    return _("Step {number}: {words}").format(number=step, words=done)


KIND = Kind(
    code=EntryKind.EMERGENCY_STEP,
    title=gettext_lazy("step of an emergency script"),
    words=words,
    check=check,
    correction=Correction.WHOLE,
    form=StepForm,
    stages=WHILE_PRESENT,
    heading=gettext_lazy("Step of the script"),
    button=gettext_lazy("Done"),
    icon="yes",
    saved=gettext_lazy("Step saved."),
)
