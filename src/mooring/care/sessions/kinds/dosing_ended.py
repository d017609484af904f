"""The end of dosing, with how much went in."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import Correction, EntryForm, Kind, Stage, volume_words
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.work.fields import DecimalNumberField, NumberText


class EndOfDosingForm(EntryForm):
    given_ml = DecimalNumberField(
        label=gettext_lazy("Volume given"),
        max_digits=7,
        decimal_places=2,
        widget=NumberText(attrs={"data-unit": "mL"}),
    )
    field_order = ("given_ml", "happened")


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(given_ml=str(entry.facts.get("given_ml", "")))


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Dosing ended, {volume} given").format(volume=volume_words(entry.facts["given_ml"]))


KIND = Kind(
    code=EntryKind.DOSING_ENDED,
    title=gettext_lazy("end of dosing"),
    words=words,
    contributes=contributes,
    correction=Correction.FIGURES,
    by_act=True,
    form=EndOfDosingForm,
    stages=frozenset({Stage.DOSING}),
    button=gettext_lazy("End the dosing"),
    icon="pause",
    saved=gettext_lazy("Dosing has ended. Recovery begins."),
)
