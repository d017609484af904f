"""The pages of a treatment: the walk from draft to signed order; who may and who may not."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.care.treatments.models import (
    Cycle,
    DoseOrder,
    Phase,
    Preparation,
    ReadinessClosure,
    ReadinessFact,
    Treatment,
)
from mooring.identity.models import Person
from tests.care.consents.signing import signed_consent
from tests.care.treatments.before_dosing import drafted, good_answers, knowing_clinic
from tests.care.treatments.rows import (
    cycle_in,
    decided_screening,
    escort_of,
    live_order,
    review_owed,
    signed_treatment,
    weight_of,
)
from tests.packs import grant
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def draft_post(**other: str) -> dict[str, str]:
    sent = {
        "protocol": "IV-STD-6@1",
        "indication": "depression",
        "measure": "PHQ-9@1",
        "amount": "0.5",
        "duration_min": "40",
        "doses": "6",
        "first_on": (timezone.now() + timedelta(days=1)).date().isoformat(),
    }
    return {**sent, **other}


def readiness_post(cast: Cast) -> dict[str, str]:
    """As a browser in the clinic's time zone sends it, without zones."""
    sent = {key: str(value) for key, value in good_answers(timezone.now()).items()}
    local = timezone.now() - timedelta(hours=20)  # long enough ago in any zone
    sent["escort_confirmed"] = str(escort_of(cast).pk)
    sent["last_food"] = sent["last_drink"] = local.strftime("%Y-%m-%dT%H:%M")
    return sent


def test_the_whole_walk_from_draft_to_signed_order(cast: Cast) -> None:
    now = timezone.now()
    pack = knowing_clinic(cast)
    decided_screening(cast, at=timezone.now())
    signed_consent(cast, pack, at=now - timedelta(days=1))
    weight_of(cast, at=now - timedelta(hours=3))
    prescriber, therapist, monitor = (
        as_person(person) for person in (cast.prescriber, cast.therapist, cast.monitor)
    )
    assert prescriber.get(reverse("treatment-draft", args=[cast.patient.pk])).status_code == 200
    sent = prescriber.post(reverse("treatment-draft", args=[cast.patient.pk]), draft_post())
    treatment = Treatment.objects.get()
    assert sent.headers["Location"] == reverse("treatment", args=[treatment.pk])
    sign = reverse("treatment-sign", args=[treatment.pk])
    assert b"36" in prescriber.get(sign).content
    assert prescriber.post(sign, {"password": PASSWORD}).status_code == 302
    cycle = treatment.cycles.get(number=1)
    words = {"intention": "To rest.", "calming_plan": "Breathe.", "touch": "hand", "call_shown": "on"}
    url = reverse("cycle-preparation", args=[cycle.pk])
    assert therapist.post(url, words).status_code == 302
    assert monitor.post(reverse("cycle-readiness", args=[cycle.pk]), readiness_post(cast)).status_code == 302
    here = reverse("cycle", args=[cycle.pk])
    assert b"Ready for the dose" in monitor.get(here).content
    assert monitor.post(reverse("cycle-ready", args=[cycle.pk])).status_code == 302
    order = reverse("order-sign", args=[cycle.pk])
    figures = {"amount": "0.5", "drawn": "KETAMINE-50@1 1", "duration_min": "40"}
    computed = prescriber.get(order, figures)
    assert b"Information, not advice." in computed.content
    shown = computed.context["computed"].shown
    signed = prescriber.post(order, {**figures, "shown": shown, "password": PASSWORD})
    assert signed.status_code == 302
    stored = DoseOrder.objects.get()
    sheet = reverse("order", args=[stored.pk])
    assert b"hidden until the dose starts" in monitor.get(sheet).content
    assert b"54" in prescriber.get(sheet).content
    assert stored.signed_by == cast.prescriber
    assert treatment.protocol.encode() in monitor.get(here).content


def test_a_closed_gate_says_what_is_open_and_whose_move_it_is(cast: Cast) -> None:
    knowing_clinic(cast)
    cycle = cycle_in(Phase.PREPARE, signed_treatment(cast))
    page = as_person(cast.monitor).get(reverse("cycle", args=[cycle.pk]))
    assert b"Take the consent" in page.content
    assert b"Weigh the patient" in page.content
    answer = as_person(cast.monitor).post(reverse("cycle-ready", args=[cycle.pk]))
    assert answer.status_code == 422
    assert b"not recorded yet" in answer.content


