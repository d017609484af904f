"""An installation as files: a table a file in JSON Lines, described and with checksums in `manifest.json`.

The clinic works on meanwhile. On SQLite a copy is made first and read from, so an export that was interrupted goes
on where it stopped; on PostgreSQL everything is read in one snapshot, and an interrupted one starts again. Secrets
(passwords, keys) are left out, or sealed to a recipient.
"""

import csv
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from mooring import __version__
from mooring.audit.looking import saw
from mooring.audit.models import AccessKind
from mooring.audit.recording import Actor, note, recorded
from mooring.work.backups import copy_content, digest_of_file, write_private
from mooring.work.heads import signed_head
from mooring.work.mistakes import Mistake
from mooring.work.portable.of_site import Keys, rows_of
from mooring.work.portable.tables import columns_of, own_models, plain_value
from mooring.work.sealing import seal_to

FORMAT = "mooring-export-1"
MANIFEST, STARTED = "manifest.json", "started.json"
SNAPSHOT = "snapshot.sqlite3"
SECRETS = "secrets.age"
ALIAS = "snapshot"
ROWS_AT_ONCE = 1000
Progress = Callable[[str, int, int], None]
"""Told after each table: its name, how many are done, of how many."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is exported and why; `recipient` is the public key to which secrets are sealed, if at all.

    With `keys_of` only these rows, read under the alias that it is given: those of one `site`.
    """

    purpose: str
    with_csv: bool = False
    recipient: str = ""
    site: str = ""
    keys_of: Callable[[str], Keys] | None = None


@recorded("work.export.started")
def note_export(*, purpose: str, subjects: Iterable[str], by: Actor, at: datetime) -> None:
    """Record that everything leaves: the event, and the opening that each patient reads with the purpose."""
    told = list(subjects)
    note(patients=len(told))
    saw(by, told, kind=AccessKind.EXPORT, reason=purpose[:200])


def export_installation(
    folder: Path, *, wanted: Wanted, subjects: Iterable[str], by: Actor, at: datetime, progress: Progress
) -> dict[str, Any]:
    """Write every table into `folder`; the manifest comes last, and without it the export does not count.

    `subjects` are the references of the patients whose records leave.
    """
    if (folder / MANIFEST).exists():
        raise Mistake(f"{folder} holds a whole export already. Choose another folder.")
    started = _started(folder)
    if started is None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        note_export(purpose=wanted.purpose, subjects=subjects, by=by, at=at)
        started = {"head": signed_head(at=at), "at": at.isoformat(), "purpose": wanted.purpose}
    with _snapshot(folder) as using:
        if not (folder / STARTED).exists():
            write_private(folder / STARTED, json.dumps(started).encode())
        keys = wanted.keys_of(using) if wanted.keys_of else None
        tables = [dict(each) for each in _all_tables(folder, wanted, keys, using, progress)]
        if wanted.recipient:
            _write_secrets(folder, wanted.recipient, keys, using)
    manifest = {
        "format": FORMAT,
        "version": __version__,
        "made_at": started["at"],
        "purpose": started["purpose"],
        "site": wanted.site,
        "head": started["head"],
        "migrations": sorted(
            f"{app} {name}" for app, name in MigrationRecorder(connection).applied_migrations()
        ),
        "secrets": bool(wanted.recipient),
        "tables": tables,
    }
    (folder / SNAPSHOT).unlink(missing_ok=True)
    copy_content(folder)
    write_private(folder / "README.md", README.encode())
    manifest["files"] = {
        path.name: digest_of_file(path) for path in sorted(folder.iterdir()) if path.name != STARTED
    }
    write_private(folder / MANIFEST, json.dumps(manifest, indent=2).encode())
    (folder / STARTED).unlink()
    return manifest


def _started(folder: Path) -> dict[str, Any] | None:
    """What an interrupted export wrote first, where its copy of the database still lies there."""
    if not folder.exists() or not any(folder.iterdir()):
        return None
    if not (folder / STARTED).exists() or connection.vendor != "sqlite":
        raise Mistake(f"{folder} is not empty, and holds no export that can continue. Choose another folder.")
    started: dict[str, Any] = json.loads((folder / STARTED).read_text(encoding="utf-8"))
    return started


