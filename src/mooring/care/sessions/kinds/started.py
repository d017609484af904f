"""The start of dosing; where a dose is given in parts, the start is its first part."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import Correction, EntryForm, Kind, Stage
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.care.sessions.kinds.parts import part_fields
from mooring.rules.session_entry import EntryKind, LoggedEntry


class StartForm(EntryForm):
    """The first part, where there is one: the clock of the session runs from it."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        if self.part is not None:
            self.fields = {**part_fields(self.part), **self.fields}


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Dosing started")


KIND = Kind(
    code=EntryKind.STARTED,
    title=gettext_lazy("start of dosing"),
    words=words,
    correction=Correction.FIGURES,
    by_act=True,
    form=StartForm,
    stages=frozenset({Stage.BEFORE}),
    button=gettext_lazy("Start the dose"),
    icon="drop",
    saved=gettext_lazy("Dosing has started."),
)
