"""The secret key: given, or made once and kept beside the database with owner-only rights."""

import os
import secrets
from pathlib import Path


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
