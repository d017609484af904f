"""The end of an emergency, with the reason; from here on a debrief is due."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import UNTIL_SIGN_OFF, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.rules.verdict import Refused


class WhyOver(models.TextChoices):
    RESOLVED = "resolved", gettext_lazy("resolved, the patient stays")
    HANDED_OVER = "handed-over", gettext_lazy("handed over to the ambulance crew")
    FALSE_ALARM = "false-alarm", gettext_lazy("false alarm")


class StandDownForm(EntryForm):
    emergency = forms.CharField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=gettext_lazy("Why it is over"), choices=WhyOver.choices)
    text = forms.CharField(
        label=gettext_lazy("What happened, in one line"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("reason", "text", "happened", "emergency")


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    if facts.get("reason") not in WhyOver.values:
        raise Refused(_("Choose why the emergency is over."))
    if not facts.get("emergency"):
        raise Refused(_("There is no open emergency."))
    return {"emergency": str(facts["emergency"]), "reason": facts["reason"]}


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Emergency over: {reason}").format(reason=WhyOver(str(entry.facts["reason"])).label)


KIND = Kind(
    code=EntryKind.EMERGENCY_OVER,
    title=gettext_lazy("end of an emergency"),
    words=words,
    check=check,
    correction=Correction.WHOLE,
    after_discharge=True,
    form=StandDownForm,
    stages=UNTIL_SIGN_OFF,
    heading=gettext_lazy("Stand down"),
    button=gettext_lazy("Stand down"),
    icon="saved",
    saved=gettext_lazy("The emergency is over. A debrief is due."),
)
