"""The ledger of a vial: received, opened, drawn, given, wasted; never below zero, reversed and never edited."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from mooring.audit.models import Event
from mooring.care.stock import actions
from mooring.care.stock.models import Container, LedgerEntry, WitnessRequest
from mooring.care.stock.queries import drawn_mg, owed_doses, unsquared_draws
from mooring.content.loader import load
from mooring.rules.ledger import LedgerKind, fold
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.stock.rows import (
    devices,
    drawn,
    given,
    line_of,
    lines_in,
    mg,
    minute,
    order_of,
    safe_of,
    supplier_of,
    vials,
    wasted,
)
from tests.people import Cast, make_patient

pytestmark = pytest.mark.django_db


def balance(vial: Container) -> Decimal:
    return Decimal(Container.objects.get(pk=vial.pk).balance) / 1000


def test_a_vial_from_receipt_to_the_squared_draw(cast: Cast) -> None:
    (vial,) = vials(cast, safe_of(cast))
    order = order_of(cast)
    draw = drawn(cast, vial, order)
    assert balance(vial) == 450
    given(cast, order)
    assert [each.left for each in unsquared_draws()] == [mg(14)]  # type: ignore[attr-defined]
    wasted(cast, draw)
    assert not unsquared_draws().exists()
    assert balance(vial) == 450
    assert [entry.kind for entry in LedgerEntry.objects.order_by("number")] == [
        "receive", "open", "draw", "administer", "waste",
    ]  # fmt: skip
    folded = fold(lines_in(vial))
    assert (folded.fault, folded.balance) == (None, mg(450))
    assert Task.objects.get(kind="stock-square").state == "done"
    event = Event.objects.get(name="care.stock.drawn")
    assert event.subject == cast.patient.subject_ref
    assert f"care_stock.ledgerentry:{draw.pk}" in event.rows


def test_the_vial_never_gives_more_than_it_holds(cast: Cast) -> None:
    (vial,) = vials(cast, safe_of(cast))
    order = order_of(cast)
    with pytest.raises(Refused, match="holds 500"):
        drawn(cast, vial, order, 500.001)
    assert balance(vial) == 500
    assert Container.objects.get(pk=vial.pk).state == "sealed"


def test_the_database_refuses_a_balance_below_zero_a_wrong_sum_and_a_second_number(cast: Cast) -> None:
    (vial,) = vials(cast, safe_of(cast))
    entry = LedgerEntry.objects.get(container=vial)
    for changed in (
        {"number": 2, "change": -mg(501), "balance": -mg(1)},
        {"number": 2, "change": -mg(100), "balance": mg(450)},
        {"number": 1},
        {"number": 2, "kind": "administer", "change": 0, "balance": mg(500)},
    ):
        copy = LedgerEntry.objects.get(pk=entry.pk)
        copy.pk, copy.before = None, mg(500)
        for field, value in changed.items():
            setattr(copy, field, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Container.objects.filter(pk=vial.pk).update(balance=-1)


def test_a_line_is_never_changed(cast: Cast) -> None:
    vials(cast, safe_of(cast))
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.update(amount=1)


def test_a_dose_out_of_two_vials_is_put_to_both_draws(cast: Cast) -> None:
    first, second = vials(cast, safe_of(cast), 2)
    order = order_of(cast)
    drawn(cast, first, order, 20)
    drawn(cast, second, order, 20)
    given(cast, order)
    assert drawn_mg(order) == 40
    assert line_of(first, LedgerKind.ADMINISTER).amount == mg(20)
    assert line_of(second, LedgerKind.ADMINISTER).amount == mg(16)


def test_a_dose_without_a_draw_is_owed_and_never_refused(cast: Cast) -> None:
    """The machine was killed, or the network gone, between draw and dose: the drug is in the patient."""
    (vial,) = vials(cast, safe_of(cast))
    order = order_of(cast)
    assert given(cast, order) is not None
    (owed,) = owed_doses(cast.site)
    assert owed.missing_mg == 36
    task = Task.objects.get(kind="stock-owed")
    assert (task.state, task.owner) == ("open", cast.monitor)
    late = drawn(cast, vial, order, 36, at=minute(90), happened_at=minute(1))
    assert (late.late, late.at) == (True, minute(1))
    assert not owed_doses(cast.site)
    task.refresh_from_db()
    assert task.state == "done"
    assert not unsquared_draws().exists()


def test_a_site_without_a_safe_keeps_no_ledger(cast: Cast) -> None:
    assert given(cast, order_of(cast)) is None
    assert not Task.objects.filter(kind="stock-owed").exists()


def test_a_corrected_dose_moves_the_ledger(cast: Cast) -> None:
    (vial,) = vials(cast, safe_of(cast))
    order, key = order_of(cast), uuid4()
    draw = drawn(cast, vial, order)
    given(cast, order, 36, key=key)
    given(cast, order, 20, corrects=key)
    assert [each.left for each in unsquared_draws()] == [mg(30)]  # type: ignore[attr-defined]
    assert fold(lines_in(vial)).draws[draw.number].given == mg(20)
    assert not owed_doses(cast.site)


def test_a_draw_is_reversed_once_and_a_reversal_never(cast: Cast) -> None:
    (vial,) = vials(cast, safe_of(cast))
    draw = drawn(cast, vial, order_of(cast))
    line = actions.reverse_entry(entry=draw, reason="Wrong vial.", by=cast.monitor, at=minute(3))
    assert balance(vial) == 500
    assert (line.note.text, line.reverses) == ("Wrong vial.", draw)
    with pytest.raises(Refused, match="already reversed"):
        actions.reverse_entry(
            entry=LedgerEntry.objects.get(pk=draw.pk), reason="Again.", by=cast.monitor, at=minute(4)
        )
    with pytest.raises(Refused, match="cannot be reversed"):
        actions.reverse_entry(entry=line, reason="It was right.", by=cast.monitor, at=minute(4))
    assert fold(lines_in(vial)).fault is None
    assert Task.objects.get(kind="stock-square").state == "cancelled"


def test_what_is_accounted_for_is_reversed_before_its_draw(cast: Cast) -> None:
    (vial,) = vials(cast, safe_of(cast))
    draw = drawn(cast, vial, order_of(cast))
    waste = wasted(cast, draw, 50)
    with pytest.raises(Refused, match="Reverse what"):
        actions.reverse_entry(entry=draw, reason="Wrong vial.", by=cast.monitor, at=minute(60))
    actions.reverse_entry(entry=waste, reason="Not wasted.", by=cast.monitor, at=minute(61))
    assert WitnessRequest.objects.get(entry=waste).saw == "withdrawn"
    fresh = LedgerEntry.objects.select_related("container__lot", "container__safe").get(pk=draw.pk)
    actions.reverse_entry(entry=fresh, reason="Wrong vial.", by=cast.monitor, at=minute(62))
    assert balance(vial) == 500
    assert fold(lines_in(vial)).fault is None


def test_no_more_is_wasted_than_was_drawn_and_nothing_negative(cast: Cast) -> None:
    (vial,) = vials(cast, safe_of(cast))
    draw = drawn(cast, vial, order_of(cast))
    with pytest.raises(Refused, match=r"50\.0.mg of this draw is left"):
        wasted(cast, draw, 50.5)
    for amount in (0, -3):
        with pytest.raises(Refused):
            wasted(cast, draw, amount)
        with pytest.raises(Refused):
            drawn(cast, vial, draw.order, amount)


def test_a_lot_typed_twice_keeps_its_expiry(cast: Cast) -> None:
    safe = safe_of(cast)
    vials(cast, safe)
    with pytest.raises(Refused, match="31 Mar 2028"):
        vials(cast, safe, expires_on=date(2029, 3, 31))
    assert [each.code for each in vials(cast, safe, 2)] == ["4417B-02", "4417B-03"]


def test_a_delivery_that_differs_from_its_papers_is_a_task(cast: Cast) -> None:
    safe = safe_of(cast)
    (vial,) = vials(cast, safe)
    delivered = actions.Delivered(
        presentation=load().presentations["KETAMINE-50@1"],
        lot_number="X1",
        expires_on=date(2028, 1, 31),
        containers=2,
        on_paper=3,
    )
    actions.receive(
        safe=safe,
        delivered=delivered,
        supplier=LedgerEntry.objects.get(container=vial).supplier,  # type: ignore[arg-type]
        happened_at=minute(0),
        by=cast.monitor,
        at=minute(0),
    )
    assert "The papers say 3, 2" in Task.objects.get(kind="stock-delivery").reason


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("expired", "was to be used by"),
        ("locked", "until its count is settled"),
        ("quarantined", "in quarantine"),
        ("stale", "opened too long ago"),
        ("no-key", "no key"),
        ("withdrawn", "withdrawn"),
        ("no-order", "Choose the dose order"),
    ],
)
def test_a_draw_is_refused_and_in_an_emergency_recorded(cast: Cast, fault: str, words: str) -> None:
    (vial,) = vials(cast, safe_of(cast))
    order = order_of(cast)
    by = cast.monitor
    if fault == "expired":
        type(vial.lot).objects.filter(pk=vial.lot_id).update(expires_on=minute(0).date() - timedelta(days=1))
    elif fault == "locked":
        Container.objects.filter(pk=vial.pk).update(locked=True)
    elif fault == "quarantined":
        actions.quarantine(container=vial, reason="The label is torn.", by=by, at=minute(0))
    elif fault == "stale":
        opened = minute(0) - timedelta(days=29)
        Container.objects.filter(pk=vial.pk).update(state="opened", opened_at=opened)
    elif fault == "no-key":
        by = cast.prescriber
    elif fault == "withdrawn":
        type(order).objects.filter(pk=order.pk).update(withdrawn_at=minute(0), withdrawn_by=cast.prescriber)
    with pytest.raises(Refused, match=words):
        drawn(cast, vial, None if fault == "no-order" else order, by=by)
    entry = drawn(cast, vial, None, by=by, emergency=True, text="Seizure in room 5.")
    assert (entry.emergency, entry.note.text) == (True, "Seizure in room 5.")
    with pytest.raises(Refused, match="in words"):
        drawn(cast, vial, None, by=by, emergency=True)


def test_what_is_another_patients_is_never_drawn(cast: Cast) -> None:
    other = make_patient(cast.site, "Bruno Keller")
    box = devices(cast, safe_of(cast), 2, patient=other)
    with pytest.raises(Refused, match="belongs to another patient"):
        actions.draw(
            container=box, amount=1, order=None, patient=cast.patient, emergency=True, text="Now.",
            happened_at=minute(1), by=cast.monitor, at=minute(1),
        )  # fmt: skip


def test_an_ampoule_serves_one_patient_and_a_vial_several(cast: Cast) -> None:
    """A multiple-dose vial serves the next patient too; what is opened for one patient serves no other."""
    safe = safe_of(cast)
    (vial,) = vials(cast, safe)
    of_one = load().presentations["KETAMINE-50@1"].model_copy(update={"one_patient": True})
    (ampoule,) = actions.receive(
        safe=safe, delivered=actions.Delivered(of_one, "A7", date(2028, 3, 31), 1, 1), supplier=supplier_of(cast),
        happened_at=minute(0), by=cast.monitor, at=minute(0),
    )  # fmt: skip
    other = make_patient(cast.site, "Bruno Keller")
    order = order_of(cast)
    taken = {"amount": mg(5), "emergency": False, "text": "", "happened_at": minute(2), "by": cast.monitor}

    def draw_for_other(container: Container, **changed: object) -> LedgerEntry:
        fields: dict[str, Any] = {**taken, "order": None, "at": minute(2), **changed}
        return actions.draw(container=container, patient=other, **fields)

    drawn(cast, vial, order, 10)
    with pytest.raises(Refused, match="Choose the dose order"):  # the vial itself may serve another
        draw_for_other(vial)
    drawn(cast, ampoule, order, 10)
    drawn(cast, ampoule, order, 5)
    with pytest.raises(Refused, match="is for one patient and was opened for another"):
        draw_for_other(ampoule)
    assert draw_for_other(ampoule, emergency=True, text="Seizure in room 5.").emergency


def test_what_is_assigned_to_a_merged_record_is_the_patients(cast: Cast) -> None:
    twin = make_patient(cast.site, "Ann Calloway")
    type(twin).objects.filter(pk=twin.pk).update(merged_into=cast.patient)
    box = devices(cast, safe_of(cast), 2, patient=twin)
    entry = actions.draw(
        container=box, amount=1, order=None, patient=type(twin).objects.get(pk=cast.patient.pk), emergency=True,
        text="No order at hand.", happened_at=minute(1), by=cast.monitor, at=minute(1),
    )  # fmt: skip
    assert entry.balance == 1


def test_a_device_that_fails_is_wasted_and_one_unopened_returned(cast: Cast) -> None:
    box = devices(cast, safe_of(cast), 11)
    draw = actions.draw(
        container=box, amount=3, order=None, patient=cast.patient, emergency=True, text="No order at hand.",
        happened_at=minute(1), by=cast.monitor, at=minute(1),
    )  # fmt: skip
    with pytest.raises(Refused, match="3 devices of this draw"):
        actions.put_back(draw=draw, amount=4, text="", happened_at=minute(2), by=cast.monitor, at=minute(2))
    actions.put_back(draw=draw, amount=1, text="", happened_at=minute(2), by=cast.monitor, at=minute(2))
    box.refresh_from_db()
    assert box.balance == 9
    folded = fold(lines_in(box))
    assert (folded.fault, folded.draws[draw.number].in_hand) == (None, 2)


def test_what_is_in_a_syringe_is_not_returned(cast: Cast) -> None:
    (vial,) = vials(cast, safe_of(cast))
    draw = drawn(cast, vial, order_of(cast))
    with pytest.raises(Refused, match="wasted, not returned"):
        actions.put_back(draw=draw, amount=1, text="", happened_at=minute(2), by=cast.monitor, at=minute(2))


def test_a_clock_that_steps_back_keeps_the_order_of_the_numbers(cast: Cast) -> None:
    (vial,) = vials(cast, safe_of(cast))
    order = order_of(cast)
    drawn(cast, vial, order, 20, at=minute(10))
    drawn(cast, vial, order, 20, at=minute(2))
    with pytest.raises(Refused, match="lies in the future"):
        drawn(cast, vial, order, 20, at=minute(3), happened_at=minute(30))
    assert fold(lines_in(vial)).fault is None
    assert balance(vial) == 460


def test_a_container_moves_with_its_ledger(cast: Cast) -> None:
    (vial,) = vials(cast, safe_of(cast))
    other = safe_of(cast, "Safe B")
    line = actions.move_container(
        container=vial,
        to=other,
        reason="For the weekend.",
        happened_at=minute(1),
        by=cast.monitor,
        at=minute(1),
    )
    assert (line.safe, line.change, line.balance) == (other, 0, mg(500))
    with pytest.raises(Refused, match="already"):
        actions.move_container(
            container=vial, to=other, reason="", happened_at=minute(2), by=cast.monitor, at=minute(2)
        )


def test_a_recalled_lot_is_drawn_no_more(cast: Cast) -> None:
    first, second = vials(cast, safe_of(cast), 2)
    drawn(cast, first, order_of(cast))
    actions.recall_lot(lot=first.lot, reference="D-123", by=cast.director, at=minute(5))
    assert {each.state for each in Container.objects.all()} == {"quarantined"}
    with pytest.raises(Refused, match="quarantine"):
        drawn(cast, second, LedgerEntry.objects.get(kind="draw").order)
    with pytest.raises(Refused, match="already"):
        actions.recall_lot(lot=first.lot, reference="D-123", by=cast.director, at=minute(6))


def test_destruction_is_of_quarantine_before_a_second_person(cast: Cast) -> None:
    (vial,) = vials(cast, safe_of(cast))
    with pytest.raises(Refused, match="quarantine first"):
        destroyed(cast, vial)
    actions.quarantine(container=vial, reason="Out of date.", by=cast.monitor, at=minute(1))
    vial.refresh_from_db()
    line = destroyed(cast, vial)
    assert (line.change, line.needs_witness) == (-mg(500), True)
    assert Container.objects.get(pk=vial.pk).state == "finished"
    assert WitnessRequest.objects.get(entry=line).asked == cast.second_monitor


def destroyed(cast: Cast, vial: Container) -> LedgerEntry:
    return actions.destroy(
        container=vial,
        method="pouch",
        witness=cast.second_monitor,
        device="",
        text="",
        by=cast.monitor,
        at=minute(2),
    )
