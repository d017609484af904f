"""Whole ways through the academy in a real browser: a newcomer from the door to the refund, an administrator with
everything to file, an educator with an export of Moodle. Every page come to is looked over in both themes.
"""

import io
import zipfile
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from mooring.academy.courses.actions import publish_course
from mooring.academy.credits.models import Certificate
from mooring.academy.events.actions import plan_event
from mooring.academy.events.models import SpeakerEvent
from mooring.academy.events.queries import code_of
from mooring.academy.learning.actions import complete_lesson
from mooring.academy.learning.models import Enrolment
from mooring.academy.orders.models import Order, OrderState
from mooring.academy.reports.models import Report, ReportKind
from mooring.identity.models import Person
from mooring.work.actions import token_of
from mooring.work.models import TaskLink
from tests.academy.credits.crediting import claim, credit_course
from tests.academy.orders.ordering import paid_message, provider, sent, sold
from tests.academy.test_journeys import passed
from tests.browser.academy import fill_the_evaluation, press, sit_the_test
from tests.browser.journey import Looked
from tests.content.test_import_questions import MOODLE
from tests.content.tiny_course import change
from tests.courses import enrol, next_version, write_course
from tests.people import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sells(settings: Any) -> Any:
    """A server that takes registrations and card payments, at a stand-in of the provider."""
    settings.SELF_REGISTRATION = True
    with provider(settings) as asked:
        policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
        policy["DIRECTIVES"]["form-action"].append(settings.STRIPE_ADDRESS)
        settings.CONTENT_SECURITY_POLICY = policy
        yield asked


def registers(page: Page, looked: Looked) -> Person:
    """Ask for an account, open the link of the mail, choose a password, sign in."""
    press(page, "Ask for an account to learn", looked)
    page.get_by_label("Your name").fill("Nadia Nowak")
    page.get_by_label("E-mail").fill("nadia@example.org")
    press(page, "Send me the link", looked)
    person = Person.objects.get(email="nadia@example.org")
    page.goto(f"/t/{token_of(TaskLink.objects.get(person=person))}/")
    press(page, "Continue", looked)
    page.get_by_label("A password of your own").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    press(page, "Set my password", looked)
    page.get_by_label("E-mail").fill("nadia@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in", looked)
    return Person.objects.get(pk=person.pk)


def buys(page: Page, looked: Looked) -> Order:
    """From the course's page over the order to the provider's page; the provider then says that it was paid."""
    page.goto("/academy/")
    page.get_by_role("link", name="A tiny course").first.click()
    press(page, "Buy for 240.00 USD", looked)
    press(page, "Place the order", looked)
    order = Order.objects.get()
    page.get_by_role("button", name="Pay by card").click()
    expect(page.get_by_role("heading", name="Pay here")).to_be_visible()
    page.goto(reverse("purchase", args=[order.pk]) + "?paid=1")
    expect(page.get_by_text("Payment on its way.")).to_be_visible()
    looked.over(page)
    assert sent(paid_message(order), at=timezone.now()) == 200
    page.reload()
    expect(page.get_by_text("Money back until")).to_be_visible()
    looked.over(page)
    return order


def asks(page: Page, looked: Looked) -> None:
    """A question at a lesson; one that could name a patient is held with a kind word."""
    page.goto(reverse("discussion", args=["tiny"]))
    page.get_by_label("Your question in a line").fill("Slower?")
    page.get_by_label("In more words").fill("Does a slower infusion help?")
    press(page, "Ask", looked)
    expect(page.get_by_text("Does a slower infusion help?")).to_be_visible()


def attends(page: Page, event: SpeakerEvent, looked: Looked) -> None:
    """Register before, and enter the code of the room while it runs."""
    page.goto(reverse("speaker-events"))
    page.get_by_role("link", name=event.title).first.click()
    press(page, "Register", looked)
    expect(page.get_by_text("You have a place")).to_be_visible()
    SpeakerEvent.objects.filter(pk=event.pk).update(starts_at=timezone.now())
    page.reload()
    page.get_by_label("Code shown in the room").fill(code_of(event, timezone.now()))
    press(page, "Record my attendance", looked)
    expect(page.get_by_text("Attended")).to_be_visible()


def test_a_newcomer_registers_buys_learns_asks_attends_passes_claims_and_is_refunded(
    cast: Cast, sells: Any, open_as: Any
) -> None:
    version = credit_course(cast.educator)
    sold(cast, version)
    now, looked = timezone.now(), Looked()
    event = plan_event(
        site=cast.site, title="Stopping well", topic="Maintenance", summary="When to end.",
        speaker="Robin Example (fictional)", disclosure="None.", starts_at=now + timedelta(minutes=30),
        ends_at=now + timedelta(hours=2), by=cast.educator, at=now,
    )  # fmt: skip
    page = open_as(None, "/accounts/login/", width=390)
    person = registers(page, looked)
    order = buys(page, looked)
    enrolment = Enrolment.objects.get(learner=person)

    page.goto(reverse("overview", args=[enrolment.pk]))
    press(page, "Read who made this course", looked)
    press(page, "I have read this", looked)
    page.goto(reverse("lesson", args=[enrolment.pk, "m1-l1"]))
    looked.over(page)
    enrolment = Enrolment.objects.select_related(
        "learner", "version__course", "course", "first_version"
    ).get()
    complete_lesson(enrolment=enrolment, lesson_id="m1-l1", by=person, at=timezone.now())
    asks(page, looked)
    attends(page, event, looked)

    page.goto(reverse("post-test", args=[enrolment.pk]))
    sit_the_test(page, looked)
    press(page, "Go to the evaluation", looked)
    fill_the_evaluation(page, looked)
    press(page, "Claim", looked)
    press(page, "Claim and issue the certificate", looked)
    certificate = Certificate.objects.get()
    expect(page.get_by_text(certificate.code).first).to_be_visible()

    page.goto(reverse("purchase", args=[order.pk]))
    press(page, "Refund", looked)
    expect(page.get_by_text("Certificates that came from this purchase are revoked")).to_be_visible()
    page.get_by_label("Reason").fill("Not for me.")
    page.get_by_label("I understand that access ends").check()
    press(page, "Refund", looked)
    order.refresh_from_db()
    assert order.state == OrderState.REFUNDED
    page.goto(reverse("certificate", args=[certificate.pk]))
    expect(page.get_by_text("The purchase was refunded.").first).to_be_visible()
    looked.over(page)
    visitor = open_as(None, reverse("certificate-shown", args=[certificate.code]))
    expect(visitor.get_by_text("The purchase was refunded.").first).to_be_visible()
    looked.over(visitor)
    page.goto(reverse("learning"))
    looked.over(page)
    assert not looked.wrong, "\n".join(looked.wrong)


