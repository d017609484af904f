"""Backups while the clinic works: a consistent copy, its checksums, the head of the audit, the sealed secret key.

A plain copy of a live SQLite file loses what its log holds; `VACUUM`-free online backup and `pg_dump` do not. A
backup is a folder of its own with `manifest.json`; it counts only once the manifest is written, last.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from mooring import __version__
from mooring.audit.models import Event
from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.work.heads import signed_head
from mooring.work.mistakes import Mistake
from mooring.work.sealing import seal_to

MADE = "work.backup.made"
MANIFEST = "manifest.json"
PREFIX = "mooring-"
TLS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}
"""What the database's address says of its connection holds for PostgreSQL's own programs, too."""
PAGES_A_STEP = 2000
"""SQLite copies so many pages, then lets writers in."""


def make_backup(*, into: Path, keep: int, by: Actor, at: datetime) -> Path:
    """Make one backup in a new folder of `into`, keep the newest `keep` of them; returns the folder.

    No transaction is open while pages are copied, so the clinic goes on writing. The head is signed before the
    copy: its seals are in the copy for certain.
    """
    stamp = at.astimezone(UTC).isoformat(timespec="seconds").replace(":", "").replace("+0000", "Z")
    folder = into / f"{PREFIX}{stamp}"
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(mode=0o700)
    head = signed_head(at=at)
    counts = _copy_database(folder)
    copy_content(folder)
    sealed = _seal_key(folder)
    files = {path.name: digest_of_file(path) for path in sorted(folder.iterdir())}
    applied = MigrationRecorder(connection).applied_migrations()
    manifest = {
        "made_at": at.isoformat(),
        "version": __version__,
        "database": connection.vendor,
        "migrations": sorted(f"{app} {name}" for app, name in applied),
        "counts": counts,
        "head": head,
        "secret_key": "sealed" if sealed else "absent",
        "files": files,
    }
    write_private(folder / MANIFEST, json.dumps(manifest, indent=2).encode())
    size = sum(path.stat().st_size for path in folder.iterdir())
    note_backup(folder=folder.name, size=size, key_sealed=sealed, by=by, at=at)
    _rotate(into, keep)
    return folder


@recorded(MADE)
def note_backup(*, folder: str, size: int, key_sealed: bool, by: Actor, at: datetime) -> None:
    """Record that a whole backup lies there: what the doctor and the first page tell."""
    note(folder=folder, bytes=size, key_sealed=key_sealed)


def _copy_database(folder: Path) -> dict[str, int]:
    """Copy the database; counts of every table, taken from the copy where that can be read."""
    if connection.vendor == "sqlite":
        target = folder / "database.sqlite3"
        with (
            closing(sqlite3.connect(str(settings.DATABASES["default"]["NAME"]), timeout=20)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy, pages=PAGES_A_STEP)
            copy.execute("PRAGMA journal_mode=DELETE")
            target.chmod(0o600)
            return {table: _count(copy, table) for table in tables()}
    target = folder / "database.dump"
    _run_postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={target}")
    target.chmod(0o600)
    return {}


def _count(copy: sqlite3.Connection, table: str) -> int:
    return int(copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608 (our own tables)


def tables() -> list[str]:
    return sorted(model._meta.db_table for model in apps.get_models())


def _run_postgresql(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs against the database of the settings; the password goes by environment."""
    found = shutil.which(program)
    if found is None:
        raise Mistake(f"{program} is not installed here (on Debian: apt install postgresql-client).")
    given = settings.DATABASES["default"]
    options: Any = given["OPTIONS"]
    environment = {
        **os.environ,
        "PGHOST": str(given["HOST"]),
        "PGPORT": str(given["PORT"]),
        "PGUSER": str(given["USER"]),
        "PGPASSWORD": str(given["PASSWORD"]),
        "PGDATABASE": str(given["NAME"]),
        **{variable: str(options.get(option, "")) for option, variable in TLS.items()},
    }
    kept = {name: value for name, value in environment.items() if value or not name.startswith("PG")}
    ran = subprocess.run([found, *arguments], env=kept, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode != 0:
        raise Mistake(f"{program} failed: {' '.join(ran.stderr.split())[:400]}")


def copy_content(folder: Path) -> None:
    """The site's own content, as an archive beside the rest."""
    if settings.CONTENT_ROOT is None:
        return
    target = folder / "content.tar.gz"
    with tarfile.open(target, "w:gz") as archive:
        archive.add(settings.CONTENT_ROOT, arcname="content")
    target.chmod(0o600)


def _seal_key(folder: Path) -> bool:
    """Seal the secret key to MOORING_BACKUP_RECIPIENT; without one it is not part of the backup."""
    if not settings.BACKUP_RECIPIENT:
        return False
    sealed = seal_to(settings.BACKUP_RECIPIENT, str(settings.SECRET_KEY).encode())
    write_private(folder / "secret-key.age", sealed)
    return True


def write_private(path: Path, body: bytes) -> None:
    """A new file for its owner alone, on the disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def digest_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def backups_in(folder: Path) -> list[Path]:
    """Every whole backup, oldest first; one without a manifest was interrupted and counts for nothing."""
    return sorted(path.parent for path in folder.glob(f"{PREFIX}*/{MANIFEST}"))


def _rotate(folder: Path, keep: int) -> None:
    for old in backups_in(folder)[:-keep]:
        shutil.rmtree(old)


def read_manifest(backup: Path) -> dict[str, Any]:
    """The manifest, after every file was compared with its checksum."""
    path = backup / MANIFEST
    if not path.is_file():
        raise Mistake(f"{backup} holds no {MANIFEST}: it is no backup, or one that was interrupted.")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for name, digest in manifest["files"].items():
        file = backup / name
        if not file.is_file():
            raise Mistake(f"{file} is missing from the backup.")
        if digest_of_file(file) != digest:
            raise Mistake(f"{file} is not what was backed up: its checksum differs.")
    return manifest


def restore_dump(backup: Path) -> None:
    """Fill the empty PostgreSQL database of the settings from the dump."""
    if connection.introspection.table_names():
        raise Mistake(
            "The database of MOORING_DATABASE_URL is not empty. A backup is restored into an empty one only."
        )
    connection.close()
    _run_postgresql(
        "pg_restore",
        "--no-owner",
        "--exit-on-error",
        f"--dbname={settings.DATABASES['default']['NAME']}",
        str(backup / "database.dump"),
    )


def last_backup() -> Event | None:
    """The event of the newest backup."""
    return Event.objects.filter(name=MADE).order_by("-id").first()


def back_up_when_due(*, at: datetime) -> bool:
    """One backup a day (UTC) into MOORING_BACKUP_TO; True when it was made."""
    if settings.BACKUP_TO is None:
        return False
    last = last_backup()
    if last is not None and last.at.date() == at.date():
        return False
    make_backup(into=settings.BACKUP_TO, keep=settings.BACKUPS_KEPT, by=CLOCK, at=at)
    return True
