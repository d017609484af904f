"""The discharge, with the reason for each criterion that a prescriber overrode."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import EntryForm, Kind, Stage, password_field
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.rules.verdict import Finding, Override


class DischargeForm(EntryForm):
    """For a prescriber: a reason for each criterion to override; two people where a rule asks for it."""

    happened = None  # type: ignore[assignment]  # now: the criteria are read at this moment

    def __init__(self, *args: Any, unmet: tuple[Finding, ...] = (), **named: Any) -> None:
        super().__init__(*args, **named)
        self.open = [finding for finding in unmet if finding.settled and finding.override != Override.NOBODY]
        for place, finding in enumerate(self.open):
            self.fields[f"reason_{place}"] = forms.CharField(
                label=str(finding.says),
                required=False,
                max_length=500,
                help_text=_("Why it is right to override this today."),
            )
        if any(finding.override == Override.TWO_PEOPLE for finding in self.open):
            self.fields["second_email"] = forms.EmailField(
                label=_("The second person's e-mail"), required=False
            )
            self.fields["second_password"] = password_field(_("The second person's password"), required=False)
        if self.open:
            self.fields["password"] = password_field(_("Your password, as your signature"), required=False)

    def overrides(self) -> dict[str, str]:
        """The reason given for each rule."""
        reasons = {
            finding.rule: self.cleaned_data.get(f"reason_{place}", "")
            for place, finding in enumerate(self.open)
        }
        return {rule: reason for rule, reason in reasons.items() if reason}


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    return _("Discharged")


KIND = Kind(
    code=EntryKind.DISCHARGED,
    title=gettext_lazy("discharge"),
    words=words,
    after_discharge=True,
    by_act=True,
    form=DischargeForm,
    stages=frozenset({Stage.RECOVERY}),
    button=gettext_lazy("Discharge the patient"),
    icon="yes",
    saved=gettext_lazy("The patient is discharged."),
)
