"""`mooring backup`, `mooring restore`, `mooring keys`: copies that can be trusted, and the way back."""

import json
import sys
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import timezone

from mooring.audit.recording import COMMAND_LINE
from mooring.web.secret import forget_secret_keys, replace_secret_key
from mooring.work.backups import make_backup, read_manifest, restore_dump
from mooring.work.installation import accept_secret_key
from mooring.work.keys import seal_again
from mooring.work.mistakes import Mistake
from mooring.work.restoring import Examined, examine, place_database, place_key
from mooring.work.schema import migrations_missing
from mooring.work.sealing import new_pair

OK = 200
SEALED = "sealed"


def backup(folder: Path, *, keep: int) -> int:
    """Make one backup now."""
    if migrations_missing():
        raise Mistake("The database is not up to date. Run `mooring migrate` first.")
    made = make_backup(into=folder, keep=keep, by=COMMAND_LINE, at=timezone.now())
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    print(f"Backed up into {made}.")
    if manifest["secret_key"] != SEALED:
        print(
            "The secret key is NOT in it: set MOORING_BACKUP_RECIPIENT, or keep the key somewhere safe yourself.",
            file=sys.stderr,
        )
    return 0


def restore(backup_folder: Path, into: Path, identity: Path | None, *, throw_away: bool) -> int:
    """Put a backup into an empty place and examine it; 1 when anything is not as it was backed up."""
    manifest = read_manifest(backup_folder)
    key = place_key(backup_folder, into / "secret-key", identity)
    if manifest["database"] == "sqlite":
        place_database(backup_folder, into / "mooring.sqlite3")
    else:
        restore_dump(backup_folder)
    wrong = 0
    for finding in [*examine(manifest), _a_page()]:
        wrong += bool(finding.wrong)
        print(
            f"{'WRONG ' if finding.wrong else 'good  '}{finding.what}: {finding.wrong or 'as it was backed up'}"
        )
    if not throw_away:
        print(key)
        print(f"Restored into {into}{', with faults' if wrong else ''}.")
    return 1 if wrong else 0


def _a_page() -> Examined:
    answer = Client().get("/accounts/login/", headers={"host": "localhost"})
    return Examined("a page", "" if answer.status_code == OK else f"answers {answer.status_code}")


def new_keys() -> int:
    """Print a pair: the private half stays away from the server, the public one is a setting."""
    private, public = new_pair()
    print(f"identity (keep it away from the server, in a safe): {private}")
    print(f"MOORING_BACKUP_RECIPIENT={public}")
    return 0


def rotate_keys(*, forget: bool) -> int:
    """A new secret key; what is sealed is sealed again with it, and links and sign-ins of before still open."""
    own_file = settings.HOME / "secret-key"
    if own_file.is_file() and own_file.read_text(encoding="ascii").strip() == settings.SECRET_KEY:
        before = [str(settings.SECRET_KEY), *settings.SECRET_KEY_FALLBACKS]
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = replace_secret_key(settings.HOME), before
    elif not settings.SECRET_KEY_FALLBACKS:
        raise Mistake(
            "The secret key of this installation is MOORING_SECRET_KEY. Put a new one there, name the old one in "
            "MOORING_SECRET_KEY_BEFORE, and run this again: what is sealed is then sealed with the new one."
        )
    rows = seal_again(by=COMMAND_LINE, at=timezone.now())
    print(
        f"{rows} rows are sealed with the new key. Restart the server, then make a backup: it holds the new key."
    )
    if forget:
        forgotten = forget_secret_keys(settings.HOME)
        print(f"{forgotten} earlier keys are forgotten: links and sign-ins of before no longer open.")
    return 0


def accept_key() -> int:
    """Go on with the secret key of today."""
    accept_secret_key(by=COMMAND_LINE, at=timezone.now())
    print("From now on this secret key is the installation's. Links sent before no longer open.")
    return 0