def test_a_prescriber_weighs_a_finding_on_its_page(cast: Cast) -> None:
    knowing_clinic(cast)
    weight_of(cast, at=timezone.now())
    cycle = cycle_in(Phase.PREPARE, signed_treatment(cast))
    monitor, prescriber = as_person(cast.monitor), as_person(cast.prescriber)
    monitor.post(reverse("cycle-readiness", args=[cycle.pk]), {"systolic_mmhg": "165"})
    rule = "THRESHOLDS-ADULT@2/systolic_mmhg"
    url = reverse("cycle-weigh", args=[cycle.pk])
    assert b"Systolic pressure is above 160" in prescriber.get(f"{url}?rule={rule}").content
    sent = {"rule": rule, "kind": "overridden", "reason": "Rested.", "password": PASSWORD}
    assert prescriber.post(url, {**sent, "password": "wrong"}).status_code == 422
    assert not ReadinessClosure.objects.exists()
    assert prescriber.post(url, sent).status_code == 302
    assert ReadinessClosure.objects.get().by == cast.prescriber
    assert prescriber.get(f"{url}?rule={rule}").status_code == 404
    assert monitor.get(url).status_code == 403


def test_each_form_sent_twice_does_one_thing(cast: Cast) -> None:
    knowing_clinic(cast)
    decided_screening(cast, at=timezone.now())
    grant(cast.prescriber, "ketamine-course")
    client = as_person(cast.prescriber)
    sent = draft_post(once=str(uuid4()))
    url = reverse("treatment-draft", args=[cast.patient.pk])
    assert [client.post(url, sent).status_code for _ in range(2)] == [302, 302]
    assert Treatment.objects.count() == 1
    cycle = Cycle.objects.first()
    assert cycle is not None
    words = {"intention": "a", "calming_plan": "b", "touch": "none", "once": str(uuid4())}
    url = reverse("cycle-preparation", args=[cycle.pk])
    assert [client.post(url, words).status_code for _ in range(2)] == [302, 302]
    assert Preparation.objects.count() == 1


def addresses(cast: Cast) -> dict[str, str]:
    cycle = cycle_in(Phase.READY, signed_treatment(cast))
    order = live_order(cast, cycle)
    names = {
        "treatments": cast.patient.pk,
        "treatment-draft": cast.patient.pk,
        "treatment": cycle.treatment_id,
        "treatment-sign": cycle.treatment_id,
        "treatment-withdraw": cycle.treatment_id,
        "cycle": cycle.pk,
        "cycle-preparation": cycle.pk,
        "cycle-readiness": cycle.pk,
        "cycle-weigh": cycle.pk,
        "cycle-back": cycle.pk,
        "cycle-void": cycle.pk,
        "order-sign": cycle.pk,
        "order": order.pk,
        "order-withdraw": order.pk,
    }
    return {name: reverse(name, args=[pk]) for name, pk in names.items()}


def test_a_stranger_finds_nothing(cast: Cast) -> None:
    knowing_clinic(cast)
    client = as_person(cast.stranger)
    answers = {name: client.get(url).status_code for name, url in addresses(cast).items()}
    assert set(answers.values()) == {404}, answers


def test_a_reader_reads_and_may_not_sign(cast: Cast) -> None:
    knowing_clinic(cast)
    client = as_person(cast.therapist)
    answers = {name: client.get(url).status_code for name, url in addresses(cast).items()}
    readable = {"treatments", "treatment", "cycle", "order", "cycle-preparation"}
    assert {name for name, status in answers.items() if status == 200} == readable
    assert {status for name, status in answers.items() if name not in readable} == {403}


def test_every_page_opens_for_the_prescriber(cast: Cast) -> None:
    knowing_clinic(cast)
    client = as_person(cast.prescriber)
    answers = {name: client.get(url).status_code for name, url in addresses(cast).items()}
    assert {name: status for name, status in answers.items() if status != 200} == {"cycle-weigh": 404}


def test_bad_ids_are_not_found(cast: Cast) -> None:
    client = as_person(cast.prescriber)
    for name in ("treatment", "cycle", "order", "treatment-draft", "order-sign"):
        assert client.get(reverse(name, args=[987654])).status_code == 404


