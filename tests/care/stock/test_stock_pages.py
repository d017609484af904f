"""The ledger's pages: who may open and press, a vial found in two taps, and what each form does."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Access, AccessSubject, Event
from mooring.care.stock import actions
from mooring.care.stock.models import (
    ClosedDay,
    Container,
    Discrepancy,
    LedgerEntry,
    Safe,
    StockPolicy,
    WitnessRequest,
)
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.work.models import Task
from tests.care.stock.rows import (
    counted,
    drawn,
    given,
    mg,
    order_of,
    safe_of,
    supplier_of,
    vials,
    wasted,
)
from tests.packs import sign_pack_for
from tests.people import PASSWORD, Cast, make_person

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def safe(cast: Cast) -> Safe:
    return safe_of(cast)


def text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode()).replace("\u00a0", " ")


def without_keys(page: Any) -> str:
    """The page without the long keys of its forms, which are made by chance and hold any digits."""
    return re.sub(r'="[\w:-]{20,}"', "", text(page))


def test_a_stranger_and_a_reader_who_may_not_write(cast: Cast, safe: Safe) -> None:
    (vial,) = vials(cast, safe)
    paths = [
        f"/care/stock/safes/{safe.pk}/",
        f"/care/stock/containers/{vial.pk}/",
        f"/care/stock/lots/{vial.lot_id}/",
    ]
    for path in paths:
        assert signed_in(cast.stranger).get(path).status_code == 404
        assert signed_in(cast.coordinator).get(path).status_code == 200
    for path in (f"/care/stock/safes/{safe.pk}/receive/", f"/care/stock/safes/{safe.pk}/count/"):
        assert signed_in(cast.coordinator).post(path).status_code == 403
        assert signed_in(cast.stranger).post(path).status_code == 404
    assert signed_in(cast.therapist).get("/care/stock/").status_code == 403
    assert signed_in(cast.monitor).get("/care/stock/safes/999/").status_code == 404


def test_an_inspector_finds_any_vial_in_two_taps(cast: Cast, safe: Safe) -> None:
    inspector = make_person("Rosa Quispe", (Role.INSPECTOR, cast.site))
    (vial,) = vials(cast, safe)
    drawn(cast, vial, order_of(cast))
    found = text(signed_in(inspector).get("/care/stock/", {"q": "4417b"}))
    assert f"/care/stock/containers/{vial.pk}/" in found
    ledger = text(signed_in(inspector).get(f"/care/stock/containers/{vial.pk}/"))
    assert "450.0 mg" in ledger
    assert "Every line adds up" in ledger
    assert "Reverse" not in ledger
    assert AccessSubject.objects.filter(
        access__viewer=inspector.actor_ref, subject=cast.patient.subject_ref
    ).exists(), "the patient can read that the inspector saw the line"


def test_a_draw_for_an_order_is_typed_in_millilitres(cast: Cast, safe: Safe) -> None:
    (vial,) = vials(cast, safe)
    order = order_of(cast)
    monitor = signed_in(cast.monitor)
    path = f"/care/stock/orders/{order.pk}/draw/"
    assert "36 mg racemic ketamine" in text(monitor.get(path))
    refused = monitor.post(path, {"container": vial.pk, "amount": "11", "happened": ""})
    assert refused.status_code == 422
    assert "holds 500.0 mg" in text(refused)
    assert monitor.post(path, {"container": vial.pk, "amount": "1,0", "happened": ""}).status_code == 302
    draw = LedgerEntry.objects.get(kind="draw")
    assert (draw.amount, draw.order, draw.by) == (mg(50), order, cast.monitor)
    assert "not accounted for" in text(monitor.get(path))


def test_a_waste_is_witnessed_on_another_device(cast: Cast, safe: Safe) -> None:
    (vial,) = vials(cast, safe)
    draw = drawn(cast, vial, order_of(cast))
    tablet = signed_in(cast.monitor)
    path = f"/care/stock/draws/{draw.pk}/"
    page = text(tablet.get(path))
    assert "Leila Haddad" in page
    assert f'value="{cast.monitor.pk}"' not in page, "who drew is not offered"
    sent = {"amount": "1", "method": "pouch", "witness": cast.second_monitor.pk, "text": ""}
    assert tablet.post(path, sent).status_code == 302
    request = WitnessRequest.objects.get()
    answer = f"/care/stock/witness/{request.pk}/"
    for opened in (tablet.get(answer), tablet.post(answer, {"saw": "all", "password": PASSWORD})):
        assert opened["Location"] == f"/care/stock/entries/{request.entry_id}/witness/", (
            "nobody answers for another"
        )
    assert signed_in(cast.therapist).get(answer).status_code == 404
    assert signed_in(cast.coordinator).get(answer).status_code == 403
    seen = {"saw": "all", "amount": "", "words": "", "password": PASSWORD}
    same = signed_in(cast.second_monitor)
    same.cookies["device"] = tablet.cookies["device"].value
    assert "your own device" in text(same.post(answer, seen))
    phone = signed_in(cast.second_monitor)
    assert "Did you see this?" in text(phone.get(answer))
    assert phone.post(answer, {**seen, "password": "wrong"}).status_code == 422
    assert phone.post(answer, seen).status_code == 302
    request.refresh_from_db()
    assert request.saw == "all"


def test_another_witness_is_asked(cast: Cast, safe: Safe) -> None:
    (vial,) = vials(cast, safe)
    waste = wasted(cast, drawn(cast, vial, order_of(cast)), 50)
    monitor = signed_in(cast.monitor)
    assert "Waits for a witness" in text(monitor.get(f"/care/stock/safes/{safe.pk}/"))
    assert (
        monitor.post(f"/care/stock/entries/{waste.pk}/witness/", {"witness": cast.facilitator.pk}).status_code
        == 302
    )
    assert list(waste.witness_requests.order_by("id").values_list("asked", "saw")) == [
        (cast.second_monitor.pk, "withdrawn"),
        (cast.facilitator.pk, ""),
    ]


def test_a_witness_who_stays_silent_is_replaced_from_the_task_that_passed_on(cast: Cast, safe: Safe) -> None:
    (vial,) = vials(cast, safe)
    waste = wasted(cast, drawn(cast, vial, order_of(cast)), 50)
    director = signed_in(cast.director)
    task = Task.objects.get(kind="stock-witness")
    page = director.get(task.address, follow=True)
    assert page.status_code == 200
    assert director.post(page.request["PATH_INFO"], {"witness": cast.facilitator.pk}).status_code == 302
    task.refresh_from_db()
    assert task.state == "cancelled"
    assert waste.witness_requests.get(saw="").asked == cast.facilitator


def test_a_blind_sheet_shows_no_balance(cast: Cast, safe: Safe) -> None:
    opened, sealed = vials(cast, safe, 2)
    drawn(cast, opened, order_of(cast))
    monitor = signed_in(cast.monitor)
    assert monitor.post(f"/care/stock/safes/{safe.pk}/count/", {"kind": "closing"}).status_code == 302
    count = safe.counts.get()
    path = f"/care/stock/counts/{count.pk}/"
    assert "450" not in without_keys(monitor.get(path))
    sent = {f"c{opened.pk}": "9", f"c{sealed.pk}": "1"}
    assert monitor.post(path, {f"c{opened.pk}": "9"}).status_code == 422
    assert monitor.post(path, sent).status_code == 302
    assert "A second person counts" in text(monitor.get(path))
    second = signed_in(cast.second_monitor)
    assert "450" not in without_keys(second.get(path))
    assert second.post(path, {**sent, f"c{opened.pk}": "8,8"}).status_code == 302
    assert Discrepancy.objects.get().counted == mg(440)


def test_a_difference_is_counted_again_and_settled(cast: Cast, safe: Safe) -> None:
    (vial,) = vials(cast, safe)
    counted(cast, safe, **{"4417B_01": 0})
    found = Discrepancy.objects.get()
    path = f"/care/stock/discrepancies/{found.pk}/"
    assert "500.0 mg fewer than the ledger" in text(signed_in(cast.monitor).get(path))
    assert signed_in(cast.monitor).post(path, {"act": "recount"}).status_code == 302
    again = signed_in(cast.monitor).post(path, {"act": "recount"}, follow=True)  # tapped twice
    assert "A count of this safe is running." in text(again)
    recount = safe.counts.latest("id")
    for person in (cast.second_monitor, cast.prescriber):
        answer = signed_in(person).post(f"/care/stock/counts/{recount.pk}/", {f"c{vial.pk}": "0"})
        assert answer.status_code == 302
    shown = text(signed_in(cast.director).get(path))  # both counters, and both of the recount
    assert shown.count("count at closing,") == 2
    assert shown.count("recount,") == 2
    settle = {"act": "settle", "how": "It broke and nobody wrote it down.", "password": PASSWORD}
    assert signed_in(cast.monitor).post(path, settle).status_code == 403
    assert signed_in(cast.director).post(path, settle).status_code == 302
    found.refresh_from_db()
    assert found.state == "settled"
    assert Container.objects.get(pk=vial.pk).balance == 0


def test_the_day_closes_with_its_head(cast: Cast, safe: Safe) -> None:
    vials(cast, safe)
    monitor = signed_in(cast.monitor)
    path = f"/care/stock/safes/{safe.pk}/close/"
    assert "4417B-01 was not counted" in text(monitor.get(path))
    refused = monitor.post(path, {"password": PASSWORD})
    assert refused.status_code == 422
    counted(cast, safe, at=timezone.now())
    assert monitor.post(path, {"password": PASSWORD}).status_code == 302
    closed = ClosedDay.objects.get()
    assert closed.head in text(monitor.get(f"/care/stock/days/{closed.pk}/"))


def test_a_delivery_is_received(cast: Cast, safe: Safe) -> None:
    sign_pack_for(cast)
    supplier_of(cast)
    monitor = signed_in(cast.monitor)
    path = f"/care/stock/safes/{safe.pk}/receive/"
    assert "Ketamine 50 mg/mL" in text(monitor.get(path))
    sent = {
        "presentation": "KETAMINE-50@1",
        "lot_number": "77",
        "expires_on": "2028-03-31",
        "containers": "3",
        "on_paper": "3",
        "supplier": supplier_of(cast).pk,
    }
    assert monitor.post(path, {**sent, "expires_on": "2020-03-31"}).status_code == 422
    assert monitor.post(path, sent).status_code == 302
    assert Container.objects.count() == 3
    assert "Received" in text(monitor.get(f"/care/stock/containers/{Container.objects.first().pk}/"))  # type: ignore[union-attr]


@pytest.mark.parametrize("act", ["quarantine", "remainder", "destroy", "move"])
def test_what_is_done_with_a_container(cast: Cast, safe: Safe, act: str) -> None:
    (vial,) = vials(cast, safe)
    other = safe_of(cast, "Safe B")
    if act == "remainder":
        drawn(cast, vial, order_of(cast))
    if act == "destroy":
        actions.quarantine(
            container=vial, reason="Torn label.", by=cast.monitor, at=Event.objects.latest("id").at
        )
    sent = {
        "reason": "Why.",
        "method": "pouch",
        "witness": cast.second_monitor.pk,
        "to": other.pk,
        "text": "",
    }
    path = f"/care/stock/containers/{vial.pk}/{act}/"
    monitor = signed_in(cast.monitor)
    assert monitor.post(path, {}).status_code == 422
    assert monitor.post(path, sent).status_code == 302
    kinds = {"quarantine": "expire", "remainder": "waste", "destroy": "destroy", "move": "transfer"}
    assert LedgerEntry.objects.filter(container=vial, kind=kinds[act]).exists()
    assert monitor.get(f"/care/stock/containers/{vial.pk}/none-of-these/").status_code == 404


def test_a_recalled_lot_names_its_patients(cast: Cast, safe: Safe) -> None:
    (vial,) = vials(cast, safe)
    order = order_of(cast)
    drawn(cast, vial, order)
    given(cast, order)
    path = f"/care/stock/lots/{vial.lot_id}/"
    assert str(cast.patient) in text(signed_in(cast.coordinator).get(path))
    assert signed_in(cast.monitor).post(path, {"reference": "D-1"}).status_code == 403
    assert signed_in(cast.director).post(path, {"reference": "D-1"}).status_code == 302
    assert "Recalled." in text(signed_in(cast.director).get(path))


def test_a_line_is_reversed_with_a_reason(cast: Cast, safe: Safe) -> None:
    (vial,) = vials(cast, safe)
    draw = drawn(cast, vial, order_of(cast))
    path = f"/care/stock/entries/{draw.pk}/reverse/"
    monitor = signed_in(cast.monitor)
    assert monitor.post(path, {"reason": ""}).status_code == 422
    assert monitor.post(path, {"reason": "Wrong vial."}).status_code == 302
    assert "Reversed line 3" in text(monitor.get(f"/care/stock/containers/{vial.pk}/"))


def test_an_emergency_draw_is_marked(cast: Cast, safe: Safe) -> None:
    (vial,) = vials(cast, safe)
    path = f"/care/stock/patients/{cast.patient.pk}/draw/"
    sent = {"container": vial.pk, "amount": "0.5", "happened": "", "text": "Seizure."}
    prescriber = signed_in(cast.prescriber)
    assert prescriber.post(path, {**sent, "text": ""}).status_code == 422
    assert prescriber.post(path, sent).status_code == 302
    assert LedgerEntry.objects.get(kind="draw").emergency
    assert signed_in(cast.stranger).get(path).status_code == 404


def test_safes_keys_and_the_policy_are_the_directors(cast: Cast) -> None:
    path = f"/care/stock/sites/{cast.site.pk}/"
    assert signed_in(cast.monitor).get(path).status_code == 403
    assert signed_in(cast.stranger).get(path).status_code == 404
    director = signed_in(cast.director)
    assert "Not signed" in text(director.get(path))
    steps: list[tuple[str, dict[str, Any]]] = [
        ("safe", {"name": "Safe A", "place": "Medicine room"}),
        ("supplier", {"name": "Harbour", "address": "1 Dock St", "number": "RH1"}),
        (
            "registration",
            {"holder": "Elm Quay", "address": "2 Quay", "number": "BE1", "schedules": "III", "expires_on": "2028-01-31"},
        ),
        (
            "policy",
            {
                "witness_waste": "on", "witness_count": "on", "must_draw": "on", "witness_minutes": "10",
                "tolerance_percent": "1,5", "opened_days": "28", "investigate_hours": "24", "dead_space_ml": "0", "overfill_percent": "0",
                "password": PASSWORD,
            },
        ),
    ]  # fmt: skip
    for act, typed in steps:
        answer = director.post(f"{path}{act}/", {f"{act}-{name}": value for name, value in typed.items()})
        assert answer.status_code == 302, text(answer)
    assert StockPolicy.objects.get().must_draw
    safe = Safe.objects.get()
    key = {"key-safe": safe.pk, "key-person": cast.monitor.pk}
    assert director.post(f"{path}key/", key).status_code == 302
    assert director.post(f"{path}key/", key).status_code == 422
    held = safe.keys.get(person=cast.monitor)
    assert director.post(f"{path}take-key/", {"key": held.pk}).status_code == 302
    assert director.post(f"{path}take-key/", {"key": 999}).status_code == 404
    again = director.post(f"{path}take-key/", {"key": held.pk}, follow=True)
    assert "This key was taken back already." in text(again)


@pytest.mark.parametrize("name", ["balance", "dispensing", "inventory"])
def test_a_report_on_the_page_and_as_a_file(cast: Cast, safe: Safe, name: str) -> None:
    (vial,) = vials(cast, safe)
    order = order_of(cast)
    drawn(cast, vial, order)
    given(cast, order)
    coordinator = signed_in(cast.coordinator)
    span = {"first": "2026-11-01", "last": "2026-12-31"}
    path = f"/care/stock/safes/{safe.pk}/reports/{name}/"
    assert coordinator.get(f"/care/stock/safes/{safe.pk}/reports/").status_code == 200
    assert "4417B-01" in text(coordinator.get(path, span))
    file = coordinator.get(path, {**span, "as": "csv"})
    assert file.headers["Content-Type"].startswith("text/csv")
    written = text(file)
    if name == "dispensing":
        assert "Harbour Wholesale; 1 Dock Street, Portland OR; RH0000001" in written
        assert f"{cast.patient.person.legal_name}; address not recorded" in written
        assert Access.objects.filter(kind="export", viewer=cast.coordinator.actor_ref).exists()
        assert "1304.22(c)" in text(coordinator.get(path, span))
    assert signed_in(cast.stranger).get(path).status_code == 404
    assert coordinator.get(f"/care/stock/safes/{safe.pk}/reports/none/").status_code == 404
