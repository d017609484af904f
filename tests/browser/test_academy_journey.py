"""A newcomer's way in a real browser: from the catalogue to a certificate that verifies on the public page.

Every page that is come to is looked over with axe in both themes; one lesson is done by keyboard alone.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from mooring.academy.courses.queries import parsed
from mooring.academy.credits.models import Certificate
from mooring.content.course.items import SingleItem
from mooring.content.course.new import write_example
from mooring.demonstration.learners import published
from tests.browser.academy import answer, fill_the_evaluation, press, sit_the_test
from tests.browser.conftest import sideways_px
from tests.browser.journey import Looked
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus stands on what the selector names."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not come to {selector} on {page.url}")


def lesson_by_keyboard(page: Page, item: SingleItem) -> None:
    """Answer a question of a lesson without a mouse: Tab to it, arrows within it, Enter to send."""
    tab_to(page, f"#q-{item.id} input[type=radio]")
    right = next(iter(item.key))
    for _ in item.options:
        page.keyboard.press("ArrowDown")
        if page.evaluate("document.activeElement.value") == right:
            break
    tab_to(page, f"#q-{item.id} button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator(f"#q-{item.id} .explained")).to_be_visible()
    assert page.evaluate(
        "id => document.getElementById(id).contains(document.activeElement)", f"q-{item.id}"
    ), "the focus stays at the question that was answered"


def test_a_newcomer_gets_from_the_catalogue_to_a_certificate_that_verifies(
    cast: Cast, open_as: Any, tmp_path: Path
) -> None:
    now = timezone.now()
    write_example(tmp_path / "c", slug="what-stays", day=now.date())
    version = published(tmp_path / "c", cast.educator, now - timedelta(hours=1))
    course, looked = parsed(version), Looked()
    first, second = course.lessons_in_order()

    page = open_as(cast.learner, "/academy/")
    looked.over(page)
    page.get_by_role("link", name="What stays").first.click()
    press(page, "Enrol", looked)
    press(page, "Read who made this course", looked)
    press(page, "I have read this", looked)
    enrolment = cast.learner.enrolments.get()

    page.goto(f"/academy/lessons/{enrolment.pk}/{first.head.id}/")
    looked.over(page)
    item = course.checks[first.embedded("check")[0]].items[0]
    assert isinstance(item, SingleItem)
    lesson_by_keyboard(page, item)
    looked.over(page)

    page.goto(f"/academy/lessons/{enrolment.pk}/{second.head.id}/")
    looked.over(page)
    press(page, "Start the case", looked)
    press(page, "Start", looked)
    page.get_by_label("Take two short questions a week from now on").check()
    press(page, "Do this", looked)
    press(page, "Back to the lesson", looked)
    numeric = course.checks[second.embedded("check")[0]].items[1]
    place = page.locator(f"#q-{numeric.id}")
    answer(place, numeric)
    place.get_by_role("button", name="Answer").click()
    expect(place.locator(".explained")).to_be_visible()
    page.goto(f"/academy/credits/{enrolment.pk}/")
    looked.over(page)

    page.goto(f"/academy/tests/{enrolment.pk}/")
    sit_the_test(page, looked)
    press(page, "Go to the evaluation", looked)
    fill_the_evaluation(page, looked)
    press(page, "Claim", looked)
    press(page, "Claim and issue the certificate", looked)

    certificate = Certificate.objects.get()
    expect(page.get_by_text(certificate.code).first).to_be_visible()
    address = page.get_by_role("link", name="Download the PDF").get_attribute("href")
    paper = page.request.get(str(address), timeout=60_000).body()  # the first paper reads two libraries in
    assert paper.startswith(b"%PDF-")
    verifies_for_anybody(open_as, certificate, paper, looked)

    page.goto(f"/academy/credits/{enrolment.pk}/")
    press(page, "Review after the course", looked)
    press(page, "Yes, send me questions", looked)
    expect(page.get_by_text("Running")).to_be_visible()
    assert not looked.wrong, "\n".join(looked.wrong)
    phone(open_as, cast, enrolment.pk, first.head.id)


def verifies_for_anybody(open_as: Any, certificate: Certificate, paper: bytes, looked: Looked) -> None:
    """A visitor checks the number, then the file; a file with one changed byte is refused."""
    visitor = open_as(None, "/academy/verify/")
    looked.over(visitor)
    visitor.locator("input[name=code]").fill(certificate.code)
    visitor.locator("main form button[type=submit]").first.click()
    visitor.wait_for_load_state()
    looked.over(visitor)
    expect(visitor.get_by_text("Walter Brandt").first).to_be_visible()
    forged = bytearray(paper)
    forged[len(forged) // 3] ^= 1
    for body, genuine in ((paper, True), (bytes(forged), False)):
        visitor.goto("/academy/verify/")
        visitor.locator("input[type=file]").set_input_files(
            {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": body}
        )
        visitor.locator("main form button[type=submit]").first.click()
        visitor.wait_for_load_state()
        said = visitor.locator("main").inner_text()
        assert ("exactly as it was signed" in said) == genuine, said


def phone(open_as: Any, cast: Cast, pk: int, lesson: str) -> None:
    """Nothing scrolls sideways on a narrow phone."""
    page = open_as(cast.learner, "/academy/", width=320, height=700)
    for path in (f"/academy/learning/{pk}/", f"/academy/lessons/{pk}/{lesson}/", f"/academy/credits/{pk}/"):
        page.goto(path)
        assert sideways_px(page) == 0, path
