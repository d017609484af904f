"""The pages of the knowledge in a real browser: nothing scrolls sideways, axe finds nothing, in both themes."""

import pytest

from tests.browser.conftest import Open, axe_findings, sideways_px
from tests.packs import sign_pack_for
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATHS = [
    "/knowledge/",
    "/knowledge/eligibility/",
    "/knowledge/eligibility/HTN@1/",
    "/knowledge/protocols/IV-STD-6@1/",
    "/knowledge/thresholds/THRESHOLDS-ADULT@1/",
    "/knowledge/instruments/PHQ-9@1/",
    "/knowledge/try/",
    "/knowledge/indications/depression/",
    "/knowledge/references/",
]


@pytest.mark.parametrize("path", PATHS)
def test_the_pages_read_well_in_both_themes(cast: Cast, open_as: Open, path: str) -> None:
    sign_pack_for(cast)
    page = open_as(cast.prescriber, path, width=390)
    assert sideways_px(page) == 0
    assert axe_findings(page) == []
    for width, theme in ((1024, "room"), (1280, "day")):
        page = open_as(cast.prescriber, path, width=width, theme=theme)
        assert sideways_px(page) == 0
        assert axe_findings(page) == []
