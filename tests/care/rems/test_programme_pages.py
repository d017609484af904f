"""The programme's pages: a setting certifies, a patient is enrolled and verified; their papers are what was signed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from mooring.care.papers.actions import save_practice
from mooring.care.papers.models import PracticeDetails
from mooring.care.patients.models import PostalAddress
from mooring.care.rems.queries.sheets import enrolment_sheet, site_sheet
from mooring.care.safety.models import SiteCertification
from mooring.care.stock.models import DrugRegistration
from mooring.content.loader import load
from mooring.identity.models import Credential, RoleAssignment
from mooring.identity.roles import Role
from mooring.rules.rems_programme import Acknowledgment, Attestation
from mooring.work.documents.sheet import Sheet
from tests.care.rems.test_monitoring_form import later, sent, signed, signed_in, treated
from tests.care.safety.rems_rows import certified, enrolled
from tests.packs import sign_pack_for
from tests.people import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db


def letterhead(cast: Cast) -> None:
    details = PracticeDetails(
        site=cast.site, legal_name="Elm Quay LLC", address_1="1 Quay Street", city="Portland", region="OR",
        postcode="97201",
    )  # fmt: skip
    save_practice(details=details, by=cast.director, at=NOW)


def said(sheet: Sheet) -> str:
    parts = [f"{name}: {value}" for section in sheet.sections for name, value in section.facts]
    parts += [line for section in sheet.sections for line in section.lines]
    parts += [" | ".join(row) for section in sheet.sections for row in section.rows]
    return "\n".join(parts).replace("\u00a0", " ")


def test_the_papers_are_what_was_signed(cast: Cast) -> None:
    """Both signatures, the certification and the programme's answers are those of the records."""
    certified(cast)
    site = site_sheet(cast.site, load().forms["REMS-SITE-ENROLMENT@1"], NOW)
    for words in (
        "Name: Elm Quay clinic", "Type (wording not seen): outpatient healthcare setting",
        "patient-specific prescription through a certified pharmacy", "Credential: MD", "Confirmation: RC-1",
        f"Authorised representative, with the date: {cast.director.legal_name}, ",
    ):  # fmt: skip
        assert words in said(site), words
    assert "DEA number" in site.missing


def test_the_enrolment_on_paper_is_the_record(cast: Cast) -> None:
    before = enrolment_sheet(cast.patient, load().forms["REMS-PATIENT-ENROLMENT@1"])
    assert "Patient, with the date" in before.missing
    enrolled(cast)
    paper = enrolment_sheet(cast.patient, load().forms["REMS-PATIENT-ENROLMENT@1"])
    for words in (
        "First name: Ruth", "Address (wording not seen): 27 Alder Row", "Name: Elm Quay clinic",
        "Patient, with the date: Ruth Calloway, ",
        f"Prescriber, with the date: {cast.prescriber.legal_name}, ", "enrolled | 10 Nov 2026 | PE-77",
    ):  # fmt: skip
        assert words in said(paper), words
    assert "Patient, with the date" not in paper.missing
    assert sum(len(section.lines) for section in paper.sections) == len(Acknowledgment)


