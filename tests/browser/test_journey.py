"""One patient walks all the way: from the public interest form to a closed dose cycle and an ended treatment.

Five people in five roles, each in their own browser, on the real program. Nothing is written past the pages
but the clinic's set-up: people, credentials, duties, the signed policy and the signed knowledge pack.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from mooring.care.patients.models import Patient
from mooring.identity.models import Duty
from mooring.identity.roles import Role
from mooring.work.models import Installation
from tests.browser.journey import Clock, choose, moved_clock, newest_link, press, shows, sign
from tests.packs import grant, sign_pack_for
from tests.people import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clock() -> Iterator[Clock]:
    with moved_clock() as moved:
        yield moved


@pytest.fixture
def clinic(transactional_db: None, clock: Clock) -> Cast:
    """The clinic as its director set it up, on a morning on which it is open."""
    cast = make_cast()
    clock.to_opening(cast.site)
    sign_pack_for(cast)
    Installation.objects.create(demonstration=True, signing_key=b"\0" * 32)
    for person in (cast.monitor, cast.second_monitor):
        grant(person, "professional-licence", "acls")
    grant(cast.prescriber, "professional-licence", "controlled-drug-registration", "acls")
    grant(cast.therapist, "professional-licence")
    for role, person in ((Role.COORDINATOR, cast.coordinator), (Role.PRESCRIBER, cast.prescriber)):
        Duty.objects.create(
            site=cast.site,
            role=role,
            person=person,
            starts_at=timezone.now() - timedelta(days=1),
            ends_at=timezone.now() + timedelta(days=90),
        )
    return cast


class Journey:
    """The people of the story, each with a page of their own, and the steps in their order."""

    def __init__(self, clinic: Cast, clock: Clock, open_as: Any) -> None:
        self.clinic, self.clock, self.open_as = clinic, clock, open_as

    def as_(self, person: Any, path: str = "/", **how: Any) -> Page:
        page: Page = self.open_as(person, path, **how)
        return page

    def tell_interest(self) -> None:
        page = self.as_(None, f"/care/referrals/interest/{self.clinic.site.pk}/", width=390, height=844)
        shows(page, "In danger now?")
        page.get_by_label("Your name").fill("Ngozi Adeyemi")
        page.get_by_label("Your date of birth").fill("1987-03-25")
        page.get_by_label("Your phone number").fill("503 555 0177")
        choose(page, "How shall we reach you?", "a text message")
        page.get_by_label("What would you like to change?").fill("I have not felt like myself for two years.")
        self.clock.ahead += timedelta(seconds=40)
        press(page, "Send to the clinic")
        shows(page, "Elm Quay Clinic")

    def take_up_the_lead(self) -> None:
        page = self.as_(self.clinic.coordinator)
        shows(page, "Ngozi Adeyemi")
        page.goto("/care/referrals/")
        page.get_by_role("link", name="Ngozi Adeyemi").first.click()
        press(page, "Record the call")
        choose(page, "What came of it?", "It goes on")
        page.get_by_label("Note of the call").fill("Twenty minutes. Wants to know what the day is like.")
        page.get_by_label("Prescriber").select_option(label="Kofi Mensah")
        page.get_by_label("Therapist").select_option(label="Miriam Feld")
        page.get_by_label("Facilitator").select_option(label="Tomas Reyes")
        press(page, "Record the call")
        self.patient = Patient.objects.get(person__legal_name="Ngozi Adeyemi")
        page.goto(f"/care/screening/send/{self.patient.pk}/")
        press(page, "Send the screening")
        self.clock.forward(seconds=5)

    def answer_the_screening(self) -> None:
        page = self.as_(None, newest_link(self.patient.person), width=390, height=844)
        page.get_by_label("Your date of birth").fill("1987-03-25")
        press(page, "Go on")
        press(page, "Send to the clinic")
        shows(page, "Choose yes, no or not sure.")
        for group in page.get_by_role("group").all():
            group.get_by_label("No", exact=True).check()
        choose(page, "Has a doctor or nurse ever told you that you have high blood pressure?", "Yes")
        press(page, "Send to the clinic")
        shows(page, "Thank you")

    def decide(self) -> None:
        page = self.as_(self.clinic.prescriber)
        shows(page, "Ngozi Adeyemi")
        screening = f"/care/screening/{self.patient.screenings.get().pk}/"
        page.goto(screening)
        shows(page, "Incomplete")
        press(page, "Confirm Diagnosed high blood pressure")
        self.measure_pressure(page, "128", "82")
        page.goto(screening)
        for link in page.get_by_role("link", name="Say how you close it").all():
            address = link.get_attribute("href") or ""
            close = self.as_(self.clinic.prescriber, address)
            choose(close, "How do you close it?", "I weighed it")
            close.get_by_label("Why?").fill("Treated and steady; measured before every dose.")
            sign(close, "Sign")
        page.goto(screening)
        choose(page, "Ngozi Adeyemi is", "Eligible")
        page.get_by_label("What the patient is told").fill(
            "You may have the treatment. We measure your pressure each time."
        )
        sign(page, "Sign the decision")
        shows(page, "The decision is signed.")

    def measure_pressure(self, page: Page, upper: str, lower: str) -> None:
        page.goto(f"/care/observations/{self.patient.pk}/measure/blood-pressure/")
        page.get_by_label("Upper value").fill(upper)
        page.get_by_label("Lower value").fill(lower)
        press(page, "Store the value")


def test_one_patient_walks_all_the_way(clinic: Cast, clock: Clock, open_as: Any) -> None:
    journey = Journey(clinic, clock, open_as)
    journey.tell_interest()
    journey.take_up_the_lead()
    journey.answer_the_screening()
    journey.decide()
