"""Inventories and months, signed by two; stock that runs low; what needles and overfill explain; the further reports."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from mooring.care.stock import actions
from mooring.care.stock.models import (
    Container,
    Discrepancy,
    ReorderPoint,
    Safe,
    StockStatement,
    WasteMethod,
)
from mooring.care.stock.queries.reports import REPORTS, ReportDays
from mooring.care.stock.queries.stating import figures_of
from mooring.care.stock.views.stating import sheet_of
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.documents.sheet import drawn_sheet
from mooring.work.models import Task
from tests.care.stock.rows import (
    EXPIRES,
    counted,
    devices,
    drawn,
    given,
    mg,
    minute,
    order_of,
    policy,
    safe_of,
    supplier_of,
    vials,
    wasted,
)
from tests.packs import sign_pack_for
from tests.people import NOW, PASSWORD, Cast, make_patient

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def open_kinds(prefix: str = "stock-") -> list[str]:
    return sorted(Task.objects.filter(kind__startswith=prefix, state="open").values_list("kind", flat=True))


def stated(cast: Cast, safe: Safe, kind: str = "inventory", **changed: object) -> StockStatement:
    fields: dict[str, object] = {
        "day": cast.site.today(minute(10)), "moment": "closing", "exact": True, "by": cast.monitor, "at": minute(10),
    }  # fmt: skip
    return actions.state(safe=safe, kind=kind, **{**fields, **changed})  # type: ignore[arg-type]


def test_the_first_inventory_and_the_one_within_two_years(cast: Cast) -> None:
    safe = safe_of(cast)
    actions.watch_stock(at=minute(0))
    assert not open_kinds()  # nothing to count yet
    vials(cast, safe, 2)
    actions.watch_stock(at=minute(0))
    assert open_kinds() == ["stock-inventory"]
    made = stated(cast, safe)
    assert open_kinds() == ["stock-countersign"]
    assert [row[2] for row in made.figures] == ["4417B-01", "4417B-02"]
    with pytest.raises(Refused, match="Someone else"):
        actions.countersign(statement=made, by=cast.monitor, at=minute(11))
    done = actions.countersign(statement=made, by=cast.director, at=minute(11))
    assert done.countersigned_by == cast.director
    assert not open_kinds()
    with pytest.raises(Refused, match="countersigned already"):
        actions.countersign(statement=made, by=cast.prescriber, at=minute(12))
    with pytest.raises(Refused, match="stated already"):
        stated(cast, safe)
    actions.watch_stock(at=NOW + timedelta(days=600))
    assert "stock-inventory" not in open_kinds()
    actions.watch_stock(at=NOW + timedelta(days=715))
    assert "stock-inventory" in open_kinds()
    due = Task.objects.get(kind="stock-inventory", state="open").due_at
    assert cast.site.today(due) == date(2028, 11, 12)
    assert drawn_sheet(sheet_of(done)).startswith(b"%PDF-")
    assert "No registration of the site is recorded." in sheet_of(done).missing


def test_a_month_is_reconciled_when_nothing_is_open_and_its_row_adds_up(cast: Cast) -> None:
    safe = safe_of(cast)
    (vial,) = vials(cast, safe)
    order = order_of(cast)
    draw = drawn(cast, vial, order, 50)
    november, later = date(2026, 11, 30), NOW + timedelta(days=20)
    actions.watch_stock(at=later)
    assert "stock-reconcile" in open_kinds()
    with pytest.raises(Refused, match="still open"):
        stated(cast, safe, "reconciliation", day=november, at=later)
    given(cast, order, 36)
    wasted(cast, draw, 14)
    request = draw.accounts.get(kind="waste").witness_requests.get()
    actions.answer_witness(
        request=request, saw="all", saw_amount=None, words="", device="another", by=cast.second_monitor,
        at=minute(55),
    )  # fmt: skip
    with pytest.raises(Refused, match="month that is over"):
        stated(cast, safe, "reconciliation", day=date(2026, 11, 20), at=later)
    made = stated(cast, safe, "reconciliation", day=november, at=later)
    (row,) = made.figures
    words = [cell.replace("\u00a0", " ") for cell in row]
    assert (words[1], words[2], words[3], words[-1]) == ("0.0 mg", "500.0 mg", "-50.0 mg", "450.0 mg")
    assert "stock-reconcile" not in open_kinds()
    assert figures_of(safe, "reconciliation", date(2026, 12, 31))[0][1].replace("\u00a0", " ") == "450.0 mg"


def test_somebody_is_asked_to_order_below_the_point_and_no_longer_above(cast: Cast) -> None:
    safe = safe_of(cast)
    first, _second = vials(cast, safe, 2)
    point = ReorderPoint(site=cast.site, presentation=first.lot.presentation, title=first.lot.title, least=2)
    actions.set_reorder_point(point=point, by=cast.director, at=NOW)
    actions.watch_stock(at=minute(0))
    assert "stock-reorder" not in open_kinds()
    drawn(cast, first, order_of(cast), 10)
    actions.watch_stock(at=minute(2))
    assert "stock-reorder" in open_kinds()
    vials(cast, safe, 1, lot="5500A", at=minute(3))
    actions.watch_stock(at=minute(4))
    assert "stock-reorder" not in open_kinds()


@pytest.mark.parametrize(("dead_space", "overfill", "said", "differs"), [
    ("0", "0", "439", True),
    ("0.20", "0", "439", False),
    ("0.20", "0", "461", True),
    ("0", "2.5", "461", False),
])  # fmt: skip
def test_needles_and_overfill_explain_what_the_policy_says(
    cast: Cast, dead_space: str, overfill: str, said: str, differs: bool
) -> None:
    policy(
        cast,
        tolerance_percent=Decimal(0),
        dead_space_ml=Decimal(dead_space),
        overfill_percent=Decimal(overfill),
    )
    safe = safe_of(cast)
    (vial,) = vials(cast, safe)
    drawn(cast, vial, order_of(cast), 50)  # 450 mg left of 50 mg/mL: 0.2 mL are 10 mg
    counted(cast, safe, **{"4417B_01": mg(440 if said == "439" else 460)})
    assert Discrepancy.objects.exists() is differs


def test_a_lot_typed_twice_with_another_date_is_refused(cast: Cast) -> None:
    safe = safe_of(cast)
    vials(cast, safe)
    with pytest.raises(Refused, match="one of the two is wrong"):
        vials(cast, safe, expires_on=EXPIRES + timedelta(days=30))
    assert Container.objects.count() == 1


def test_further_reports_as_table_csv_and_pdf(cast: Cast) -> None:
    safe = safe_of(cast)
    vial, other = vials(cast, safe, 2)
    order = order_of(cast)
    drawn(cast, vial, order, 36)
    given(cast, order, 36)
    actions.quarantine(container=other, reason="Broken seal.", by=cast.monitor, at=minute(60))
    other.refresh_from_db()
    actions.destroy(
        container=Container.objects.select_related("lot", "safe__site").get(pk=other.pk), method=WasteMethod.POUCH,
        witness=cast.second_monitor, device="", text="", by=cast.monitor, at=minute(61),
    )  # fmt: skip
    today = cast.site.today(minute(60))
    days = ReportDays(safe, today, today)
    register = REPORTS["uk-register"][1](days)
    assert [row[5].replace("\u00a0", " ") for row in register.rows if row[5]] == ["36.0 mg"]
    dispensed = REPORTS["dispensing"][1](days)
    asked_for = f"{cast.patient.record_number}: no postal address is saved; 21 CFR 1304.22(c) asks for it."
    assert dispensed.missing == (asked_for,)
    page = f"/care/patients/{cast.patient.pk}/address/"
    assert (
        signed_in(cast.coordinator).post(page, {"lines": "5 Elm Street\nPortland OR 97202"}).status_code
        == 302
    )
    assert signed_in(cast.monitor).get(page).status_code == 403
    assert signed_in(cast.stranger).get(page).status_code == 404
    dispensed = REPORTS["dispensing"][1](days)
    assert not dispensed.missing
    assert any("5 Elm Street Portland OR 97202" in cell for row in dispensed.rows for cell in row)
    destroyed = REPORTS["form-41"][1](days)
    assert destroyed.rows[0][4].replace("\u00a0", " ") == "500.0 mg"
    assert destroyed.rows[0][-1] == "no witness yet"
    assert not REPORTS["form-106"][1](days).rows
    one = REPORTS["balance"][1](ReportDays(safe, today, today, ("container", vial.pk)))
    assert {row[1] for row in one.rows} == {"4417B-01"}
    client = signed_in(cast.monitor)
    base = f"/care/stock/safes/{safe.pk}/reports"
    for query in (f"container={vial.pk}", f"lot={vial.lot_id}", f"patient={cast.patient.pk}"):
        path = f"{base}/balance/?first={today}&last={today}&{query}"
        assert client.get(path).status_code == 200
        assert "4417B-01" in b"".join(client.get(f"{path}&as=csv").streaming_content).decode()
    pdf = client.get(f"{base}/form-41/?first={today}&last={today}&as=pdf")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-")
    elsewhere = make_patient(cast.other_site, "Ana Garcia")
    assert client.get(f"{base}/balance/?patient={elsewhere.pk}").status_code == 404


def test_a_device_by_prescription_comes_in_for_one_patient_in_the_browser(cast: Cast) -> None:
    sign_pack_for(cast)
    safe = safe_of(cast)
    supplier = supplier_of(cast)
    client = signed_in(cast.monitor)
    typed = {
        "presentation": "ESKETAMINE-DEVICE-28@1", "lot_number": "26C081", "expires_on": "2031-03-31", "containers": "2",
        "on_paper": "2", "supplier": supplier.pk, "record": "R-0",
    }  # fmt: skip
    path = f"/care/stock/safes/{safe.pk}/receive/"
    wrong = client.post(path, typed)
    assert wrong.status_code == 422
    assert "R-0" in wrong.content.decode()
    assert client.post(path, {**typed, "record": cast.patient.record_number.lower()}).status_code == 302
    assert set(Container.objects.values_list("patient", flat=True)) == {cast.patient.pk}
    assert devices(cast, safe, 1).patient is None


def test_the_pages_of_statements_and_orders(cast: Cast) -> None:
    sign_pack_for(cast)
    safe = safe_of(cast)
    vials(cast, safe)
    monitor, director = signed_in(cast.monitor), signed_in(cast.director)
    path = f"/care/stock/safes/{safe.pk}/statements/"
    typed = {"kind": "inventory", "moment": "closing", "exact": "on", "password": PASSWORD}
    assert monitor.post(path, {**typed, "password": "wrong"}).status_code == 422
    assert monitor.post(path, typed).status_code == 302
    own = f"/care/stock/statements/{StockStatement.objects.get().pk}/"
    assert "To countersign" in monitor.get(path).content.decode()
    assert "4417B-01" in monitor.get(own).content.decode()
    assert monitor.post(own, {"password": PASSWORD}).status_code == 403
    assert director.post(own, {"password": PASSWORD}).status_code == 302
    assert b"".join(director.get(f"{own}paper/").streaming_content).startswith(b"%PDF-")
    order = f"/care/stock/safes/{safe.pk}/reorder/"
    assert director.post(order, {"presentation": "KETAMINE-50@1", "least": "3"}).status_code == 302
    assert "Order" in director.get(order).content.decode()
    assert monitor.post(order, {"presentation": "KETAMINE-50@1", "least": "3"}).status_code == 403
    for address in (path, own, order, f"{own}paper/"):
        assert signed_in(cast.stranger).get(address).status_code == 404
