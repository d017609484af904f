"""The start of dosing."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import Correction, Kind, Stage
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Dosing started")


KIND = Kind(
    code=EntryKind.STARTED,
    title=gettext_lazy("start of dosing"),
    words=words,
    correction=Correction.FIGURES,
    by_act=True,
    stages=frozenset({Stage.BEFORE}),
    button=gettext_lazy("Start the dose"),
    icon="drop",
    saved=gettext_lazy("Dosing has started."),
)
