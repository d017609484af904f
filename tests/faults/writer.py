"""A process that does acts one after another and says of each that it is done; made to be killed.

`python -m tests.faults.writer` expects a migrated SQLite database under MOORING_HOME with the cast in it. For each line
that it reads it forks a process of its own.
"""

import os
import sys

from tests.faults.killing import fork_for_each_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main() -> None:
    """Load what every writer needs, and fork."""
    import django

    django.setup()
    import mooring.work.actions  # noqa: F401

    fork_for_each_line(write_all)


def write_all() -> None:
    """Until it is killed."""
    from django.utils import timezone

    from mooring.audit.recording import CLOCK
    from mooring.identity.models import Person, Site
    from mooring.work.actions import Owed, make_task, write_message
    from mooring.work.models import Channel

    site, people = Site.objects.order_by("pk").first(), list(Person.objects.order_by("pk"))
    assert site is not None
    number = 0
    while True:
        for person in people:
            number += 1
            now = timezone.now()
            task = make_task(
                owed=Owed(
                    kind=f"kill-{os.getpid()}-{number}",
                    about=person,
                    title=f"Number {number}",
                    reason="written by a process that is about to be killed",
                    address="/",
                    act="Look",
                    role="coordinator",
                    due_at=now,
                ),
                site=site,
                by=CLOCK,
                at=now,
            )
            write_message(
                channel=Channel.SCREEN,
                person=person,
                site=site,
                title="x",
                body="y",
                task=task,
                by=CLOCK,
                at=now,
            )
            sys.stdout.write(f"{task.pk}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
