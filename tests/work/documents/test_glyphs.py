"""A paper with characters that no font has is refused, never drawn as boxes (case W8)."""

import pytest

from mooring.work.documents.paper import NoFont, render

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
