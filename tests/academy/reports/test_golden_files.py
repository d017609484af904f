"""Each report against a file that was read by eye once, field by field beside what the body publishes."""

import io
import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from mooring.academy.credits.models import Certificate
from mooring.academy.registers.actions.activity import record_support
from mooring.academy.registers.models import CommercialSupport, SupportKind
from mooring.academy.reports.actions.reports import make_report, save_numbers
from mooring.academy.reports.models import BodyNumbers, Report, ReportKind
from mooring.content.pars import ACTIVITY, LEARNER
from mooring.content.reporting import Field
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from tests.academy.credits.crediting import claim, credit_course, finished
from tests.academy.reports.test_reports import SINCE, THROUGH
from tests.people import NOW, Cast, make_people

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def everybody(cast: Cast) -> list[Certificate]:
    """A physician, a nurse and a psychologist, each with credit; the course with its numbers and without support."""
    version = credit_course(cast.educator)
    nurse, psychologist = make_people(
        {"Ada Stern": ((Role.LEARNER, cast.site),), "=Jo Reyes": ((Role.LEARNER, cast.site),)}
    )
    numbers = {
        "accme_provider": "1234567",
        "accme_activity": "123456789",
        "ce_broker_provider": "4321",
        "ce_broker_course": "778",
        "uan": "",
        "joint_credit": "IPCE",
    }
    save_numbers(course=version.course, numbers=numbers, by=cast.administrator, at=NOW)
    record_support(
        course=version.course, kind=SupportKind.NONE, agreed_on=NOW.date(), by=cast.administrator, at=NOW
    )
    return [
        claim(finished(cast.learner, version), "tiny-cme"),
        claim(finished(nurse, version), "tiny-ce", licence_number="201412345RN"),
        claim(
            finished(psychologist, version), "tiny-ce", profession="psychologist", licence_number="PSY2345",
            jurisdiction="OR",
        ),
    ]  # fmt: skip


def text_of(report: Report, certificates: list[Certificate]) -> str:
    """The file as text, with certificate numbers, which are drawn by lot, replaced by their place."""
    body = bytes(report.body)
    if report.file_name.endswith(".xlsx"):
        sheet = load_workbook(io.BytesIO(body)).active
        lines = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
        text = "\n".join("|".join(line) for line in lines) + "\n"
    else:
        text = body.decode("utf-8-sig").replace("\r\n", "\n")
    for place, certificate in enumerate(certificates, start=1):
        text = text.replace(certificate.code, f"CODE-{place}")
    return text


@pytest.mark.parametrize(
    ("kind", "region", "name"),
    [
        (ReportKind.PARS_ACTIVITY, "", "pars-activity.json"),
        (ReportKind.JOINT_ACTIVITY, "", "ja-pars-activity.json"),
        (ReportKind.PARS_LEARNERS, "", "pars-learners.json"),
        (ReportKind.CE_BROKER, "", "ce-broker.txt"),
        (ReportKind.STATE, "OR", "state-or.csv"),
        (ReportKind.PROGRESS, "", "progress.csv"),
    ],
)
def test_the_file_is_the_golden_one(
    cast: Cast, everybody: list[Certificate], kind: ReportKind, region: str, name: str
) -> None:
    report = make_report(
        kind=kind,
        course=everybody[0].course,
        since=SINCE,
        through=THROUGH,
        region=region,
        by=cast.administrator,
        at=NOW,
    )
    assert text_of(report, everybody) == (GOLDEN / name).read_text(encoding="utf-8")
    assert report.faults == []


def test_a_states_roster_names_its_state(cast: Cast, everybody: list[Certificate]) -> None:
    said = {"kind": ReportKind.STATE, "course": everybody[0].course, "since": SINCE, "through": THROUGH}
    with pytest.raises(Refused, match="Choose the state"):
        make_report(by=cast.administrator, at=NOW, **said)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="nothing to report"):
        make_report(by=cast.administrator, at=NOW, region="CA", **said)  # type: ignore[arg-type]


def paths(document: Any, at: str = "") -> set[str]:
    """Every path of a document that ends in a value, with `*` for the places of a list."""
    if isinstance(document, dict):
        return set().union(*(paths(each, f"{at}.{name}") for name, each in document.items()))
    if isinstance(document, list):
        return set().union(*(paths(each, f"{at}.*") for each in document))
    return {at.removeprefix(".")}


@pytest.mark.parametrize(
    ("name", "folder", "fields"),
    [
        ("pars-activity.json", "ACCMEActivities.MedicalEducationMetrics.*", ACTIVITY),
        ("ja-pars-activity.json", "ACCMEActivities.MedicalEducationMetrics.*", ACTIVITY),
        ("pars-learners.json", "ACCMELearnerReports.ActivityReports.ActivityReport.*", LEARNER),
    ],
)
def test_golden_files_hold_the_fields_of_their_lists(name: str, folder: str, fields: Sequence[Field]) -> None:
    found = paths(json.loads((GOLDEN / name).read_text(encoding="utf-8")))
    inside = {path.removeprefix(f"{folder}.") for path in found if path.startswith(folder)}
    assert inside <= {field.name for field in fields}
    always = {field.name for field in fields if field.required and "*" not in field.name}
    assert always <= inside


def test_support_is_named_with_its_amount_and_what_nobody_stated_is_a_fault(
    cast: Cast, everybody: list[Certificate]
) -> None:
    course = everybody[0].course
    for kind, amount in ((SupportKind.MONETARY, Decimal(5000)), (SupportKind.IN_KIND, None)):
        record_support(
            course=course, kind=kind, source="Northquay Pharma (fictional)", amount=amount,
            agreed_on=NOW.date(), by=cast.administrator, at=NOW + timedelta(minutes=1),
        )  # fmt: skip
    said = {"course": course, "since": SINCE, "through": THROUGH, "by": cast.administrator, "at": NOW}
    report = make_report(kind=ReportKind.PARS_ACTIVITY, **said)  # type: ignore[arg-type]
    [activity] = json.loads(bytes(report.body))["ACCMEActivities"]["MedicalEducationMetrics"]
    assert activity["ActivityDescription"]["commercialSupportAmount"] == [
        {"currency": "USD", "supportSource": "Northquay Pharma (fictional)", "value": 5000}
    ]
    assert activity["XtensibleInfo"]["InKindSupports"]["InKindSupport"] == [
        {"source": "Northquay Pharma (fictional)"}
    ]
    assert activity["healthcareMetadata"]["healthcareEducation"]["commercialSupport"] is True
    CommercialSupport.objects.all().delete()
    BodyNumbers.objects.update(joint_credit="")
    unstated = make_report(kind=ReportKind.JOINT_ACTIVITY, **said)  # type: ignore[arg-type]
    assert {name.rpartition(".")[2] for _row, name, _fault in unstated.faults} == {
        "commercialSupport",
        "activityCertification",
    }