@contextmanager
def _snapshot(folder: Path) -> Iterator[str]:
    """A name under which the database of one moment is read."""
    settings_of_it = dict(connection.settings_dict)
    if connection.vendor == "sqlite":
        copy = folder / SNAPSHOT
        if not (folder / STARTED).exists():
            with (
                closing(sqlite3.connect(str(settings_of_it["NAME"]), timeout=20)) as source,
                closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target, pages=2000)
            copy.chmod(0o600)
        settings_of_it["NAME"] = str(copy)
    connections.databases[ALIAS] = settings_of_it
    try:
        with transaction.atomic(using=ALIAS):
            if connection.vendor == "postgresql":
                with connections[ALIAS].cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.databases[ALIAS]


def _all_tables(
    folder: Path, wanted: Wanted, keys: Keys | None, using: str, progress: Progress
) -> Iterator[dict[str, Any]]:
    found = own_models()
    for done, model in enumerate(found, start=1):
        yield _table(folder, model, keys, using, with_csv=wanted.with_csv)
        progress(model._meta.label_lower, done, len(found))


def _table(
    folder: Path, model: type[models.Model], keys: Keys | None, using: str, *, with_csv: bool
) -> dict[str, Any]:
    """Write one table, unless an earlier run did; its description for the manifest."""
    name = f"{model._meta.label_lower}.jsonl"
    columns = [column for column in columns_of(model) if not column.is_secret]
    if not (folder / name).exists():
        _write_lines(folder / name, _values(model, keys, using, [column.name for column in columns]))
    if with_csv and not (folder / f"{model._meta.label_lower}.csv").exists():
        _write_csv(folder, model, keys, using, [column.name for column in columns])
    with (folder / name).open("rb") as file:
        count = sum(1 for _line in file)
    return {
        "table": model._meta.label_lower,
        "file": name,
        "rows": count,
        "left_out": [column.name for column in columns_of(model) if column.is_secret],
        "columns": [column.described() for column in columns],
    }


def _chosen(model: type[models.Model], keys: Keys | None, using: str) -> Iterator[models.Model]:
    """The rows of a table that are exported, by their key."""
    if keys is not None:
        return rows_of(model, keys.get(model, ()), using)
    return model._base_manager.using(using).order_by("pk").iterator(chunk_size=ROWS_AT_ONCE)


def _values(
    model: type[models.Model], keys: Keys | None, using: str, names: list[str]
) -> Iterator[dict[str, Any]]:
    for row in _chosen(model, keys, using):
        yield {name: plain_value(getattr(row, name)) for name in names}


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """A file appears only when it is whole: what was interrupted is written again."""
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    with half.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n")
    half.rename(path)


def _write_csv(
    folder: Path, model: type[models.Model], keys: Keys | None, using: str, names: list[str]
) -> None:
    path = folder / f"{model._meta.label_lower}.csv"
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    with half.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in _values(model, keys, using, names):
            writer.writerow(csv_value(row[name]) for name in names)
    half.rename(path)


def csv_value(value: Any) -> Any:
    """A value of a cell: JSON as text, nothing as an empty cell; what a spreadsheet would run as a formula is text."""
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return "" if value is None else value


def _write_secrets(folder: Path, recipient: str, keys: Keys | None, using: str) -> None:
    """Every secret column, sealed: whoever holds the other half of the key imports them, nobody else reads them."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for model in own_models():
        names = [column.name for column in columns_of(model) if column.is_secret]
        if names:
            found[model._meta.label_lower] = {
                str(row.pk): {name: plain_value(getattr(row, name)) for name in names}
                for row in _chosen(model, keys, using)
            }
    (folder / SECRETS).unlink(missing_ok=True)
    write_private(folder / SECRETS, seal_to(recipient, json.dumps(found).encode()))


README = """\
# An export of Mooring

Each file `APP.TABLE.jsonl` is one table: a line is a row, a JSON object with the table's columns. `manifest.json` names
every table with its columns (what they hold, their privacy class, which table they point to, what coded values mean),
the number of rows, and the SHA-256 of every file. Moments are ISO 8601 in UTC, decimal numbers are text, bytes are
base64. Columns of secrets (passwords, keys) are left out; `secrets.age`, where present, holds them for whoever has
the private half of the key that the export was given.

`mooring import FOLDER` reads it into an empty installation of the version that the manifest names, and checks every
checksum first. The audit is part of it: `mooring audit verify` then says whether everything is as it was written.
"""
