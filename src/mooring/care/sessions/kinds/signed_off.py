"""The sign-off by the prescriber, who has read the session."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import EntryForm, Kind, Stage, password_field
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry


class SignOffForm(EntryForm):
    happened = None  # type: ignore[assignment]  # a signature is of now
    password = password_field(gettext_lazy("Your password, as your signature"))


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Signed off")


KIND = Kind(
    code=EntryKind.SIGNED_OFF,
    title=gettext_lazy("sign-off"),
    words=words,
    after_discharge=True,
    by_act=True,
    form=SignOffForm,
    stages=frozenset({Stage.DISCHARGED}),
    button=gettext_lazy("Sign off the session"),
    icon="key",
    saved=gettext_lazy("Signed off. Integration starts."),
)