def test_an_administrator_makes_every_report_and_takes_the_binder_home(cast: Cast, open_as: Any) -> None:
    version, now, looked = credit_course(cast.educator), timezone.now(), Looked()
    enrolment = enrol(cast.learner, version, at=now - timedelta(days=3))
    complete_lesson(enrolment=enrolment, lesson_id="m1-l1", by=cast.learner, at=now)
    passed(enrolment)
    claim(enrolment, "tiny-cme", at=now)

    page = open_as(cast.administrator, reverse("reports"), width=390)
    press(page, "Numbers of the bodies", looked)
    page.get_by_label("ACCME provider number").fill("1234567")
    page.get_by_label("ACCME activity number").fill("123456789")
    press(page, "Save", looked)
    press(page, "Activity file", looked)
    press(page, "Commercial support", looked)
    page.get_by_label("No commercial support").check()
    press(page, "Record it", looked)
    press(page, "Sign off", looked)
    page.get_by_label("Your password, as your signature").fill(PASSWORD)
    press(page, "Sign", looked)

    refused = []
    for kind in ReportKind:
        page.goto(reverse("report-make", args=["tiny"]))
        page.get_by_label("Report", exact=True).select_option(kind.value)
        page.get_by_label("State, for a roster of one state").select_option("OR")
        page.get_by_label("Last day").fill((now + timedelta(days=1)).date().isoformat())
        press(page, "Make the file", looked)
        if page.url.endswith(reverse("report-make", args=["tiny"])):
            expect(page.get_by_text("There is nothing to report").first).to_be_visible()
            refused.append(kind)
    assert set(refused) == {ReportKind.CE_BROKER, ReportKind.CPE, ReportKind.EVALUATION}, (
        "one physician's credit"
    )

    page.goto(reverse("report", args=[Report.objects.get(kind=ReportKind.PARS_LEARNERS).pk]))
    page.get_by_label("Receipt, or why it was refused").fill("PARS batch 77")
    press(page, "Record the answer", looked)
    expect(page.get_by_text("PARS batch 77")).to_be_visible()

    page.goto(reverse("reports"))
    with page.expect_download() as started:
        page.get_by_role("link", name="Audit binder (zip)").click()
    names = zipfile.ZipFile(io.BytesIO(Path(started.value.path()).read_bytes())).namelist()
    assert {"index.csv", "activity/support.csv", "credit/reports.csv"} <= set(names)
    page.goto(reverse("registers-manage"))
    looked.over(page)
    page.goto(reverse("retention"))
    looked.over(page)
    assert not looked.wrong, "\n".join(looked.wrong)


def test_a_moodle_export_is_brought_in_and_asked_in_a_lesson(
    cast: Cast, open_as: Any, tmp_path: Path
) -> None:
    folder, looked = write_course(tmp_path / "tiny"), Looked()
    publish_course(folder=folder, by=cast.educator, at=timezone.now())
    page = open_as(cast.educator, reverse("teaching"), width=390)
    page.get_by_role("link", name="A tiny course").first.click()
    press(page, "Import questions", looked)
    page.locator("input[type=file]").set_input_files(
        {"name": "export.xml", "mimeType": "text/xml", "buffer": MOODLE.encode()}
    )
    page.get_by_label("Id of the check").fill("m1-l1-more")
    page.get_by_label("Sources").fill("domino-2010-tiger")
    press(page, "Read it", looked)
    expect(page.get_by_text("3 questions can be taken")).to_be_visible()
    expect(page.get_by_text("Row 13").first).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the file").click()
    written = folder / "modules" / "m1" / "more.checks.yaml"
    written.write_bytes(Path(started.value.path()).read_bytes())
    shown = ":::{check}\nref: m1-l1-check\n:::\n"
    change(folder, "modules/m1/first.md", shown, shown + "\n:::{check}\nref: m1-l1-more\n:::\n")
    version = publish_course(folder=next_version(folder, "2"), by=cast.educator, at=timezone.now())
    enrolment = enrol(cast.learner, version, at=timezone.now())
    learner = open_as(cast.learner, reverse("lesson", args=[enrolment.pk, "m1-l1"]), width=390)
    expect(learner.get_by_text("How long is the half-life?")).to_be_visible()
    looked.over(learner)
    assert not looked.wrong, "\n".join(looked.wrong)
