"""The audit as files that anybody can verify without this program."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mooring.audit import kept, standalone
from mooring.audit.digests import plain
from mooring.audit.models import Access, Event, Seal

EVENT = ("id", *standalone.EVENT, "rows", "digest")
ACCESS = ("id", *standalone.ACCESS, "digest")
SEAL = (*standalone.SEAL, "digest")


def export(folder: Path, *, with_rows: bool) -> dict[str, int]:
    """Write events, openings, seals and the verifier into `folder`; with the rows, what was signed itself.

    Without rows the export holds names of people and of screens, and no health data. Returns lines by file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = {
        "events.jsonl": _write(folder / "events.jsonl", (_fields(event, EVENT) for event in _all(Event))),
        "access.jsonl": _write(folder / "access.jsonl", (_access(access) for access in _all(Access))),
        "seals.jsonl": _write(folder / "seals.jsonl", (_fields(seal, SEAL) for seal in _seals())),
    }
    if with_rows:
        written["rows.jsonl"] = _write(
            folder / "rows.jsonl",
            (_row(row) for model in kept.kept_models() for row in kept.kept_rows(model)),
        )
    shutil.copyfile(str(standalone.__file__), folder / "verify.py")
    return written


def _all(model: type[Event] | type[Access]) -> Iterable[Any]:
    rows: Any = model.objects.order_by("pk")
    if model is Access:
        rows = rows.prefetch_related("subjects")
    return rows.iterator(chunk_size=1000)  # type: ignore[no-any-return]


def _seals() -> Iterable[Seal]:
    return Seal.objects.order_by("stream", "number").iterator(chunk_size=20)


def _fields(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _access(access: Access) -> dict[str, Any]:
    return _fields(access, ACCESS) | {"subjects": sorted(each.subject for each in access.subjects.all())}


def _row(row: Any) -> dict[str, Any]:
    return {"row": row._meta.label_lower, "id": row.pk, "fields": kept.kept_fields(row)}


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        path.chmod(0o600)
        for row in rows:
            file.write(json.dumps(row, sort_keys=True, separators=(",", ":"), default=plain) + "\n")
            count += 1
    return count
