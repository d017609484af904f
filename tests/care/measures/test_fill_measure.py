"""A questionnaire is asked for, drafted, and filled: by link and in the clinic."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mooring.audit.models import Event
from mooring.care.measures.actions import (
    ask_measure,
    fill_measure,
    keep_draft,
    send_link_again,
    withdraw_measure,
)
from mooring.care.measures.models import Asked, Filled
from mooring.care.measures.queries import instrument_of, total_in_words
from mooring.content.loader import load
from mooring.rules.verdict import Refused
from mooring.work.models import Message, Task, TaskLink
from tests.care.measures.questionnaires import answers, asked, filled, on_a_phone
from tests.links import page_of
from tests.packs import changed, sign_pack_for
from tests.people import NOW, Cast


def test_asking_makes_a_link_a_message_and_a_task_for_later(cast: Cast) -> None:
    found = asked(cast)
    assert found.instrument == "PHQ-9@1"
    assert TaskLink.objects.get().birth_date == cast.patient.birth_date
    assert "PHQ" not in Message.objects.get().body
    task = Task.objects.get(kind="measure")
    assert task.opens_at == found.due_at
    assert Event.objects.get(name="care.measures.asked").subject == cast.patient.subject_ref


def test_asking_twice_is_refused_while_one_is_open(cast: Cast) -> None:
    asked(cast)
    with pytest.raises(Refused, match="already"):
        asked(cast)


def test_only_what_the_signed_pack_holds_is_asked(cast: Cast) -> None:
    sign_pack_for(cast)
    with pytest.raises(Refused, match="not in the pack"):
        ask_measure(
            patient=cast.patient,
            instrument="NOT-THERE",
            due_at=NOW,
            in_clinic=True,
            by=cast.coordinator,
            at=NOW,
        )


def test_a_filled_one_is_scored_and_appended(cast: Cast) -> None:
    result = filled(cast, each=2, q9=0)
    assert result.total == 16
    assert result.band == "moderately severe"
    assert total_in_words(result) == "16, moderately severe"
    assert result.answers["q1"] == 2
    assert not Task.objects.filter(kind="measure", state="open").exists()
    assert Asked.objects.get().state == "done"


@pytest.mark.parametrize("missing", ["q1", "q9"])
def test_nothing_half_filled_passes(cast: Cast, missing: str) -> None:
    found = asked(cast)
    given = answers()
    del given[missing]
    with pytest.raises(Refused, match="Not answered yet"):
        fill_measure(asked=found, answers=given, revision=0, link=None, by=cast.patient.person, at=NOW)
    assert not Filled.objects.exists()
    found.refresh_from_db()
    assert found.state == "open"


def test_two_writers_the_second_is_told(cast: Cast) -> None:
    found = asked(cast)
    keep_draft(asked=found, answers={"q1": 2}, revision=0, by=cast.patient.person, at=NOW)
    with pytest.raises(Refused, match="another device"):
        keep_draft(asked=found, answers={"q1": 0}, revision=0, by=cast.therapist, at=NOW)
    found.refresh_from_db()
    assert found.draft == {"q1": 2}


def test_a_filled_one_is_not_filled_again(cast: Cast) -> None:
    found = filled(cast).asked
    with pytest.raises(Refused):
        fill_measure(
            asked=found,
            answers=answers(3),
            revision=found.revision,
            link=None,
            by=cast.therapist,
            at=NOW,
        )
    assert Filled.objects.get().total == 9


def test_withdrawing_takes_link_and_task_with_it(cast: Cast) -> None:
    found = asked(cast)
    withdraw_measure(asked=found, by=cast.coordinator, at=NOW)
    assert not TaskLink.objects.filter(state="open").exists()
    assert not Task.objects.filter(kind="measure", state="open").exists()
    with pytest.raises(Refused):
        send_link_again(asked=found, by=cast.coordinator, at=NOW)


def test_an_old_one_is_read_in_its_own_wording(cast: Cast) -> None:
    found = filled(cast).asked
    old = load().instruments["PHQ-9@1"]
    newer = changed(load(), "instruments", "PHQ-9@1", version=2, stem="Another stem")
    sign_pack_for(cast, newer, at=NOW + timedelta(days=1))
    assert instrument_of(found).stem == old.stem


def test_the_patient_fills_it_on_a_phone_in_the_exact_words(cast: Cast) -> None:
    found = asked(cast, at=timezone.now())
    client = on_a_phone(found)
    text = client.get(page_of("measure")).content.decode()
    instrument = instrument_of(found)
    assert instrument.stem in text
    assert all(item.text in text for item in instrument.items)
    assert instrument.licence.line in text
    assert '<div translate="no">' in text, "a browser's translation is no validated wording"
    sent = dict.fromkeys(answers(), "1") | {"q9": "0", "revision": "0", "once": str(uuid4())}
    done = client.post(page_of("measure"), sent)
    assert "Thank you" in done.content.decode()
    assert "carry this alone" not in done.content.decode()
    assert Filled.objects.get().total == 8
    assert client.get(page_of("measure")).status_code == 410


def test_a_half_filled_page_is_kept_as_a_draft_and_says_what_is_missing(cast: Cast) -> None:
    found = asked(cast, at=timezone.now())
    client = on_a_phone(found)
    page = client.post(page_of("measure"), {"q1": "2", "revision": "0", "once": str(uuid4())})
    assert page.status_code == 422
    assert "Choose one of the answers." in page.content.decode()
    assert 'value="1" data-part="revision"' in page.content.decode()
    found.refresh_from_db()
    assert (found.draft, found.state) == ({"q1": 2}, "open")


def test_it_is_filled_in_the_clinic_from_asking_to_score(cast: Cast, client: Client) -> None:
    sign_pack_for(cast)
    client.force_login(cast.coordinator)
    due = (timezone.now() + timedelta(days=1)).date().isoformat()
    sent = {"instrument": "PHQ-9", "how": "clinic", "due": due, "once": str(uuid4())}
    answer = client.post(f"/care/measures/of/{cast.patient.pk}/ask/", sent)
    found = Asked.objects.get()
    assert answer["Location"] == f"/care/measures/{found.pk}/fill/"
    given = dict.fromkeys(answers(), "3") | {"q9": "0", "revision": "0", "once": str(uuid4())}
    for _ in range(2):
        answer = client.post(f"/care/measures/{found.pk}/fill/", given)
        assert answer.status_code == 302
    assert Filled.objects.get().total == 24
    text = client.get(f"/care/measures/{found.pk}/").content.decode()
    assert "PHQ-9: 24, severe" in text
    assert "Nearly every day" in text


def test_a_second_device_is_told_once_loses_nothing_and_may_replace(cast: Cast) -> None:
    found = asked(cast, at=timezone.now())
    client = on_a_phone(found)
    keep_draft(
        asked=found, answers={"q1": 3}, revision=0, page="tablet", by=cast.patient.person, at=timezone.now()
    )
    page = client.post(page_of("measure"), {"q1": "0", "revision": "0", "draft": "1", "once": str(uuid4())})
    assert page.status_code == 409
    assert "another device" in page.content.decode()
    shown = sent_again(page.content.decode())
    assert shown["q1"] == "0", "what was typed stays on the page"
    found.refresh_from_db()
    assert found.draft == {"q1": 3}
    assert client.post(page_of("measure"), shown | {"draft": "1"}).status_code == 302
    found.refresh_from_db()
    assert found.draft == {"q1": 0}


def sent_again(html: str) -> dict[str, str]:
    """What a browser sends when the page is sent as it stands: hidden fields and chosen answers."""
    sent = {}
    for tag in re.findall(r"<input[^>]*>", html):
        names = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if names.get("type") == "hidden" or " checked" in tag:
            sent[names["name"]] = names["value"]
    return sent


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("of/{patient}/", {"therapist": 200, "monitor": 200, "stranger": 404, "learner": 404}),
        ("of/{patient}/ask/", {"therapist": 200, "facilitator": 403, "stranger": 404}),
        ("{asked}/", {"facilitator": 200, "stranger": 404}),
        ("{asked}/fill/", {"monitor": 200, "facilitator": 403, "stranger": 404}),
        ("987654/", {"monitor": 404}),
    ],
)
def test_who_may_open_what(cast: Cast, client: Client, path: str, codes: dict[str, int]) -> None:
    found = asked(cast)
    for name, code in codes.items():
        client.force_login(getattr(cast, name))
        place = path.format(patient=cast.patient.pk, asked=found.pk)
        assert client.get(f"/care/measures/{place}").status_code == code, name


def test_the_list_asks_no_more_of_the_database_with_more_rows(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    counts = []
    for turn in range(2):
        for number in range(3):
            filled(cast, at=NOW + timedelta(days=10 * turn + number), q9=0)
        with CaptureQueriesContext(connection) as counted:
            client.get(f"/care/measures/of/{cast.patient.pk}/")
        counts.append(len(counted))
    assert counts[0] == counts[1]
