"""Reports: what bodies ask for, field by field; nothing twice, corrections, no formulas; the audit binder."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from mooring.academy.credits.actions.certificates import revoke_certificate
from mooring.academy.credits.actions.profiles import save_profile
from mooring.academy.credits.models import Certificate, CreditProfile
from mooring.academy.learning.models import Enrolment
from mooring.academy.reports.actions.reports import (
    make_report,
    record_submission,
    report_scope,
    save_numbers,
    store_report,
)
from mooring.academy.reports.models import Report, ReportKind
from mooring.academy.reports.queries.binder import binder
from mooring.academy.reports.queries.files import file_of
from mooring.academy.reports.queries.rows import rows_of, units_of
from mooring.audit.models import Access, Event
from mooring.content.reporting import CE_BROKER, safe_cell
from mooring.identity.models import Person, RoleAssignment, Site
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from tests.academy.checks.studying import signed_in
from tests.academy.credits.crediting import claim, credit_course, finished
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
SINCE, THROUGH = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def physician(cast: Cast) -> Certificate:
    """A physician's certificate, with a profile that holds all that PARS asks for."""
    certificate = claim(finished(cast.learner, credit_course(cast.educator)), "tiny-cme")
    save_profile(
        person=cast.learner,
        profession="physician",
        jurisdiction="OR",
        licence_number="MD-1234",
        npi="1234567893",
        birthday="04-17",
        by=cast.learner,
        at=NOW,
    )
    save_numbers(
        course=certificate.course,
        numbers={
            "accme_provider": "1234567",
            "accme_activity": "123456789",
            "ce_broker_provider": "4321",
            "ce_broker_course": "778",
            "uan": "",
        },
        by=cast.administrator,
        at=NOW,
    )
    return certificate


def made(cast: Cast, certificate: Certificate, kind: ReportKind) -> Report:
    return make_report(
        kind=kind, course=certificate.course, since=SINCE, through=THROUGH, by=cast.administrator, at=NOW
    )


def test_pars_gets_the_learner_as_it_asks(cast: Cast, physician: Certificate) -> None:
    report = made(cast, physician, ReportKind.PARS_LEARNERS)
    told = json.loads(bytes(report.body))["ACCMELearnerReports"]["ActivityReports"]
    assert told["DateTimeCreated"] == "2026-11-12T10:00:00+00:00"
    [learner] = told["ActivityReport"]
    assert learner["Member"]["PersonalInfo"] == {"BirthDate": "04-17"}, "no year of birth"
    [credit] = learner["Activity"]["Module"]["CreditCertificate"]
    assert credit["UniqueID"] == {"value": "1234567893", "domain": "NPI"}
    assert credit["CreditReceived"]["numberOfCredits"] == 0.75
    assert credit["CreditID"] == f"ccid:mooring:{physician.code}"
    assert report.faults == []


def test_pars_gets_the_activity_with_its_counts(cast: Cast, physician: Certificate) -> None:
    report = made(cast, physician, ReportKind.PARS_ACTIVITY)
    [activity] = json.loads(bytes(report.body))["ACCMEActivities"]["MedicalEducationMetrics"]
    assert activity["ParticipationMetrics"]["participantsByCategory"] == [
        {"category": "physician", "numberOfParticipants": 1},
        {"category": "other", "numberOfParticipants": 0},
    ]
    education = activity["healthcareMetadata"]["healthcareEducation"]
    assert (education["credits"]["numberOfCredits"], education["activitySponsorship"]) == (1.0, "direct")
    Report.objects.filter(pk=report.pk).update(
        accepted=True, submitted_at=NOW, submitted_by=cast.administrator
    )
    again = json.loads(bytes(made(cast, physician, ReportKind.PARS_ACTIVITY).body))
    action = again["ACCMEActivities"]["MedicalEducationMetrics"][0]["XtensibleInfo"]["activityRecordAction"]
    assert action == "Update", "a second one is no new activity"


