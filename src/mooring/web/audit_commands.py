"""`mooring audit`: verify what was recorded; sign the head that leaves the machine."""

import json

from django.utils import timezone

from mooring.audit import seals
from mooring.audit.models import Access, Event
from mooring.work.installation import signed_head
from mooring.work.mistakes import Mistake
from mooring.work.schema import migrations_missing


def verify() -> int:
    """0 when every row and seal is as it was written; 1 and the first broken one otherwise."""
    _require_tables()
    broken = seals.verify()
    if broken is not None:
        print(f"Broken: {broken}.")
        return 1
    print(
        f"{Event.objects.count()} acts and {Access.objects.count()} openings are as they were written, "
        f"and so are the seals over them."
    )
    return 0


def head() -> int:
    """Print the newest seal of each stream with a signature: what shows, later, that a tail was cut."""
    _require_tables()
    print(json.dumps(signed_head(at=timezone.now()), indent=2))
    return 0


def _require_tables() -> None:
    if migrations_missing():
        raise Mistake("The database is not up to date. Run `mooring migrate` first.")
