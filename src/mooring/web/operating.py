"""The commands of whoever operates an installation: the audit, backups, the doctor."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from mooring.web.booting import boot

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Run: TypeAlias = Callable[[argparse.Namespace], int]


def add_operating(commands: Commands) -> None:
    """Add every command of this module to the root."""
    _audit(commands)


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
