"""Circles: planned, joined while a place is free, attended; a roster names only whom one works with."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.care.integration.actions.circles import plan_circle, seat_patient, take_attendance
from mooring.care.integration.models import Circle, CircleSeat
from mooring.rules.verdict import Refused
from tests.people import NOW, Cast, make_patient

pytestmark = pytest.mark.django_db
MEETS = NOW + timedelta(days=2)


def planned(cast: Cast, places: int = 2) -> Circle:
    return plan_circle(
        site=cast.site,
        kind="integration",
        topic="What stays",
        meets_at=MEETS,
        places=places,
        led_by=cast.therapist,
        by=cast.coordinator,
        at=NOW,
    )


def test_roster_and_attendance(cast: Cast) -> None:
    circle = planned(cast)
    other = make_patient(cast.site, "Greta Holm")
    first = seat_patient(circle=circle, patient=cast.patient, by=cast.coordinator, at=NOW)
    with pytest.raises(Refused, match="on the roster already"):
        seat_patient(circle=circle, patient=cast.patient, by=cast.coordinator, at=NOW)
    second = seat_patient(circle=circle, patient=other, by=cast.coordinator, at=NOW)
    third = make_patient(cast.site, "Idris Bello")
    with pytest.raises(Refused, match="Every place"):
        seat_patient(circle=circle, patient=third, by=cast.coordinator, at=NOW)
    with pytest.raises(Refused, match="when the circle meets"):
        take_attendance(circle=circle, came={first.pk: True}, words={}, by=cast.coordinator, at=NOW)
    came = {first.pk: True, second.pk: False}
    take_attendance(
        circle=circle, came=came, words={first.pk: "Spoke of the boat."}, by=cast.coordinator, at=MEETS
    )
    assert dict(CircleSeat.objects.values_list("pk", "came")) == came


def test_a_therapist_puts_only_own_patients_on_it(cast: Cast) -> None:
    circle = planned(cast)
    with pytest.raises(Refused, match="do not work with"):
        seat_patient(circle=circle, patient=make_patient(cast.site, "Greta Holm"), by=cast.therapist, at=NOW)
    with pytest.raises(Refused, match="time to come"):
        plan_circle(
            site=cast.site,
            kind="preparation",
            topic="Before",
            meets_at=NOW,
            places=4,
            led_by=cast.therapist,
            by=cast.coordinator,
            at=NOW,
        )


def test_the_pages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    stranger_to_team = make_patient(cast.site, "Greta Holm")
    client = Client()
    client.force_login(cast.coordinator)
    typed: dict[str, Any] = {
        "site": cast.site.pk,
        "kind": "integration",
        "topic": "What stays",
        "meets": "2026-11-14T10:00",
        "places": "6",
        "led_by": cast.therapist.pk,
        "once": str(uuid4()),
    }
    assert client.post(reverse("circles"), {**typed, "places": "1"}).status_code == 422
    assert client.post(reverse("circles"), typed).status_code == 302
    circle = Circle.objects.get()
    address = reverse("circle", args=[circle.pk])
    for patient in (cast.patient, stranger_to_team):
        assert client.post(address, {"patient": patient.pk, "once": str(uuid4())}).status_code == 302
    assert client.post(address, {"patient": cast.patient.pk, "once": str(uuid4())}).status_code == 422
    now[0] = NOW + timedelta(days=3)
    client.force_login(cast.coordinator)
    seat = CircleSeat.objects.get(patient=cast.patient)
    sent = {"attendance": "1", f"came-{seat.pk}": "on", f"note-{seat.pk}": "Quiet.", "once": str(uuid4())}
    assert client.post(address, sent).status_code == 302
    seat.refresh_from_db()
    assert (seat.came, seat.note) == (True, "Quiet.")
    client.force_login(cast.therapist)
    page = client.get(address).content.decode()
    assert str(cast.patient) in page
    assert "Greta Holm" not in page
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
    client.force_login(cast.facilitator)
    assert client.post(address, sent).status_code == 403
