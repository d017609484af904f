"""What bodies ask for in a report: field by field, with the form of each, as they publish it. Pure data and checks.

Sources: ACCME, draft learner report 0.5 and activity schema 0.1.2 (github elliottACCME/tempSchema, May 2025; drafts);
CE Broker help, "Uploading rosters by Excel" (columns A to H; with partial credit I and J); CPE Monitor (NABP): e-Profile
id, birth MMDD, activity number; its exact record layout was not seen. Nothing here was tried against a body's server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MISSING, MALFORMED = "missing", "malformed"


@dataclass(frozen=True)
class Field:
    """One column: its name, whether it must be filled, and the form of its text."""

    name: str
    required: bool = True
    form: str = r".+"

    def fault(self, value: str) -> str:
        """What is wrong with a value: `missing`, `malformed`, or nothing."""
        if not value:
            return MISSING if self.required else ""
        return "" if re.fullmatch(self.form, value) else MALFORMED


AMA, ENDURING, OUTCOMES = "AMA PRA Category 1", "Enduring Material", "learner knowledge, objective"
"""Terms of PARS that this program reports."""
QUARTERS = r"\d{1,2}(?:\.(?:0|00|25|5|50|75))?"
DAY = r"\d{4}-\d{2}-\d{2}"
PARS_LEARNERS: Sequence[Field] = (
    Field("ReportingOrganization"),
    Field("GivenName"),
    Field("FamilyName"),
    Field("BirthMonthDay", required=False, form=r"\d{2}-\d{2}"),
    Field("ProviderOrganization", form=r"\d{7}"),
    Field("ModuleID", form=r"\d{9}"),
    Field("ModuleName"),
    Field("Status", form="Completed"),
    Field("CompletedDateTime", form=DAY + r"T.+"),
    Field("UniqueID"),
    Field("UniqueIDDomain", form=r"NPI|[A-Z]{2}"),
    Field("ActivityCertification"),
    Field("CreditUnit", form="Point"),
    Field("NumberOfCredits", form=QUARTERS),
    Field("CreditID", form=r"ccid:[^:]+:[^:]+"),
    Field("LearnerRecordAction", form="add|delete"),
)
PARS_ACTIVITY: Sequence[Field] = (
    Field("ReportingStartDate", form=DAY),
    Field("ReportingEndDate", form=DAY),
    Field("Title"),
    Field("Description", form=r"(?s).{1,2500}"),
    Field("ProviderActivityID"),
    Field("ACCMEActivityID", required=False, form=r"\d{9}"),
    Field("ActivityFormat"),
    Field("ActivitySponsorship", form="direct|joint"),
    Field("ActivityCertification"),
    Field("NumberOfCredits", form=QUARTERS),
    Field("StartDateTime", form=DAY),
    Field("EndDateTime", form=DAY),
    Field("CommercialSupport", form="false|true"),
    Field("PhysicianLearners", form=r"\d+"),
    Field("OtherLearners", form=r"\d+"),
    Field("MeasuredOutcomes"),
)
CE_BROKER: Sequence[Field] = (
    Field("Provider number", form=r"\d{1,9}"),
    Field("Course number", form=r"\d{1,12}"),
    Field("Own course id", required=False),
    Field("Publishing number", required=False),
    Field("Licence number", form=r"[A-Za-z0-9.\-/ ]{2,20}"),
    Field("Completion date", form=r"\d{2}/\d{2}/\d{4}"),
    Field("State", form=r"[A-Z]{2}"),
    Field("Profession", form=r"[A-Z]{2,6}"),
)
"""In this order they are the columns A to H of the roster."""
CPE: Sequence[Field] = (
    Field("NABP e-Profile id", form=r"\d{4,9}"),
    Field("Birth MMDD", form=r"\d{4}"),
    Field("UAN", form=r"\d{4}-\d{4}-\d{2}-\d{3}-[A-Z]\d{2}-[PT]"),
    Field("Date", form=r"\d{2}/\d{2}/\d{4}"),
    Field("Credit", form=QUARTERS),
    Field("Role", form="pharmacist|technician"),
)
STATE_ROSTER: Sequence[Field] = (
    Field("Provider"),
    Field("Provider number", required=False),
    Field("Course"),
    Field("Course id"),
    Field("Completion date", form=DAY),
    Field("Hours", form=QUARTERS),
    Field("Licensee"),
    Field("Profession"),
    Field("State", form=r"[A-Z]{2}"),
    Field("Licence number", form=r"[A-Za-z0-9.\-/ ]{2,20}"),
    Field("Certificate number"),
)
"""What a provider keeps and shows a state board on demand: rosters with licence numbers and records of completion
(16 CCR 1887.12, California BBS). No board publishes a layout for it; the columns are ours."""
CE_BROKER_PROFESSIONS: Mapping[str, str] = {
    "nurse": "RN",
    "physician": "MD",
    "psychologist": "PSY",
    "social worker": "LCSW",
    "counsellor": "LMHC",
    "marriage and family therapist": "LMFT",
    "pharmacist": "RPH",
    "dentist": "DDS",
}
"""Letters of a licence type. **Unverified** for all but RN: states name their own; check with the board's list."""


def faults(fields: Sequence[Field], row: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every field of a row that is missing or malformed, with which of the two."""
    found = ((field.name, field.fault(row.get(field.name, ""))) for field in fields)
    return [(name, fault) for name, fault in found if fault]


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: those that begin like one get an apostrophe before them.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("Ruth Calloway")
    ("'=HYPERLINK(1)", 'Ruth Calloway')
    """
    return f"'{text}" if text[:1] in "=+-@\t\r\n" and text else text
