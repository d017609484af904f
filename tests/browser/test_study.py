"""A lesson in the browser: whole without a script, a slider that answers, a voice where there is one."""

import re
import wave
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from mooring.academy.checks.models import Answer
from mooring.academy.checks.queries.lessons import items_of
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.models import Enrolment, LessonDone
from mooring.content.course.items import SingleItem
from tests.academy.checks.listening import heard_course
from tests.browser.conftest import Open, axe_findings, sideways_px, sign_in
from tests.courses import FOUNDATIONS, enrol, published_course
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LESSON = "m1-l6"


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    return enrol(cast.learner, published_course(cast.educator, FOUNDATIONS), at=timezone.now())


def lesson_at(enrolment: Enrolment, lesson: str = LESSON) -> str:
    return reverse("lesson", args=[enrolment.pk, lesson])


def test_reading_and_answering_need_no_script(
    cast: Cast, enrolment: Enrolment, browser: Browser, live_server: Any
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    session = {"name": settings.SESSION_COOKIE_NAME, "value": sign_in(cast.learner), "url": live_server.url}
    context.add_cookies([session])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(lesson_at(enrolment))
    expect(page.get_by_role("button", name="Read to me")).to_have_count(0)
    asked = page.locator(".asked", has=page.get_by_role("radio")).first
    asked.get_by_role("radio").first.check()
    asked.get_by_role("button", name="Answer").click()
    expect(page.locator(".explained", has_text="Your answer")).to_be_visible()
    assert Answer.objects.count() == 1
    explore = page.locator("#x-dose-route-time")
    explore.get_by_label("Route").select_option("oral")
    explore.get_by_role("button", name="Show").click()
    expect(page.locator(".explore-says")).to_contain_text("At the start:")
    context.close()


def test_a_slider_moves_the_curve_and_the_sentence(cast: Cast, enrolment: Enrolment, open_as: Open) -> None:
    page = open_as(cast.learner, lesson_at(enrolment))
    explore = page.locator("#x-dose-route-time")
    before = explore.locator(".explore-says").inner_text()
    line = explore.locator("svg.wide polyline.s-a").get_attribute("points")
    slider = explore.get_by_label("Dose of ketamine base")
    slider.focus()
    slider.press("ArrowRight")
    expect(explore.locator("output").first).to_have_text("40 mg")
    expect(explore.locator(".explore-says")).not_to_have_text(before)
    expect(explore.locator(".explore-says")).to_contain_text("At the start:")
    assert explore.locator("svg.wide polyline.s-a").get_attribute("points") != line
    expect(slider).to_be_focused()


def test_answers_are_explained_on_the_spot_and_the_lesson_gets_done(
    cast: Cast, enrolment: Enrolment, open_as: Open
) -> None:
    page = open_as(cast.learner, lesson_at(enrolment))
    address = page.url
    course = parsed(enrolment.version)
    lesson = course.lessons[LESSON]
    singles = [each for each in items_of(course, lesson).values() if isinstance(each, SingleItem)]
    for item in singles[: lesson.head.complete_when.min_correct]:
        right = next(each.text for each in item.options.values() if each.right)
        asked = page.locator(f'[id="q-{item.id}"]')
        asked.get_by_label(right).check()
        asked.get_by_role("button", name="Answer").click()
        expect(asked.locator(".explained").get_by_text("Your answer, right")).to_be_visible()
    expect(page.locator("#lesson-status")).to_contain_text("This lesson is done")
    assert page.url == address
    assert LessonDone.objects.get().lesson_id == LESSON


VOICE = """
  window.heard = [];
  const voice = { speak(said) { window.heard.push(said.text); window.last = said; }, cancel() {} };
  Object.defineProperty(window, "speechSynthesis", { value: voice, configurable: true });
"""
MUTE = "delete window.speechSynthesis; delete Window.prototype.speechSynthesis"


def test_the_voice_reads_passage_by_passage_without_the_numbers_of_the_sources(
    cast: Cast, enrolment: Enrolment, open_as: Open
) -> None:
    page = open_as(cast.learner, lesson_at(enrolment))
    page.context.add_init_script(VOICE)
    page.reload()
    button = page.locator("[data-read-aloud]")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.evaluate("window.last.onend()")
    expect(page.locator("[data-reading-now]")).to_have_count(1)
    heard = page.evaluate("window.heard")
    passages = page.locator("[data-spoken]")
    assert heard == [passages.nth(0).inner_text().strip(), passages.nth(1).inner_text().strip()]
    while page.locator("[data-reading-now] sup").count() == 0:
        page.evaluate("window.last.onend()")
    assert not re.search(r"[a-z]\d", page.evaluate("window.heard").pop())
    button.click()
    expect(button).to_have_text("Read to me")
    expect(page.locator("[data-reading-now]")).to_have_count(0)


def test_without_a_voice_no_button_stands_there(cast: Cast, enrolment: Enrolment, open_as: Open) -> None:
    page = open_as(cast.learner, lesson_at(enrolment))
    page.context.add_init_script(MUTE)
    page.reload()
    expect(page.locator("[data-read-aloud]")).to_be_hidden()


def test_a_prediction_is_made_by_keyboard_and_then_compared(
    cast: Cast, enrolment: Enrolment, open_as: Open
) -> None:
    page = open_as(cast.learner, lesson_at(enrolment, "m2-l2"))
    asked = page.locator("#p-dummy-spray")
    slider = asked.get_by_label("Your prediction")
    slider.focus()
    slider.press("ArrowRight")
    expect(asked.locator("output")).to_have_text("51 %")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(asked.locator("[data-found]")).to_contain_text("52 %")
    expect(asked.locator("[data-yours]")).to_contain_text("51 %")
    expect(page.locator("#lesson-contents")).to_contain_text("1 of 5 answered")
    assert (axe_findings(page), sideways_px(page)) == ([], 0)


def silence(seconds: int) -> bytes:
    """A sound file that a browser plays."""
    out = BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x80" * (8000 * seconds))
    return out.getvalue()


def test_a_narration_resumes_keeps_its_speed_and_waits_where_there_is_something_to_do(
    cast: Cast, tmp_path: Path, open_as: Open
) -> None:
    folder = heard_course(tmp_path / "tiny", sound=silence(90), kind="wav", chapter_s=30, stop_s=31)
    enrolled = enrol(cast.learner, published_course(cast.educator, folder), at=timezone.now())
    page = open_as(cast.learner, lesson_at(enrolled, "m1-l1"))
    page.get_by_text("Speed and chapters").click()
    page.locator("[data-narration]").get_by_role("radio", name="1.5").check()
    page.locator("[data-at]").click()
    expect(page.locator(".narration-caption")).to_have_text(
        "Paused: here you have something to do. Press play to continue."
    )
    audio = "document.querySelector('[data-narration] audio')"
    assert page.evaluate(f"{audio}.paused")
    assert page.evaluate(f"{audio}.playbackRate") == 1.5
    left = page.evaluate(f"{audio}.currentTime")
    assert 31 <= left < 33
    page.reload()
    page.evaluate(f"{audio}.load()")
    for _ in range(200):  # the policy of the page forbids to wait by a text that is evaluated over and over
        if page.evaluate(f"{audio}.currentTime > 30"):
            break
        page.wait_for_timeout(200)
    assert axe_findings(page) == []


def test_a_figure_goes_by_keyboard_pauses_and_stands_still_where_motion_is_off(
    cast: Cast, enrolment: Enrolment, open_as: Open
) -> None:
    page = open_as(cast.learner, lesson_at(enrolment, "m1-l8"))
    figure = page.locator("#fig-delay")
    state = "getComputedStyle(document.getElementById('fig-delay')).animationPlayState"
    figure.locator("input[value='1']").focus()
    page.keyboard.press("ArrowDown")
    expect(figure.locator("input[value='2']")).to_be_checked()
    figure.get_by_label("Play").check()
    assert page.evaluate(state) == "running"
    figure.get_by_label("Pause").check()
    assert page.evaluate(state) == "paused"
    page.emulate_media(reduced_motion="reduce")
    expect(figure.get_by_text("Motion is off on this device.")).to_be_visible()
    expect(figure.get_by_label("Play")).to_be_hidden()


def test_an_interview_goes_on_where_it_was_left_at_the_chosen_speed(
    cast: Cast, enrolment: Enrolment, open_as: Open
) -> None:
    course = parsed(enrolment.version)
    home = next(each for each in course.lessons_in_order() if each.embedded("interview"))
    page = open_as(cast.learner, lesson_at(enrolment, home.head.id))
    player = page.locator("[data-plays]").first
    player.get_by_role("radio", name="1.25").check()
    sound = "document.querySelector('[data-plays] audio')"
    page.evaluate(f"{sound}.load()")
    for reached in (True, False):
        for _ in range(200):
            if page.evaluate(f"{sound}.readyState > 0"):
                break
            page.wait_for_timeout(200)
        if reached:
            page.evaluate(f"{sound}.currentTime = 5; {sound}.dispatchEvent(new Event('timeupdate'))")
            page.evaluate(f"{sound}.dispatchEvent(new Event('play'))")
            assert page.evaluate(f"{sound}.playbackRate") == 1.25
            page.reload()
            page.evaluate(f"{sound}.load()")
    assert page.evaluate(f"{sound}.currentTime") == 5
    expect(player.get_by_role("radio", name="1.25")).to_be_checked()
    assert axe_findings(page) == []


@pytest.mark.parametrize(("width", "theme"), [(1280, "day"), (390, "room")])
def test_the_pages_of_a_learner_hold_to_the_guidelines(
    cast: Cast, enrolment: Enrolment, open_as: Open, width: int, theme: str
) -> None:
    case = reverse("case", args=[enrolment.pk, "laryngospasm-in-the-chair"])
    found, page = {}, open_as(cast.learner, "/healthz", width=width, theme=theme)
    for path in (
        lesson_at(enrolment),
        lesson_at(enrolment, "m1-l2"),
        lesson_at(enrolment, "m2-l7"),
        case,
        reverse("overview", args=[enrolment.pk]),
    ):
        page.goto(path)
        found[path] = (axe_findings(page), sideways_px(page))
        if path == case:
            page.get_by_role("button", name="Start").click()
            expect(page.get_by_role("heading", name="Minute 9")).to_be_visible()
            found["the case begun"] = (axe_findings(page), sideways_px(page))
    assert {path: each for path, each in found.items() if each != ([], 0)} == {}


def test_on_the_narrowest_phone_nothing_runs_sideways(
    cast: Cast, enrolment: Enrolment, open_as: Open
) -> None:
    page = open_as(cast.learner, lesson_at(enrolment), width=320)
    assert sideways_px(page) == 0
    page.goto(reverse("course", args=["ketamine-foundations"]))
    assert sideways_px(page) == 0
