"""The staff's pages that the journey does not come to: axe finds nothing in either theme, nothing scrolls sideways."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mooring.care.integration.actions.practices import agree_practices
from mooring.care.sessions.actions.groups import open_group
from mooring.care.treatments.models import Phase
from mooring.identity.models import Person
from mooring.work.actions import token_of
from mooring.work.models import TaskLink
from tests.browser.conftest import sideways_px
from tests.browser.journey import Looked
from tests.care.integration.test_circles import planned
from tests.care.measures.questionnaires import filled
from tests.care.safety.test_register import recorded
from tests.care.sessions.rows import opened, ready_cycle, signed_off, vitals
from tests.care.treatments.rows import cycle_in
from tests.people import NOW, Cast, make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "director": (
        "/care/treatments/ceilings/of/{site}/",
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
        "/care/integration/circles/",
        "/care/integration/circles/{circle}/",
        "/care/safety/",
    ),
    "prescriber": (
        "/care/treatments/of/{patient}/",
        "/care/patients/{patient}/next-step/",
        "/care/treatments/of/{patient}/draft/",
        "/care/treatments/{treatment}/",
        "/care/treatments/{treatment}/asking/",
        "/care/treatments/{treatment}/stop-rules/",
        "/care/treatments/cycles/{planned}/",
        "/care/treatments/cycles/{planned}/order/",
        "/care/treatments/orders/{order}/",
        "/care/outcomes/{treatment}/",
        "/care/outcomes/{treatment}/next/",
        "/care/outcomes/panel/{site}/",
        "/care/outcomes/of/{patient}/move/",
        "/care/safety/of/{patient}/new/",
        "/care/safety/{event}/",
        "/care/safety/{event}/assess/",
        "/care/safety/{event}/report/",
        "/care/papers/events/{event}/make/medwatch/",
        "/care/papers/events/{event}/make/incident/",
        "/care/rems/patients/{patient}/",
    ),
    "therapist": ("/care/integration/practices/of/{patient}/", "/care/integration/cycles/{given}/"),
    "monitor": (
        "/care/sessions/groups/",
        "/care/sessions/groups/{group}/",
        "/care/sessions/{session}/chaperone/",
        "/care/sessions/{session}/papers/",
    ),
    "privacy_officer": (
        "/care/disclosures/of/{patient}/",
        "/care/disclosures/of/{patient}/keeping/",
        "/care/disclosures/of/{patient}/erase/",
        "/care/disclosures/of/{patient}/erase/contact/",
        "/care/stock/patients/{patient}/erase/",
        "/care/papers/of/{patient}/files/erase/",
    ),
    "learner": ("/",),
}


def in_the_middle(cast: Cast) -> dict[str, int]:
    """What the addresses name: a dose given, one planned, an event of the register, a circle, a group, practices."""
    session = signed_off(cast)  # signs the pack, too
    treatment = session.cycle.treatment
    agree_practices(
        patient=cast.patient,
        cycle=session.cycle,
        text="Ten minutes by the window.",
        by=cast.therapist,
        at=NOW,
    )
    group = open_group(
        site=cast.site, name="Tuesday", room="Long room", patients_each=2, team=[cast.monitor], by=cast.monitor, at=NOW,
    )  # fmt: skip
    return {
        "site": cast.site.pk, "person": cast.monitor.pk, "patient": cast.patient.pk, "treatment": treatment.pk,
        "given": session.cycle_id, "planned": cycle_in(Phase.PREPARE, treatment, 2).pk, "order": session.order_id,
        "session": session.pk, "event": recorded(cast).pk, "circle": planned(cast).pk, "group": group.pk,
    }  # fmt: skip


@pytest.mark.parametrize("role", PAGES)
def test_a_roles_pages_are_accessible_on_a_phone(cast: Cast, open_as: Any, role: str) -> None:
    known = {**in_the_middle(cast), "twin": make_patient(cast.site, "Calloway Ruth-Ann").record_number}
    looked = Looked()
    page = open_as(getattr(cast, role), "/", width=320, height=720)
    for path in PAGES[role]:
        answer = page.goto(path.format(**known))
        assert answer.status == 200, path
        looked.over(page)
        assert sideways_px(page) == 0, path
    assert not looked.wrong, "\n".join(looked.wrong)


def test_a_patients_practices_are_accessible_on_a_phone(cast: Cast, open_as: Any) -> None:
    agree_practices(
        patient=cast.patient,
        cycle=None,
        text="Ten minutes by the window.",
        by=cast.therapist,
        at=timezone.now(),
    )
    link = TaskLink.objects.get(kind="practices")
    page = open_as(None, f"/t/{token_of(link)}/", width=320, height=720)
    looked = Looked()
    looked.over(page)
    page.get_by_label("Your date of birth").fill(cast.patient.birth_date.isoformat())
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Ten minutes by the window.").first).to_be_visible()
    looked.over(page)
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
