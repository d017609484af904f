"""What the academy's walks share: pressing and looking, answering, sitting the post-test, evaluating."""

from playwright.sync_api import Locator, Page, expect

from mooring.academy.checks.models import PostTestAttempt
from mooring.academy.checks.queries.post_test import questions_of
from mooring.content.course.items import Item, MultipleItem, NumericItem, OrderItem, SingleItem
from tests.browser.journey import Looked


def press(page: Page, name: str, looked: Looked) -> None:
    """Look the page over, press the button or link of this name, look the next page over."""
    looked.over(page)
    button = page.get_by_role("button", name=name, exact=True)
    button.or_(page.get_by_role("link", name=name, exact=True)).first.click()
    page.wait_for_load_state()
    looked.over(page)


def answer(place: Locator, item: Item) -> None:
    """Give the right answer to a question, as a mouse does it."""
    if isinstance(item, SingleItem | MultipleItem):
        for key in sorted(item.key):
            place.locator(f"input[value='{key}']").check()
    elif isinstance(item, NumericItem):
        place.get_by_role("textbox").fill(str(item.answer))
        place.get_by_role("textbox").blur()
    elif isinstance(item, OrderItem):
        for number, step in enumerate(item.steps, 1):
            place.get_by_label(step).select_option(str(number))


def sit_the_test(page: Page, looked: Looked) -> None:
    """Start an attempt of the post-test, answer every question right, send it."""
    press(page, "Start the attempt", looked)
    attempt = PostTestAttempt.objects.get()
    for place, item in enumerate(questions_of(attempt), 1):
        answer(page.locator(f"#question-{place}"), item)
    expect(page.locator(".test-kept .mark").nth(attempt.asked - 1)).to_be_visible()
    press(page, "Send the answers", looked)


def fill_the_evaluation(page: Page, looked: Looked) -> None:
    """Answer every question of the evaluation and send it."""
    for group in page.locator("main form fieldset").all():
        group.get_by_role("radio").last.check()
    press(page, "Send the evaluation", looked)
