"""What bodies ask for in a report: field by field, with the form of each, as they publish it. Pure data and checks.

Sources: CE Broker help, "Uploading rosters by Excel" (columns A to H; with partial credit I and J); CPE Monitor (NABP):
e-Profile id, birth MMDD, activity number. **Its record layout was not seen**: the columns are ours, in the order of that
list. PARS stands in `pars.py`. Nothing here was tried against a body's server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

MISSING, MALFORMED = "missing", "malformed"


class Holds(StrEnum):
    """What a value is in a file that tells numbers from texts."""

    TEXT = "text"
    NUMBER = "number"
    COUNT = "count"
    TRUTH = "truth"

    def read(self, value: str) -> str | float | int | bool:
        """The value as the file holds it; one of another form stays the text that it is, and is a fault besides."""
        if self is Holds.TRUTH and value in {"true", "false"}:
            return value == "true"
        if self is Holds.COUNT and value.isdecimal():
            return int(value)
        if self is Holds.NUMBER and re.fullmatch(r"\d+(?:\.\d+)?", value):
            return float(value)
        return value


@dataclass(frozen=True)
class Field:
    """One column: its name, whether it must be filled, and the form of its text.

    In a document the name is a path; `*` in it stands for every place of a list, of which there may be none.
    """

    name: str
    required: bool = True
    form: str = r".+"
    holds: Holds = Holds.TEXT

    def fault(self, value: str) -> str:
        """What is wrong with a value: `missing`, `malformed`, or nothing."""
        if not value:
            return MISSING if self.required else ""
        return "" if re.fullmatch(self.form, value) else MALFORMED


QUARTERS = r"\d{1,2}(?:\.(?:0|00|25|5|50|75))?"
DAY = r"\d{4}-\d{2}-\d{2}"
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
    found: list[tuple[str, str]] = []
    for field in fields:
        names = [field.name]
        if "*" in field.name:
            names = [name for name in row if general(name) == field.name]
        found += [(name, field.fault(row.get(name, ""))) for name in names]
    return [(name, fault) for name, fault in found if fault]


def general(name: str) -> str:
    """The path with `*` for every place in a list.

    >>> general("identifier.0.entry")
    'identifier.*.entry'
    """
    return ".".join("*" if part.isdecimal() else part for part in name.split("."))


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: those that begin like one get an apostrophe before them.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("Ruth Calloway")
    ("'=HYPERLINK(1)", 'Ruth Calloway')
    """
    return f"'{text}" if text[:1] in "=+-@\t\r\n" and text else text
