"""One archive of a patient's record: to read, to compute with, to check; every file with its checksum."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from mooring import __version__
from mooring.work.portable.of_patient import Gathered, Words, as_plain
from mooring.work.portable.tables import columns_of
from mooring.work.portable.writing import csv_value

FORMAT = "mooring-record-1"
SAME_DAY = (1980, 1, 1, 0, 0, 0)
"""The time of every member of the archive: the same record gives the same bytes."""


def write_package(
    path: Path, found: Gathered, words: Words, *, page: str, texts: Mapping[str, str], at: datetime
) -> str:
    """Write the archive for its owner alone; returns the SHA-256 of the file.

    `page` is the record to read (HTML); `texts` are further files by name, such as a consent that goes along.
    """
    files = {"record.html": page.encode(), "README.txt": README.encode()}
    files |= {name: text.encode() for name, text in texts.items()}
    tables = []
    whole: dict[str, Any] = {}
    for model, rows in found.rows.items():
        name = model._meta.label_lower
        plain = [as_plain(row, words) for row in rows]
        whole[name] = plain
        files[f"csv/{name}.csv"] = _csv(plain)
        columns = [column.described() for column in columns_of(model) if not column.is_secret]
        tables.append({"table": name, "rows": len(rows), "columns": columns})
    files["record.json"] = _json(whole)
    manifest = {
        "format": FORMAT,
        "version": __version__,
        "made_at": at.isoformat(),
        "tables": tables,
        "files": {name: hashlib.sha256(body).hexdigest() for name, body in sorted(files.items())},
    }
    files["manifest.json"] = _json(manifest)
    return _write_archive(path, files)


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode()


def _csv(rows: list[dict[str, Any]]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    for row in rows:
        writer.writerow(csv_value(row.get(name)) for name in names)
    return text.getvalue().encode()


def _write_archive(path: Path, files: Mapping[str, bytes]) -> str:
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, SAME_DAY), body, zipfile.ZIP_DEFLATED)
    half.rename(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


README = """\
A copy of a record, in open formats.

record.html    to read, in any browser
record.json    every table with its rows; beside each number of another row, the name of what it points to
csv/           the same, a table a file
manifest.json  what each column holds, how many rows each table has, and the SHA-256 of every file

Moments are ISO 8601 in UTC, days ISO 8601, decimal numbers text, bytes base64.
"""
