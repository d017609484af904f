"""Digests of rows: SHA-256 over their fields in canonical JSON."""

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the guards are named before the tables are loaded
    from mooring.audit.models import Access, Event


def digest_of(fields: dict[str, Any]) -> str:
    """Hex SHA-256 of `fields`; times are written in UTC to the microsecond."""
    body = json.dumps(fields, sort_keys=True, separators=(",", ":"), default=plain)
    return hashlib.sha256(body.encode()).hexdigest()


def plain(value: object) -> str:
    """A value that JSON has no form for, as text that is the same on every database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return str(value)


def event_digest(event: "Event") -> str:
    names = ("name", "actor", "actor_name", "target", "subject", "at", "stored_at", "detail", "once")
    fields = {name: getattr(event, name) for name in names}
    # An event from before rows were named in it keeps the digest that it was written with.
    return digest_of(fields | ({"rows": event.rows} if event.rows else {}))


def access_digest(access: "Access", subjects: list[str]) -> str:
    names = ("viewer", "viewer_name", "kind", "screen", "reason", "at")
    return digest_of({name: getattr(access, name) for name in names} | {"subjects": sorted(subjects)})
