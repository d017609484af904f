"""A cohort in a real browser: somebody applies, is accepted, writes what is due; every page looked over in both themes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mooring.academy.cohorts.actions.planning import CohortTerms, WeeklySlots, add_pre_work, plan_cohort
from mooring.academy.cohorts.models import CohortPlace, PreWorkKind
from mooring.academy.learning.actions import see_disclosures
from tests.browser.conftest import sideways_px
from tests.browser.journey import Looked
from tests.courses import published_course
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_application_to_the_work_of_the_week(cast: Cast, open_as: Any) -> None:
    now, looked = timezone.now(), Looked()
    cohort = plan_cohort(
        site=cast.site,
        course=published_course(cast.educator).course,
        terms=CohortTerms(
            title="Winter cohort", summary="For who begins.", seats=6, apply_until=now + timedelta(days=1), needed=1
        ),
        weekly=WeeklySlots(
            first=datetime.combine((now + timedelta(days=3)).date(), datetime.min.time()).replace(hour=18),
            zone="Europe/London", minutes=60, titles=("The drug", "Prepare"),
        ),
        led_by=cast.educator,
        by=cast.educator,
        at=now,
    )  # fmt: skip
    slot = cohort.slots.get(place=1)
    add_pre_work(slot=slot, kind=PreWorkKind.WRITING, title="Your prediction", by=cast.educator, at=now)

    page = open_as(cast.learner, "/academy/cohorts/", width=390)
    looked.over(page)
    page.get_by_role("link", name="Winter cohort").click()
    looked.over(page)
    page.get_by_role("link", name="Apply", exact=True).click()
    page.get_by_label("Profession and licence").fill("Counsellor")
    page.get_by_label("Why this course").fill("To prepare people well.")
    looked.over(page)
    page.get_by_role("button", name="Send my application").click()
    page.get_by_text("Your application is sent.").wait_for()

    lead = open_as(cast.educator, f"/academy/cohorts/{cohort.pk}/desk/")
    looked.over(lead)
    lead.get_by_role("link", name="Application of").click()
    looked.over(lead)
    lead.get_by_label("Accept").check()
    lead.get_by_role("button", name="Decide").click()
    lead.get_by_text("1 of 6").wait_for()
    place = CohortPlace.objects.select_related("enrolment").get()
    assert place.enrolment is not None
    see_disclosures(enrolment=place.enrolment, by=cast.learner, at=now)

    page.goto(f"/academy/cohorts/{cohort.pk}/week/")
    looked.over(page)
    page.get_by_role("link", name="Write").click()
    page.get_by_label("Your text").fill("About an hour.")
    looked.over(page)
    page.get_by_role("button", name="Send").click()
    page.get_by_text("1 of 1 done").wait_for()
    lead.goto(f"/academy/cohorts/participants/{place.pk}/")
    looked.over(lead)
    lead.goto(f"/academy/cohorts/meetings/{slot.pk}/")
    looked.over(lead)
    assert sideways_px(page) == 0
    assert not looked.wrong, "\n".join(looked.wrong)
