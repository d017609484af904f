"""A symptom or effect of the pack's list, with its severity."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import UNTIL_SIGN_OFF, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.rules.verdict import Refused

SEVERITIES = [(1, gettext_lazy("mild")), (2, gettext_lazy("moderate")), (3, gettext_lazy("severe"))]


class SymptomForm(EntryForm):
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"), choices=SEVERITIES, coerce=int, initial=1, widget=forms.RadioSelect
    )
    code = forms.ChoiceField(
        label=gettext_lazy("Symptom"),
        error_messages={"required": gettext_lazy("Choose the symptom that you observed.")},
    )
    field_order = ("severity", "happened", "code")

    def __init__(self, *args: Any, data: Mapping[str, Any] | None = None, **named: Any) -> None:
        super().__init__(*args, data=_tapped(data, str(named.get("prefix") or "")), **named)
        self.fields["code"].choices = self._symptoms  # type: ignore[attr-defined]  # read when they are asked for

    def _symptoms(self) -> list[tuple[str, str]]:
        return [(symptom.code, symptom.words) for symptom in self.knowledge.symptoms]


def _tapped(data: Mapping[str, Any] | None, prefix: str) -> Mapping[str, Any] | None:
    """What was sent, with one tap (`nausea 2`, a button's value) read as a symptom and its severity."""
    tap = data.get(f"{prefix}-tap") if data is not None else None
    if data is None or not tap:
        return data
    code, _space, severity = str(tap).partition(" ")
    return {**{name: data[name] for name in data}, f"{prefix}-code": code, f"{prefix}-severity": severity}


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    """A symptom of the pack's list with a severity that it has."""
    code, severity = str(facts.get("code")), int(facts.get("severity") or 0)
    symptom = knowledge.symptom(code)
    if symptom is None:
        raise Refused(_("This symptom is not on the list of this session."))
    if not 1 <= severity <= len(symptom.severities):
        raise Refused(
            _("The severity of “{symptom}” is a number from 1 to {most}.").format(
                symptom=symptom.words, most=len(symptom.severities)
            )
        )
    return {"code": code, "severity": severity}


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(symptoms={str(entry.facts["code"]): int(entry.facts["severity"])})


def severity_words(severity: int) -> str:
    return str(dict(SEVERITIES)[severity])


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    symptom = knowledge.symptom(str(entry.facts["code"]))
    name = symptom.words if symptom else str(entry.facts["code"])
    return f"{name}, {severity_words(int(entry.facts['severity']))}"


KIND = Kind(
    code=EntryKind.SYMPTOM,
    title=gettext_lazy("symptom"),
    words=words,
    contributes=contributes,
    check=check,
    correction=Correction.WHOLE,
    form=SymptomForm,
    stages=UNTIL_SIGN_OFF,
    heading=gettext_lazy("Symptom or effect"),
    saved=gettext_lazy("Symptom saved."),
    template="care/sessions/kinds/symptom.html",
)