def test_certify_enrol_and_verify_through_the_pages(cast: Cast, clock: Callable[[datetime], None]) -> None:
    sign_pack_for(cast)
    letterhead(cast)
    DrugRegistration.objects.create(
        site=cast.site, holder="Elm Quay LLC", address="1 Quay Street", number="AN1234563", schedules="II, III",
        expires_on=date(2028, 1, 31),
    )  # fmt: skip
    PostalAddress.objects.create(
        patient=cast.patient, lines="27 Alder Row, Portland OR", by=cast.coordinator, at=NOW
    )
    Credential.objects.create(
        person=cast.prescriber, kind="npi", issuer="NPPES", number="1003000126", valid_from=date(2020, 1, 1),
        source="recorded",
    )  # fmt: skip
    RoleAssignment.objects.create(
        person=cast.director, role=Role.AUTHORISED_REPRESENTATIVE, site=cast.site, held_from=NOW
    )
    clock(NOW + timedelta(minutes=1))
    browser = signed_in(cast.director)
    board = browser.get("/care/rems/").content.decode()
    assert "Not certified" in board
    assert reverse("rems-site", args=[cast.site.pk]) in board
    setting = reverse("rems-site", args=[cast.site.pk])
    first = browser.get(setting).content.decode()
    assert 'value="1 Quay Street, Portland OR 97201"' in first, "the letterhead is not typed again"
    assert 'value="AN1234563"' in first, "nor is the registration"
    typed = {
        "form": "sign",
        "kind": "outpatient",
        "setting_name": "Elm Quay",
        "address": "1 Elm Quay",
        "phone": "1",
        "supply": ["distributor"],
        "representative_credential": "MD",
        "representative_contact": "2",
        "attested": list(Attestation),
        "password": PASSWORD,
        "once": str(uuid4()),
    }
    assert browser.post(setting, typed).status_code == 422, "bulk supply needs a DEA number"
    assert browser.post(setting, {**typed, "dea_number": "AN1234563"}).status_code == 302
    confirm = {"form": "confirm", "certified_on": "2026-11-12", "confirmation": "RC-9", "once": str(uuid4())}
    assert browser.post(setting, confirm).status_code == 302
    assert SiteCertification.objects.get().confirmation == "RC-9"
    prescriber = signed_in(cast.prescriber)
    address = reverse("rems-of", args=[cast.patient.pk])
    shown = prescriber.get(address).content.decode()
    assert 'value="Calloway"' in shown
    assert 'value="27 Alder Row, Portland OR"' in shown
    assert 'value="1003000126"' in shown
    enrol = {
        "form": "enrol",
        "first_name": "Ruth",
        "last_name": "Calloway",
        "address": "27 Alder Row",
        "phone": "1",
        "prescriber_phone": "2",
        "acknowledged": list(Acknowledgment),
        "patient_signed_name": "ruth calloway",
        "password": PASSWORD,
        "once": str(uuid4()),
    }
    assert prescriber.post(address, {**enrol, "password": "wrong"}).status_code == 422
    assert prescriber.post(address, {**enrol, "once": str(uuid4())}).status_code == 302
    desk = signed_in(cast.coordinator)
    step = {"form": "step", "to": "enrolled", "on": "2026-11-12", "reference": "PE-5", "once": str(uuid4())}
    assert desk.post(address, step).status_code == 302
    verify = {"form": "verify", "enrolled": "yes", "how": "online", "once": str(uuid4())}
    assert desk.post(address, verify).status_code == 302
    assert "Verified today" in desk.get(address).content.decode()
    for paper in ("rems-enrolment", "rems-site-enrolment"):
        key = cast.patient.pk if paper == "rems-enrolment" else cast.site.pk
        assert b"".join(desk.get(reverse(paper, args=[key])).streaming_content).startswith(b"%PDF-")
    assert signed_in(cast.stranger).get(address).status_code == 404
    assert signed_in(cast.therapist).get(address).status_code in (403, 404)


def test_a_patients_page_shows_each_session_with_its_form(
    cast: Cast, clock: Callable[[datetime], None]
) -> None:
    """Days left, the last day, overdue, sent: on the patient's page as on the board."""
    session, words = treated(cast), []
    address = reverse("rems-of", args=[cast.patient.pk])
    browser = signed_in(cast.monitor)

    def shown(at: datetime) -> str:
        clock(at)
        browser.force_login(cast.monitor, backend="django.contrib.auth.backends.ModelBackend")
        return browser.get(address).content.decode()

    for days in (0, 6, 9):
        words.append(shown(later(days)))
    assert all("Not signed" in page for page in words)
    assert ["mark-overdue" in page.split("Monitoring forms")[1] for page in words] == [False, False, True]
    form = signed(cast, session)
    assert "Signed, not sent" in shown(later(1))
    sent(cast, form)
    assert reverse("rems-form", args=[form.pk]) in shown(later(1))
    assert "Not signed" not in shown(later(1))
