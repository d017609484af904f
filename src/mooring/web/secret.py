"""The secret key: given, or made once and kept beside the database with owner-only rights."""

import os
import secrets
from pathlib import Path

BEFORE = "secret-keys-before"
"""Beside the secret key: those before it, one a line, the newest first."""


def secret_keys_before(home: Path) -> list[str]:
    """Keys that still open what was signed or sealed before the last change of the secret key."""
    path = home / BEFORE
    return path.read_text(encoding="ascii").split() if path.is_file() else []


def replace_secret_key(home: Path) -> str:
    """Put a new key in the place of today's, which goes to those before it; returns the new one.

    The old key is safe on the disk before the new one takes its place: whatever happens between, both are known.
    """
    path, before = home / "secret-key", home / BEFORE
    old, new = path.read_text(encoding="ascii").strip(), secrets.token_urlsafe(48)
    _write_whole(before, "\n".join([old, *secret_keys_before(home)]) + "\n")
    _write_whole(path, new)
    return new


def forget_secret_keys(home: Path) -> int:
    """Forget the keys before today's: what was signed with them (links, sign-ins) opens no more. How many there were."""
    count = len(secret_keys_before(home))
    (home / BEFORE).unlink(missing_ok=True)
    return count


def _write_whole(path: Path, body: str) -> None:
    half = path.with_name(f"{path.name}.half")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def secret_key(given: str, home: Path) -> str:
    if given:
        return given
    path = home / "secret-key"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key
