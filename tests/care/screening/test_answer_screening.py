"""The link is sent, drafts are kept, and only a whole set of answers passes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Access, Event
from mooring.care.screening.actions import (
    answer_screening,
    keep_draft,
    send_link_again,
    send_screening,
    withdraw_screening,
)
from mooring.care.screening.models import Screening, StatedFact
from mooring.care.screening.queries import questions_of
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.models import Message, Task, TaskLink
from tests.care.screening.screenings import all_no, answered, on_a_phone, sending, sent
from tests.links import page_of
from tests.people import NOW, Cast


def test_sending_makes_one_link_and_one_message_without_health_words(cast: Cast) -> None:
    screening = sent(cast)
    link, message = TaskLink.objects.get(), Message.objects.get()
    assert (link.person, link.birth_date) == (cast.patient.person, cast.patient.birth_date)
    assert (message.channel, message.link) == ("sms", link)
    assert "{link}" in message.body
    assert "ketamine" not in message.body.lower()
    assert Event.objects.get(name="care.screening.sent").subject == screening.subject_ref


def test_a_second_screening_is_refused_while_one_is_open(cast: Cast) -> None:
    sent(cast)
    with pytest.raises(Refused, match="open already"):
        send_screening(patient=cast.patient, by=cast.coordinator, at=NOW)


def test_who_cannot_be_reached_is_not_sent_anything(cast: Cast) -> None:
    Person.objects.filter(pk=cast.patient.person_id).update(phone="", email=None)
    cast.patient.person.refresh_from_db()
    with pytest.raises(Refused, match="no phone number"):
        sent(cast)
    assert not Screening.objects.exists()


def test_a_new_link_stops_the_earlier_one_and_keeps_the_draft(cast: Cast) -> None:
    screening = sent(cast)
    keep_draft(screening=screening, answers={"stroke": "no"}, revision=0, by=cast.patient.person, at=NOW)
    send_link_again(screening=screening, by=cast.coordinator, at=NOW + timedelta(hours=1))
    assert [each.state for each in TaskLink.objects.order_by("pk")] == ["withdrawn", "open"]
    screening.refresh_from_db()
    assert screening.draft == {"stroke": "no"}


def test_a_draft_is_kept_and_is_no_fact(cast: Cast) -> None:
    screening = sent(cast)
    given = {"stroke": "yes", "epilepsy": "maybe", "nonsense": "yes"}
    keep_draft(screening=screening, answers=given, revision=0, by=cast.patient.person, at=NOW)
    assert (screening.draft, screening.revision) == ({"stroke": "yes"}, 1)
    assert not StatedFact.objects.exists()


def test_two_writers_the_second_is_told_and_nothing_is_overwritten(cast: Cast) -> None:
    screening = sent(cast)
    person = cast.patient.person
    keep_draft(screening=screening, answers={"stroke": "yes"}, revision=0, by=person, at=NOW)
    with pytest.raises(Refused, match="another device"):
        keep_draft(screening=screening, answers={"stroke": "no"}, revision=0, by=person, at=NOW)
    with pytest.raises(Refused, match="another device"):
        answer_screening(
            screening=screening, answers=all_no(screening), revision=0, link=None, by=person, at=NOW
        )
    screening.refresh_from_db()
    assert (screening.draft, screening.state) == ({"stroke": "yes"}, "sent")


@pytest.mark.parametrize("hole", [None, "", "maybe"])
def test_nothing_half_filled_passes(cast: Cast, hole: str | None) -> None:
    screening = sent(cast)
    answers: dict[str, str] = all_no(screening)
    if hole is None:
        del answers["stroke"]
    else:
        answers["stroke"] = hole
    with pytest.raises(Refused, match="stroke"):
        answer_screening(
            screening=screening, answers=answers, revision=0, link=None, by=cast.patient.person, at=NOW
        )
    assert not StatedFact.objects.exists()


def test_answers_become_facts_and_a_decision_is_owed(cast: Cast) -> None:
    screening = answered(cast, stroke="not sure")
    assert screening.state == "answered"
    assert {each.key: each.value for each in StatedFact.objects.all()}["stroke"] == "not sure"
    told = StatedFact.objects.filter(source="patient")
    assert told.count() == len(questions_of(screening)) > 10
    task = Task.objects.get(kind="screening-decide")
    assert (task.role, task.subject) == ("prescriber", screening.subject_ref)


def test_a_withdrawn_screening_takes_link_and_task_with_it(cast: Cast) -> None:
    screening = answered(cast)
    withdraw_screening(screening=screening, by=cast.coordinator, at=NOW + timedelta(hours=1))
    assert not Task.objects.filter(kind="screening-decide", state="open").exists()
    assert not TaskLink.objects.filter(state="open").exists()
    with pytest.raises(Refused):
        withdraw_screening(screening=screening, by=cast.coordinator, at=NOW)


def test_the_patient_answers_on_a_phone(cast: Cast) -> None:
    screening = sent(cast, at=timezone.now())
    client = on_a_phone(screening)
    page = client.get(page_of("screening"))
    text = page.content.decode()
    assert text.index("988") < text.index("<form")
    assert "Have you ever had a stroke" in text
    assert Access.objects.get(viewer=cast.patient.person.actor_ref)
    kept = client.post(
        page_of("screening"), {"stroke": "yes", "revision": 0, "draft": "1", "once": str(uuid4())}
    )
    assert kept.status_code == 302
    screening.refresh_from_db()
    assert screening.draft == {"stroke": "yes"}
    done = client.post(page_of("screening"), sending(screening, once=str(uuid4())))
    assert "Thank you" in done.content.decode()
    screening.refresh_from_db()
    assert screening.state == "answered"
    again = client.get(page_of("screening"))
    assert again.status_code == 410
    assert "already done" in again.content.decode()


def test_a_half_filled_page_says_what_is_missing_and_keeps_the_rest(cast: Cast) -> None:
    screening = sent(cast, at=timezone.now())
    page = on_a_phone(screening).post(page_of("screening"), sending(screening, stroke=""))
    assert page.status_code == 422
    assert "Choose yes, no or not sure." in page.content.decode()
    assert not StatedFact.objects.exists()


def test_the_draft_is_kept_while_one_answers(cast: Cast) -> None:
    screening = sent(cast, at=timezone.now())
    client = on_a_phone(screening)
    kept = client.post(page_of("screening") + "draft/", {"stroke": "no", "revision": 0})
    assert kept.status_code == 200
    assert 'value="1"' in kept.content.decode()
    assert len(kept.headers["X-Kept-At"]) == 5
    stale = client.post(page_of("screening") + "draft/", {"stroke": "yes", "revision": 0})
    assert stale.status_code == 409
    screening.refresh_from_db()
    assert screening.draft == {"stroke": "no"}
    assert not Access.objects.filter(viewer=cast.patient.person.actor_ref).exists()


def test_without_an_opened_link_there_is_nothing(cast: Cast) -> None:
    screening = sent(cast, at=timezone.now())
    stranger = Client()
    assert stranger.get(page_of("screening")).status_code == 404
    assert stranger.post(page_of("screening") + "draft/", {}).status_code == 404
    client = on_a_phone(screening)
    TaskLink.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert client.get(page_of("screening")).status_code == 410


def test_the_coordinator_sends_from_a_page_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    path = f"/care/screening/send/{cast.patient.pk}/"
    assert client.post(path).status_code == 422  # no signed pack yet
    screening = sent(cast)
    withdraw_screening(screening=screening, by=cast.coordinator, at=timezone.now())
    once = str(uuid4())
    for _ in range(2):
        assert client.post(path, {"once": once}).status_code == 302
    assert Screening.objects.filter(state="sent").count() == 1
    for person, code in ((cast.monitor, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.get(path).status_code == code
