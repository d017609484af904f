"""A report as the file that a body takes: JSON for PARS, XLSX for rosters, CSV for the rest; no cell is a formula."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook

from mooring.academy.reports.models import ReportKind
from mooring.content.pars import LEARNER, activities_document, faults_of_activity, learners_document
from mooring.content.reporting import CE_BROKER, CPE, STATE_ROSTER, Field, faults, safe_cell

FIELDS: dict[ReportKind, Sequence[Field]] = {
    ReportKind.PARS_LEARNERS: LEARNER,
    ReportKind.CE_BROKER: CE_BROKER,
    ReportKind.CPE: CPE,
    ReportKind.STATE: STATE_ROSTER,
}
ACTIVITIES = {ReportKind.PARS_ACTIVITY, ReportKind.JOINT_ACTIVITY}
MIME = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def ending_of(kind: ReportKind) -> str:
    """The file's ending, by what the body takes."""
    if kind in ACTIVITIES or kind == ReportKind.PARS_LEARNERS:
        return "json"
    return "xlsx" if kind == ReportKind.CE_BROKER else "csv"


def file_of(kind: ReportKind, rows: Sequence[dict[str, str]], *, at: datetime) -> bytes:
    """The rows as the file of this kind, made at this moment."""
    if kind in ACTIVITIES:
        return _json(activities_document(rows))
    if kind == ReportKind.PARS_LEARNERS:
        return _json(learners_document(rows, created=at.isoformat(timespec="seconds")))
    ending = ending_of(kind)
    names = [field.name for field in FIELDS.get(kind, ())] or _names(rows)
    table = [names, *([row.get(name, "") for name in names] for row in rows)]
    return _xlsx(table) if ending == "xlsx" else _csv(table)


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"


def _names(rows: Sequence[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _csv(table: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([safe_cell(cell) for cell in line] for line in table)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(table: Sequence[Sequence[str]]) -> bytes:
    """Every cell is written as a text, so that what begins like a formula stays one."""
    book = Workbook(write_only=False)
    sheet = book.active
    for number, line in enumerate(table, start=1):
        for place, text in enumerate(line, start=1):
            cell = sheet.cell(row=number, column=place)
            cell.value = text
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults_of(kind: ReportKind, rows: Sequence[dict[str, str]]) -> list[list[str]]:
    """Row number (from 1), field and fault, for every field that the body would refuse."""
    fields = FIELDS.get(kind, ())
    return [
        [str(number), name, fault]
        for number, row in enumerate(rows, start=1)
        for name, fault in (faults_of_activity(row) if kind in ACTIVITIES else faults(fields, row))
    ]
