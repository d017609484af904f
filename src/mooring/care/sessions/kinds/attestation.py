"""The chaperone's answer at home, every fifteen minutes: how the patient answers when spoken to by name.

"Answers me normally" is read as MOAA/S 5, "slow, or only when I speak loudly" as 3; what the answer asks for is
then the signed threshold's. Whoever does not answer at all is an emergency, for which the page says to call first.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.rules.verdict import Refused


class AnswersHow(models.TextChoices):
    NORMAL = "normal", gettext_lazy("answers normally")
    SLOW = "slow", gettext_lazy("slow, or only when spoken to loudly")
    NONE = "none", gettext_lazy("does not answer")


MOAAS = {AnswersHow.NORMAL: 5, AnswersHow.SLOW: 3, AnswersHow.NONE: 0}


class AttestationForm(EntryForm):
    answers = forms.ChoiceField(label=gettext_lazy("How the patient answers"), choices=AnswersHow.choices)


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    if facts.get("answers") not in AnswersHow.values:
        raise Refused(_("Choose how the patient answers."))
    return {"answers": facts["answers"]}


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Chaperone: {answer}").format(answer=AnswersHow(str(entry.facts["answers"])).label)


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(values={"moaas": float(MOAAS[AnswersHow(str(entry.facts["answers"]))])})


KIND = Kind(
    code=EntryKind.ATTESTATION,
    title=gettext_lazy("answer of the chaperone"),
    words=words,
    contributes=contributes,
    check=check,
    correction=Correction.WHOLE,
    form=AttestationForm,
    heading=gettext_lazy("Answer of the chaperone"),
    saved=gettext_lazy("Answer saved."),
)
