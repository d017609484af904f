"""On a phone, in a language two fifths longer and written from right to left, no words are cut off."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from playwright.sync_api import Page

from tests.browser.conftest import sideways_px
from tests.people import Cast
from tests.web import pseudo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs GNU gettext: apt install gettext"),
]
NARROW = (320, 390)
CUT_OFF = """() => [...document.body.querySelectorAll('*')].filter(one => {
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const clips = /hidden|clip/;
  const unseen = box.width <= 1 || box.height <= 1 || style.visibility === 'hidden' || style.clipPath !== 'none';
  if (unseen || one.closest('svg') || !one.innerText?.trim()) return false;
  return (clips.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1)
    || (clips.test(style.overflowY) && one.scrollHeight > one.clientHeight + 1);
}).map(one => `${one.tagName.toLowerCase()}.${one.className}: ${one.innerText.trim().slice(0, 60)}`)"""
"""Elements that hide a part of their words, at their side or at their foot; what scrolls hides nothing."""

PAGES = {
    None: ("/accounts/login/", "/care/referrals/interest/"),
    "coordinator": ("/", "/care/patients/", "/care/referrals/"),
    "prescriber": (
        "/care/patients/{patient}/",
        "/care/observations/{patient}/",
        "/care/measures/of/{patient}/",
        "/care/consents/of/{patient}/",
        "/care/patients/{patient}/people/",
        "/care/treatments/of/{patient}/",
    ),
    "administrator": ("/people/", "/people/duty/", "/people/invite/"),
    "learner": ("/academy/learning/", "/academy/"),
}


@pytest.fixture(scope="module")
def catalogs() -> Path:
    return pseudo.shared_catalog()


@pytest.fixture
def long_language(catalogs: Path) -> Iterator[None]:
    with override_settings(
        LANGUAGES=[("en", "English"), (pseudo.CODE, "Pseudo")],
        LANGUAGES_BIDI=[*django_settings.LANGUAGES_BIDI, pseudo.CODE],
        LOCALE_PATHS=[str(catalogs)],
    ):
        yield


def cut_off(page: Page) -> list[str]:
    found: list[str] = page.evaluate(CUT_OFF)
    return found


@pytest.mark.parametrize("who", PAGES, ids=str)
def test_no_words_are_cut_off(who: str | None, open_as: Any, cast: Cast, long_language: None) -> None:
    page = open_as(getattr(cast, who) if who else None, "/healthz")
    page.context.set_extra_http_headers({"Accept-Language": pseudo.CODE})
    wrong = []
    for path in PAGES[who]:
        answer = page.goto(path.format(patient=cast.patient.pk))
        assert answer is not None
        assert answer.status == 200, path
        assert page.get_attribute("html", "dir") == "rtl"
        for width in NARROW:
            page.set_viewport_size({"width": width, "height": 800})
            wrong += [f"{path} at {width} px cuts {words}" for words in cut_off(page)]
            if sideways_px(page):
                wrong.append(f"{path} at {width} px scrolls sideways by {sideways_px(page)} px")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "style",
    [
        "inline-size: 4rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap",
        "block-size: 1rem; inline-size: 3rem; overflow: hidden",
        "inline-size: 4rem; overflow: clip; white-space: nowrap",
    ],
)
def test_planted_words_that_are_cut_off_are_found(style: str, browser: Any) -> None:
    page = browser.new_page()
    page.set_content(
        f'<p class="fine">Saved.</p><p class="planted" style="{style}">A sentence of several words</p>'
    )
    assert [found.split(":")[0] for found in cut_off(page)] == ["p.planted"]
    page.close()
