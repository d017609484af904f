"""Pain as the patient rates it, 0 (none) to 10 (worst)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import UNTIL_SIGN_OFF, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.rules.verdict import Refused

PAIN = "pain_nrs"


class PainForm(EntryForm):
    pain_nrs = forms.TypedChoiceField(
        label=gettext_lazy("Pain now, in the patient's own rating"),
        choices=[(rating, str(rating)) for rating in range(11)],
        coerce=int,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("0 is no pain, 10 the worst pain that the patient can imagine."),
        error_messages={"required": gettext_lazy("Choose a rating from 0 to 10.")},
    )
    field_order = ("pain_nrs", "happened")


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    """A whole rating from 0 to 10."""
    rating = facts.get(PAIN)
    if not isinstance(rating, int) or isinstance(rating, bool) or not 0 <= rating <= 10:
        raise Refused(_("Pain is a whole number from 0 to 10."))
    return {PAIN: rating}


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(values={PAIN: float(entry.facts[PAIN])})


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Pain {rating} of 10").format(rating=entry.facts[PAIN])


KIND = Kind(
    code=EntryKind.PAIN,
    title=gettext_lazy("pain"),
    words=words,
    contributes=contributes,
    check=check,
    correction=Correction.WHOLE,
    form=PainForm,
    stages=UNTIL_SIGN_OFF,
    heading=gettext_lazy("Pain"),
    button=gettext_lazy("Save the rating"),
    icon="pen",
    saved=gettext_lazy("Pain saved."),
)
