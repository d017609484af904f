"""The ledger's pages and those of papers: axe finds nothing in either theme, nothing scrolls sideways on a phone."""

from typing import Any

import pytest

from mooring.care.stock import actions
from tests.browser.conftest import sideways_px
from tests.browser.journey import Looked
from tests.care.sessions.rows import signed_off
from tests.care.stock.rows import devices, minute, safe_of, vials
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/care/stock/?q=4417",
    "/care/stock/warnings/",
    "/care/stock/safes/{safe}/",
    "/care/stock/safes/{safe}/receive/",
    "/care/stock/safes/{safe}/statements/",
    "/care/stock/statements/{statement}/",
    "/care/stock/safes/{safe}/reorder/",
    "/care/stock/safes/{safe}/reports/",
    "/care/stock/safes/{safe}/reports/balance/?first=2026-11-01&last=2026-11-30",
    "/care/stock/containers/{vial}/",
    "/care/stock/lots/{lot}/",
    "/care/stock/sites/{site}/",
    "/care/rems/",
    "/care/rems/sites/{site}/",
    "/care/rems/sites/{site}/inventory/",
    "/care/papers/sites/{site}/months/",
    "/care/papers/of/{patient}/",
    "/care/papers/of/{patient}/files/",
    "/care/papers/sessions/{session}/",
    "/care/papers/sessions/{session}/make/superbill/",
    "/care/papers/sessions/{session}/make/session-record/",
    "/care/papers/sites/{site}/letterhead/",
)


def test_the_pages_of_the_ledger_and_of_papers_on_a_phone(cast: Cast, open_as: Any) -> None:
    session = signed_off(cast)  # signs the pack, too
    safe = safe_of(cast)
    (vial,) = vials(cast, safe)
    devices(cast, safe, 2)
    statement = actions.state(
        safe=safe, kind="inventory", day=cast.site.today(minute(1)), moment="closing", exact=True, by=cast.monitor,
        at=minute(1),
    )  # fmt: skip
    known = {
        "safe": safe.pk, "vial": vial.pk, "lot": vial.lot_id, "site": cast.site.pk, "patient": cast.patient.pk,
        "session": session.pk, "statement": statement.pk,
    }  # fmt: skip
    looked = Looked()
    page = open_as(cast.director, "/", width=320, height=720)
    for path in PAGES:
        answer = page.goto(path.format(**known))
        assert answer.status == 200, path
        looked.over(page)
        assert sideways_px(page) == 0, path
    assert not looked.wrong, "\n".join(looked.wrong)
