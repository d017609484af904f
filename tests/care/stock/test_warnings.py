"""What expires, runs low, is recalled or whose registration ends: one list, one tap away, and somebody's task."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from mooring.care.stock import actions
from mooring.care.stock.models import Container, DrugRegistration, Lot, ReorderPoint
from mooring.care.stock.queries.warnings import warnings_at, warnings_for
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.sentences.stock import warning_words
from mooring.work.models import Task
from tests.care.stock.rows import drawn, minute, safe_of, vials
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 12)


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def codes(cast: Cast, at: datetime = NOW) -> list[str]:
    return [warning.code for warning in warnings_for([cast.site], at)]


def tasks() -> dict[str, str]:
    found = Task.objects.filter(state="open", kind__startswith="stock-").exclude(kind="stock-inventory")
    return {task.kind: task.role for task in found}


def registration(cast: Cast, ends: date) -> DrugRegistration:
    return DrugRegistration.objects.create(
        site=cast.site,
        holder="Elm Quay",
        address="1 Quay Street",
        number="RE1",
        schedules="III",
        expires_on=ends,
    )


def test_everything_that_needs_a_person_is_on_one_list_and_a_task(cast: Cast) -> None:
    safe = safe_of(cast)
    old, _soon, recalled, fine = (
        vials(cast, safe, lot=lot, expires_on=day)[0]
        for lot, day in (
            ("OLD", TODAY + timedelta(days=400)),
            ("SOON", TODAY + timedelta(days=60)),
            ("BACK", date(2028, 1, 1)),
            ("FINE", TODAY + timedelta(days=61)),
        )
    )
    Lot.objects.filter(pk=old.lot_id).update(expires_on=TODAY - timedelta(days=1))
    actions.recall_lot(lot=recalled.lot, reference="R-7", by=cast.director, at=minute(0))
    registration(cast, TODAY + timedelta(days=20))
    point = ReorderPoint(site=cast.site, presentation=fine.lot.presentation, title="Vial", least=9)
    actions.set_reorder_point(point=point, by=cast.director, at=NOW)
    assert codes(cast, minute(1)) == ["recalled", "expired", "registration", "low", "expires"]
    actions.watch_stock(at=minute(1))
    assert tasks() == {
        "stock-recalled": Role.MEDICAL_DIRECTOR, "stock-expired": Role.MONITOR,
        "stock-registration": Role.MEDICAL_DIRECTOR, "stock-reorder": Role.MEDICAL_DIRECTOR,
        "stock-expires": Role.MEDICAL_DIRECTOR,
    }  # fmt: skip
    actions.watch_stock(at=minute(2))
    assert Task.objects.filter(kind="stock-expired").count() == 1
    assert cast.site.today(Task.objects.get(kind="stock-registration").due_at) == TODAY + timedelta(days=20)
    assert "OLD: expired 11 Nov 2026" in client_of(cast.monitor).get("/").content.decode().replace(
        "\u00a0", " "
    )


def test_the_list_is_one_tap_from_the_stock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: minute(1))
    safe = safe_of(cast)
    (vial,) = vials(cast, safe, lot="SOON", expires_on=TODAY + timedelta(days=5))
    registration(cast, TODAY - timedelta(days=1))
    monitor, director = client_of(cast.monitor), client_of(cast.director)
    assert "(2)" in monitor.get("/care/stock/").content.decode()
    listed = monitor.get("/care/stock/warnings/").content.decode().replace("\u00a0", " ")
    assert "SOON: expires 17 Nov 2026, 1 container held" in listed
    assert f"/care/stock/lots/{vial.lot_id}/" in listed
    assert "Registration RE1 ended 11 Nov 2026" in listed
    holdings = f"/care/stock/sites/{cast.site.pk}/"
    assert holdings not in listed  # the monitor does not renew it
    assert holdings in director.get("/care/stock/warnings/").content.decode()
    assert client_of(cast.stranger).get("/care/stock/warnings/").status_code in (200, 403, 404)
    assert "SOON" not in client_of(cast.stranger).get("/care/stock/warnings/").content.decode()


def test_a_recall_that_another_site_entered_is_told_here(cast: Cast) -> None:
    """It is of the maker's number; whoever holds some of it reads the recall and enters it, and the task closes."""
    (vial,) = vials(cast, safe_of(cast), lot="BACK", expires_on=date(2028, 1, 1))
    theirs = Lot.objects.get(pk=vial.lot_id)
    theirs.pk, theirs.site, theirs.number = None, cast.other_site, "back"
    theirs.save(force_insert=True)
    actions.recall_lot(lot=theirs, reference="R-7", by=cast.stranger, at=minute(0))
    actions.watch_stock(at=minute(1))
    assert tasks() == {"stock-recalled-elsewhere": Role.MEDICAL_DIRECTOR}
    (warning,) = warnings_at(cast.site, minute(1))
    assert "at another site, 1 container held, 1 of them not in quarantine" in warning_words(
        warning.shown
    ).replace("\u00a0", " ")
    with pytest.raises(Refused, match=r"recalled: Harbour Row, R-7"):
        drawn(cast, vial, None, at=minute(2))
    actions.recall_lot(lot=vial.lot, reference="R-7", by=cast.director, at=minute(2))
    actions.watch_stock(at=minute(3))
    assert set(tasks()) == {"stock-recalled"}


def test_what_is_settled_leaves_the_list_and_closes_its_task(cast: Cast) -> None:
    safe = safe_of(cast)
    (vial,) = vials(cast, safe, lot="OLD")
    Lot.objects.update(expires_on=TODAY - timedelta(days=1))
    ended = registration(cast, TODAY)
    actions.watch_stock(at=minute(1))
    assert {"stock-expired", "stock-registration"} <= set(tasks())
    Container.objects.filter(pk=vial.pk).update(state="finished")
    registration(cast, TODAY + timedelta(days=1000))
    actions.watch_stock(at=minute(2))
    assert not tasks()
    assert not warnings_at(cast.site, minute(2))
    assert ended.pk
