"""The gallery, the clock line, the error pages: reachable, and whole without a context."""

from pathlib import Path
from typing import cast

import pytest
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory

import mooring.web
from mooring.web.gallery import gallery
from mooring.work.pages import SignedInRequest
from tests.people import Cast

TEMPLATES = Path(mooring.web.__file__).parent / "templates"


def test_the_gallery_shows_every_part_in_either_theme(client: Client, cast: Cast) -> None:
    client.force_login(cast.coordinator)
    for theme in ("day", "room"):
        answer = client.get("/gallery/", {"theme": theme})
        assert answer.status_code == 200
        assert f'data-theme="{theme}"' in answer.content.decode()


def test_the_gallery_sends_a_visitor_to_the_sign_in(client: Client, db: None) -> None:
    answer = client.get("/gallery/")
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_the_gallery_is_closed_to_somebody_without_a_role(client: Client, cast: Cast) -> None:
    client.force_login(cast.patient.person)
    assert client.get("/gallery/").status_code == 403


def test_the_gallery_only_reads() -> None:
    assert gallery(cast(SignedInRequest, RequestFactory().post("/gallery/"))).status_code == 405


def test_the_clock_line_says_when_nothing_runs(client: Client, cast: Cast) -> None:
    client.force_login(cast.coordinator)
    assert "The clock has not run yet" in client.get("/clock/").content.decode()


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 429, 500])
def test_an_error_page_says_what_to_do_without_any_context(status: int) -> None:
    shown = render_to_string(f"{status}.html")
    assert "<h1>" in shown
    assert 'class="btn' in shown
    assert "{" not in shown.split("</head>")[1].replace('hx-headers=\'{"X-CSRFToken": ""}\'', "")


def test_the_page_of_an_expired_token_stands_too() -> None:
    assert "what you typed is still there" in render_to_string("403_csrf.html")


def test_every_template_compiles() -> None:
    for path in TEMPLATES.rglob("*.html"):
        get_template(str(path.relative_to(TEMPLATES)))


PAPERS = {
    "academy/checks/course_print.html",
    "academy/credits/paper.html",
    "academy/orders/invoice.html",
    "work/sheet.html",
    "care/disclosures/copy_page.html",
}
"""What is set as a PDF, or is a file of its own, and never served as a page, so that no content policy reads it."""


def test_no_template_carries_inline_style_or_script() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        is_paper = str(path.relative_to(TEMPLATES)) in PAPERS
        assert (" style=" not in text and "<style" not in text) or is_paper, path
        assert " onclick=" not in text, path
        for piece in text.split("<script")[1:]:
            assert piece.lstrip().startswith(("src=", 'type="application/json"')), path


@pytest.mark.parametrize("address", ["login", "password/lost"])
def test_the_doors_have_our_look(client: Client, db: None, address: str) -> None:
    shown = client.get(f"/accounts/{address}/").content.decode()
    assert 'class="door-form flow"' in shown
    assert "<title>Sign in" in shown or "<title>I cannot sign in" in shown


def test_a_patient_with_a_broken_link_reads_what_to_do(client: Client, cast: Cast) -> None:
    """Altered, of another clinic, or opened again after the hours that a phone may keep it."""
    for address in ("/t/not-a-token/", "/care/screening/answer/1/", "/care/measures/answer/1/"):
        answer = client.get(address)
        text = answer.content.decode()
        assert answer.status_code == 404
        assert "Open the newest message from the clinic" in text
        assert cast.site.phone in text
        assert "988" in text
        assert "colleague" not in text
    client.force_login(cast.monitor)
    assert "ask whether you are on that care team" in client.get("/care/patients/99999/").content.decode()
