"""The staff's pages that the journey does not come to: axe finds nothing in either theme, nothing scrolls sideways."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mooring.identity.models import Person
from tests.browser.conftest import sideways_px
from tests.browser.journey import Looked
from tests.care.measures.questionnaires import filled
from tests.care.sessions.rows import opened, ready_cycle, vitals
from tests.packs import sign_pack_for
from tests.people import Cast, make_patient

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
        "/care/patients/duplicates/",
        "/care/patients/{patient}/merge/?other={twin}",
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
    twin = make_patient(cast.site, "Calloway Ruth-Ann").record_number
    known = {"person": cast.monitor.pk, "site": cast.site.pk, "patient": cast.patient.pk, "twin": twin}
    looked = Looked()
    page = open_as(getattr(cast, role), "/", width=390, height=844)
    for path in PAGES[role]:
        answer = page.goto(path.format(**known))
        assert answer.status == 200, path
        looked.over(page)
        assert sideways_px(page) == 0, path
    assert not looked.wrong, "\n".join(looked.wrong)


LONG = "Schneider-Wolkenstein-Featherstonehaugh" * 3
"""A name that has no place to break, as names and drug names have."""


@pytest.mark.parametrize("role", ["coordinator", "prescriber", "monitor", "therapist"])
def test_case_w14_my_work_fits_320_px(cast_now: Cast, open_as: Any, role: str) -> None:
    """Case W14: a day with a session, alerts, tasks and a long name, on the narrowest phone; it was 331 px wide."""
    Person.objects.filter(pk=cast_now.patient.person_id).update(legal_name=LONG)
    cast_now.patient.person.refresh_from_db()
    now = timezone.now()
    session = opened(cast_now, now, ready_cycle(cast_now, now))
    vitals(cast_now, session, now, systolic_mmhg=190, diastolic_mmhg=118)
    filled(cast_now, at=now - timedelta(hours=2), each=1, q9=3)
    page = open_as(getattr(cast_now, role), "/", width=320, height=640)
    assert (LONG in page.content()) is (role != "therapist")
    assert sideways_px(page) == 0