def test_the_roster_of_ce_broker_has_its_columns(cast: Cast) -> None:
    certificate = claim(
        finished(cast.learner, credit_course(cast.educator)),
        "tiny-ce",
        licence_number="201412345RN",
    )
    save_numbers(
        course=certificate.course,
        numbers={"ce_broker_provider": "4321", "ce_broker_course": "778"},
        by=cast.administrator,
        at=NOW,
    )
    report = made(cast, certificate, ReportKind.CE_BROKER)
    sheet = load_workbook(io.BytesIO(bytes(report.body))).active
    heads, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    assert heads == [field.name for field in CE_BROKER]
    assert row == ["4321", "778", None, None, "201412345RN", "11/12/2026", "OR", "RN"]
    assert report.faults == []


def test_a_file_without_a_published_layout_says_so(cast: Cast) -> None:
    course = credit_course(cast.educator).course
    rows = [
        {"NABP e-Profile id": "123456", "Birth MMDD": "0417", "UAN": "0197-0000-26-001-H01-P",
         "Date": "11/12/2026", "Credit": "1.00", "Role": "pharmacist"}
    ]  # fmt: skip
    scope = report_scope(ReportKind.CPE, course, SINCE, THROUGH, "", cast.administrator)
    report = store_report(scope=scope, rows=rows, certificates=[], by=cast.administrator, at=NOW)
    assert report.faults == []
    head = bytes(report.body).decode("utf-8-sig").splitlines()[0]
    assert head == "NABP e-Profile id,Birth MMDD,UAN,Date,Credit,Role"
    page = signed_in(cast.administrator).get(reverse("report", args=[report.pk])).content.decode()
    assert "No source that we could read gives CPE Monitor’s record layout." in page


def test_what_a_body_would_refuse_is_named_by_row_and_cannot_be_submitted(cast: Cast) -> None:
    certificate = claim(finished(cast.learner, credit_course(cast.educator)), "tiny-cme")
    report = made(cast, certificate, ReportKind.PARS_LEARNERS)
    assert ["1", "Activity.Module.ModuleName.moduleID", "missing"] in report.faults
    page = signed_in(cast.administrator).get(reverse("report", args=[report.pk])).content.decode()
    assert "Row 1: <b>Activity.Module.ModuleName.moduleID</b> is missing." in page
    with pytest.raises(Refused, match="Correct what is missing"):
        record_submission(report=report, accepted=True, answer="R-1", by=cast.administrator, at=NOW)


def test_what_was_accepted_is_not_reported_twice_and_a_revoked_one_asks_for_a_correction(
    cast: Cast, physician: Certificate
) -> None:
    report = made(cast, physician, ReportKind.PARS_LEARNERS)
    record_submission(report=report, accepted=True, answer="R-77", by=cast.administrator, at=NOW)
    with pytest.raises(Refused, match="nothing to report"):
        made(cast, physician, ReportKind.PARS_LEARNERS)
    with pytest.raises(Refused, match="recorded already"):
        record_submission(report=report, accepted=False, answer="x", by=cast.administrator, at=NOW)
    until = CreditProfile.objects.get(person=cast.learner).birth_until
    assert until == (NOW + timedelta(days=90)).date()
    revoke_certificate(certificate=physician, reason="An error.", by=cast.administrator, at=NOW)
    page = signed_in(cast.administrator).get(reverse("report", args=[report.pk])).content.decode()
    assert "Correction due." in page
    assert physician.code in page


def test_a_refused_report_is_made_again(cast: Cast, physician: Certificate) -> None:
    report = made(cast, physician, ReportKind.PARS_LEARNERS)
    record_submission(report=report, accepted=False, answer="Wrong id.", by=cast.administrator, at=NOW)
    assert made(cast, physician, ReportKind.PARS_LEARNERS).pk != report.pk


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_becomes_a_formula(name: str) -> None:
    assert safe_cell(name) == f"'{name}"
    body = file_of(ReportKind.PROGRESS, [{"learner": name}], at=NOW).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(body, newline="")))[1] == [f"'{name}"]
    roster = file_of(ReportKind.CE_BROKER, [{"Licence number": "=1+1"}], at=NOW)
    sheet = load_workbook(io.BytesIO(roster)).active
    assert sheet["E2"].data_type == "s"


@pytest.mark.parametrize("kind", [ReportKind.CERTIFICATES, ReportKind.PROGRESS, ReportKind.RETENTION])
def test_reports_for_oneself(cast: Cast, physician: Certificate, kind: ReportKind) -> None:
    report = make_report(
        kind=kind,
        course=physician.course,
        since=date(2020, 1, 1),
        through=date(2030, 1, 1),
        by=cast.administrator,
        at=NOW,
    )
    lines = list(csv.reader(io.StringIO(bytes(report.body).decode("utf-8-sig"))))
    assert len(lines) == report.row_count + 1
    if kind != ReportKind.RETENTION:
        assert "Walter Brandt" in {cell for line in lines for cell in line}


