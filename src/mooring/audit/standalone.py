"""Verify an export of the audit with Python alone: `python3 verify.py FOLDER [--head FILE]`.

`mooring audit export` puts a copy of this file beside what it exports. It imports nothing but the standard
library, so that whoever checks a clinic needs neither the program nor its database. Each line of the .jsonl
files is one row; digests are SHA-256 over the row's fields as JSON with sorted keys and no spaces.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EVENT = ("name", "actor", "actor_name", "target", "subject", "at", "stored_at", "detail", "once")
ACCESS = ("viewer", "viewer_name", "kind", "screen", "reason", "at")
SEAL = ("stream", "number", "rows", "last_id", "sealed_at", "previous")


def digest(fields: dict[str, Any]) -> str:
    body = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def expected(stream: str, row: dict[str, Any]) -> str:
    """The digest that a row of this stream should have."""
    if stream == "access":
        return digest({name: row[name] for name in ACCESS} | {"subjects": sorted(row["subjects"])})
    fields = {name: row[name] for name in EVENT}
    return digest(fields | ({"rows": row["rows"]} if row["rows"] else {}))


def check_stream(folder: Path, stream: str) -> str:
    """What is wrong first in one stream; nothing when all is as it was written."""
    rows = {row["id"]: row for row in lines(folder / f"{stream}.jsonl")}
    for number, row in rows.items():
        if row["digest"] != expected(stream, row):
            return f"{stream} {number} was changed after it was written"
    previous, last = "", 0
    seals = [seal for seal in lines(folder / "seals.jsonl") if seal["stream"] == stream]
    for number, seal in enumerate(seals, start=1):
        if seal["number"] != number or seal["previous"] != previous:
            return f"{stream} seal {number} is missing or out of order"
        if seal["digest"] != digest({name: seal[name] for name in SEAL}):
            return f"{stream} seal {number} was changed"
        sealed = dict(map(tuple, seal["rows"]))
        for row_id in sorted({*sealed, *(each for each in rows if last < each <= seal["last_id"])}):
            if row_id not in rows:
                return f"{stream} {row_id} is missing"
            if row_id not in sealed:
                return f"{stream} {row_id} was put in after its batch was sealed"
            if rows[row_id]["digest"] != sealed[row_id]:
                return f"{stream} {row_id} was changed after it was written"
        previous, last = seal["digest"], seal["last_id"]
    return ""


def check_rows(folder: Path) -> str:
    """What is wrong first in the signed and append-only rows, where they were exported."""
    path = folder / "rows.jsonl"
    if not path.exists():
        return ""
    named: dict[str, str] = {}
    for event in lines(folder / "events.jsonl"):
        for ref, said in event["rows"].items():
            if said == "":
                named[ref] = said
            else:
                named.setdefault(ref, said)
    for row in lines(path):
        ref = f"{row['row']}:{row['id']}"
        said = named.pop(ref, None)
        if said is None:
            return f"{ref} stands in no event"
        if said not in ("", digest({"row": row["row"], "fields": row["fields"]})):
            return f"{ref} was changed after it was written"
    lost = next((ref for ref, said in named.items() if said), "")
    return f"{lost} is missing" if lost else ""


def check_head(folder: Path, head: Path) -> str:
    """Whether the seals of a head that left the machine earlier are those of the export."""
    known = {(seal["stream"], str(seal["number"])): seal["digest"] for seal in lines(folder / "seals.jsonl")}
    for stream, said in json.loads(head.read_text(encoding="utf-8"))["heads"].items():
        number, _, wanted = said.partition(":")
        if number == "0":
            continue
        if (stream, number) not in known:
            return f"{stream} seal {number} is missing: the tail was cut"
        if known[stream, number] != wanted:
            return f"{stream} seal {number} is not the one that left the machine"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify an export of Mooring's audit.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--head", type=Path, help="a head that left the machine earlier")
    given = parser.parse_args()
    wrong = check_stream(given.folder, "events") or check_stream(given.folder, "access")
    wrong = wrong or check_rows(given.folder)
    if not wrong and given.head:
        wrong = check_head(given.folder, given.head)
    sys.stdout.write(f"{wrong or 'Everything is as it was written'}.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
