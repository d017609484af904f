"""A bedside device: paired by a code with one session, stored first, confirmed by a person, ended with the dosing."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from mooring.audit.kept import unnamed_rows
from mooring.audit.models import Event
from mooring.care.sessions.actions import end_dosing, make_device_code, pair_device
from mooring.care.sessions.models import BedsideDevice, MinuteOfReadings, Session, StoredReading
from tests.care.sessions.rows import minute, started
from tests.care.sessions.test_session_page import post, signed_in
from tests.people import Cast

pytestmark = pytest.mark.django_db
PAIR, READINGS = "/care/sessions/devices/pair/", "/care/sessions/devices/readings/"


def paired(session: Session, cast: Cast, at: Any, name: str = "Monitor 2") -> tuple[BedsideDevice, str]:
    device, _code = make_device_code(session=session, by=cast.monitor, at=at)
    return pair_device(device=device, name=name, by=cast.monitor, at=at)


def batch(at: Any, *spo2: float, first: int = 1, **more: float) -> dict[str, Any]:
    return {
        "readings": [
            {
                "seq": first + number,
                "at": (at + timedelta(seconds=number)).isoformat(),
                "values": {"spo2_percent": value, "heart_rate_per_min": 72, **more},
            }
            for number, value in enumerate(spo2)
        ]
    }


def send(token: str, body: object, content_type: str = "application/json") -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    headers = {"authorization": f"Bearer {token}"}
    return Client(enforce_csrf_checks=True).post(READINGS, text, content_type=content_type, headers=headers)


def test_a_device_is_paired_by_a_code_and_holds_one_session(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    answer = signed_in(cast.monitor).post(reverse("session-devices", args=[session.pk]))
    shown = answer.content.decode()
    assert "data:image/svg" in shown
    code = shown.split('pair-code"><b>')[1].split("<")[0]
    visitor = Client(enforce_csrf_checks=True)
    told = visitor.post(
        PAIR, json.dumps({"code": code.lower(), "name": "Monitor 2"}), content_type="application/json"
    )
    assert told.status_code == 200, told.content
    assert set(told.json()) == {"token", "readings", "signs"}
    device = session.devices.get()
    assert (device.name, device.paired_at) == ("Monitor 2", minute(9))
    assert told.json()["token"] not in str(vars(device)), "stored as a hash alone"
    again = visitor.post(PAIR, json.dumps({"code": code}), content_type="application/json")
    assert again.status_code == 404, "a code pairs once"
    assert Event.objects.filter(name="care.sessions.device-paired").count() == 1


@pytest.mark.parametrize(
    "body", ["", "[", "[]", "5", '{"code": 5}', '{"code": "ABCD", "name": []}', "\udcff"]
)
def test_a_hostile_pairing_is_refused(body: str, cast: Cast) -> None:
    data = body.encode("utf-8", "surrogatepass")
    answer = Client().post(PAIR, data, content_type="application/json")
    assert answer.status_code in (400, 404)


def test_guessing_codes_costs_time(cast: Cast, clock: list[Any]) -> None:
    visitor = Client()
    tried = [
        visitor.post(PAIR, json.dumps({"code": f"WRONG{n:03}"}), content_type="application/json").status_code
        for n in range(8)
    ]
    assert tried[0] == 404
    assert tried[-1] == 429


def test_readings_are_stored_once_and_summarised_by_the_minute(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    device, token = paired(session, cast, minute(8))
    answer = send(token, batch(minute(8), 97, 98, 97, 60, 97))
    assert answer.json() == {"stored": 5, "known": 0, "refused": []}
    assert send(token, batch(minute(8), 97, 98, 97, 60, 97)).json()["stored"] == 0
    assert StoredReading.objects.filter(artefact=True).count() == 1, "flagged and kept"
    summary = MinuteOfReadings.objects.get()
    assert summary.signs["spo2_percent"] == [97.0, 97.0, 98.0, 4]
    assert (summary.readings, summary.artefacts) == (5, 1)
    device.refresh_from_db()
    assert device.last_heard_at == minute(9)
    assert not session.entries.filter(kind="vitals", at__gte=minute(8)).exists(), "no observation by itself"


def test_readings_are_no_forgery_though_no_act_names_them_and_cannot_be_changed(
    cast: Cast, clock: list[Any]
) -> None:
    """The demonstration's own device made `audit verify` call the demonstration forged."""
    session = started(cast)
    clock[0] = minute(9)
    device, token = paired(session, cast, minute(9))
    assert send(token, batch(minute(9), 97, 96)).status_code == 200
    assert not [ref for ref in unnamed_rows({}) if "storedreading" in ref]
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        StoredReading.objects.filter(device=device).update(artefact=True)


