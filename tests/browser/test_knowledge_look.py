"""The pages of the knowledge in a real browser: nothing scrolls sideways, axe finds nothing, in both themes."""

from typing import Any

import pytest

from tests.browser.conftest import sideways_px
from tests.browser.journey import Looked
from tests.packs import sign_pack_for
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATHS = [
    "/knowledge/",
    "/knowledge/eligibility/",
    "/knowledge/eligibility/HTN@1/",
    "/knowledge/protocols/IV-STD-6@1/",
    "/knowledge/thresholds/THRESHOLDS-ADULT@2/",
    "/knowledge/instruments/PHQ-9@1/",
    "/knowledge/try/",
    "/knowledge/indications/depression/",
    "/knowledge/symptoms/SYM-DETACHED@1/",
    "/knowledge/consents/CONSENT-SL-KETAMINE@1/",
    "/knowledge/references/",
]
OTHER_WIDTHS = (1024, 1280)


def test_the_pages_read_well_in_both_themes(cast: Cast, open_as: Any) -> None:
    sign_pack_for(cast)
    looked = Looked()
    page = open_as(cast.prescriber, "/", width=390, height=844)
    for path in PATHS:
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.goto(path).status == 200, path
        looked.over(page)
        for width in OTHER_WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert sideways_px(page) == 0, f"{path} at {width} px"
    assert not looked.wrong, "\n".join(looked.wrong)
    assert len(looked.seen) == len(PATHS), "a page was taken for one that was looked over already"
