"""Characters that no font has are never drawn as boxes (case W8): a certificate is refused, a paper of care names them."""

import logging
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from mooring.work.documents import paper
from mooring.work.documents.paper import SCRIPTS, NoFont, render, scripts_without_font
from mooring.work.documents.sheet import Sheet, drawn_sheet

# A name that every font of this machine lacks, whatever is installed: Unicode keeps these for no one's script.
NOBODYS = "\U000f0041\u0378"


def test_case_w8_characters_without_a_glyph_stop_the_paper_with_the_way_out() -> None:
    """Case W8: the reason names the characters and the packages to install."""
    with pytest.raises(NoFont, match="fonts-noto-cjk") as stopped:
        render(f'<html lang="en"><title>t</title><p>Certificate for A{NOBODYS}</p></html>')
    assert "no font on this server" in str(stopped.value)


def test_a_name_that_the_fonts_have_is_drawn() -> None:
    page = '<html lang="en"><title>t</title><p>José Núñez, Ελένη, Łukasz</p></html>'
    assert render(page).startswith(b"%PDF-")


def sheet_of(name: str) -> Sheet:
    return Sheet("home", "1", "After", "Lead.", ("Clinic",), f"{name}, born 7 Mar 1988, R-1027", ())


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The HTML of what is drawn, in turn."""
    shown: list[str] = []

    def drawn(html: str) -> bytes:
        shown.append(html)
        return render(html)

    monkeypatch.setattr(paper, "render", drawn)
    return shown


def test_case_w8_a_paper_of_care_prints_the_numbers_and_says_so(
    pages: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """The escort goes with a paper; no box is on it, and no letter of the name in the server's log."""
    with caplog.at_level(logging.DEBUG):
        pdf = drawn_sheet(sheet_of(f"山{NOBODYS}"))
    assert pdf.startswith(b"%PDF-")
    assert "[U+F0041][U+0378], born 7 Mar 1988, R-1027" in pages[-1]
    assert "no font for some characters" in pages[-1]
    assert not any(letter in caplog.text for letter in NOBODYS)
    assert PdfFileReader(BytesIO(pdf)).root["/MarkInfo"]["/Marked"]


def test_a_paper_whose_letters_are_all_there_says_nothing_of_fonts(pages: list[str]) -> None:
    drawn_sheet(sheet_of("Łukasz Żółć, Ngũgĩ wa Thiong’o"))
    assert len(pages) == 1
    assert "Unicode" not in pages[0]


def test_a_number_after_an_arabic_name_keeps_its_order(pages: list[str]) -> None:
    drawn_sheet(sheet_of("محمد عبد الله"))
    assert "\u2067محمد عبد الله\u2069, born 7 Mar 1988" in pages[0]


def test_the_scripts_that_no_font_has_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCRIPTS, "Nobody's", NOBODYS[0])
    found = scripts_without_font()
    assert "Nobody's" in found
    assert "Latin" not in found
