"""The kinds of entries of a session's log, a file a kind.

A new kind is a member of `rules.session_entry.EntryKind` and a file here, named like the member in lower
case, with its `KIND`: the form, the checks, the words, what it contributes to the fold, how it is corrected.
Everything else (the page, the log, the correction, the door `write_entry`) reads it from there.
"""

from importlib import import_module

from django.utils.translation import gettext as _

from mooring.care.sessions.kinds.kind import Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry

KINDS: dict[EntryKind, Kind] = {
    code: import_module(f"mooring.care.sessions.kinds.{code.name.lower()}").KIND for code in EntryKind
}


def kind_of(code: str) -> Kind:
    """The kind of an entry by its code; `ValueError` for a code that is none."""
    return KINDS[EntryKind(code)]


def contribution_of(entry: LoggedEntry) -> Contribution:
    """What an entry contributes to the fold, as its kind says."""
    return kind_of(entry.kind).contributes(entry)


def entry_in_words(entry: LoggedEntry, knowledge: SessionKnowledge, *, started: bool = True) -> str:
    """What an entry says, in one line; the words that people wrote stand beside it.

    Until dosing has `started` the volume of a double check stays hidden, so that the next person reads for
    themselves.
    """
    if entry.withdrawn:
        return _("Withdrawn: entered in error")
    return kind_of(entry.kind).words(entry, knowledge, started)
