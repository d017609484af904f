"""An acknowledgement: somebody answers red alerts by saying what was done about them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import UNTIL_SIGN_OFF, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.rules.verdict import Refused


class ActionTaken(models.TextChoices):
    """What was done about a red alert; words say the rest."""

    STOPPED = "dosing-stopped", gettext_lazy("dosing stopped")
    PRESCRIBER_HERE = "prescriber-here", gettext_lazy("prescriber at the bedside")
    PRESCRIBER_INFORMED = "prescriber-informed", gettext_lazy("prescriber informed, orders taken")
    SCRIPT = "script", gettext_lazy("emergency script followed")
    EMERGENCY = "emergency-called", gettext_lazy("emergency services called")
    ARTEFACT = "artefact", gettext_lazy("artefact: sensor or cuff corrected, measured again")
    OTHER = "other", gettext_lazy("something else")


class AcknowledgementForm(EntryForm):
    """The alerts that the person was shown go with the form: one that arose meanwhile stays open."""

    alerts = forms.CharField(widget=forms.HiddenInput)
    action = forms.ChoiceField(label=gettext_lazy("What was done"), choices=ActionTaken.choices)
    text = forms.CharField(
        label=gettext_lazy("Details"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("action", "text", "happened", "alerts")

    def facts(self) -> dict[str, Any]:
        return {"action": self.cleaned_data["action"], "alerts": self.cleaned_data["alerts"].split()}


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    alerts, action = facts.get("alerts"), facts.get("action")
    if not isinstance(alerts, list) or not alerts or not all(isinstance(key, str) for key in alerts):
        raise Refused(_("There is no alert to acknowledge."))
    if action not in ActionTaken.values:
        raise Refused(_("Choose what was done."))
    if action == ActionTaken.OTHER and not text.strip():
        raise Refused(_("Describe in words what was done."))
    return {"action": action, "alerts": sorted(set(alerts))}


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(acknowledged=tuple(entry.facts["alerts"]))


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    action = str(ActionTaken(entry.facts["action"]).label)
    return _("Red alert acknowledged: {action}").format(action=action)


KIND = Kind(
    code=EntryKind.ACKNOWLEDGEMENT,
    title=gettext_lazy("acknowledgement of an alert"),
    words=words,
    contributes=contributes,
    check=check,
    correction=Correction.WHOLE,
    after_discharge=True,
    form=AcknowledgementForm,
    stages=UNTIL_SIGN_OFF,
    heading=gettext_lazy("Acknowledge the red alerts"),
    button=gettext_lazy("Acknowledge"),
    icon="yes",
    saved=gettext_lazy("Acknowledged."),
)
