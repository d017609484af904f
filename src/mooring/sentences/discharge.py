"""The words of what stands between a patient and the door."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mooring.rules.discharge import DischargeCode
from mooring.rules.verdict import Finding, Verdict

WORDS = {
    DischargeCode.STAY_AFTER_START: (
        gettext_lazy("The minimum stay is {minutes} minutes after the start of dosing."),
        gettext_lazy("Stay and continue monitoring."),
    ),
    DischargeCode.STAY_AFTER_END: (
        gettext_lazy("The minimum stay is {minutes} minutes after the end of dosing."),
        gettext_lazy("Stay and continue monitoring."),
    ),
    DischargeCode.NOT_MET: (gettext_lazy("Not met: {criterion}."), gettext_lazy("")),
    DischargeCode.NOT_KNOWN: (gettext_lazy("Not known: {criterion}."), gettext_lazy("")),
    DischargeCode.OPEN_RED: (
        gettext_lazy("Red alert not acknowledged: {names}."),
        gettext_lazy("Acknowledge it with what was done."),
    ),
    DischargeCode.RECENT_RED: (
        gettext_lazy("Red alert in the last {minutes} minutes: {names}."),
        gettext_lazy("Stay and continue monitoring; the prescriber may override."),
    ),
}
"""What was found, and what it asks; a criterion asks in its own words."""


def worded(verdict: Verdict) -> Verdict:
    """The same verdict with every code in words."""
    return Verdict(tuple(_worded(finding) for finding in verdict.findings))


def _worded(finding: Finding) -> Finding:
    if not finding.code:
        return finding
    says, asks = WORDS[DischargeCode(finding.code)]
    values = dict(finding.values)
    if isinstance(names := values.get("names"), tuple):
        values["names"] = ", ".join(str(name) for name in names)
    words = str(says).format(**values)
    if isinstance(left := values.get("left_min"), int):
        words += " " + ngettext("{n} minute to go.", "{n} minutes to go.", left).format(n=left)
    elif "left_min" in values:
        words += " " + _("The end of dosing is not recorded.")
    return replace(finding, says=words, asks=finding.asks or str(asks))
