"""Backups leave the machine: the newest one, sealed to its recipient, by the command that an operator names.

`MOORING_BACKUP_SHIP="rclone copyto {file} offsite:clinic/{name}"` brings it to any S3-like store, to SFTP or to another
machine by a program that is made for it; its keys stay in its own settings. The command is run without a shell.
"""

import subprocess
from datetime import datetime
from pathlib import Path

from django.conf import settings

from mooring.audit.models import Event
from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.work.backups import backups_in
from mooring.work.sealing import ARCHIVE, seal_folder

SHIPPED = "work.backup.shipped"
LONGEST_S = 3600


class BackupNotShipped(Exception):
    """The command did not bring the backup away."""


@recorded(SHIPPED)
def note_shipped(*, name: str, size: int, by: Actor, at: datetime) -> None:
    note(name=name, bytes=size)


def ship_backup_when_due(*, at: datetime) -> bool:
    """Ship the newest backup once; `BackupNotShipped` says what the command said. It is tried again at the next turn."""
    if not settings.BACKUP_SHIP or settings.BACKUP_TO is None:
        return False
    made = backups_in(settings.BACKUP_TO)
    if not made or Event.objects.filter(name=SHIPPED, detail__name=made[-1].name).exists():
        return False
    made[-1].with_name(made[-1].name + ARCHIVE).unlink(missing_ok=True)  # of a run that was killed
    sealed = seal_folder(made[-1], settings.BACKUP_RECIPIENT)
    try:
        _run(sealed)
        note_shipped(name=made[-1].name, size=sealed.stat().st_size, by=CLOCK, at=at)
    finally:
        sealed.unlink()
    return True


def _run(sealed: Path) -> None:
    words = [
        word.replace("{file}", str(sealed)).replace("{name}", sealed.name) for word in settings.BACKUP_SHIP
    ]
    try:
        ran = subprocess.run(  # noqa: S603  (an operator's own command, without a shell)
            words, capture_output=True, text=True, check=False, timeout=LONGEST_S, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BackupNotShipped(f"{words[0]}: {error}") from error
    if ran.returncode != 0:
        raise BackupNotShipped(f"{words[0]} ({ran.returncode}): {' '.join(ran.stderr.split())[:300]}")
