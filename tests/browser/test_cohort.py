"""A cohort of six in a real browser, from the application to the certificate with one make-up: the learner and whoever
leads press what the walk is about, acts do the same for the other five. Every page is looked over in both themes.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from mooring.academy.cohorts.actions.planning import CohortTerms, WeeklySlots, add_pre_work, plan_cohort
from mooring.academy.cohorts.actions.practice import issue_cohort_certificate, make_triads, rate_practice
from mooring.academy.cohorts.actions.weeks import record_attendance, send_pre_work
from mooring.academy.cohorts.models import Cohort, CohortPlace, LiveSlot, PreWork, PreWorkKind, TriadSeat
from mooring.academy.cohorts.queries.rubric import ITEMS
from mooring.academy.credits.models import Certificate
from mooring.academy.events.queries import code_of
from mooring.academy.learning.actions import see_disclosures
from tests.academy.cohorts.cohorting import guests, seated
from tests.browser.academy import press
from tests.browser.conftest import sideways_px
from tests.browser.journey import Looked
from tests.courses import published_course
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GOOD = dict.fromkeys(ITEMS, 3)
IN_AN_HOUR, AN_HOUR_AGO = timedelta(hours=1), timedelta(hours=-1)


def six_of(cast: Cast) -> Cohort:
    """Two meetings, of which one may be made up; something to write before the first."""
    now = timezone.now()
    cohort = plan_cohort(
        site=cast.site,
        course=published_course(cast.educator).course,
        terms=CohortTerms(
            title="Winter cohort", summary="For who begins.", seats=6, apply_until=now + timedelta(days=1),
            needed=2, most_made_up=1, sheets_needed=1,
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
    return cohort


def applies(page: Page, cohort: Cohort, looked: Looked) -> None:
    press(page, cohort.title, looked)
    press(page, "Apply", looked)
    page.get_by_label("Profession and licence").fill("Counsellor")
    page.get_by_label("Why this course").fill("To prepare people well.")
    press(page, "Send my application", looked)
    page.get_by_text("Your application is sent.").wait_for()


def is_accepted(lead: Page, looked: Looked) -> None:
    press(lead, "Application of Walter Brandt", looked)
    lead.get_by_label("Accept").check()
    press(lead, "Decide", looked)
    lead.get_by_text("6 of 6").wait_for()


def held_now(slot: LiveSlot, shift: timedelta) -> LiveSlot:
    """The meeting lies half an hour to either side of a moment before or after now."""
    middle, half = timezone.now() + shift, timedelta(minutes=30)
    LiveSlot.objects.filter(pk=slot.pk).update(starts_at=middle - half, ends_at=middle + half)
    slot.refresh_from_db()
    return slot


def others_take_part(slot: LiveSlot, others: list[CohortPlace], cast: Cast) -> None:
    """By acts what the walk showed once: pre-work and attendance of the five."""
    now = timezone.now()
    for place in others:
        for piece in PreWork.objects.filter(slot=slot):
            send_pre_work(pre_work=piece, participant=place, words="About an hour.", by=place.person, at=now)
        record_attendance(slot=slot, participant=place, by=cast.educator, at=now)


def rated_by_a_mate(slot: LiveSlot, place: CohortPlace) -> None:
    """The second rater's sheet, from the same triad."""
    triad = TriadSeat.objects.get(slot=slot, participant=place).triad
    mate = TriadSeat.objects.filter(slot=slot, triad=triad).exclude(participant=place)[0]
    rate_practice(
        slot=slot, participant=place, marks=GOOD, by=mate.participant.person, at=timezone.now()
    )  # fmt: skip


def attends_by_code(page: Page, slot: LiveSlot, looked: Looked) -> None:
    page.reload()
    page.get_by_label("Code from the meeting").fill(code_of(slot, timezone.now()))
    press(page, "Confirm attendance", looked)
    expect(page.get_by_text("by code")).to_be_visible()


def makes_up(page: Page, lead: Page, cohort: Cohort, looked: Looked) -> None:
    """The learner sends make-up work for the second meeting; whoever leads accepts it."""
    page.goto(reverse("cohort-week", args=[cohort.pk, 2]))
    press(page, "Make it up", looked)
    page.get_by_label("Your text").fill("What I take from it.")
    press(page, "Send", looked)
    lead.goto(reverse("cohort-desk", args=[cohort.pk]))
    press(lead, "Make-up work of Walter Brandt: Prepare", looked)
    lead.get_by_label("Accept as made up").check()
    press(lead, "Decide", looked)


def is_observed(lead: Page, slot: LiveSlot, place: CohortPlace, looked: Looked) -> None:
    lead.goto(reverse("practice-sheet", args=[slot.pk, place.pk]))
    for item in ITEMS.values():
        lead.get_by_role("group", name=str(item)).get_by_label("Independently").check()
    press(lead, "Send the sheet", looked)


def test_a_cohort_of_six_from_application_to_certificate_with_one_make_up(cast: Cast, open_as: Any) -> None:
    looked, cohort = Looked(), six_of(cast)
    first, second = cohort.slots.order_by("place")
    others = [seated(cast, cohort, person) for person in guests(cast, 5)]
    page = open_as(cast.learner, "/academy/cohorts/", width=390)
    lead = open_as(cast.educator, reverse("cohort-desk", args=[cohort.pk]))
    applies(page, cohort, looked)
    lead.reload()
    is_accepted(lead, looked)
    place = CohortPlace.objects.select_related("cohort", "person", "enrolment").get(person=cast.learner)
    assert place.enrolment is not None
    see_disclosures(enrolment=place.enrolment, by=cast.learner, at=timezone.now())

    page.goto(reverse("cohort-week", args=[cohort.pk, 1]))
    looked.over(page)
    page.get_by_role("link", name="Write").click()
    page.get_by_label("Your text").fill("About an hour.")
    press(page, "Send", looked)
    page.get_by_text("1 of 1 done").wait_for()
    press(lead, "Make triads", looked)
    attends_by_code(page, held_now(first, timedelta()), looked)
    others_take_part(first, others, cast)
    lead.goto(reverse("live-slot", args=[first.pk]))
    looked.over(lead)
    is_observed(lead, first, place, looked)
    for each in [place, *others]:
        rated_by_a_mate(first, each)
    for each in others:
        rate_practice(slot=first, participant=each, marks=GOOD, by=cast.educator, at=timezone.now())

    held_now(second, IN_AN_HOUR)
    make_triads(slot=second, by=cast.educator, at=timezone.now())
    held_now(second, AN_HOUR_AGO)
    others_take_part(second, others, cast)
    makes_up(page, lead, cohort, looked)

    lead.goto(reverse("cohort-participant", args=[place.pk]))
    press(lead, "Issue the certificate", looked)
    for each in others:
        issue_cohort_certificate(place=each, by=cast.educator, at=timezone.now())
    assert Certificate.objects.count() == 6
    page.goto(reverse("cohort-week", args=[cohort.pk, 2]))
    press(page, "Your certificate", looked)
    expect(page.get_by_text("2 of 2 live meetings, of which 1 may be made up").first).to_be_visible()
    assert sideways_px(page) == 0
    assert not looked.wrong, "\n".join(looked.wrong)
