"""The independent double check: a person types what they read for themselves, a volume or a number."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import EntryForm, Kind, Stage, volume_words
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.words.numbers import plain_number
from mooring.work.fields import DecimalNumberField, NumberText, WholeNumberField

READING = "reading"


class ReadingForm(EntryForm):
    """The volume in the syringe or the pump, or how many devices, sprays or units lie ready."""

    happened = None  # type: ignore[assignment]  # read at this moment, or not at all

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        counted = self.dose is not None and self.dose.form.read_back.what == "count"
        self.fields[READING] = (
            WholeNumberField(
                label=_("Number that you count"),
                help_text=_("Count them yourself and read the dose on each; do not ask a colleague."),
                min_value=1,
                max_value=100,
            )
            if counted
            else DecimalNumberField(
                label=_("Volume that you read"),
                help_text=_("Read it on the syringe or the pump, not from a colleague."),
                max_digits=7,
                decimal_places=2,
                widget=NumberText(attrs={"data-unit": "mL"}),
            )
        )


def _read(entry: LoggedEntry) -> str:
    return str(entry.facts["volume_ml"] if "volume_ml" in entry.facts else entry.facts["count"])


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(reading=_read(entry), agrees=entry.facts["agrees"] is True)


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    """Until dosing has `started` the reading stays hidden, so that the next person reads for themselves."""
    agrees = _("agrees with the order") if entry.facts["agrees"] else _("does not agree with the order")
    if entry.facts.get("signed_order"):
        agrees = _("{agrees}; signed the order, so not independent").format(agrees=agrees)
    if not started:
        return _("Double check: the reading {agrees}").format(agrees=agrees)
    if "volume_ml" in entry.facts:
        return _("Double check: {volume}, {agrees}").format(
            volume=volume_words(entry.facts["volume_ml"]), agrees=agrees
        )
    return _("Double check: {n} counted, {agrees}").format(
        n=plain_number(entry.facts["count"]), agrees=agrees
    )


KIND = Kind(
    code=EntryKind.DOUBLE_CHECK,
    title=gettext_lazy("double check"),
    words=words,
    contributes=contributes,
    by_act=True,
    form=ReadingForm,
    stages=frozenset({Stage.BEFORE}),
    button=gettext_lazy("Save my reading"),
    saved=gettext_lazy("Your reading is saved."),
)
