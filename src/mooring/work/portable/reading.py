"""An export back into an empty installation: every checksum first, then every row in one transaction."""

import json
import secrets as random_secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

from mooring.audit.adopting import adopt_unnamed, leave_behind
from mooring.audit.recording import Actor, note, recorded
from mooring.work.backups import digest_of_file
from mooring.work.installation import print_of_secret_key
from mooring.work.mistakes import Mistake
from mooring.work.models import Installation
from mooring.work.portable.tables import APART, Column, class_of, columns_of, own_models, read_value
from mooring.work.portable.writing import FORMAT, MANIFEST, SECRETS, Progress
from mooring.work.schema import migrations_missing, require_applied
from mooring.work.sealing import open_sealed

ROWS_AT_ONCE = 500
NO_PASSWORD = "!"  # noqa: S105  (Django's mark of an account that cannot sign in)
Secrets = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Imported:
    """How much came in, and whether with its secrets."""

    tables: int
    rows: int
    with_secrets: bool


def import_installation(
    folder: Path, *, identity: str, by: Actor, at: datetime, progress: Progress
) -> Imported:
    """Read an export into this empty installation; nothing is written where anything is wrong."""
    manifest = read_export(folder)
    _require_empty()
    secrets = _secrets_of(folder, manifest, identity)
    rows = 0
    with transaction.atomic():
        for done, table in enumerate(manifest["tables"], start=1):
            rows += _read_table(folder, table, secrets.get(table["table"], {}))
            progress(table["table"], done, len(manifest["tables"]))
        if not secrets:
            _new_keys()
        _continue_numbering()
        note_import(rows=rows, made_at=manifest["made_at"], by=by, at=at)
        if manifest["site"]:
            leave_behind(by=by, at=at)
            adopt_unnamed(by=by, at=at)
    Installation.objects.update(secret_key_print=print_of_secret_key())
    return Imported(len(manifest["tables"]), rows, bool(secrets))


@recorded("work.export.imported")
def note_import(*, rows: int, made_at: str, by: Actor, at: datetime) -> None:
    note(rows=rows, made_at=made_at)


def read_export(folder: Path) -> dict[str, Any]:
    """The manifest, after every file was compared with its checksum and the version with this program's."""
    path = folder / MANIFEST
    if not path.is_file():
        raise Mistake(f"{folder} holds no {MANIFEST}: it is no export, or one that was interrupted.")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if manifest.get("format") != FORMAT:
        raise Mistake(f"{path} is of the format {manifest.get('format')!r}; this program reads {FORMAT}.")
    for name, digest in manifest["files"].items():
        if not (folder / name).is_file():
            raise Mistake(f"{folder / name} is missing from the export.")
        if digest_of_file(folder / name) != digest:
            raise Mistake(f"{folder / name} is not what was exported: its checksum differs.")
    require_applied(manifest["migrations"], manifest["version"])
    known = {model._meta.label_lower for model in own_models()}
    unknown = [table["table"] for table in manifest["tables"] if table["table"] not in known]
    if unknown:
        raise Mistake(f"The export holds a table that this version does not know: {unknown[0]}.")
    return manifest


def _require_empty() -> None:
    missing = migrations_missing()
    if missing:
        raise Mistake(f"The database is missing {len(missing)} changes. Run `mooring migrate`.")
    filled = next((model for model in own_models() if model._base_manager.exists()), None)
    if filled is not None:
        raise Mistake(
            f"This installation is not empty ({filled._meta.label} has rows). An export is read into an empty one only."
        )


def _secrets_of(folder: Path, manifest: dict[str, Any], identity: str) -> Secrets:
    if not identity or not manifest["secrets"]:
        return {}
    try:
        opened: Secrets = json.loads(open_sealed(identity, (folder / SECRETS).read_bytes()))
    except ValueError as error:
        raise Mistake(f"This key does not open {folder / SECRETS}: {error}.") from error
    return opened


def _read_table(folder: Path, table: dict[str, Any], secrets: dict[str, dict[str, Any]]) -> int:
    model = apps.get_model(table["table"])
    columns = columns_of(model)
    if _needs_keys(columns) and not secrets and model is not Installation:
        return 0
    count = 0
    lines = _lines(folder / table["file"])
    while batch := list(islice(lines, ROWS_AT_ONCE)):
        rows = [_row(model, columns, line, secrets) for line in batch]
        model._base_manager.bulk_create(rows)
        count += len(rows)
    if count != table["rows"]:
        raise Mistake(f"{table['file']} holds {count} rows, the manifest says {table['rows']}.")
    return count


def _needs_keys(columns: list[Column]) -> bool:
    """Whether a row is nothing without its secret: a private key."""
    return any(column.is_secret and isinstance(column.field, models.BinaryField) for column in columns)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _row(
    model: type[models.Model],
    columns: list[Column],
    line: dict[str, Any],
    secrets: dict[str, dict[str, Any]],
) -> models.Model:
    held = secrets.get(str(line[str(model._meta.pk.attname)]), {})
    values = {}
    for column in columns:
        if column.name in line:
            values[column.name] = read_value(column.field, line[column.name])
        elif column.name in held:
            values[column.name] = read_value(column.field, held[column.name])
        elif column.is_secret:
            values[column.name] = _without(column.field)
    return model(**values)


def _without(field: "models.Field[Any, Any]") -> Any:
    """What stands in the place of a secret that did not come along: nothing that anybody could know."""
    if field.null:
        return None
    if class_of(field) == APART:
        return ""
    if field.name == "password":
        return NO_PASSWORD
    if isinstance(field, models.BinaryField):
        return b""
    return random_secrets.token_hex(32)[: field.max_length or 64]


def _new_keys() -> None:
    """The installation signs with a key of its own from now on; the old one stayed where it was."""
    Installation.objects.update(signing_key=Ed25519PrivateKey.generate().private_bytes_raw())


def _continue_numbering() -> None:
    """New rows are numbered after those that came in; PostgreSQL counts apart from its tables."""
    statements = connection.ops.sequence_reset_sql(no_style(), own_models())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
