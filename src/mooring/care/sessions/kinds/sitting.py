"""Sitting with the patient: from here on this person is named as the one who stays beside them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import SITTING, WHILE_PRESENT, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry


class SitForm(EntryForm):
    """One tap in one's own sign-in; the patient's tablet names this person from then on."""


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Sits with the patient")


KIND = Kind(
    code=EntryKind.SITTING,
    title=gettext_lazy("sitting with the patient"),
    words=words,
    asks=SITTING,
    correction=Correction.WHOLE,
    form=SitForm,
    stages=WHILE_PRESENT,
    heading=gettext_lazy("Sit with the patient"),
    button=gettext_lazy("I sit with the patient"),
    icon="person",
    saved=gettext_lazy("You are named as sitting with the patient."),
)
