"""Practices with progress by the patient's link, and a journal that is private or shared entry by entry."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.care.disclosures.queries import root_of
from mooring.care.integration.actions.practices import (
    agree_practices,
    end_practice,
    mark_done,
    send_practices,
    share_entry,
    write_journal,
)
from mooring.care.integration.models import (
    IntegrationVisit,
    JournalEntry,
    Practice,
    PracticeDay,
    PrivateWords,
)
from mooring.care.integration.queries.practices import journal_of, practices_of
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.models import TaskLink
from mooring.work.portable.of_patient import gather
from tests.care.integration.test_after_a_dose import NEXT_DAY, integrating, visit
from tests.links import hold
from tests.people import NOW, Cast, make_patient

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def agreed(cast: Cast, text: str = "Ten minutes by the window.\nCall my sister.") -> list[Practice]:
    return agree_practices(patient=cast.patient, cycle=None, text=text, by=cast.therapist, at=NOW)


def phone(cast: Cast) -> tuple[Client, TaskLink]:
    link = TaskLink.objects.get(kind="practices", state="open")
    return hold(Client(), link), link


def test_each_line_of_a_visit_is_a_practice_and_the_patient_gets_a_link(cast: Cast) -> None:
    cycle = integrating(cast)
    visit(cast, cycle)
    practice = Practice.objects.get()
    assert (practice.text, practice.cycle) == ("Ten minutes by the window.", cycle)
    assert TaskLink.objects.get(kind="practices").person == cast.patient.person


def test_what_stands_is_not_agreed_twice_and_sends_no_second_link(cast: Cast) -> None:
    assert len(agreed(cast)) == 2
    assert [each.text for each in agreed(cast, "Call my sister.\n\nWalk.")] == ["Walk."]
    assert TaskLink.objects.filter(kind="practices").count() == 1


def test_without_phone_and_email_it_is_agreed_and_not_sent(cast: Cast) -> None:
    Person.objects.filter(pk=cast.patient.person_id).update(phone="", email=None)
    cast.patient.person.refresh_from_db()
    assert len(agreed(cast)) == 2
    with pytest.raises(Refused, match="on paper"):
        send_practices(patient=cast.patient, by=cast.therapist, at=NOW)


def test_a_day_is_marked_once(cast: Cast) -> None:
    first, _second = agreed(cast)
    mark_done(practice=first, by=cast.patient.person, at=NOW - timedelta(days=2))
    for _again in range(2):
        mark_done(practice=first, by=cast.patient.person, at=NOW)
    assert PracticeDay.objects.count() == 2
    progress = practices_of(cast.patient, TODAY)[0]
    assert (progress.lately, progress.total, progress.done_today) == (2, 2, True)


def test_an_ended_practice_keeps_its_days(cast: Cast) -> None:
    first, _second = agreed(cast)
    mark_done(practice=first, by=cast.patient.person, at=NOW)
    end_practice(practice=first, by=cast.therapist, at=NOW)
    with pytest.raises(Refused, match="a moment ago"):
        end_practice(practice=first, by=cast.facilitator, at=NOW)
    first.refresh_from_db()
    with pytest.raises(Refused, match="has ended"):
        mark_done(practice=first, by=cast.patient.person, at=NOW)
    assert [each.total for each in practices_of(cast.patient, TODAY, ended=True)] == [1]


def written(cast: Cast, text: str, *, shared: bool) -> JournalEntry:
    return write_journal(patient=cast.patient, text=text, shared=shared, by=cast.patient.person, at=NOW)


def test_a_private_entry_is_sealed_and_no_copy_holds_it(cast: Cast) -> None:
    written(cast, "The house by the sea.", shared=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM care_integration_privatewords")
        assert "house" not in cursor.fetchone()[0]
    assert not journal_of(cast.patient, own=False)
    assert journal_of(cast.patient, own=True)[0].private.text == "The house by the sea."
    assert PrivateWords not in gather(root_of(cast.patient)).rows


def test_sharing_and_taking_back_move_the_words(cast: Cast) -> None:
    entry = written(cast, "I called her.", shared=False)
    entry = share_entry(entry=entry, shared=True, by=cast.patient.person, at=NOW)
    assert [each.text for each in journal_of(cast.patient, own=False)] == ["I called her."]
    assert not PrivateWords.objects.exists()
    entry = share_entry(entry=entry, shared=False, by=cast.patient.person, at=NOW)
    assert (entry.text, entry.private.text) == ("", "I called her.")
    again = share_entry(entry=entry, shared=False, by=cast.patient.person, at=NOW)
    assert again.private.text == "I called her."
    with pytest.raises(Refused, match="Write something"):
        written(cast, "  ", shared=True)


def test_the_patients_own_page(cast: Cast) -> None:
    agreed(cast)
    client, link = phone(cast)
    page = reverse("practices-mine", args=[link.pk])
    assert "Call my sister." in client.get(page).content.decode()
    practice = Practice.objects.get(text="Call my sister.")
    assert (
        client.post(reverse("practices-done", args=[link.pk]), {"practice": practice.pk}).status_code == 302
    )
    assert PracticeDay.objects.get().by == cast.patient.person
    typed = {"text": "A quiet day.", "who": "private"}
    assert client.post(reverse("journal-write", args=[link.pk]), typed).status_code == 302
    assert client.post(reverse("journal-write", args=[link.pk]), {**typed, "text": ""}).status_code == 422
    assert "A quiet day." in client.get(page).content.decode()
    entry = JournalEntry.objects.get()
    share = {"entry": entry.pk, "shared": "yes"}
    assert client.post(reverse("journal-share", args=[link.pk]), share).status_code == 302
    entry.refresh_from_db()
    assert entry.shared
    assert Client().get(page).status_code == 404


def test_the_link_reaches_nobody_elses_rows(cast: Cast) -> None:
    agreed(cast)
    client, link = phone(cast)
    other = make_patient(cast.site, "Noor Haddad")
    theirs = agree_practices(patient=other, cycle=None, text="Sing.", by=cast.therapist, at=NOW)[0]
    entry = write_journal(patient=other, text="Mine.", shared=False, by=other.person, at=NOW)
    for name, sent in (
        ("practices-done", {"practice": theirs.pk}),
        ("practices-done", {"practice": "x"}),
        ("journal-share", {"entry": entry.pk, "shared": "yes"}),
    ):
        assert client.post(reverse(name, args=[link.pk]), sent).status_code == 404


def test_the_teams_page_shows_progress_and_shared_words_alone(cast: Cast) -> None:
    first, _second = agreed(cast)
    mark_done(practice=first, by=cast.patient.person, at=NOW)
    written(cast, "For the team.", shared=True)
    written(cast, "For nobody.", shared=False)
    address, client = reverse("practices", args=[cast.patient.pk]), Client()
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
    client.force_login(cast.therapist)
    shown = client.get(address).content.decode()
    assert "For the team." in shown
    assert "For nobody." not in shown
    assert client.post(address, {"text": "Sleep before eleven."}).status_code == 302
    assert client.post(reverse("practices-send", args=[cast.patient.pk])).status_code == 302
    assert client.post(reverse("practice-end", args=[first.pk])).status_code == 302
    assert client.post(reverse("practice-end", args=[9999])).status_code == 404
    first.refresh_from_db()
    assert first.ended_by == cast.therapist


def test_a_visit_holds_coping_and_relations(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cycle = integrating(cast)
    client = Client()
    client.force_login(cast.therapist)
    typed = {
        "visit-experience": "The lake.",
        "visit-coping": "Counting breaths.",
        "visit-relations": "Tells her brother more.",
    }
    monkeypatch.setattr(timezone, "now", lambda: NEXT_DAY)
    assert client.post(reverse("integration-visit", args=[cycle.pk]), typed).status_code == 302
    made = IntegrationVisit.objects.get()
    assert (made.coping, made.relations) == ("Counting breaths.", "Tells her brother more.")
