"""Restoring: into an empty place only, every file by its checksum, then verified like a running installation."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

from mooring.audit import guards, seals
from mooring.work.mistakes import Mistake
from mooring.work.schema import migrations_missing
from mooring.work.sealing import open_sealed, read_identity


@dataclass(frozen=True)
class Examined:
    """One check of a restored database: what was looked at, and what is wrong, if anything."""

    what: str
    wrong: str = ""


def place_database(backup: Path, target: Path) -> None:
    """Put the SQLite copy where the settings point; a database that is there already is never written over."""
    if target.exists():
        raise Mistake(f"{target} exists. A backup is restored into an empty place only.")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(backup / "database.sqlite3", target)
    target.chmod(0o600)


def place_key(backup: Path, target: Path, identity: Path | None) -> str:
    """Put the secret key beside the database; returns what a person has to know about it.

    A database without its key would get a new one: every open link and sign-in would break without a word.
    """
    sealed = backup / "secret-key.age"
    if not sealed.is_file():
        return (
            "The secret key is not in this backup. Put the clinic's own into MOORING_SECRET_KEY_FILE before you "
            "serve; `mooring serve` refuses another one."
        )
    if identity is None:
        return "The secret key is sealed in this backup. Give --identity FILE to restore it."
    try:
        key = open_sealed(read_identity(identity), sealed.read_bytes())
    except ValueError as error:
        raise Mistake(f"{identity} does not open the sealed secret key: {error}.") from error
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.touch(mode=0o600)
    target.write_bytes(key)
    return "The secret key is restored."


def examine(manifest: dict[str, Any]) -> list[Examined]:
    """Look at the restored database as a clinic would need it: schema, guards, seals, head, rows, integrity."""
    found = [_schema(), _guards(), _seals(), _head(manifest), _counts(manifest)]
    if connection.vendor == "sqlite":
        found.append(_quick_check())
    return found


def _schema() -> Examined:
    missing = migrations_missing()
    return Examined("schema", f"{len(missing)} changes are missing, first {missing[0]}" if missing else "")


def _guards() -> Examined:
    lost = guards.missing("default")
    return Examined("guards", f"{lost[0][0]} has lost its guard against {lost[0][1]}" if lost else "")


def _seals() -> Examined:
    broken = seals.verify()
    return Examined("audit", str(broken) if broken else "")


def _head(manifest: dict[str, Any]) -> Examined:
    broken = seals.verify_head(manifest["head"]["heads"])
    return Examined("head of the audit", str(broken) if broken else "")


def _counts(manifest: dict[str, Any]) -> Examined:
    """Rows of every table against the manifest; the backup's own event is written after the copy."""
    for model in apps.get_models():
        awaited = manifest["counts"].get(model._meta.db_table)
        held = model._base_manager.count()
        if awaited is not None and awaited != held:
            return Examined("rows", f"{model._meta.db_table} holds {held} rows, the backup says {awaited}")
    return Examined("rows")


def _quick_check() -> Examined:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        said = str(cursor.fetchone()[0])
    return Examined("pages of the file", "" if said == "ok" else said)
