"""Post-test, evaluation and the educator's pages in a real browser: kept as they are answered, and accessible."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mooring.academy.checks.models import AttemptAnswer, PostTestAttempt
from mooring.academy.courses.models import CourseVersion
from mooring.identity.roles import Role
from tests.academy.checks.exam import begun, evaluated, exam_course, ready, sat, whole
from tests.browser.conftest import axe_findings, findings_in_both_themes, sideways_px
from tests.people import Cast, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def version(cast: Cast) -> CourseVersion:
    version = exam_course(cast.educator)
    for n in range(31):
        enrolment = ready(make_person(f"Learner Number{n}", (Role.LEARNER, cast.site)), version)
        sat(enrolment, wrong=(("one",), ("number", "order"), ())[n % 3])
        if n % 3 == 0:
            evaluated(enrolment, words="More about routes.")
    return version


def test_every_page_is_accessible_on_a_phone_and_at_a_desk(
    open_as: Any, cast: Cast, version: CourseVersion
) -> None:
    failed = sat(ready(cast.learner, version), wrong=("one", "number", "match"))
    attempt = begun(whole(failed.enrolment))
    passed = ready(cast.monitor, version)
    sat(passed)
    teach = f"/academy/teaching/versions/{version.pk}"
    pages = [
        (cast.learner, f"/academy/tests/{failed.enrolment_id}/"),
        (cast.learner, f"/academy/tests/attempts/{attempt.pk}/"),
        (cast.learner, f"/academy/tests/attempts/{failed.pk}/result/"),
        (cast.learner, f"/academy/evaluations/{failed.enrolment_id}/"),
        (cast.monitor, f"/academy/evaluations/{passed.pk}/"),
        (cast.educator, "/academy/teaching/"),
        (cast.educator, "/academy/teaching/courses/tiny/"),
        (cast.educator, f"/academy/teaching/learners/{failed.enrolment_id}/"),
        (cast.educator, f"{teach}/items/"),
        (cast.educator, f"{teach}/items/one/key/"),
        (cast.educator, f"{teach}/evaluations/"),
    ]
    browsers = {person: open_as(person, "/healthz") for person in (cast.learner, cast.monitor, cast.educator)}
    for person, path in pages:
        page = browsers[person]
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(path)
        assert not axe_findings(page), path
        assert sideways_px(page) == 0, path
        page.set_viewport_size({"width": 390, "height": 844})
        assert not findings_in_both_themes(page), path
        assert sideways_px(page) == 0, path


def said_of(page: Page, stem: str) -> str:
    return page.locator(".test-questions > li").filter(has_text=stem).locator(".test-kept").inner_text()


def test_answers_are_kept_as_they_are_given_and_a_closed_tab_resumes(
    open_as: Any, cast: Cast, version: CourseVersion
) -> None:
    attempt = begun(ready(cast.learner, version))
    page: Page = open_as(cast.learner, f"/academy/tests/attempts/{attempt.pk}/")
    page.get_by_label("A thing", exact=True).first.check()
    expect(page.locator("#answered")).to_have_text("1 of 5 answered.")
    assert AttemptAnswer.objects.filter(attempt=attempt).count() == 1
    page.locator('input[name="number-answer"]').fill("0.5")
    page.locator('input[name="number-answer"]').blur()
    expect(page.locator("#answered")).to_have_text("2 of 5 answered.")
    assert "Saved" in said_of(page, "How much?")
    page.locator('select[name^="match-"]').first.select_option(index=1)
    match = page.locator(".test-questions > li").filter(has_text="What belongs together?")
    expect(match.locator(".test-kept")).to_contain_text("Not saved")
    page.close()
    again: Page = open_as(cast.learner, f"/academy/tests/attempts/{attempt.pk}/")
    expect(again.locator('input[name="number-answer"]')).to_have_value("0.5")
    again.get_by_role("button", name="Send the answers").click()
    expect(again.get_by_role("heading", name="Not sent yet")).to_be_visible()
    again.get_by_role("button", name="leave 3 questions empty").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("Not passed yet")
    assert PostTestAttempt.objects.get(pk=attempt.pk).sent_at is not None


def test_a_key_is_corrected_after_a_look(open_as: Any, cast: Cast, version: CourseVersion) -> None:
    page: Page = open_as(cast.educator, f"/academy/teaching/versions/{version.pk}/items/one/key/")
    page.get_by_label("b: No thing").check()
    page.get_by_label("What was wrong with the key").fill("No thing is right, too.")
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("11 attempts gain a right answer.")).to_be_visible()
    page.get_by_role("button", name="Correct the key and mark again").click()
    expect(page.get_by_text("No thing is right, too.")).to_be_visible()
    assert not PostTestAttempt.objects.filter(right=4).exists()
