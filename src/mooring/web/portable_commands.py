"""`mooring export` and `mooring import`: an installation as files that anybody can read, and back."""

import sys
from pathlib import Path

from django.utils import timezone

from mooring.audit import seals
from mooring.audit.recording import COMMAND_LINE
from mooring.care.patients.models import Patient
from mooring.work.mistakes import Mistake
from mooring.work.portable.reading import import_installation
from mooring.work.portable.writing import Wanted, export_installation
from mooring.work.schema import migrations_missing


def export(folder: Path, *, purpose: str, recipient: str, with_csv: bool) -> int:
    """Write everything into a folder; a run that was interrupted goes on."""
    if migrations_missing():
        raise Mistake("The database is not up to date. Run `mooring migrate` first.")
    wanted = Wanted(purpose=purpose, with_csv=with_csv, recipient=_key(recipient))
    manifest = export_installation(
        folder,
        wanted=wanted,
        subjects=[patient.subject_ref for patient in Patient.objects.only("pk")],
        by=COMMAND_LINE,
        at=timezone.now(),
        progress=_tell,
    )
    rows = sum(table["rows"] for table in manifest["tables"])
    print(f"Exported {rows} rows of {len(manifest['tables'])} tables into {folder}.")
    if not manifest["secrets"]:
        print(
            "Passwords and keys are left out: people are invited again. Give --recipient to seal them for a new place.",
            file=sys.stderr,
        )
    return 0


def import_(folder: Path, *, identity: Path | None) -> int:
    """Read an export into this empty installation, then verify it; 1 when it is not as it was written."""
    key = _key(identity.read_text(encoding="ascii").strip()) if identity else None
    read = import_installation(folder, identity=key, by=COMMAND_LINE, at=timezone.now(), progress=_tell)
    print(f"Imported {read.rows} rows of {read.tables} tables.")
    broken = seals.verify()
    print(f"Broken: {broken}." if broken else "Everything is as it was written.")
    if not read.with_secrets:
        print("No one has a password here yet: an administrator sends links under People.", file=sys.stderr)
    return 1 if broken else 0


def _key(given: str) -> bytes | None:
    try:
        return bytes.fromhex(given) or None
    except ValueError as error:
        raise Mistake(
            "This is not a key: 64 hexadecimal digits, as `mooring keys new` prints them."
        ) from error


def _tell(table: str, done: int, of: int) -> None:
    if sys.stderr.isatty() or done == of:
        print(f"\r{done:>4} of {of} tables  {table:<44}", end="" if done < of else "\n", file=sys.stderr)
