"""Typed readers of environment variables; a wrong value is named, with what was expected."""

import ipaddress
import os
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pyrage


class SettingError(Exception):
    """A setting that the program cannot start with."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"{name}={value!r}: expected {expected}. See docs/settings.md.")


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that NAME_FILE names (for secrets)."""
    file_name = os.environ.get(f"{name}_FILE")
    if file_name:
        path = Path(file_name)
        if not path.is_file():
            raise SettingError(f"{name}_FILE", file_name, "a file that exists and can be read")
        return path.read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value in {"yes", "true", "1", "on"}:
        return True
    if value in {"no", "false", "0", "off"}:
        return False
    raise SettingError(name, value, "yes or no")


def number(name: str, default: int, *, at_least: int = 0) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or int(value) < at_least:
        raise SettingError(name, value, f"a whole number, {at_least} or more")
    return int(value)


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def folder(name: str, default: Path | None = None, *, must_exist: bool = False) -> Path | None:
    value = text(name)
    if not value:
        return default
    path = Path(value).expanduser()
    if not path.is_dir() and (must_exist or path.exists()):
        raise SettingError(name, value, "a folder that exists" if must_exist else "a folder")
    return path


def file(name: str) -> Path | None:
    """A file that exists; None when it is not given."""
    value = text(name)
    if value and not Path(value).expanduser().is_file():
        raise SettingError(name, value, "a file that exists")
    return Path(value).expanduser() if value else None


def address(name: str, schemes: Sequence[str]) -> str:
    value = text(name)
    if value and (urlsplit(value).scheme not in schemes or not urlsplit(value).hostname):
        raise SettingError(name, value, "an address like " + " or ".join(f"{s}://host" for s in schemes))
    return value


def networks(name: str) -> list[str]:
    """Addresses and networks, with commas between them."""
    found = words(name)
    for network in found:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise SettingError(
                name, network, "addresses or networks such as 127.0.0.1 or 10.0.0.0/8"
            ) from error
    return found


def key(name: str) -> bytes | None:
    """A key of 32 bytes as hex; None when it is not given."""
    value = text(name)
    if not value:
        return None
    try:
        seed = bytes.fromhex(value)
    except ValueError:
        seed = b""
    if len(seed) != KEY_BYTES:
        raise SettingError(name, "…", "64 hexadecimal digits, as `openssl rand -hex 32` prints them")
    return seed


def recipient(name: str) -> str:
    """A public key of age, to which things are sealed; empty when it is not given."""
    value = text(name)
    if value:
        try:
            pyrage.x25519.Recipient.from_str(value)
        except pyrage.RecipientError as error:
            raise SettingError(
                name, value, "a public key (age1…), as `mooring keys new` prints it"
            ) from error
    return value


def command(name: str, *, needs: str) -> list[str]:
    """A command with `{file}` in it, as words for no shell; it asks for the setting `needs`."""
    value = text(name)
    if not value:
        return []
    if "{file}" not in value:
        raise SettingError(name, value, "a command with {file} where the path of the sealed backup goes")
    if not text(needs):
        raise SettingError(name, value, f"{needs} beside it: a backup leaves the machine only sealed")
    return shlex.split(value)


def places(name: str) -> list[str]:
    """Folders, `mailto:` and `https:` addresses, with commas between them."""
    found = words(name)
    for place in found:
        kind = urlsplit(place).scheme
        if kind not in {"mailto", "https", "http"} and not Path(place).is_absolute():
            raise SettingError(name, place, "a folder from the root, mailto:ADDRESS or https://host/path")
    return found


KEY_BYTES = 32
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON; "
    "PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
)


STATEMENTS_KEPT = 512
"""So many statements a connection to SQLite keeps compiled; the driver's own 128 are fewer than the pages of a morning ask."""
POSTGRESQL_OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name")
"""What the address of a PostgreSQL database may say behind its question mark; anything else is refused."""
POOL_OPTIONS = ("min_size", "max_size", "timeout", "max_idle", "max_lifetime")
"""The same of a pool of connections in each process, as `pool_min_size` and so on, in psycopg's words: whole numbers,
seconds where it is a time. Without one a thread keeps its connection."""
PLANNED_AFTER = 3
"""So often a statement of `audit/prepared.py` is asked on a connection before it is prepared there; PostgreSQL settles on
one plan after five more."""
SMALLEST_POOL = 4
"""psycopg's own default."""


def database(name: str, default_file: Path) -> dict[str, object]:
    """Django's description of the database; SQLite in `default_file` unless the variable says otherwise.

    SQLite commits with synchronous=FULL: an acknowledged act survives a power cut.
    """
    value = text(name)
    if not value or value.startswith("sqlite:"):
        file_name = unquote(value.removeprefix("sqlite:").removeprefix("//")) if value else str(default_file)
        return {
            "ENGINE": "mooring.audit.sqlite",
            "NAME": file_name,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": SQLITE_PRAGMAS,
                "cached_statements": STATEMENTS_KEPT,
            },
        }
    parts = urlsplit(value)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise SettingError(name, value, "sqlite:PATH or postgresql://user:password@host/name")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    known = ("host", *POSTGRESQL_OPTIONS, *(f"pool_{option}" for option in POOL_OPTIONS))
    unknown = sorted(query.keys() - set(known))
    if unknown:
        raise SettingError(name, f"…?{unknown[0]}=…", f"no options but {', '.join(known)}")
    pool = _pool(name, query)
    return {
        "ENGINE": "mooring.audit.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0 if pool else None,  # a pool keeps them
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c idle_in_transaction_session_timeout=30000",
            "prepare_threshold": PLANNED_AFTER,
            **{option: query[option] for option in POSTGRESQL_OPTIONS if option in query},
            **({"pool": pool} if pool else {}),
        },
    }


def _pool(name: str, query: dict[str, str]) -> dict[str, int]:
    """What the address says of a pool; a size or a time that is no whole number, or none at all, is refused."""
    said = {option: query[f"pool_{option}"] for option in POOL_OPTIONS if f"pool_{option}" in query}
    for option, value in said.items():
        if not value.isdecimal() or (option != "min_size" and int(value) == 0):
            raise SettingError(name, f"…?pool_{option}={value}", "a whole number above zero")
    pool = {option: int(value) for option, value in said.items()}
    smallest, largest = pool.get("min_size", SMALLEST_POOL), pool.get("max_size")
    if pool and largest is not None and largest < smallest:
        raise SettingError(name, f"…?pool_max_size={largest}", f"at least pool_min_size ({smallest})")
    return pool


def for_preview(*, folder: Path, port: int) -> Path:
    """Point the settings at a database that is made for this preview and thrown away; returns its file."""
    home = Path(tempfile.mkdtemp(prefix="mooring-preview-"))
    database_file = for_demonstration(folder=home, port=port)
    os.environ["MOORING_PREVIEW"] = str(folder.expanduser().resolve())
    return database_file


def for_demonstration(*, folder: Path, port: int) -> Path:
    """Point the settings at a demonstration's own folder, whatever a clinic's say; returns its database."""
    for name in [each for each in os.environ if each.startswith("MOORING_") and each != "MOORING_CONTENT"]:
        del os.environ[name]
    home = folder.expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True)
    database_file = home / "demonstration.sqlite3"
    os.environ["MOORING_HOME"] = str(home)
    os.environ["MOORING_DATABASE_URL"] = f"sqlite:{database_file}"
    os.environ["MOORING_PUBLIC_ADDRESS"] = f"http://localhost:{port}"
    return database_file
