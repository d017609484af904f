"""Digests of rows: SHA-256 over their fields in canonical JSON."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from mooring.audit.models import Access, Event


def digest_of(fields: dict[str, Any]) -> str:
    """Hex SHA-256 of `fields`; times are written in UTC to the microsecond."""
    body = json.dumps(fields, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(body.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)


def event_digest(event: Event) -> str:
    names = ("name", "actor", "actor_name", "target", "subject", "at", "stored_at", "detail", "once")
    return digest_of({name: getattr(event, name) for name in names})


def access_digest(access: Access, subjects: list[str]) -> str:
    names = ("viewer", "viewer_name", "kind", "screen", "reason", "at")
    return digest_of({name: getattr(access, name) for name in names} | {"subjects": sorted(subjects)})