def test_without_a_signed_pack_the_page_says_who_signs_one(cast: Cast) -> None:
    answer = as_person(cast.prescriber).get(reverse("treatment-draft", args=[cast.patient.pk]))
    assert b"The medical director signs one" in answer.content


def test_hostile_words_are_inert(cast: Cast) -> None:
    knowing_clinic(cast)
    cycle = cycle_in(Phase.PREPARE, signed_treatment(cast))
    hostile = "<img src=x onerror=alert(1)>"
    client = as_person(cast.therapist)
    client.post(
        reverse("cycle-preparation", args=[cycle.pk]),
        {"intention": hostile, "calming_plan": hostile, "touch": "none"},
    )
    page = client.get(reverse("cycle", args=[cycle.pk]))
    assert hostile.encode() not in page.content
    assert b"&lt;img src=x" in page.content


def test_more_cycles_ask_no_more_of_the_database(cast: Cast, django_assert_max_num_queries: object) -> None:
    knowing_clinic(cast)
    treatment = drafted(cast)
    client = as_person(cast.prescriber)
    client.get(reverse("treatment", args=[treatment.pk]))
    with django_assert_max_num_queries(60) as few:  # type: ignore[operator]
        client.get(reverse("treatment", args=[treatment.pk]))
    for number in range(7, 40):
        cycle_in(Phase.PREPARE, treatment, number)
    with django_assert_max_num_queries(60) as many:  # type: ignore[operator]
        client.get(reverse("treatment", args=[treatment.pk]))
    assert len(many) == len(few)


@pytest.mark.parametrize("phase", list(Phase))
def test_a_cycle_opens_in_every_phase_for_everyone_who_may_read(cast: Cast, phase: Phase) -> None:
    knowing_clinic(cast)
    cycle = cycle_in(phase, signed_treatment(cast))
    for person in (cast.prescriber, cast.monitor, cast.therapist, cast.coordinator):
        page = as_person(person).get(reverse("cycle", args=[cycle.pk]))
        assert page.status_code == 200
        assert (b"Open the session" in page.content) is cycle.administered


def test_the_last_dose_stands_beside_the_order(cast: Cast) -> None:
    knowing_clinic(cast)
    treatment = signed_treatment(cast)
    live_order(cast, cycle_in(Phase.CLOSED, treatment))
    second = cycle_in(Phase.READY, treatment, 2)
    page = as_person(cast.prescriber).get(reverse("order-sign", args=[second.pk]))
    assert b"Summary of that session" in page.content
    assert b"Dose 1" in page.content


def test_a_review_that_no_one_decided_stands_on_the_order_of_the_next_dose(cast: Cast) -> None:
    knowing_clinic(cast)
    treatment = signed_treatment(cast)
    third = cycle_in(Phase.READY, treatment, 3)
    path = reverse("order-sign", args=[third.pk])
    assert b"No one has decided yet what comes next." not in as_person(cast.prescriber).get(path).content
    review_owed(cast, treatment)
    text = as_person(cast.prescriber).get(path).content.decode()
    assert "No one has decided yet what comes next." in text
    assert reverse("course-next", args=[treatment.pk]) in text


def test_an_order_that_stands_asks_for_no_figures(cast: Cast) -> None:
    knowing_clinic(cast)
    cycle = cycle_in(Phase.READY, signed_treatment(cast))
    path = reverse("order-sign", args=[cycle.pk])
    assert "Compute the order" in as_person(cast.prescriber).get(path).content.decode()
    live_order(cast, cycle)
    assert "Compute the order" not in as_person(cast.prescriber).get(path).content.decode()


def test_a_time_is_read_in_the_clock_of_the_patients_site(cast: Cast) -> None:
    knowing_clinic(cast)
    cycle = cycle_in(Phase.PREPARE, signed_treatment(cast))
    sent = {"last_food": "2026-11-12T07:30"}
    as_person(cast.monitor).post(reverse("cycle-readiness", args=[cycle.pk]), sent)
    fact = ReadinessFact.objects.get(key="last_food")
    assert datetime.fromisoformat(fact.value) == datetime(2026, 11, 12, 15, 30, tzinfo=UTC)
