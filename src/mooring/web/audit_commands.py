"""`mooring audit`: verify what was recorded; sign, compare and export what leaves the machine."""

import json
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from mooring.audit import exporting, seals
from mooring.audit.adopting import adopted_count
from mooring.audit.models import Access, Event
from mooring.work.heads import signed_head, verify_against
from mooring.work.mistakes import Mistake
from mooring.work.models import TimeStamp
from mooring.work.schema import migrations_missing
from mooring.work.time_stamps import write_time_stamps
from mooring.work.verifying import what_is_wrong


def verify(*, head: Path | None) -> int:
    """0 when rows and seals are as they were written and every guard stands; 1 and what is broken otherwise."""
    _require_tables()
    wrong = [*what_is_wrong()]
    broken = verify_against(head) if head and not wrong else None
    for said in (*wrong, *([str(broken)] if broken is not None else [])):
        print(f"Broken: {said}.")
    if wrong or broken is not None:
        return 1
    named = len(seals.named_rows())
    print(
        f"{Event.objects.count()} acts, {Access.objects.count()} openings and {named} signed or append-only "
        "rows are as they were written, and so are the seals over them."
    )
    adopted = adopted_count()
    if adopted:
        print(f"{adopted} rows are older than their digests: changes before the upgrade do not show.")
    stamps = TimeStamp.objects.count()
    if stamps and settings.AUDIT_TIME_STAMP_ROOTS is None:
        print(
            f"{stamps} time stamps are of these seals. By whom is not checked: MOORING_AUDIT_TIME_STAMP_ROOTS."
        )
    elif stamps:
        print(f"{stamps} time stamps from outside are of these seals.")
    if head:
        print(f"The seals are those of {head}.")
    return 0


def head() -> int:
    """Print the newest seal of each stream with a signature: what shows, later, that a tail was cut."""
    _require_tables()
    print(json.dumps(signed_head(at=timezone.now()), indent=2))
    return 0


def export(folder: Path, *, with_rows: bool) -> int:
    """Write the audit into a folder with a verifier that needs Python alone."""
    _require_tables()
    written = exporting.export(folder, with_rows=with_rows)
    stamps = write_time_stamps(folder)
    for name, count in (*written.items(), *([("time-stamps/", stamps)] if stamps else [])):
        print(f"{count:>9} {name}")
    print(f"Verify it anywhere: python3 {folder / 'verify.py'} {folder}")
    return 0


def _require_tables() -> None:
    if migrations_missing():
        raise Mistake("The database is not up to date. Run `mooring migrate` first.")
