"""The staff's pages that the journey does not come to: axe finds nothing in either theme, nothing scrolls sideways."""

from typing import Any

import pytest

from tests.browser.conftest import sideways_px
from tests.browser.journey import Looked
from tests.packs import sign_pack_for
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "director": (
        "/people/",
        "/people/invite/",
        "/people/duty/",
        "/people/{person}/",
        "/people/sites/{site}/policy/",
        "/knowledge/sign/{site}/",
        "/audit/",
    ),
    "coordinator": (
        "/care/patients/",
        "/care/patients/{patient}/details/",
        "/care/patients/{patient}/people/",
        "/care/patients/{patient}/log/",
        "/care/observations/{patient}/",
        "/care/measures/of/{patient}/",
    ),
    "learner": ("/",),
}


@pytest.mark.parametrize("role", PAGES)
def test_a_roles_pages_are_accessible_on_a_phone(cast: Cast, open_as: Any, role: str) -> None:
    sign_pack_for(cast)
    known = {"person": cast.monitor.pk, "site": cast.site.pk, "patient": cast.patient.pk}
    looked = Looked()
    page = open_as(getattr(cast, role), "/", width=390, height=844)
    for path in PAGES[role]:
        answer = page.goto(path.format(**known))
        assert answer.status == 200, path
        looked.over(page)
        assert sideways_px(page) == 0, path
    assert not looked.wrong, "\n".join(looked.wrong)
