"""The commands of whoever operates an installation: the audit, backups, the doctor."""

import argparse
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from mooring.web.booting import boot
from mooring.work.mistakes import Mistake
from mooring.work.sealing import unsealed

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Run: TypeAlias = Callable[[argparse.Namespace], int]


def add_operating(commands: Commands) -> None:
    """Add every command of this module to the root."""
    _audit(commands)
    _backup(commands)
    _portable(commands)
    more = "It changes nothing. Exit code 1: something is to be put right."
    doctor = command_of(commands, "doctor", "what an operator would look at, one line each", run_doctor, more)
    doctor.add_argument("--mail", default="", metavar="ADDRESS", help="send one test message there")
    doctor.add_argument("--sms", default="", metavar="NUMBER", help="send one test text message there")


def _backup(commands: Commands) -> None:
    more = "While the clinic works. A plain copy of a live database file loses acts; this one does not."
    backup = command_of(commands, "backup", "a copy of everything, with checksums", run_backup, more)
    backup.add_argument(
        "folder", type=Path, metavar="FOLDER", help="each backup gets a folder of its own in it"
    )
    backup.add_argument("--keep", type=int, default=14, metavar="N", help="how many stay (default 14)")
    more = "Into an empty place only. With --check it is thrown away after it was examined."
    restore = command_of(commands, "restore", "a backup back into an empty place", run_restore, more)
    restore.add_argument(
        "backup", type=Path, metavar="BACKUP", help="the folder of one backup, or its sealed archive"
    )
    restore.add_argument("--into", type=Path, metavar="FOLDER", help="the new MOORING_HOME")
    restore.add_argument(
        "--identity", type=Path, metavar="FILE", help="the private key that opens what is sealed"
    )
    restore.add_argument("--check", action="store_true", help="restore, examine, throw away")
    keys = command_of(commands, "keys", "keys for backups; continue with a new secret key", run_keys)
    which = keys.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command_of(which, "new", "print a new pair: for MOORING_BACKUP_RECIPIENT and for the safe", run_keys)
    more = "Links and sign-ins of before still open, until they are forgotten. Run it while the clinic is closed."
    rotate = command_of(which, "rotate", "a new secret key; seal again what is sealed", run_rotate_keys, more)
    rotate.add_argument("--forget", action="store_true", help="forget the keys before: open links close")
    command_of(which, "accept", "continue with today's secret key; open links close", run_accept_key)


def _portable(commands: Commands) -> None:
    more = "While the clinic works. What was interrupted continues when it is run again with the same folder."
    export = command_of(commands, "export", "everything in open formats, with checksums", run_export, more)
    export.add_argument(
        "folder", type=Path, metavar="FOLDER", help="a new folder, or one that was interrupted"
    )
    export.add_argument("--purpose", required=True, metavar="WORDS", help="why; each patient can read it")
    export.add_argument("--csv", action="store_true", help="each table as CSV, too")
    export.add_argument("--recipient", default="", metavar="KEY", help="seal passwords and keys to it")
    export.add_argument("--sealed", action="store_true", help="seal all of it to --recipient, as one file")
    export.add_argument("--site", default="", metavar="NAME", help="one clinic that leaves, not all of them")
    more = "Into an empty, migrated database. Every checksum is compared first; then the audit is verified."
    import_ = command_of(commands, "import", "an export into an empty installation", run_import, more)
    import_.add_argument(
        "folder", type=Path, metavar="FOLDER", help="the folder of one export, or its sealed archive"
    )
    import_.add_argument(
        "--identity", type=Path, metavar="FILE", help="the private key that opens its secrets"
    )


def run_export(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import portable_commands

    return portable_commands.export(
        given.folder,
        purpose=given.purpose,
        recipient=given.recipient,
        with_csv=given.csv,
        sealed=given.sealed,
        site_name=given.site,
    )


def run_import(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import portable_commands

    return portable_commands.import_(given.folder, identity=given.identity)


def run_backup(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import backup_commands

    return backup_commands.backup(given.folder, keep=given.keep)


def run_restore(given: argparse.Namespace) -> int:
    if given.check:
        with tempfile.TemporaryDirectory(prefix="mooring-restore-") as name:
            return _restore(given, Path(name), throw_away=True)
    if given.into is None:
        raise Mistake("Give --into FOLDER, an empty place for the restored installation, or --check.")
    return _restore(given, given.into, throw_away=False)


def _restore(given: argparse.Namespace, into: Path, *, throw_away: bool) -> int:
    with unsealed(given.backup, given.identity) as backup:
        return _restore_opened(backup, into, given.identity, throw_away=throw_away)


def _restore_opened(backup: Path, into: Path, identity: Path | None, *, throw_away: bool) -> int:
    """Point the settings at the new place before they are read; a new secret key is never made on the way."""
    if (backup / "database.sqlite3").is_file():
        os.environ["MOORING_DATABASE_URL"] = f"sqlite:{into / 'mooring.sqlite3'}"
    os.environ["MOORING_HOME"] = str(into)
    os.environ["MOORING_SECRET_KEY"] = secrets.token_urlsafe(48)  # signs nothing that stays
    os.environ["MOORING_HTTPS"] = "no"
    boot()
    from mooring.web import backup_commands

    return backup_commands.restore(backup, into, identity, throw_away=throw_away)


def run_doctor(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import doctor

    return doctor.run(mail_to=given.mail, sms_to=given.sms)


def run_keys(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import backup_commands

    return backup_commands.new_keys()


def run_rotate_keys(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import backup_commands

    return backup_commands.rotate_keys(forget=given.forget)


def run_accept_key(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import backup_commands

    return backup_commands.accept_key()


def command_of(commands: Commands, name: str, says: str, run: Run, more: str = "") -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=says,
        description=f"{says[0].upper()}{says[1:]}.\n{more}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.set_defaults(run=run)
    return made


def _audit(commands: Commands) -> None:
    command = command_of(
        commands, "audit", "verify what was recorded; sign its head, export it", run_audit_verify
    )
    which = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    more = "Signed and append-only rows are recomputed too. Exit code 1: something was changed."
    verify = command_of(
        which, "verify", "recompute every row and seal; name the first broken one", run_audit_verify, more
    )
    verify.add_argument("--head", type=Path, metavar="FILE", help="a head that left this machine earlier")
    command_of(which, "head", "the newest seals, signed: keep this outside the machine", run_audit_head)
    more = "Whoever has the folder verifies it with Python alone, without this program."
    export = command_of(which, "export", "the audit as files with their verifier", run_audit_export, more)
    export.add_argument("folder", type=Path, metavar="FOLDER", help="where to write them")
    export.add_argument("--rows", action="store_true", help="with the signed rows themselves (health data)")


def run_audit_verify(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import audit_commands

    return audit_commands.verify(head=getattr(given, "head", None))


def run_audit_head(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import audit_commands

    return audit_commands.head()


def run_audit_export(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import audit_commands

    return audit_commands.export(given.folder, with_rows=given.rows)
