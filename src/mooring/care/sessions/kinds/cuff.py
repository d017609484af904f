"""The numbers of the cuff at home, as the chaperone read them; no credential is asked of a lay person."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds import vitals
from mooring.care.sessions.kinds.kind import Correction, EntryForm, Kind
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.work.fields import WholeNumberField


class HomeCuffForm(EntryForm):
    systolic_mmhg = WholeNumberField(label=gettext_lazy("Top number"), min_value=40, max_value=300)
    diastolic_mmhg = WholeNumberField(label=gettext_lazy("Bottom number"), min_value=20, max_value=200)
    heart_rate_per_min = WholeNumberField(label=gettext_lazy("Pulse"), min_value=20, max_value=250)


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Cuff at home: {signs}").format(signs=vitals.signs_in_words(entry.facts, knowledge))


KIND = Kind(
    code=EntryKind.CUFF,
    title=gettext_lazy("cuff at home"),
    words=words,
    contributes=vitals.contributes,
    check=vitals.check,
    doubts=vitals.unlikely,
    correction=Correction.WHOLE,
    form=HomeCuffForm,
    heading=gettext_lazy("Cuff at home"),
    saved=gettext_lazy("Numbers saved."),
)