def test_the_binder_holds_what_an_auditor_asks_for_under_its_digests(
    cast: Cast, physician: Certificate
) -> None:
    archive = zipfile.ZipFile(io.BytesIO(binder(physician.course, at=NOW)))
    names = archive.namelist()
    for wanted in ("index.csv", "people/disclosures.csv", "credit/certificates.csv"):
        assert wanted in names
    assert any(name.endswith("/calculation.json") for name in names)
    assert any(name.endswith("/files/course.yaml") for name in names)
    lines = list(csv.reader(io.StringIO(archive.read("index.csv").decode())))
    for name, _size, digest in lines[2:]:
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert physician.code in archive.read("credit/certificates.csv").decode()


def test_reports_are_for_who_manages_credit_and_opening_one_leaves_a_row(
    cast: Cast, physician: Certificate
) -> None:
    admin = signed_in(cast.administrator)
    address = reverse("report-make", args=["tiny"])
    said = {"kind": "pars-learners", "since": "2026-01-01", "through": "2026-12-31"}
    assert admin.post(address, said).status_code == 302
    report = Report.objects.get()
    got = admin.get(reverse("report-file", args=[report.pk]))
    assert hashlib.sha256(b"".join(got.streaming_content)).hexdigest() == report.sha256
    assert Access.objects.filter(subjects__subject=cast.learner.subject_ref).exists()
    for other, code in ((cast.learner, 403), (cast.stranger, 403)):
        assert signed_in(other).get(reverse("report", args=[report.pk])).status_code == code
    assert admin.get(reverse("report", args=[report.pk + 1])).status_code == 404
    assert admin.get(reverse("report-make", args=["nothing"])).status_code == 404
    assert admin.post(address, said | {"through": "2025-01-01"}).status_code == 422
    assert Event.objects.filter(name="academy.reports.made").exists()
    assert admin.get(reverse("reports")).status_code == 200
    assert admin.get(reverse("audit-binder", args=["tiny"])).status_code == 200
    numbers = reverse("body-numbers", args=["tiny"])
    assert admin.post(numbers, {"accme_provider": "12"}).status_code == 422
    assert admin.post(numbers, {"accme_provider": "7654321"}).status_code == 302


def test_credit_is_a_quarter(cast: Cast, physician: Certificate) -> None:
    assert physician.claim.amount % Decimal("0.25") == 0


def test_a_report_runs_to_today_at_the_sites_that_it_covers(
    cast: Cast, physician: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The administrator learns at a site of New York, where the day began; the report covers Los Angeles."""
    Site.objects.filter(pk=cast.other_site.pk).update(time_zone="America/New_York")
    RoleAssignment.objects.filter(person=cast.administrator).delete()
    for role, site in ((Role.LEARNER, cast.other_site), (Role.ADMINISTRATOR, cast.site)):
        RoleAssignment.objects.create(person=cast.administrator, role=role, site=site, held_from=NOW)
    late = datetime(2026, 11, 30, 6, 30, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: late)
    page = signed_in(cast.administrator).get(reverse("report-make", args=["tiny"])).content.decode()
    assert 'value="2026-11-29"' in page
    assert 'value="2026-11-30"' not in page


def test_an_enrolment_counts_on_the_day_where_the_learner_lives(cast: Cast, physician: Certificate) -> None:
    """Made by a person in one zone or by the clock in another, the report holds the same people."""
    Person.objects.filter(pk=cast.learner.pk).update(time_zone="Pacific/Auckland")
    late = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)  # the first of December in Auckland
    Enrolment.objects.filter(learner=cast.learner).update(enrolled_at=late)
    for since, through, rows in ((date(2026, 11, 30),) * 2 + (0,), (date(2026, 12, 1),) * 2 + (1,)):
        scope = report_scope(ReportKind.PROGRESS, physician.course, since, through, "", cast.administrator)
        found = rows_of(scope, units_of(scope)).rows
        assert [row["enrolled"] for row in found] == ["2026-12-01"] * rows
