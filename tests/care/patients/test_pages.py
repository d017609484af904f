"""Finding a patient, changing details, the people around them, and the log that the patient may read."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mooring.audit.models import Access, Event
from mooring.care.patients.forms import as_it_was
from mooring.care.patients.models import SupportPerson
from mooring.identity.models import CareTeamMember, Person
from tests.people import Cast, make_patient


def details(cast: Cast, **changed: str) -> dict[str, str]:
    person = cast.patient.person
    given = {
        "legal_name": person.legal_name,
        "chosen_name": "",
        "pronouns": "",
        "email": person.email or "",
        "phone": person.phone,
        "sex_at_birth": "female",
        "was": as_it_was(cast.patient),
        "once": str(uuid4()),
    }
    return {**given, **changed}


@pytest.mark.parametrize("words", ["calloway", "RUTH call", "1981-04-09", "ruth@example.com"])
def test_a_patient_is_found_and_the_search_is_written_down(cast: Cast, client: Client, words: str) -> None:
    make_patient(cast.site, "Owen Castle")
    client.force_login(cast.coordinator)
    text = client.get("/care/patients/", {"q": words}).content.decode()
    assert "Ruth Calloway" in text
    if words != "1981-04-09":
        assert "Owen Castle" not in text
        assert [each.kind for each in Access.objects.all()] == ["search"]


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "%", "' OR 1=1 --", "x" * 500])
def test_hostile_words_find_nobody_and_stay_words(cast: Cast, client: Client, words: str) -> None:
    client.force_login(cast.coordinator)
    answer = client.get("/care/patients/", {"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_the_list_asks_no_more_of_the_database_with_more_patients(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    counts = []
    for turn in range(2):
        for number in range(4):
            make_patient(cast.site, f"P{turn}{number} Person", (cast.therapist, "therapist"))
        with CaptureQueriesContext(connection) as counted:
            client.get("/care/patients/")
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_details_are_changed_once_and_a_second_writer_is_told(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    path = f"/care/patients/{cast.patient.pk}/details/"
    older = details(cast, chosen_name="Ru")
    first = details(cast, chosen_name="Ruthie", pronouns="she")
    assert client.post(path, first).status_code == 302
    refused = client.post(path, older)
    assert refused.status_code == 422
    assert "while this page was open" in refused.content.decode()
    cast.patient.person.refresh_from_db()
    assert cast.patient.person.chosen_name == "Ruthie"
    event = Event.objects.get(name="care.patients.details-changed")
    assert event.subject == cast.patient.subject_ref
    assert event.detail == {"changed": ["chosen_name", "pronouns"]}


def test_an_email_of_somebody_else_is_refused_with_the_next_step(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    sent = details(cast, email=str(cast.prescriber.email))
    answer = client.post(f"/care/patients/{cast.patient.pk}/details/", sent)
    assert answer.status_code == 422
    assert "has this e-mail address" in answer.content.decode()
    broken = client.post(f"/care/patients/{cast.patient.pk}/details/", details(cast, was="forged"))
    assert broken.status_code == 422


def test_people_around_the_patient_come_and_go(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    base = f"/care/patients/{cast.patient.pk}/"
    joined = {"colleague": f"{cast.prescriber.pk}:prescriber", "once": str(uuid4())}
    assert client.post(f"{base}team/join/", joined).status_code == 302
    assert "Kofi Mensah" in client.get(f"{base}people/").content.decode()
    assert client.post(f"{base}team/join/", {"colleague": f"{cast.stranger.pk}:monitor"}).status_code == 422
    member = CareTeamMember.objects.get(person=cast.prescriber)
    assert client.post(f"{base}team/{member.pk}/leave/").status_code == 302
    assert client.post(f"{base}team/{member.pk}/leave/").status_code == 404
    support = {"name": "Marco", "phone": "+1 503 555 0111", "escorts": "on", "once": str(uuid4())}
    for _ in range(2):
        assert client.post(f"{base}support/add/", support).status_code == 302
    found = SupportPerson.objects.get()
    assert "Marco" in client.get(f"{base}people/").content.decode()
    assert client.post(f"{base}support/{found.pk}/end/").status_code == 302
    found.refresh_from_db()
    assert found.ended_at is not None


def test_the_log_says_who_opened_and_what_was_done(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    client.get(f"/care/patients/{cast.patient.pk}/")
    client.force_login(cast.privacy_officer)
    path = f"/care/patients/{cast.patient.pk}/log/"
    text = client.get(path).content.decode()
    assert "Jonas Lind" in text
    assert "the record" in text
    client.force_login(cast.coordinator)
    client.post(f"/care/patients/{cast.patient.pk}/details/", details(cast, pronouns="she"))
    done = client.get(path, {"show": "done"}).content.decode()
    assert "patients: details changed" in done
    client.force_login(cast.monitor)
    assert client.get(path).status_code == 403


def test_the_log_is_paged_and_asks_no_more_with_more_rows(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    path = f"/care/patients/{cast.patient.pk}/log/"
    for _ in range(3):
        client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for _ in range(45):
        client.get(path)
    with CaptureQueriesContext(connection) as many:
        text = client.get(path).content.decode()
    assert len(few) == len(many)
    assert "Page 1 of 2" in text
    assert "times in a row" in text


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("", {"coordinator": 200, "therapist": 200, "stranger": 404, "privacy_officer": 404}),
        ("details/", {"coordinator": 200, "monitor": 403, "stranger": 404}),
        ("people/", {"monitor": 200, "stranger": 404}),
        ("team/join/", {"coordinator": 200, "therapist": 403, "stranger": 404}),
        ("support/add/", {"prescriber": 200, "facilitator": 403, "stranger": 404}),
    ],
)
def test_who_may_open_what(cast: Cast, client: Client, path: str, codes: dict[str, int]) -> None:
    for name, code in codes.items():
        client.force_login(getattr(cast, name))
        assert client.get(f"/care/patients/{cast.patient.pk}/{path}").status_code == code, name
    client.force_login(cast.coordinator)
    assert client.get(f"/care/patients/987654/{path}").status_code == 404


def test_case_w9_two_patients_called_sam_are_told_apart_where_one_writes(cast: Cast, client: Client) -> None:
    """Case W9: legal name, date of birth and record number stand on the page, not only "Sam"."""
    client.force_login(cast.coordinator)
    for name in ("Samuel Ortega", "Samantha Ortega"):
        patient = make_patient(cast.site, name)
        Person.objects.filter(pk=patient.person_id).update(chosen_name="Sam")
        for path in (f"/care/patients/{patient.pk}/details/", f"/care/screening/send/{patient.pk}/"):
            page = client.get(path).content.decode()
            assert name in page
            assert "9 Apr 1981" in page
            assert patient.record_number in page
