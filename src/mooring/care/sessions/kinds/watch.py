"""Taking over the observations: from here on this person is named for whatever falls due."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import OBSERVING, WHILE_PRESENT, Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry


class TakeOverForm(EntryForm):
    """One tap in one's own sign-in; the page says what is due."""


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Took over the observations")


KIND = Kind(
    code=EntryKind.WATCH,
    title=gettext_lazy("take-over of the observations"),
    words=words,
    asks=OBSERVING,
    correction=Correction.WHOLE,
    form=TakeOverForm,
    stages=WHILE_PRESENT,
    heading=gettext_lazy("Take over the observations"),
    button=gettext_lazy("I take over the observations"),
    icon="eye",
    saved=gettext_lazy("You have taken over the observations."),
)
