"""Devices and an injection with a booster through the pages: choose, order, count, give part by part, end."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.models import DoseOrder
from mooring.identity.models import Person
from mooring.work.models import Task
from tests.care.sessions.rows import vitals
from tests.care.sessions.whole_walk import FIELDS, Walk
from tests.people import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def send(client: Client, session: Session, kind: str, **fields: Any) -> Any:
    address = reverse("session-write", args=[session.pk, kind])
    return client.post(address, {f"{kind}-{name}": value for name, value in fields.items()})


def ordered(walk: Walk, figures: dict[str, str], clock: list[Any], *shown: str) -> Session:
    """The order computed and signed on its page, the session opened and read back by two on theirs."""
    cast, cycle = walk.cast, walk.ready()
    clock[0] = NOW
    prescriber, page = client_of(cast.prescriber), reverse("order-sign", args=[cycle.pk])
    computed = prescriber.get(page, figures)
    text = computed.content.decode().replace("\u00a0", " ")
    for words in shown:
        assert words in text
    assert '<input type="password" name="password"' in computed.content.decode(), "the signature is asked for"
    assert set(computed.context["form"].decided) == {*figures}
    signing = {**figures, "shown": computed.context["computed"].shown, "password": PASSWORD}
    signed = prescriber.post(page, {**signing, "reason": walk.reason})
    assert signed.status_code == 302, signed.content.decode()
    sheet = prescriber.get(reverse("order", args=[DoseOrder.objects.get().pk])).content.decode()
    assert shown[0] in sheet.replace("\u00a0", " ")
    monitor = client_of(cast.monitor)
    assert monitor.post(reverse("session-of-cycle", args=[cycle.pk])).status_code == 302
    session = Session.objects.select_related("order").get()
    walk.observe(session, NOW)
    reading = str(session.order.ordered.form.read_back.value)
    for person in (cast.monitor, cast.second_monitor):
        assert send(client_of(person), session, "time-out", reading=reading).status_code == 302
    return session


def test_84_mg_in_three_devices(cast: Cast, clock: list[Any]) -> None:
    walk = Walk(cast, "IN-ESK-TRD", amount=Decimal(84), reason="Tolerated 84 mg before.")
    choose = client_of(cast.prescriber)
    session = ordered(
        walk,
        {"amount": "84", "product": "ESKETAMINE-DEVICE-28@1"},
        clock,
        "84 mg, 3 devices of 28 mg",
        "84 mg ÷ 28 mg in one device",
        "3 devices × 2 sprays in each",
    )
    page = reverse("session", args=[session.pk])
    monitor = client_of(cast.monitor)
    assert send(monitor, session, "started", lot="26C081").status_code == 422, "the lot and its use-by"
    assert send(monitor, session, "started", **FIELDS["device"]).status_code == 302
    clock[0] = NOW + timedelta(minutes=2)
    panel = reverse("session-write", args=[session.pk, "dose-part"])
    assert panel in monitor.get(page).content.decode()
    assert "Device 2" in monitor.get(panel).content.decode()
    early = send(monitor, session, "dose-part", number="2", **FIELDS["device"])
    assert early.status_code == 422
    assert "Wait" in early.content.decode()
    for number, minute in ((2, 5), (3, 10)):
        clock[0] = NOW + timedelta(minutes=minute)
        answer = send(monitor, session, "dose-part", number=str(number), **FIELDS["device"])
        assert answer.status_code == 302, answer.content.decode()
    assert send(monitor, session, "dosing-ended").status_code == 302
    session = Session.objects.get()
    assert chart_of(session, clock[0]).administered.quantity.mg == 84
    summary = monitor.get(reverse("session-summary", args=[session.pk])).content.decode()
    assert "84 mg in 3 devices given" in " ".join(summary.replace("\u00a0", " ").split())
    chooser = choose.get(reverse("treatment-draft", args=[cast.patient.pk]))
    assert b"Esketamine for treatment-resistant depression" in chooser.content


def test_an_injection_in_two_sites_with_a_booster(cast: Cast, clock: list[Any]) -> None:
    walk = Walk(cast, "IM-KAP")
    figures = {"amount": "0.5", "drawn": "KETAMINE-50@1 50", "sites": "2", "booster_mg": "20"}
    session = ordered(
        walk, figures, clock, "36 mg, in 2 injections", "0.72 mL over 2 sites", "cannot be stopped"
    )
    monitor = client_of(cast.monitor)
    assert send(monitor, session, "started", **FIELDS["injection"]).status_code == 302
    clock[0] = NOW + timedelta(minutes=1)
    second = send(monitor, session, "dose-part", number="2", **{**FIELDS["injection"], "side": "right"})
    assert second.status_code == 302
    clock[0] = NOW + timedelta(minutes=12)
    booster = {"number": "3", "mg": "20", **FIELDS["booster"]}
    assert send(monitor, session, "dose-part", **booster).status_code == 302
    again = send(monitor, session, "dose-part", **booster)
    assert again.status_code == 422, "a booster is not given twice"
    assert send(monitor, session, "dosing-ended").status_code == 302
    given = chart_of(Session.objects.get(), clock[0]).administered
    assert (given.quantity.mg, given.quantity.ml) == (Decimal("56.0"), Decimal("1.12"))


def test_a_held_part_is_refused_on_its_page_and_what_was_given_already_is_recorded(
    cast: Cast, clock: list[Any]
) -> None:
    """The panel says what stands against it; a reason alone gives nothing, a record needs its time and its reason."""
    session = Walk(cast, "IN-ESK-TRD", amount=Decimal(56)).started()
    clock[0] = NOW + timedelta(minutes=12)
    vitals(cast, session, clock[0], spo2_percent=85)
    monitor = client_of(cast.monitor)
    panel = monitor.get(reverse("session-write", args=[session.pk, "dose-part"])).content.decode()
    assert "Do not give it." in panel
    assert "A red alert is open" in panel
    assert 'name="dose-part-already"' in panel
    part = {"number": "2", **FIELDS["device"], "deviation": "She had it in her hand."}
    refused = send(monitor, session, "dose-part", **part)
    assert refused.status_code == 422
    assert "Give nothing now." in refused.content.decode()
    untimed = send(monitor, session, "dose-part", **part, already="on")
    assert (untimed.status_code, "Enter the time" in untimed.content.decode()) == (422, True)
    assert session.entries.filter(kind="dose-part").count() == 1
    recorded = send(monitor, session, "dose-part", **part, already="on", happened="02:09")
    assert recorded.status_code == 302
    entry = session.entries.filter(kind="dose-part").latest("id")
    assert entry.at == NOW + timedelta(minutes=9)
    page = monitor.get(reverse("session", args=[session.pk])).content.decode()
    assert "recorded afterwards" in page
    assert Task.objects.get(kind="dose-deviation").urgent


def test_a_part_that_was_recorded_in_error_is_withdrawn(cast: Cast, clock: list[Any]) -> None:
    walk = Walk(cast, "IM-KAP", chosen={"booster_mg": Decimal(20)})
    session = walk.started()
    walk.give(session, session.order.ordered.parts[1], NOW + timedelta(minutes=3))
    entry = session.entries.filter(kind="dose-part").latest("id")
    clock[0] = NOW + timedelta(minutes=4)
    address = reverse("session-correct", args=[session.pk, entry.pk])
    assert client_of(cast.monitor).get(address).status_code == 200
    assert client_of(cast.monitor).post(address, {"withdraw": "1"}).status_code == 302
    following = chart_of(session, clock[0]).next_part
    assert following is not None
    assert following.number == 2
