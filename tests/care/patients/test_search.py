"""Finding a patient by whatever is at hand, in whatever writing."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mooring.care.patients.actions import PERSON_FIELDS, change_details
from mooring.care.patients.models import Patient, search_keys_of
from mooring.care.patients.queries import matching
from mooring.identity.models import CareTeam, Person
from tests.people import NOW, Cast, make_patient

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 29)


@pytest.fixture
def people(cast: Cast) -> Cast:
    for name in ("José Núñez", "Élodie Marchand", "Siobhán O’Brien", "Walter Brandt", "山田 太郎"):
        patient = make_patient(cast.site, name)
        Patient.objects.filter(pk=patient.pk).update(birth_date=date(1970, 1, 1), phone_key="")
    jose = Patient.objects.get(person__legal_name="José Núñez")
    Patient.objects.filter(pk=jose.pk).update(
        birth_date=date(1988, 3, 7), phone_key="+15035550177", record_number="R-1756"
    )
    return cast


def found(words: str, *, near: bool = False) -> set[str]:
    patients = matching(Patient.objects.all(), words, regions=["US"], today=TODAY, near=near)
    return {patient.person.legal_name for patient in patients}


@pytest.mark.parametrize(
    "words",
    [
        "jose nunez",
        "Nunez",
        "NÚÑEZ, José",
        "nuñ",
        "7 Mar 1988",
        "Mar 7, 1988",
        "07/03/1988",
        "1988-03-07",
        "nunez 7.3.1988",
        "1756",
        "R-1756",
        "r-1756",
        "(503) 555-0177",
        "503.555.0177",
        "+1 503 555 0177",
        "0177",
        "Nunez 503 555 0177",
    ],
)
def test_case_w4_one_patient_by_any_usual_writing(people: Cast, words: str) -> None:
    """Case W4: accents, order, any printed date, phone, bare record number."""
    assert found(words) == {"José Núñez"}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("élodie", "Élodie Marchand"),
        ("siobahn", "Siobhán O’Brien"),
        ("OBrien", "Siobhán O’Brien"),
        ("O'Brian", "Siobhán O’Brien"),
        ("Nunes", "José Núñez"),
        ("太郎", "山田 太郎"),
    ],
)
def test_case_w4_a_near_miss_in_spelling(people: Cast, client: Client, words: str, name: str) -> None:
    """Case W4: who is not found as typed is found by a name one slip away, and the page says so."""
    client.force_login(people.coordinator)
    page = client.get("/care/patients/", {"q": words}).content.decode()
    assert name in page
    assert "Walter Brandt" not in page
    assert ("No exact match" in page) == (not found(words))


def test_words_that_fit_nobody_find_nobody(people: Cast) -> None:
    for words in ("Nunez 1970-01-01", "zzzz", "%", "_", "9999", "31 Feb 1988"):
        assert found(words) == set(), words
        assert found(words, near=True) == set(), words


def test_a_new_name_and_phone_are_found_at_once(people: Cast) -> None:
    patient = Patient.objects.get(record_number="R-1756")
    person = patient.person
    was = [*(getattr(person, name) or "" for name in PERSON_FIELDS), patient.sex_at_birth]
    person.legal_name, person.phone = "Josefina Núñez", "503 555 0199"
    change_details(
        patient=patient, person=person, sex_at_birth="female", was=was, by=people.coordinator, at=NOW
    )
    assert found("josefina") == {"Josefina Núñez"}
    assert found("0199") == {"Josefina Núñez"}
    assert found("0177") == set()


def test_a_search_asks_the_database_and_reads_one_page(people: Cast, client: Client) -> None:
    """400 patients: the same statements as with six, and only one page of rows comes out of the database."""
    client.force_login(people.coordinator)
    with CaptureQueriesContext(connection) as few:
        client.get("/care/patients/", {"q": "siobahn"})
    people_rows = Person.objects.bulk_create(Person(legal_name=f"Person Number{n}") for n in range(400))
    teams = CareTeam.objects.bulk_create(CareTeam(site=people.site) for _ in people_rows)
    Patient.objects.bulk_create(
        Patient(
            person=person,
            site=people.site,
            care_team=team,
            record_number=f"R-9{person.pk}",
            birth_date=date(1980, 1, 1),
            since=timezone.now(),
            **search_keys_of(person, people.site),
        )
        for person, team in zip(people_rows, teams, strict=True)
    )
    with CaptureQueriesContext(connection) as many:
        page = client.get("/care/patients/", {"q": "siobahn"}).content.decode()
    assert "Siobhán O’Brien" in page
    assert len(many) == len(few)
