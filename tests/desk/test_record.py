"""The page of the whole record: the next step, what happened, and only what the reader may read."""

import re
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mooring import desk
from mooring.audit.models import Access
from mooring.care.patients.models import Patient
from mooring.care.patients.timeline import NextStep
from mooring.care.screening.actions import decide_screening
from mooring.care.screening.queries import mark_of
from mooring.desk.next_step import next_step
from mooring.identity.models import Person
from tests.care.measures.questionnaires import filled, on_duty
from tests.care.screening.screenings import answered, measured
from tests.care.treatments.before_dosing import planned, prepared
from tests.people import NOW, Cast


def step_of(cast: Cast, person: Person) -> NextStep:
    patient = Patient.objects.get(pk=cast.patient.pk)  # what a request reads, it reads once
    found = next_step(person, patient, NOW + timedelta(hours=3))
    assert found is not None
    return found


def test_the_next_step_follows_the_patient(cast: Cast) -> None:
    assert step_of(cast, cast.coordinator).act == "Send the screening"
    screening = answered(cast)
    assert step_of(cast, cast.prescriber).url == f"/care/screening/{screening.pk}/"
    measured(cast, 124, 78)
    at = NOW + timedelta(hours=2)
    decide_screening(
        screening=screening,
        decision="eligible",
        conditions="",
        told="You can start.",
        seen=mark_of(screening, at),
        by=cast.prescriber,
        at=at,
    )
    assert step_of(cast, cast.prescriber).act == "Open consents"


def test_who_may_not_do_it_reads_it_without_the_button(cast: Cast) -> None:
    step = step_of(cast, cast.therapist)
    assert step.says
    assert not step.url
    assert next_step(cast.facilitator, cast.patient, NOW) is None


def test_the_record_shows_what_happened_and_leaves_one_row(cast: Cast, client: Client) -> None:
    answered(cast, at=timezone.now() - timedelta(hours=2))
    filled(cast, at=timezone.now() - timedelta(hours=1), q9=0)
    client.force_login(cast.prescriber)
    text = client.get(f"/care/patients/{cast.patient.pk}/").content.decode()
    for said in ("Screening answered", "PHQ-9: 8, mild", "Decide on the screening", "Access history"):
        assert said in text
    assert Access.objects.filter(viewer=cast.prescriber.actor_ref).count() == 1
    client.force_login(cast.facilitator)
    text = client.get(f"/care/patients/{cast.patient.pk}/").content.decode()
    assert "Screening answered" not in text
    assert "Access history" not in text


def test_an_urgent_response_comes_first(cast: Cast, client: Client) -> None:
    on_duty(cast, cast.prescriber)
    filled(cast, q9=2)
    client.force_login(cast.prescriber)
    text = client.get(f"/care/patients/{cast.patient.pk}/").content.decode()
    assert text.index("Urgent response.") < text.index("Timeline")


def statements(captured: CaptureQueriesContext) -> list[str]:
    """What was read or written; the marks of a transaction are no statements."""
    marks = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(marks)]


def test_the_record_asks_no_more_of_the_database_with_more_rows(cast: Cast, client: Client) -> None:
    client.force_login(cast.prescriber)
    path = f"/care/patients/{cast.patient.pk}/"
    counts = []
    for turn in range(2):
        for number in range(4):
            filled(cast, at=NOW + timedelta(days=20 * turn + number), q9=0)
        client.get(path)
        with CaptureQueriesContext(connection) as counted:
            client.get(path)
        counts.append(len(statements(counted)))
    assert counts[0] == counts[1]
    assert counts[1] <= 17


def test_a_record_with_a_treatment_is_read_once(cast: Cast, client: Client) -> None:
    treatment = prepared(cast, planned(cast)).cycle.treatment
    client.force_login(cast.prescriber)
    path = f"/care/patients/{treatment.patient_id}/"
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        text = client.get(path).content.decode()
    assert "Dose cycles" in text
    assert len(statements(captured)) <= 17
    read = [sql.partition(" FROM ")[2].partition(" ")[0] for sql in statements(captured)]
    tables = [table for table in read if table.startswith('"care_')]
    tables.remove('"care_patients_patient"')  # once the record, once which records are of the same person
    assert sorted(tables) == sorted(set(tables))


def test_no_page_of_the_desk_knows_the_tables_of_a_care_room() -> None:
    """Rooms answer `timeline_of`, `next_step_of`, `stages_at`; the patient is the one thing all pages are about."""
    folder = Path(desk.__file__).parent
    known = re.compile(r"from mooring\.care\.(?!patients\.)\w+\.models import")
    assert not [path.name for path in folder.rglob("*.py") if known.search(path.read_text(encoding="utf-8"))]
    assert known.search("from mooring.care.treatments.models import Cycle")


def test_what_happened_earlier_is_one_link_away(cast: Cast, client: Client) -> None:
    for number in range(14):
        filled(cast, at=NOW + timedelta(days=number), q9=0)
    client.force_login(cast.prescriber)
    path = f"/care/patients/{cast.patient.pk}/"
    newest = client.get(path).content.decode()
    assert newest.count("PHQ-9: ") == 12
    assert "Became a patient" not in newest
    assert 'href="?all#h-happened"' in newest
    whole = client.get(path + "?all").content.decode()
    assert whole.count("PHQ-9: ") == 14
    assert "Became a patient" in whole
    assert 'href="?all#h-happened"' not in whole
