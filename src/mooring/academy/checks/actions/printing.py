"""Acts on a course for paper: somebody asks for it, the clock makes it, once a version."""

import hashlib
from datetime import datetime, timedelta

from mooring.academy.checks.models import CoursePrint
from mooring.academy.checks.queries.printing import print_html
from mooring.academy.courses.models import CourseVersion
from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.rules.verdict import Refused
from mooring.work.documents import paper

TRIED_AGAIN = timedelta(hours=6)
"""How long after a failure the print is tried again. Design default."""


@recorded("academy.checks.print-asked")
def ask_print(*, version: CourseVersion, by: Actor, at: datetime) -> CoursePrint:
    """Ask for a version on paper; when it was asked for before, that one stands."""
    print_, new = CoursePrint.objects.get_or_create(version=version, defaults={"asked_at": at})
    note(version=version.number, new=new)
    return print_


def make_prints(*, at: datetime) -> int:
    """The clock's turn: one print at a time. One that fails stands aside for some hours and stops no other."""
    waiting = CoursePrint.objects.filter(made_at__isnull=True).exclude(failed_at__gt=at - TRIED_AGAIN)
    print_ = waiting.select_related("version__course").order_by("asked_at").first()
    if print_ is None:
        return 0
    try:
        pdf = paper.render(print_html(print_.version))
    except Refused:
        CoursePrint.objects.filter(pk=print_.pk).update(failed_at=at)
        return 0
    store_print(print_=print_, pdf=pdf, by=CLOCK, at=at)
    return 1


@recorded("academy.checks.print-made")
def store_print(*, print_: CoursePrint, pdf: bytes, by: Actor, at: datetime) -> CoursePrint:
    """Keep the print; the first one made stays."""
    CoursePrint.objects.filter(pk=print_.pk, made_at__isnull=True).update(
        pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), made_at=at, failed_at=None
    )
    print_.refresh_from_db()
    return print_
