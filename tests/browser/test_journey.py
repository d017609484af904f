"""One patient walks all the way: from the public interest form to a closed dose cycle and an ended treatment.

Five people in five roles, each in their own browser, on the real program. Nothing is written past the pages
but the clinic's set-up: people, credentials, duties, the signed policy and the signed knowledge pack.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from mooring.care.patients.models import Patient, SupportPerson
from mooring.identity.models import Duty
from mooring.identity.roles import Role
from mooring.work.models import Installation
from tests.browser.journey import LOOKED, Clock, choose, moved_clock, newest_link, press, shows, sign
from tests.packs import grant, sign_pack_for
from tests.people import PASSWORD, Cast, make_cast

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
    grant(cast.therapist, "professional-licence", "ketamine-course")
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
        choose(page, "How should we contact you?", "a text message")
        page.get_by_label("What would you like help with?").fill("I have not felt like myself for two years.")
        self.clock.ahead += timedelta(seconds=40)
        press(page, "Send to the clinic")
        shows(page, "Elm Quay Clinic")

    def take_up_the_lead(self) -> None:
        page = self.as_(self.clinic.coordinator)
        shows(page, "Ngozi Adeyemi")
        page.goto("/care/referrals/")
        page.get_by_role("link", name="Ngozi Adeyemi").first.click()
        press(page, "Record call")
        choose(page, "Outcome", "Proceed to screening")
        page.get_by_label("Call note").fill("Twenty minutes. Wants to know what the day is like.")
        page.get_by_label("Prescriber").select_option(label="Kofi Mensah")
        page.get_by_label("Therapist").select_option(label="Miriam Feld")
        page.get_by_label("Facilitator").select_option(label="Tomas Reyes")
        press(page, "Record call")
        self.patient = Patient.objects.get(person__legal_name="Ngozi Adeyemi")
        page.goto(f"/care/screening/send/{self.patient.pk}/")
        press(page, "Send the screening")
        self.clock.forward(seconds=5)

    def answer_the_screening(self) -> None:
        page = self.as_(None, newest_link(self.patient.person), width=390, height=844)
        page.get_by_label("Your date of birth").fill("1987-03-25")
        press(page, "Continue")
        press(page, "Send to the clinic")
        shows(page, "Choose yes, no or not sure.")
        for group in page.locator("main fieldset").all():
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
        press(page, "Refute Suicidal thoughts with intent, a plan or recent behaviour")
        self.measure_pressure(page, "128", "82")
        page.goto(screening)
        for link in page.get_by_role("link", name="Close this finding").all():
            address = link.get_attribute("href") or ""
            close = self.as_(self.clinic.prescriber, address)
            choose(close, "Your decision on this finding", "Considered and accepted")
            close.get_by_label("Why?").fill("Treated and steady; measured before every dose.")
            sign(close, "Sign")
        page.goto(screening)
        choose(page, "Ngozi Adeyemi is", "Eligible")
        page.get_by_label("What the patient is told").fill(
            "You may have the treatment. We measure your pressure each time."
        )
        sign(page, "Sign the decision")
        shows(page, "Screening decided")

    def measure_pressure(self, page: Page, upper: str, lower: str) -> None:
        page.goto(f"/care/observations/{self.patient.pk}/measure/blood-pressure/")
        page.get_by_label("Systolic").fill(upper)
        page.get_by_label("Diastolic").fill(lower)
        press(page, "Save")

    def consent(self) -> None:
        page = self.as_(
            self.clinic.therapist, f"/care/consents/of/{self.patient.pk}/", width=1024, height=768
        )
        shows(page, "Not signed")
        page.locator("a[href*='CONSENT-IV-KETAMINE']").first.click()
        page.wait_for_load_state()
        LOOKED.over(page)
        for group in page.locator("main fieldset").all():
            group.get_by_role("radio", name=re.compile("^Yes")).check()
        page.get_by_label("Patient: type your full name to sign").fill("Ngozi Adeyemi")
        page.get_by_label("Your password, as the colleague taking this consent").fill(PASSWORD)
        press(page, "Sign consent")
        shows(page, "Signed on")

    def plan(self) -> None:
        page = self.as_(self.clinic.prescriber, f"/care/treatments/of/{self.patient.pk}/draft/")
        page.get_by_role("link", name="Choose Six infusions in two to three weeks").click()
        choose(page, "Indication", "Depression")
        choose(page, "Outcome measure", "Patient Health Questionnaire, nine items")
        page.get_by_label("First dose on").fill(self.clinic.site.today(self.clock.now()).isoformat())
        press(page, "Save the draft")
        press(page, "Sign the treatment")
        sign(page, "Sign the treatment")
        self.treatment = self.patient.treatments.get()
        assert self.treatment.signed_by == self.clinic.prescriber
        assert self.treatment.cycles.count() == 6
        self.cycle = self.treatment.cycles.get(number=1)

    def prepare(self) -> None:
        page = self.as_(self.clinic.therapist, f"/care/treatments/cycles/{self.cycle.pk}/preparation/")
        page.get_by_label("Intention, in the patient's words").fill(
            "To sit with my brother's death without running."
        )
        page.get_by_label("Calming plan").fill("A hand, my name, the blue blanket.")
        choose(page, "Touch", "a hand to hold")
        page.get_by_label("Shown and tried: how to call for help").check()
        press(page, "Save the preparation")

    def make_ready(self) -> None:
        SupportPerson.objects.create(
            patient=self.patient, name="Ada Adeyemi", relation="sister", phone="+1 503 555 0138", escorts=True
        )
        monitor = self.as_(self.clinic.monitor, f"/care/observations/{self.patient.pk}/measure/weight/")
        monitor.get_by_label("Weight").fill("72.4")
        press(monitor, "Save")
        monitor.goto(f"/care/treatments/cycles/{self.cycle.pk}/")
        shows(monitor, "It opens when each item above is closed.")
        press(monitor, "Record vitals and history")
        here = self.clinic.site.local(self.clock.now())
        for question in (
            "Have you drunk any alcohol in the last 24 hours?",
            "Have you used cannabis or any other substance in the last 24 hours?",
            "Have you had ketamine or esketamine anywhere else since your last visit here?",
            "Has any medicine been started, stopped or changed since your last visit?",
            "Since your last visit, have you had thoughts of ending your life?",
            "In the last days: much less need of sleep",
            "In the last days: hearing or seeing things",
            "Could you be pregnant?",
        ):
            choose(monitor, question, "No")
        monitor.get_by_label("When did you last drink anything?").fill(
            f"{here - timedelta(hours=3):%Y-%m-%dT%H:%M}"
        )
        choose(monitor, "Who takes you home today?", "Ada Adeyemi, +1 503 555 0138")
        monitor.get_by_label("When did you last eat?").fill(f"{here - timedelta(hours=9):%Y-%m-%dT%H:%M}")
        choose(monitor, "Did you take today's medicines exactly as we agreed?", "Yes")
        choose(monitor, "Do you feel ill today", "No")
        for label, value in (
            ("Systolic pressure", "126"),
            ("Diastolic pressure", "80"),
            ("Heart rate", "68"),
            ("Oxygen saturation", "98"),
        ):
            monitor.get_by_label(label).fill(value)
        press(monitor, "Save")
        press(monitor, "Ready for the dose")
        self.cycle.refresh_from_db()
        assert self.cycle.phase == "ready"

    def order(self) -> None:
        page = self.as_(self.clinic.prescriber, f"/care/treatments/cycles/{self.cycle.pk}/")
        press(page, "Write the dose order")
        page.get_by_label("Drawn from").select_option("KETAMINE-50@1 1")
        press(page, "Compute the order")
        shows(page, "36.2 mg", "54.3 mL/h")
        sign(page, "Sign the order")
        self.dose_order = self.cycle.orders.get()
        assert (float(self.dose_order.dose_mg), float(self.dose_order.ordered.quantity.ml)) == (36.2, 36.2)

    def give(self) -> None:
        monitor = self.as_(
            self.clinic.monitor, f"/care/treatments/cycles/{self.cycle.pk}/", width=1024, height=768
        )
        press(monitor, "Go to the session")
        press(monitor, "Open the session")
        self.session = self.cycle.sessions.get()
        press(monitor, "Double check…")
        monitor.get_by_label("Volume that you read").fill("63.2")
        press(monitor, "Save my reading")
        shows(monitor, "not what the order says")
        monitor.get_by_label("Volume that you read").fill("36.2")
        press(monitor, "Save my reading")
        shows(monitor, "All 2 saved")
        second = self.as_(
            self.clinic.second_monitor, f"/care/sessions/{self.session.pk}/", width=1024, height=768
        )
        press(second, "Double check…")
        second.get_by_label("Volume that you read").fill("36.2")
        press(second, "Save my reading")
        shows(second, "All 3 saved")
        monitor.reload()
        press(monitor, "Start the dose…")
        press(monitor, "Start the dose")
        shows(monitor, "Dosing started")
        for minutes, systolic, diastolic in ((10, 138, 86), (10, 142, 88), (20, 136, 84)):
            self.clock.forward(minutes=minutes)
            monitor.reload()
            self.write_signs(monitor, systolic, diastolic)
        press(monitor, "More symptoms")
        monitor.locator('#panel button[value="nausea 1"]').first.click()
        expect(monitor.locator("#log")).to_contain_text("Nausea, mild")
        press(monitor, "End the dosing…")
        monitor.get_by_label("Volume given").fill("36.2")
        press(monitor, "End the dosing")
        shows(monitor, "Discharge…")
        self.at_the_chair = monitor

    def write_signs(self, page: Page, systolic: int, diastolic: int) -> None:
        press(page, "Vitals")
        pad = page.locator("#pad")
        for label, value in (
            ("Systolic", systolic),
            ("Diastolic", diastolic),
            ("HR", 74),
            ("SpO", 97),
            ("RR", 14),
        ):
            pad.get_by_label(re.compile(label)).first.fill(str(value))
        pad.locator('input[type="radio"][value="5"]').check()
        press(page, "Save the vital signs")
        expect(page.locator("#log > li").first).to_contain_text(f"BP {systolic}/{diastolic}")
        expect(pad).to_be_hidden()

    def discharge(self) -> None:
        page = self.at_the_chair
        for minutes in (30, 29):
            self.clock.forward(minutes=minutes)
            page.reload()
            self.write_signs(page, 128, 80)
        press(page, "Discharge…")
        for question in (
            "Knows person",
            "Walks and turns",
            "By own report",
            "Cannula removed",
            "The escort is here",
            "Advice given",
        ):
            choose(page, question, "Yes")
        for question in ("Vomited in the last", "New or stronger suicidal"):
            choose(page, question, "No")
        page.get_by_label("Nausea from 0 to 10").fill("1")
        page.get_by_label("Fall of systolic pressure").fill("4")
        press(page, "Save the check")
        expect(page.locator("#log")).to_contain_text("Discharge criteria checked")
        press(page, "Discharge…")
        press(page, "Discharge the patient")
        expect(page.locator("#panel .error-summary")).to_contain_text("1 minute to go")
        self.cycle.refresh_from_db()
        assert self.cycle.phase == "recovery", "one minute before the floor nobody goes"
        self.clock.forward(minutes=2)
        page.goto(f"/care/sessions/{self.session.pk}/")
        self.write_signs(page, 124, 78)
        press(page, "Discharge…")
        press(page, "Discharge the patient")
        expect(page.locator("#due")).to_contain_text("Discharged")
        self.cycle.refresh_from_db()
        assert self.cycle.phase == "discharged"
        prescriber = self.as_(
            self.clinic.prescriber, f"/care/sessions/{self.session.pk}/", width=1024, height=768
        )
        sign(prescriber, "Sign off the session")
        self.cycle.refresh_from_db()
        assert self.cycle.phase == "integrating"

    def follow_up(self) -> None:
        self.clock.forward(hours=30)
        page = self.as_(self.clinic.therapist)
        shows(page, "Ngozi Adeyemi")
        page.goto(f"/care/integration/cycles/{self.cycle.pk}/")
        choose(page, "Result", "reached")
        choose(page, "New or stronger thoughts of self-harm since the dose", "Asked: no")
        press(page, "Save the contact")
        page.get_by_label("What happened, in the patient's words").fill("I sat with him. It was quiet.")
        page.get_by_label("Practices agreed").fill("Ten minutes at the river each morning.")
        press(page, "Save the visit")
        choose(page, "Outcome of the cycle", "complete")
        press(page, "Close the cycle")
        self.cycle.refresh_from_db()
        assert (self.cycle.phase, self.cycle.outcome) == ("closed", "complete")

    def fill_phq9(self, answer: str, ninth: str) -> Page:
        """Asked by the coordinator, filled on a phone; returns the patient's page before it is sent."""
        coordinator = self.as_(self.clinic.coordinator, f"/care/measures/of/{self.patient.pk}/ask/")
        choose(coordinator, "Which questionnaire?", "PHQ-9")
        choose(coordinator, "How?", "By a link to their phone")
        press(coordinator, "Ask")
        self.clock.forward(seconds=5)
        page = self.as_(None, newest_link(self.patient.person), width=390, height=844)
        page.get_by_label("Your date of birth").fill("1987-03-25")
        press(page, "Continue")
        items = page.locator("main fieldset").all()
        for number, item in enumerate(items[:9], start=1):
            item.get_by_role("radio", name=ninth if number == 9 else answer, exact=True).check()
        for item in items[9:]:
            item.get_by_role("radio").first.check()
        return page

    def baseline(self) -> None:
        page = self.fill_phq9("More than half the days", "Several days")
        press(page, "Save for later")
        shows(page, "988")
        concern = self.patient.concerns.get()
        assert concern.urgent
        press(page, "Send to the clinic")
        owner = self.as_(concern.owner)
        shows(owner, "Ngozi Adeyemi")
        owner.goto(f"/care/measures/concerns/{concern.pk}/")
        owner.get_by_label("What was done").fill("Called at once. Safe at home, crisis card read together.")
        choose(owner, "Risk", "low")
        choose(owner, "Access to means", "no access to means")
        owner.get_by_label("Safety plan").fill("Calls her sister or 988; the clinic calls tomorrow at ten.")
        owner.get_by_label("Who was told").fill("Her sister and the therapist")
        press(owner, "Answer the concern")
        concern.refresh_from_db()
        assert concern.answered_by == concern.owner

    def outcome(self) -> None:
        page = self.fill_phq9("Several days", "Not at all")
        press(page, "Send to the clinic")
        prescriber = self.as_(self.clinic.prescriber, f"/care/outcomes/{self.treatment.pk}/")
        press(prescriber, "End the treatment…")
        choose(prescriber, "Outcome", "responded")
        prescriber.get_by_label("Note for the next clinician").fill(
            "Half the score after one dose; prefers to stop here."
        )
        sign(prescriber, "End the treatment")
        self.treatment.refresh_from_db()
        assert (self.treatment.state, self.treatment.outcome) == ("ended", "response")
        assert set(self.treatment.cycles.values_list("phase", flat=True)) == {"closed", "void"}


def test_one_patient_walks_all_the_way(clinic: Cast, clock: Clock, open_as: Any) -> None:
    journey = Journey(clinic, clock, open_as)
    journey.tell_interest()
    journey.take_up_the_lead()
    journey.answer_the_screening()
    journey.decide()
    journey.baseline()
    journey.plan()
    journey.consent()
    journey.prepare()
    journey.make_ready()
    journey.order()
    journey.give()
    journey.discharge()
    journey.follow_up()
    journey.outcome()
    assert not LOOKED.wrong, "\n".join(LOOKED.wrong)
    assert len(LOOKED.seen) > 25
