"""The independent double check: a person re-enters the volume that they read on the syringe or the pump."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import EntryForm, Kind, Stage, volume_words
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.work.fields import DecimalNumberField, NumberText


class VolumeForm(EntryForm):
    happened = None  # type: ignore[assignment]  # read at this moment, or not at all
    volume_ml = DecimalNumberField(
        label=gettext_lazy("Volume that you read"),
        help_text=gettext_lazy("Read it on the syringe or the pump, not from a colleague."),
        max_digits=7,
        decimal_places=2,
        widget=NumberText(attrs={"data-unit": "mL"}),
    )


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(volume_ml=str(entry.facts["volume_ml"]), agrees=entry.facts["agrees"] is True)


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    """Until dosing has `started` the volume stays hidden, so that the next person reads for themselves."""
    agrees = _("agrees with the order") if entry.facts["agrees"] else _("does not agree with the order")
    if not started:
        return _("Double check: the volume {agrees}").format(agrees=agrees)
    return _("Double check: {volume}, {agrees}").format(
        volume=volume_words(entry.facts["volume_ml"]), agrees=agrees
    )


KIND = Kind(
    code=EntryKind.DOUBLE_CHECK,
    title=gettext_lazy("double check of the volume"),
    words=words,
    contributes=contributes,
    by_act=True,
    form=VolumeForm,
    stages=frozenset({Stage.BEFORE}),
    button=gettext_lazy("Save my reading"),
    saved=gettext_lazy("Your reading is saved."),
)
