"""Acts on reports that the clock makes: asking for one, and the clock's turns until its file stands."""

import time
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from mooring.academy.courses.models import Course
from mooring.academy.reports.actions.reports import report_scope, store_report
from mooring.academy.reports.models import Report, ReportJob, ReportKind, ReportPart
from mooring.academy.reports.queries.rows import rows_of, units_of
from mooring.academy.reports.queries.scope import ReportScope
from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.identity.models import Person
from mooring.rules.verdict import Refused

TURN_SECONDS = 4.0
"""How long one turn of the clock works on reports, so that messages never wait longer."""
PART = 100


@recorded("academy.reports.asked")
def ask_report(
    *,
    kind: ReportKind,
    course: Course,
    since: date,
    through: date,
    region: str = "",
    by: Person,
    at: datetime,
) -> ReportJob:
    """Ask for a large report; the clock makes it. Refused while the same one is being made for the same person."""
    scope = report_scope(kind, course, since, through, region, by)
    if ReportJob.objects.filter(course=course, kind=kind, asked_by=by, finished_at__isnull=True).exists():
        raise Refused(_("This report is being made for you now."))
    units = units_of(scope)
    if not units:
        raise Refused(_("There is nothing to report for these days, or all of it was reported already."))
    note(kind=kind, units=len(units))
    return ReportJob.objects.create(
        kind=kind,
        course=course,
        since=since,
        through=through,
        region=scope.state,
        asked_by=by,
        asked_at=at,
        total=len(units),
        left=units,
    )


def work_on_reports(*, at: datetime, seconds: float = TURN_SECONDS) -> int:
    """The clock's turn: parts of reports, one after the other, until the time is up; how many rows.

    A turn that is killed is taken up again by the next: a part and what is left are stored together.
    """
    ends, made = time.monotonic() + seconds, 0
    for job in ReportJob.objects.filter(finished_at__isnull=True).select_related("course", "asked_by"):
        while job.left and time.monotonic() < ends:
            made += len(work_on_part(job=job, by=CLOCK, at=at).rows)
        if not job.left:
            finish_job(job=job, by=CLOCK, at=at)
    return made


@recorded("academy.reports.part-made")
def work_on_part(*, job: ReportJob, by: Actor, at: datetime) -> ReportPart:
    """The next hundred of a report."""
    units, left = job.left[:PART], job.left[PART:]
    found = rows_of(_scope(job), units)
    last = job.parts.aggregate(last=Max("place"))["last"] or 0
    part = ReportPart.objects.create(
        job=job,
        place=last + 1,
        rows=[list(row.items()) for row in found.rows],
        certificates=[each.pk for each in found.certificates if each is not None],
    )
    ReportJob.objects.filter(pk=job.pk).update(left=left)
    job.left = left
    return part


@recorded("academy.reports.job-finished")
def finish_job(*, job: ReportJob, by: Actor, at: datetime) -> ReportJob:
    """Put the parts together as the report of whoever asked; without a row there is no report."""
    parts = list(job.parts.order_by("place"))
    rows = [dict(pairs) for part in parts for pairs in part.rows]
    report: Report | None = None
    if rows:
        report = store_report(
            scope=_scope(job),
            rows=rows,
            certificates=[pk for part in parts for pk in part.certificates],
            by=job.asked_by,
            at=at,
        )
    ReportJob.objects.filter(pk=job.pk, finished_at__isnull=True).update(finished_at=at, report=report)
    job.parts.all().delete()
    job.refresh_from_db()
    return job


def _scope(job: ReportJob) -> ReportScope:
    return report_scope(ReportKind(job.kind), job.course, job.since, job.through, job.region, job.asked_by)