def test_a_person_confirms_what_the_device_measured(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    device, token = paired(session, cast, minute(8))
    clock[0] = minute(9)
    send(token, batch(minute(8.5), 96, 96, 96))
    page = signed_in(cast.monitor).get(reverse("session", args=[session.pk])).content.decode()
    assert f'data-device="{device.pk}"' in page
    assert "SpO₂ 96" in page
    sent = {"vitals-spo2_percent": "96", "vitals-heart_rate_per_min": "72", "vitals-device": device.pk}
    assert post(signed_in(cast.monitor), "vitals", session, **sent).status_code == 302
    entry = session.entries.filter(kind="vitals").latest("id")
    assert entry.facts == {"spo2_percent": 96.0, "heart_rate_per_min": 72.0, "device": device.pk}
    assert entry.by == cast.monitor
    assert (
        "confirmed from the device"
        in signed_in(cast.monitor).get(reverse("session", args=[session.pk])).content.decode()
    )


def test_a_device_of_another_session_confirms_nothing(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    post(signed_in(cast.monitor), "vitals", session, **{"vitals-spo2_percent": "96", "vitals-device": "999"})
    assert session.entries.filter(kind="vitals").latest("id").facts == {"spo2_percent": 96.0}


def test_a_red_value_of_the_device_presses_and_its_silence_is_said(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    _device, token = paired(session, cast, minute(8))
    clock[0] = minute(9)
    send(token, batch(minute(8.5), *range(97, 84, -1), *[85] * 10))
    address = reverse("session", args=[session.pk])
    assert "The device reads:" in signed_in(cast.monitor).get(address).content.decode()
    clock[0] = minute(11)
    assert "The device is silent." in signed_in(cast.monitor).get(address).content.decode()


def test_the_pairing_ends_with_the_dosing(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    _device, token = paired(session, cast, minute(8))
    end_dosing(
        session=session,
        given_ml=session.order.ordered.quantity.ml,
        happened_at=minute(50),
        key=uuid4(),
        by=cast.monitor,
        at=minute(50),
    )
    clock[0] = minute(60)
    assert send(token, batch(minute(9), 97)).status_code == 410
    assert not StoredReading.objects.exists()
    _later, later = paired(session, cast, minute(60), "Monitor 3")
    assert send(later, batch(minute(60), 97)).status_code == 200, (
        "made in recovery, it lasts until the discharge"
    )


def test_one_device_a_session_and_taking_it_away(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    first, token = paired(session, cast, minute(8))
    second, other = paired(session, cast, minute(9))
    clock[0] = minute(10)
    assert send(token, batch(minute(9), 97)).status_code == 410
    assert send(other, batch(minute(9), 97)).status_code == 200
    away = reverse("session-device-end", args=[session.pk, second.pk])
    assert signed_in(cast.learner).post(away).status_code in (403, 404)
    assert signed_in(cast.stranger).post(away).status_code == 404
    assert signed_in(cast.monitor).post(away).status_code == 302
    assert send(other, batch(minute(9), 97, first=9)).status_code == 410
    assert first.session_id == session.pk


@pytest.mark.parametrize("token", ["", "x", "Bearer", "é" * 20])
def test_no_token_of_ours_reaches_nothing(token: str, cast: Cast) -> None:
    headers = {"authorization": f"Bearer {token}".encode().decode("latin-1")}
    assert Client().post(READINGS, "{}", content_type="application/json", headers=headers).status_code == 401
    assert Client().get(READINGS).status_code == 405


@pytest.mark.parametrize(
    ("body", "status"),
    [("", 400), ("[" * 100_000, 400), ('{"readings": NaN}', 400), ("x" * 500_000, 413), ("{}", 400)],
)
def test_a_hostile_body_is_refused(body: str, status: int, cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    _device, token = paired(session, cast, minute(8))
    assert send(token, body).status_code == status


def test_one_wrong_reading_is_named_and_the_others_are_stored(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    _device, token = paired(session, cast, minute(8))
    body = batch(minute(8), 97, 97)
    body["readings"][0]["values"] = {"spo2_percent": "ninety"}
    assert send(token, body).json() == {
        "stored": 1,
        "known": 0,
        "refused": [{"seq": 1, "why": "not-a-number"}],
    }


def test_a_gateway_may_speak_fhir(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    _device, token = paired(session, cast, minute(8))
    body = {
        "resourceType": "Observation",
        "status": "final",
        "identifier": [{"value": "7"}],
        "effectiveDateTime": minute(8).isoformat(),
        "code": {"coding": [{"system": "http://loinc.org", "code": "59408-5"}]},
        "valueQuantity": {"value": 97, "code": "%"},
    }
    assert send(token, body, "application/fhir+json").json()["stored"] == 1
    assert StoredReading.objects.get().values == {"spo2_percent": 97.0}


def test_a_code_is_made_while_the_patient_is_here(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    assert signed_in(cast.stranger).get(reverse("session-devices", args=[session.pk])).status_code == 404
    assert signed_in(cast.monitor).get(reverse("session-devices", args=[session.pk])).status_code == 200
