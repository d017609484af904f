"""A look that has passed is not judged again, and shields nothing that looks otherwise, whatever makes it bad."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import contrast
from tests.browser.conftest import axe_findings, findings_in_both_themes

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><title>Planted</title><style>
  body {{ background: #fff; color: #111 }}
  .dark {{ background: #222; color: #eee }}
  [data-theme="room"] body {{ background: #111; color: #eee }}
  {style}
</style></head><body><main><h1>Heading</h1><p>Fine as it stands.</p>{body}</main></body></html>"""
FINE = '<section class="good"><div><p>Fine.</p></div></section><p class="dark">Fine on dark.</p>'
Show = Callable[..., Page]


@pytest.fixture
def show(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Show]:
    """`show(body, style)`: a page whose other texts have been judged on a page before; nothing else has."""
    monkeypatch.setattr(contrast, "PASSED", set())
    page = browser.new_page()

    def shown(body: str = "", style: str = "") -> Page:
        page.set_content(PAGE.format(body=body, style=style))
        return page

    assert findings_in_both_themes(shown('<p class="dark">Fine on dark.</p>')) == []
    yield shown
    page.close()


def contrasts(found: list[str]) -> list[str]:
    return [each.removeprefix("color-contrast: ") for each in found if "color-contrast" in each]


PLANTED = {
    "its own colour": ('<p class="bad">Read me.</p>', ".bad { color: #ccc }"),
    "the background of an ancestor": (
        '<section class="bad"><div><p id="p">Read me.</p></div></section>',
        ".bad { background: #333 }",
    ),
    "the opacity of an ancestor": (
        '<section class="bad"><div><p id="p">Read me.</p></div></section>',
        ".bad { opacity: 0.3 }",
    ),
    "an element that is laid under it": (
        '<div class="bad"></div><p id="p">Read me.</p>',
        ".bad { position: absolute; inset: 0; background: #333 } #p { position: relative }",
    ),
    "what it is laid over": (
        '<div class="bad"></div><p id="p">Read me.</p>',
        ".bad { height: 5rem; background: #333 } #p { margin-top: -4rem; position: relative }",
    ),
    "a weight that is not bold any more": (
        '<p class="big">Fine.</p><p class="bad">Read me.</p>',
        "p.big, p.bad { color: #888; font-size: 19px; font-weight: 700 } p.bad { font-weight: 400 }",
    ),
    "a size that is not large any more": (
        '<p class="big">Fine.</p><p class="bad">Read me.</p>',
        "p.big, p.bad { color: #888; font-size: 24px } p.bad { font-size: 16px }",
    ),
    "a fill of the letters": ('<p class="bad">Read me.</p>', ".bad { -webkit-text-fill-color: #ddd }"),
    "what is typed into a field": (
        '<label>Field <input class="bad" value="Read me."></label>',
        ".bad { background: #fff; color: #ccc }",
    ),
}


@pytest.mark.parametrize("why", PLANTED)
def test_planted_text_is_found_beside_texts_that_passed(show: Show, why: str) -> None:
    body, style = PLANTED[why]
    assert len(contrasts(axe_findings(show(body, style)))) == 1


def test_a_text_that_only_the_dark_theme_makes_bad_is_found(show: Show) -> None:
    style = '[data-theme="room"] .bad { color: #333 }'
    assert findings_in_both_themes(show('<p class="bad">Read me.</p>', style)) == [
        "room: color-contrast: .bad"
    ]
    ground = '.bad { color: #111 } [data-theme="room"] section { background: #222 }'
    body = '<section><p class="bad">Read me.</p></section>'
    assert findings_in_both_themes(show(body, ground)) == ["room: color-contrast: .bad"]


def test_what_failed_is_found_wherever_it_stands_again(show: Show) -> None:
    for _time in range(2):
        page = show(
            '<p class="bad" id="a">Read me.</p><p class="bad" id="b">Me, too.</p>', ".bad { color: #ccc }"
        )
        assert contrasts(axe_findings(page)) == ["#a", "#b"]


@pytest.mark.parametrize(
    ("untold", "style"),
    [
        ('<p class="bad">x</p>', ""),
        ('<p class="bad" style="visibility: hidden">Not seen.</p>', ""),
        ('<p class="bad" style="display: none">Not there.</p>', ""),
        (
            '<p class="bad" style="background: linear-gradient(#fff, #fff)">On a picture.</p>',
            "p { position: relative }",
        ),
    ],
)
def test_what_could_not_be_told_shields_nothing(show: Show, untold: str, style: str) -> None:
    style += ".bad { color: #ccc }"
    assert contrasts(axe_findings(show(untold, style))) == []
    assert contrasts(axe_findings(show(untold + '<p class="bad" id="b">Read me.</p>', style))) == ["#b"]


def test_a_look_is_judged_once(show: Show) -> None:
    """The rule is not asked about what has passed; it is about what has not, and then no more."""
    count: Any = """() => {
      const check = axe._audit.checks['color-contrast'], { evaluate } = check;
      window.asked = [];
      check.evaluate = function (each, ...others) {
        asked.push(each.textContent);
        return evaluate.call(this, each, ...others);
      };
    }"""
    body = '<p>As the others.</p><p class="new">Seen for the first time.</p>'
    asked = []
    for _time in range(2):
        page = show(body, ".new { color: #123 }")
        axe_findings(page, "document-title")
        page.evaluate(count)
        assert axe_findings(page) == []
        asked.append(page.evaluate("asked"))
    assert asked == [["Seen for the first time."], []]


@pytest.mark.django_db(transaction=True)
def test_a_tab_that_keeps_axe_finds_a_planted_fault(open_as: Any) -> None:
    page = open_as(None, "/accounts/login/")
    assert axe_findings(page) == []
    page.evaluate("sessionStorage.setItem('axe', sessionStorage.getItem('axe') + ';window.wasKept = true')")
    page.reload()
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x id=planted>')")
    assert any("#planted" in each for each in axe_findings(page))
    assert page.evaluate("wasKept") is True
