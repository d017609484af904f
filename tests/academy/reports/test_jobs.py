"""Reports of many people: made by the clock in parts, with progress, the same file as one made at once."""

import json

import pytest
from django.urls import reverse

from mooring.academy.learning.models import Enrolment
from mooring.academy.reports.actions import jobs
from mooring.academy.reports.actions.jobs import ask_report, work_on_reports
from mooring.academy.reports.actions.reports import make_report
from mooring.academy.reports.models import Report, ReportJob, ReportKind, ReportPart
from mooring.academy.reports.views import reports as views
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from tests.academy.checks.studying import signed_in
from tests.academy.credits.crediting import claim, credit_course, finished
from tests.academy.reports.test_reports import SINCE, THROUGH
from tests.people import NOW, Cast, make_people

pytestmark = pytest.mark.django_db


def enrolled(cast: Cast, number: int) -> Enrolment:
    version = credit_course(cast.educator)
    people = make_people({f"Learner {n:03}": ((Role.LEARNER, cast.site),) for n in range(number)})
    return Enrolment.objects.bulk_create(
        Enrolment(
            learner=person, course=version.course, version=version, first_version=version,
            enrolled_at=NOW, access_until=NOW,
        )
        for person in people
    )[0]  # fmt: skip


def test_a_large_report_is_made_in_parts_and_is_the_same_file(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PART", 10)
    course = enrolled(cast, 25).course
    said = {"kind": ReportKind.PROGRESS, "course": course, "since": SINCE, "through": THROUGH}
    said |= {"by": cast.administrator, "at": NOW}
    job = ask_report(**said)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="being made for you"):
        ask_report(**said)  # type: ignore[arg-type]
    assert (job.total, job.percent) == (25, 0)
    jobs.work_on_part(job=job, by=cast.administrator, at=NOW)
    found = ReportJob.objects.get()
    assert (found.done, found.percent) == (10, 40)
    assert work_on_reports(at=NOW) == 15
    found.refresh_from_db()
    assert found.report is not None
    assert bytes(found.report.body) == bytes(make_report(**said).body)  # type: ignore[arg-type]
    assert not ReportPart.objects.exists()
    assert work_on_reports(at=NOW) == 0


def test_credit_in_a_large_report_is_remembered_as_reported(cast: Cast) -> None:
    certificate = claim(finished(cast.learner, credit_course(cast.educator)), "tiny-cme")
    ask_report(
        kind=ReportKind.PARS_LEARNERS,
        course=certificate.course,
        since=SINCE,
        through=THROUGH,
        by=cast.administrator,
        at=NOW,
    )
    work_on_reports(at=NOW)
    report = Report.objects.get()
    assert report.credits.get().certificate == certificate
    [told] = json.loads(bytes(report.body))["ACCMELearnerReports"]["ActivityReports"]["ActivityReport"]
    assert told["Member"]["Name"]["GivenName"] == "Walter"


def test_the_page_asks_for_a_large_report_and_shows_how_far_it_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "AT_ONCE", 5)
    enrolled(cast, 8)
    admin = signed_in(cast.administrator)
    said = {"kind": "progress", "since": "2026-01-01", "through": "2026-12-31", "region": ""}
    answer = admin.post(reverse("report-make", args=["tiny"]), said)
    job = ReportJob.objects.get()
    address = reverse("report-job", args=[job.pk])
    assert answer.headers["Location"] == address
    assert "0 of 8 people" in admin.get(address).content.decode()
    assert b"Being made" in admin.get(reverse("reports")).content
    assert signed_in(cast.educator).get(address).status_code == 404
    work_on_reports(at=NOW)
    part = admin.get(address, headers={"hx-request": "true"}).content.decode()
    assert "Open the report" in part
    assert "<html" not in part
