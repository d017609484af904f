"""What was measured and told: appended, corrected by a new row, never edited."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from mooring.audit.models import Event
from mooring.care.observations.actions import (
    agree_hold,
    correct_observation,
    end_allergy,
    record_observation,
    stop_medicine,
    tell_allergy,
    tell_medicine,
    tell_no_allergy,
)
from mooring.care.observations.models import Allergy, Medicine, Observation, ObservationKind
from mooring.care.observations.queries import (
    allergies_in_words,
    allergies_of,
    newest,
    newest_weight,
    standing_values,
)
from mooring.rules.verdict import Refused
from tests.people import NOW, Cast, make_patient


def weight(cast: Cast, value: str, **changed: object) -> Observation:
    return Observation(**{"patient": cast.patient, "kind": "weight", "value": value, "at": NOW, **changed})


def test_a_value_is_appended_with_author_and_both_times(cast: Cast) -> None:
    found = record_observation(
        observation=weight(cast, "72.4"), by=cast.monitor, at=NOW + timedelta(minutes=3)
    )
    assert (found.at, found.stored_at, found.by) == (NOW, NOW + timedelta(minutes=3), cast.monitor)
    assert newest_weight(cast.patient) == found
    event = Event.objects.get(name="care.observations.measured")
    assert event.subject == cast.patient.subject_ref
    assert "72" not in str(event.detail)


def test_a_value_of_tomorrow_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="in the future"):
        record_observation(observation=weight(cast, "72"), by=cast.monitor, at=NOW - timedelta(days=1))


@pytest.mark.parametrize("value", ["19.9", "400.1"])
def test_the_database_refuses_an_implausible_weight(cast: Cast, value: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        record_observation(observation=weight(cast, value), by=cast.monitor, at=NOW)


def test_a_correction_takes_the_place_and_names_the_old_one(cast: Cast) -> None:
    wrong = record_observation(observation=weight(cast, "27.4"), by=cast.monitor, at=NOW)
    right = correct_observation(
        observation=weight(cast, "72.4"), corrects=wrong, by=cast.second_monitor, at=NOW
    )
    assert right.corrects == wrong
    assert list(standing_values(cast.patient, "weight")) == [right]
    assert Observation.objects.get(pk=wrong.pk).value == Decimal("27.4")
    with pytest.raises(Refused, match="a moment ago"):
        correct_observation(observation=weight(cast, "70"), corrects=wrong, by=cast.monitor, at=NOW)


def test_a_correction_stays_with_its_patient_and_kind(cast: Cast) -> None:
    wrong = record_observation(observation=weight(cast, "72"), by=cast.monitor, at=NOW)
    other = make_patient(cast.site, "Owen Castle")
    with pytest.raises(Refused, match="same kind"):
        correct_observation(
            observation=weight(cast, "70", patient=other), corrects=wrong, by=cast.monitor, at=NOW
        )


@pytest.mark.django_db(transaction=True)
def test_a_stored_value_cannot_be_changed(cast: Cast) -> None:
    found = record_observation(observation=weight(cast, "72"), by=cast.monitor, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Observation.objects.filter(pk=found.pk).update(value=80)


def test_the_newest_value_as_of_a_moment(cast: Cast) -> None:
    for hours, upper in ((0, 120), (2, 150)):
        record_observation(
            observation=weight(
                cast, str(upper), kind="blood-pressure", second=80, at=NOW + timedelta(hours=hours)
            ),
            by=cast.monitor,
            at=NOW + timedelta(hours=hours),
        )
    earlier = newest(cast.patient, ObservationKind.BLOOD_PRESSURE, until=NOW + timedelta(hours=1))
    latest = newest(cast.patient, ObservationKind.BLOOD_PRESSURE)
    assert earlier is not None
    assert latest is not None
    assert earlier.value == 120
    assert latest.value == 150


def test_a_medicine_is_told_held_and_stopped(cast: Cast) -> None:
    line = Medicine(patient=cast.patient, name="Lisinopril", dose="10 mg in the morning")
    tell_medicine(medicine=line, by=cast.prescriber, at=NOW)
    with pytest.raises(Refused, match="already"):
        tell_medicine(medicine=Medicine(patient=cast.patient, name="lisinopril"), by=cast.prescriber, at=NOW)
    agree_hold(medicine=line, hold="take it as usual", was="", by=cast.prescriber, at=NOW)
    with pytest.raises(Refused, match="colleague"):
        agree_hold(medicine=line, hold="leave it out", was="", by=cast.director, at=NOW)
    stop_medicine(medicine=line, by=cast.prescriber, at=NOW)
    with pytest.raises(Refused):
        stop_medicine(medicine=line, by=cast.prescriber, at=NOW)
    line.refresh_from_db()
    assert line.hold == "take it as usual"


def test_silence_about_allergies_is_not_none(cast: Cast) -> None:
    assert allergies_in_words(list(allergies_of(cast.patient))) == "not asked yet"
    tell_no_allergy(patient=cast.patient, by=cast.monitor, at=NOW)
    assert allergies_in_words(list(allergies_of(cast.patient))) == "none known"
    with pytest.raises(Refused):
        tell_no_allergy(patient=cast.patient, by=cast.monitor, at=NOW)
    found = tell_allergy(
        allergy=Allergy(patient=cast.patient, substance="Penicillin", reaction="rash"),
        by=cast.monitor,
        at=NOW,
    )
    assert allergies_in_words(list(allergies_of(cast.patient))) == "Penicillin (rash)"
    end_allergy(allergy=found, by=cast.monitor, at=NOW)
    with pytest.raises(Refused):
        end_allergy(allergy=found, by=cast.monitor, at=NOW)
    assert allergies_in_words(list(allergies_of(cast.patient))) == "not asked yet"


def test_the_pages_store_once_and_say_what_is_wrong(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    base = f"/care/observations/{cast.patient.pk}/"
    once = str(uuid4())
    sent = {"value": "128", "second": "82", "at": "2026-11-12T10:00", "once": once}
    for _ in range(2):
        assert client.post(f"{base}measure/blood-pressure/", sent).status_code == 302
    assert Observation.objects.count() == 1
    wrong = client.post(f"{base}measure/blood-pressure/", {**sent, "second": "140", "once": str(uuid4())})
    assert wrong.status_code == 422
    assert "Systolic must be above" in wrong.content.decode()
    too_low = client.post(f"{base}measure/weight/", {"value": "5", "at": "2026-11-12T10:00"})
    assert (too_low.status_code, "from 20 to 400" in too_low.content.decode()) == (422, True)
    assert client.get(f"{base}measure/waist/").status_code == 404
    text = client.get(base).content.decode()
    assert "128/82\u00a0mmHg" in text
    found = Observation.objects.get()
    corrected = {"value": "126", "second": "82", "at": "2026-11-12T10:00", "once": str(uuid4())}
    assert client.post(f"{base}values/{found.pk}/correct/", corrected).status_code == 302
    assert "corrected" in client.get(base).content.decode()


def test_medicines_and_allergies_by_their_pages(cast: Cast, client: Client) -> None:
    client.force_login(cast.prescriber)
    base = f"/care/observations/{cast.patient.pk}/"
    client.post(f"{base}medicines/add/", {"name": "<i>Sertraline</i>", "dose": "50 mg"})
    line = Medicine.objects.get()
    assert client.get(f"{base}medicines/{line.pk}/hold/").status_code == 200
    client.post(f"{base}medicines/{line.pk}/hold/", {"hold": "take it as usual", "was": ""})
    text = client.get(base).content.decode()
    assert "&lt;i&gt;Sertraline" in text
    assert "take it as usual" in text
    client.post(f"{base}medicines/{line.pk}/stop/")
    client.post(f"{base}allergies/none-known/")
    assert "None known" in client.get(base).content.decode()
    client.post(f"{base}allergies/add/", {"substance": "Latex", "reaction": ""})
    assert "Latex" in client.get(base).content.decode()
    client.post(f"{base}allergies/{Allergy.objects.get(substance='Latex').pk}/end/")
    assert not allergies_of(cast.patient).exists()


def test_who_may_read_and_who_may_write(cast: Cast, client: Client) -> None:
    base = f"/care/observations/{cast.patient.pk}/"
    for name, read, write in (("monitor", 200, 200), ("therapist", 200, 403), ("stranger", 404, 404)):
        client.force_login(getattr(cast, name))
        assert client.get(base).status_code == read
        assert client.get(f"{base}measure/weight/").status_code == write
    client.force_login(cast.monitor)
    assert client.get("/care/observations/987654/").status_code == 404
    other = make_patient(cast.site, "Owen Castle")
    found = record_observation(observation=weight(cast, "72", patient=other), by=cast.monitor, at=NOW)
    assert client.get(f"{base}values/{found.pk}/correct/").status_code == 404
