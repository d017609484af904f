"""The clock's act on activity files: what comes due at a course becomes a task of whoever teaches."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import catalogue
from mooring.academy.registers.queries.due import due_of
from mooring.audit.recording import CLOCK, reference
from mooring.identity.models import Site
from mooring.identity.roles import Role
from mooring.sentences.times import full_day_words
from mooring.work.actions import Owed, close_task, make_task
from mooring.work.chores import each_alone
from mooring.work.models import Task, TaskState

KIND = "course-due"


def announce_courses(*, at: datetime) -> int:
    """One open task for each course with something due within sixty days; a newer version closes it."""
    site = Site.objects.order_by("pk").first()
    if site is None:
        return 0
    newest = list(catalogue())
    overtaken = Task.objects.filter(kind=KIND, state=TaskState.OPEN)
    for task in overtaken.exclude(about__in=[reference(each) for each in newest]):
        close_task(task=task, outcome="newer-version", by=CLOCK, at=at)
    return each_alone("courses", newest, lambda version: _announce(version, site, at), at=at)


def _announce(version: CourseVersion, site: Site, at: datetime) -> bool:
    due = due_of(version, site.today(at))
    if not due:
        return False
    first = max(due[0].on, site.today(at))
    make_task(
        owed=Owed(
            kind=KIND,
            about=version,
            title=_("Look after a course: {course}").format(course=version.title)[:200],
            reason=_("{what}: {on}. {n} in all within sixty days.").format(
                what=due[0].what, on=full_day_words(due[0].on), n=len(due)
            )[:300],
            address=reverse("activity-file", args=[version.course.slug]),
            act=_("See what is due"),
            role=Role.EDUCATOR,
            due_at=datetime.combine(first, site.opens_at, site.zone),
        ),
        site=site,
        by=CLOCK,
        at=at,
    )
    return True
