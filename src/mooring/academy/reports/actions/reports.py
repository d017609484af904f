"""Acts on reports: making a file, and recording what the body answered. Nothing is sent from here."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from mooring.academy.courses.models import Course
from mooring.academy.credits.models import CreditProfile
from mooring.academy.reports.access import learners_for
from mooring.academy.reports.models import BodyNumbers, Report, ReportedCredit, ReportKind
from mooring.academy.reports.queries.files import ending_of, faults_of, file_of
from mooring.academy.reports.queries.rows import rows_of, units_of
from mooring.academy.reports.queries.scope import ReportScope
from mooring.audit.recording import note, recorded
from mooring.identity.models import Person
from mooring.rules.verdict import Refused

BIRTHDAYS_STAY = timedelta(days=90)
"""How long a birthday is kept after the report that needed it was accepted. Design default."""


AT_ONCE = 500
"""How many people a report may hold that is made while somebody waits; a larger one is made by the clock."""


@recorded("academy.reports.made")
def make_report(
    *,
    kind: ReportKind,
    course: Course,
    since: date,
    through: date,
    region: str = "",
    by: Person,
    at: datetime,
) -> Report:
    """Make the file of a report over these days of completion, with everything in it that the body would refuse.

    Refused when there is nothing to report: everybody of these days was reported and accepted already.
    """
    scope = report_scope(kind, course, since, through, region, by)
    found = rows_of(scope, units_of(scope))
    return store_report(
        scope=scope,
        rows=found.rows,
        certificates=[each.pk for each in found.certificates if each is not None],
        by=by,
        at=at,
    )


def report_scope(
    kind: ReportKind, course: Course, since: date, through: date, region: str, by: Person
) -> ReportScope:
    """What the report is about; refused for days in the wrong order, or a state's roster without the state."""
    if through < since:
        raise Refused(_("The last day lies before the first."))
    if kind == ReportKind.STATE and not region:
        raise Refused(_("Choose the state of the roster."))
    return ReportScope(
        kind, course, since, through, learners_for(by), region if kind == ReportKind.STATE else ""
    )


@recorded("academy.reports.stored")
def store_report(
    *,
    scope: ReportScope,
    rows: Sequence[dict[str, str]],
    certificates: Sequence[int],
    by: Person,
    at: datetime,
) -> Report:
    """Write the rows as the file of the body, check every field, and remember who is in it."""
    if not rows:
        raise Refused(_("There is nothing to report for these days, or all of it was reported already."))
    kind, course = scope.kind, scope.course
    body = file_of(kind, rows, at=at)
    parts = (kind, scope.state.lower(), course.slug, scope.since.isoformat(), scope.through.isoformat())
    report = Report.objects.create(
        kind=kind,
        course=course,
        since=scope.since,
        through=scope.through,
        region=scope.state,
        made_at=at,
        made_by=by,
        file_name=f"{'-'.join(filter(None, parts))}.{ending_of(kind)}"[-120:],
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        row_count=len(rows),
        faults=faults_of(kind, rows),
    )
    ReportedCredit.objects.bulk_create(
        ReportedCredit(report=report, certificate_id=certificate) for certificate in certificates
    )
    note(kind=kind, rows=report.row_count, faults=len(report.faults), sha256=report.sha256)
    return report


@recorded("academy.reports.submitted")
def record_submission(*, report: Report, accepted: bool, answer: str, by: Person, at: datetime) -> Report:
    """Record that a person submitted the file, and the body's answer: its receipt, or why it refused.

    Refused for a file with faults, without an answer, or one that was recorded before.
    """
    if report.faults:
        raise Refused(_("Correct what is missing first, and make the file again."))
    if not answer.strip():
        raise Refused(_("Enter the receipt, or why it was refused."))
    done = Report.objects.filter(pk=report.pk, submitted_at__isnull=True).update(
        submitted_at=at, submitted_by=by, accepted=accepted, answer=answer.strip()[:300]
    )
    if done != 1:
        raise Refused(_("What the body answered is recorded already."))
    if accepted:
        learners = report.credits.values("certificate__learner")
        until = (at + BIRTHDAYS_STAY).date()
        CreditProfile.objects.filter(person__in=learners).update(birth_until=until)
    note(accepted=accepted)
    report.refresh_from_db()
    return report


@recorded("academy.reports.numbers-saved")
def save_numbers(*, course: Course, numbers: Mapping[str, str], by: Person, at: datetime) -> BodyNumbers:
    """Save the numbers by which bodies know the provider and the course."""
    saved, _new = BodyNumbers.objects.update_or_create(
        course=course, defaults={**numbers, "saved_at": at, "saved_by": by}
    )
    return saved
