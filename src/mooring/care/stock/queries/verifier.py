"""Verify an export of a controlled-drug ledger with Python alone: `python3 verify.py FOLDER [--head DIGEST]`.

The export puts a copy of this file beside what it writes. It imports nothing but the standard library, so that
an inspector needs neither the program nor its database. Each line of entries.jsonl is one entry; its digest is
SHA-256 over its fields and the digest of the entry before it in the same container, as JSON with sorted keys and
no spaces. heads.jsonl holds the head of every closed day, which is printed and leaves the machine: name one with
`--head`, and what was printed then must still stand here.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

ENTRY = (
    "container",
    "number",
    "kind",
    "amount",
    "before",
    "change",
    "balance",
    "in_hand",
    "draw",
    "reverses",
    "order",
    "dose",
    "patient",
    "supplier",
    "safe",
    "method",
    "needs_witness",
    "late",
    "emergency",
    "by",
    "at",
    "stored_at",
    "note_digest",
    "previous",
)


def plain(value: object) -> str:
    """A time as text that is the same in every database: UTC, to the microsecond."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="microseconds")  # noqa: UP017 - any Python 3
    return str(value)


def digest(fields: dict[str, Any]) -> str:
    body = json.dumps(fields, sort_keys=True, separators=(",", ":"), default=plain)
    return hashlib.sha256(body.encode()).hexdigest()


def head_of(heads: list[Any]) -> str:
    """One digest for where every container stood: a list of [container, last number, digest]."""
    return digest({"heads": sorted(list(each) for each in heads)})


def lines(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Every row of a file, with the text in which it stands there."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line), line


def stands_as_written(row: dict[str, Any], line: str) -> bool:
    """Whether an entry's digest is that of its fields.

    The export writes keys in order and without spaces, so the text without its digest is what was hashed. Text that
    was laid out anew (by an editor, say) is compared field by field.
    """
    said = str(row["digest"])
    body = line.rstrip("\r\n").replace(f'"digest":"{said}",', "", 1)
    if hashlib.sha256(body.encode()).hexdigest() == said:
        return True
    return said == digest({name: row[name] for name in ENTRY})


def name_of(row: dict[str, Any]) -> str:
    return f"Entry {row['number']} of container {row['container']}"


def check_entries(rows: Iterator[tuple[dict[str, Any], str]]) -> tuple[str, dict[int, list[str]]]:
    """What is wrong first, and the digests of every container's entries in their order."""
    chains: dict[int, list[str]] = {}
    balances: dict[int, int] = {}
    for row, line in rows:
        chain = chains.setdefault(row["container"], [])
        expected = len(chain) + 1
        if row["number"] != expected:
            return f"Entry {expected} of container {row['container']} is missing or out of order", chains
        if not stands_as_written(row, line):
            return f"{name_of(row)} was changed after it was written", chains
        if row["previous"] != (chain[-1] if chain else ""):
            return f"{name_of(row)} does not follow the entry before it", chains
        before = balances.get(row["container"], 0)
        if row["before"] != before or row["balance"] != before + row["change"] or row["balance"] < 0:
            return f"{name_of(row)} has a balance that does not follow", chains
        balances[row["container"]] = row["balance"]
        chain.append(row["digest"])
    return "", chains


def check_heads(heads: list[dict[str, Any]], chains: dict[int, list[str]]) -> str:
    """Whether every head of a closed day still stands in the entries."""
    for head in heads:
        if head["head"] != head_of(head["heads"]):
            return f"The head of {head['day']} was changed"
        for container, number, said in head["heads"]:
            chain = chains.get(container, [])
            if number > len(chain):
                return f"Entry {number} of container {container} is missing: it stood there on {head['day']}"
            if number and chain[number - 1] != said:
                return f"Entry {number} of container {container} is not the one of {head['day']}"
    return ""


def verify(folder: Path, wanted: str = "") -> str:
    """What is wrong first in an export; nothing when all is as it was written."""
    wrong, chains = check_entries(lines(folder / "entries.jsonl"))
    if wrong:
        return wrong
    heads = [head for head, _line in lines(folder / "heads.jsonl")]
    wrong = check_heads(heads, chains)
    if not wrong and wanted and all(head["head"] != wanted for head in heads):
        return f"No closed day has the head {wanted}: the ledger was cut or rewritten"
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify an export of Mooring's controlled-drug ledger.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--head", default="", help="the head that was printed when a day was closed")
    given = parser.parse_args()
    wrong = verify(given.folder, given.head)
    sys.stdout.write(f"{wrong or 'Every entry is as it was written'}.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
