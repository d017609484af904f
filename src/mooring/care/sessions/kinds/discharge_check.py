"""What is asked for the discharge beyond the signs; whether it suffices is the rules' answer."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import OBSERVING, Correction, EntryForm, Kind, Stage
from mooring.care.sessions.kinds.knowledge import SessionKnowledge, faults, number_field
from mooring.content.schema.data import DatumType
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.rules.verdict import Refused
from mooring.words.numbers import plain_number

YES_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class DischargeCheckForm(EntryForm):
    """The questions of the discharge criteria; one that was not asked stays empty."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for datum in self.knowledge.discharge_data:
            self.fields[datum.key] = (
                forms.ChoiceField(label=datum.title, choices=YES_NO, required=False, widget=forms.RadioSelect)
                if datum.type == DatumType.YES_NO
                else number_field(datum)
            )
        self.order_fields([datum.key for datum in self.knowledge.discharge_data])


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    """The answers that were given, each fitting its question; what was not asked is left out."""
    answers = {key: value for key, value in facts.items() if value not in (None, "")}
    found = faults(answers, knowledge.discharge_data)
    if not answers:
        found.append(_("Nothing was answered. Answer at least one question."))
    if found:
        raise Refused(*found)
    return answers


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(answers=dict(entry.facts))


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Discharge criteria checked")


def answers_in_words(entry: LoggedEntry, knowledge: SessionKnowledge) -> list[str]:
    """Each answer with its question."""
    questions = {datum.key: datum for datum in knowledge.discharge_data}
    lines = []
    for key, value in entry.facts.items():
        datum = questions.get(key)
        answer = value if datum is None or datum.type != DatumType.NUMBER else plain_number(float(value))
        lines.append(f"{datum.title if datum else key}: {answer}")
    return lines


KIND = Kind(
    code=EntryKind.DISCHARGE_CHECK,
    title=gettext_lazy("discharge criteria checked"),
    words=words,
    asks=OBSERVING,
    contributes=contributes,
    check=check,
    correction=Correction.WHOLE,
    form=DischargeCheckForm,
    stages=frozenset({Stage.RECOVERY}),
    heading=gettext_lazy("Check the discharge criteria"),
    button=gettext_lazy("Save the check"),
    saved=gettext_lazy("Check saved."),
    template="care/sessions/kinds/row.html",
)
