"""Ending a treatment: what must be closed first, what becomes void, and that it happens once."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mooring.audit.models import Event
from mooring.care.outcomes.actions import end_treatment
from mooring.care.treatments.actions.cycles import REVIEW
from mooring.care.treatments.models import Cycle, Phase, Treatment
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.queries import open_tasks_about
from tests.care.outcomes.courses import given, scored, treatment_under_a_pack
from tests.care.treatments.rows import cycle_in, live_order, review_owed, signed_treatment
from tests.people import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db


def ended(treatment: Treatment, by: Person, outcome: str = "response") -> Treatment:
    return end_treatment(treatment=treatment, outcome=outcome, outcome_note="Slept again.", by=by, at=NOW)


def test_planned_doses_become_void_and_given_ones_stay(cast: Cast) -> None:
    treatment = signed_treatment(cast)
    closed = given(treatment, 1, 1)
    cycle_in(Phase.PREPARE, treatment, 2)
    ready = cycle_in(Phase.READY, treatment, 3)
    order = live_order(cast, ready)
    done = ended(treatment, cast.prescriber)
    assert (done.state, done.outcome, done.ended_by, done.ended_at) == (
        "ended",
        "response",
        cast.prescriber,
        NOW,
    )
    phases = dict(Cycle.objects.values_list("number", "phase"))
    assert phases == {1: "closed", 2: "void", 3: "void"}
    assert Cycle.objects.get(number=2).reason == "The treatment ended: responded."
    order.refresh_from_db()
    assert order.withdrawn_at == NOW
    assert Cycle.objects.get(pk=closed.pk).administered
    event = Event.objects.get(name="care.outcomes.treatment-ended")
    assert event.detail == {"outcome": "response", "doses": 1}


def test_a_review_that_was_owed_is_closed_with_the_treatment(cast: Cast) -> None:
    treatment = signed_treatment(cast)
    review_owed(cast, treatment)
    ended(treatment, cast.prescriber)
    assert not open_tasks_about(treatment, REVIEW).exists()


@pytest.mark.parametrize("phase", [Phase.DOSING, Phase.RECOVERY, Phase.DISCHARGED, Phase.INTEGRATING])
def test_a_cycle_on_its_way_is_closed_first(cast: Cast, phase: Phase) -> None:
    treatment = signed_treatment(cast)
    cycle_in(phase, treatment)
    planned = cycle_in(Phase.PREPARE, treatment, 2)
    with pytest.raises(Refused, match="close that cycle first"):
        ended(treatment, cast.prescriber)
    assert Cycle.objects.get(pk=planned.pk).phase == Phase.PREPARE
    assert Treatment.objects.get(pk=treatment.pk).state == "signed"


def test_without_an_outcome_it_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="Choose the outcome"):
        ended(signed_treatment(cast), cast.prescriber, outcome="splendid")


def test_a_draft_is_not_ended(cast: Cast) -> None:
    with pytest.raises(Refused, match="is draft"):
        ended(signed_treatment(cast, state="draft"), cast.prescriber)


def test_the_second_is_told(cast: Cast) -> None:
    treatment = signed_treatment(cast)
    as_read_before = Treatment.objects.get(pk=treatment.pk)
    ended(treatment, cast.prescriber)
    with pytest.raises(Refused, match="Kofi Mensah ended this treatment a moment ago"):
        ended(as_read_before, cast.director, outcome="moved")
    assert Treatment.objects.get(pk=treatment.pk).outcome == "response"


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_pages(cast: Cast) -> None:
    treatment = treatment_under_a_pack(cast)
    scored(cast, 0, 20)
    given(treatment, 1, 1)
    scored(cast, 9, 8)
    prescriber, therapist = as_person(cast.prescriber), as_person(cast.therapist)
    here, end = (reverse(name, args=[treatment.pk]) for name in ("outcomes", "treatment-end"))
    assert b"Response: at least" in therapist.get(here).content
    assert therapist.get(end).status_code == 403
    assert as_person(cast.stranger).get(here).status_code == 404
    assert as_person(cast.stranger).get(end).status_code == 404
    assert prescriber.get(reverse("outcomes", args=[987654])).status_code == 404
    sent = {"outcome": "response", "outcome_note": "<b>x</b>", "password": PASSWORD, "once": str(uuid4())}
    assert prescriber.post(end, {**sent, "password": "wrong"}).status_code == 422
    assert [prescriber.post(end, sent).status_code for _ in range(2)] == [302, 302]
    page = prescriber.get(here)
    assert b"&lt;b&gt;x&lt;/b&gt;" in page.content
    assert Event.objects.filter(name="care.outcomes.treatment-ended").count() == 1


def test_the_page_without_any_score(cast: Cast) -> None:
    treatment = treatment_under_a_pack(cast)
    page = as_person(cast.prescriber).get(reverse("outcomes", args=[treatment.pk]))
    assert b"No score yet." in page.content
