"""Witnesses, blind counts, differences, and the day of two nurses and a pharmacist, from receipt to the closed day."""

from datetime import timedelta

import pytest
from django.db.models import F

from mooring.audit.models import Event
from mooring.care.stock import actions
from mooring.care.stock.models import (
    BlindCount,
    ClosedDay,
    Container,
    CountKind,
    Discrepancy,
    LedgerEntry,
    WitnessRequest,
)
from mooring.care.stock.queries import unwitnessed
from mooring.identity.actions import set_duty
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.models import Message, Task
from tests.care.stock.rows import (
    counted,
    devices,
    drawn,
    fault_in,
    given,
    mg,
    minute,
    order_of,
    policy,
    safe_of,
    vials,
    wasted,
)
from tests.people import NOW, Cast, make_person

pytestmark = pytest.mark.django_db


def waste_of(cast: Cast, **changed: object) -> WitnessRequest:
    (vial,) = vials(cast, safe_of(cast))
    order = order_of(cast)
    draw = drawn(cast, vial, order)
    given(cast, order)
    waste = wasted(cast, draw, **changed)  # type: ignore[arg-type]
    return WitnessRequest.objects.select_related("entry__safe__site", "asked").get(entry=waste)


def answer(
    request: WitnessRequest, by: Person, saw: str = "all", device: str = "a phone", **given: object
) -> WitnessRequest:
    fields: dict[str, object] = {"saw_amount": None, "words": "", "at": minute(52), **given}
    return actions.answer_witness(request=request, saw=saw, device=device, by=by, **fields)  # type: ignore[arg-type]


def test_a_witness_is_asked_in_their_own_sign_in_and_signs(cast: Cast) -> None:
    request = waste_of(cast)
    assert request.answer_by == minute(50) + timedelta(minutes=15)
    task, message = Task.objects.get(kind="stock-witness"), Message.objects.get()
    assert (task.owner, message.person, message.urgent) == (cast.second_monitor,) * 2 + (True,)
    assert unwitnessed(request.entry.safe).count() == 1
    answer(request, cast.second_monitor)
    task.refresh_from_db()
    assert task.state == "done"
    assert not unwitnessed(request.entry.safe).exists()
    event = Event.objects.get(name="care.stock.witnessed")
    assert f"care_stock.witnessrequest:{request.pk}" in event.rows


def test_the_drawer_is_no_witness_and_nobody_answers_for_another(cast: Cast) -> None:
    safe = safe_of(cast)
    (vial,) = vials(cast, safe)
    draw = drawn(cast, vial, order_of(cast))
    for drawer in (cast.monitor,):
        with pytest.raises(Refused, match="cannot witness"):
            wasted(cast, draw, witness=drawer, by=cast.second_monitor)
    with pytest.raises(Refused, match="Choose someone else"):
        wasted(cast, draw, witness=cast.second_monitor, by=cast.second_monitor)
    with pytest.raises(Refused, match="may not witness"):
        wasted(cast, draw, witness=cast.coordinator)
    assert not LedgerEntry.objects.filter(kind="waste").exists(), "a refused waste leaves nothing"
    wasted(cast, draw)
    request = WitnessRequest.objects.select_related("entry__safe__site", "asked").get()
    with pytest.raises(Refused, match="was asked"):
        answer(request, cast.prescriber)


def test_a_witness_signs_on_their_own_device(cast: Cast) -> None:
    request = waste_of(cast, device="the tablet")
    with pytest.raises(Refused, match="your own device"):
        answer(request, cast.second_monitor, device="the tablet")
    assert answer(request, cast.second_monitor, device="her phone").saw == "all"


def test_who_did_not_see_it_refuses_and_another_is_named(cast: Cast) -> None:
    request = waste_of(cast)
    answer(request, cast.second_monitor, "not-seen", words="I was in room 2.")
    again = Task.objects.get(kind="stock-witness-again")
    assert (again.owner, again.state) == (cast.monitor, "open")
    with pytest.raises(Refused, match="a moment ago"):
        answer(request, cast.second_monitor)
    entry = LedgerEntry.objects.select_related("safe__site", "draw", "by").get(pk=request.entry_id)
    second = actions.ask_witness(
        entry=entry, asked=cast.prescriber, device="", by=cast.monitor, at=minute(60)
    )
    again.refresh_from_db()
    assert again.state == "done"
    third = actions.ask_witness(
        entry=entry, asked=cast.facilitator, device="", by=cast.monitor, at=minute(61)
    )
    second.refresh_from_db()
    assert second.saw == "withdrawn"
    answer(third, cast.facilitator)
    with pytest.raises(Refused, match="waits for no witness"):
        actions.ask_witness(entry=entry, asked=cast.prescriber, device="", by=cast.monitor, at=minute(62))


def test_another_amount_goes_to_the_director(cast: Cast) -> None:
    request = waste_of(cast)
    with pytest.raises(Refused, match="Enter the amount"):
        answer(request, cast.second_monitor, "other-amount")
    answer(request, cast.second_monitor, "other-amount", saw_amount=mg(5))
    assert Task.objects.get(kind="stock-witness-again").role == Role.MEDICAL_DIRECTOR
    assert unwitnessed(request.entry.safe).exists()


def test_the_policy_switches_the_witness_off(cast: Cast) -> None:
    policy(cast, witness_waste=False, witness_count=False)
    safe = safe_of(cast)
    (vial,) = vials(cast, safe)
    draw = drawn(cast, vial, order_of(cast))
    actions.waste(
        draw=draw, amount=mg(50), method="pouch", witness=None, device="", text="", happened_at=minute(2),
        by=cast.monitor, at=minute(2),
    )  # fmt: skip
    assert not unwitnessed(safe).exists()
    count = actions.start_count(safe=safe, kind="opening", container=None, by=cast.monitor, at=minute(3))
    assert actions.submit_count(
        count=count, counted={vial.pk: mg(450)}, by=cast.monitor, at=minute(4)
    ).done_at


def test_one_person_does_not_count_twice_and_names_everything(cast: Cast) -> None:
    safe = safe_of(cast)
    first, second = vials(cast, safe, 2)
    count = actions.start_count(safe=safe, kind="opening", container=None, by=cast.monitor, at=minute(0))
    with pytest.raises(Refused, match="4417B-02"):
        actions.submit_count(count=count, counted={first.pk: mg(500)}, by=cast.monitor, at=minute(1))
    both = {first.pk: mg(500), second.pk: mg(500)}
    actions.submit_count(count=count, counted=both, by=cast.monitor, at=minute(1))
    with pytest.raises(Refused, match="counted already"):
        actions.submit_count(count=count, counted=both, by=cast.monitor, at=minute(2))
    with pytest.raises(Refused, match="is running"):
        actions.start_count(safe=safe, kind="opening", container=None, by=cast.monitor, at=minute(3))
    actions.cancel_count(count=count, by=cast.monitor, at=minute(4))
    with pytest.raises(Refused, match="no longer running"):
        actions.submit_count(count=count, counted=both, by=cast.second_monitor, at=minute(5))


def test_a_draw_between_the_two_counts_is_no_difference(cast: Cast) -> None:
    safe = safe_of(cast)
    (vial,) = vials(cast, safe)
    order = order_of(cast)
    drawn(cast, vial, order, 10)
    count = actions.start_count(safe=safe, kind="opening", container=None, by=cast.monitor, at=minute(5))
    actions.submit_count(count=count, counted={vial.pk: mg(490)}, by=cast.monitor, at=minute(6))
    drawn(cast, vial, order, 40, at=minute(7))
    actions.submit_count(count=count, counted={vial.pk: mg(450)}, by=cast.second_monitor, at=minute(8))
    assert not Discrepancy.objects.exists()
    assert not LedgerEntry.objects.filter(kind="blind-count").exists(), "it is counted again"


@pytest.mark.parametrize(("off", "differs"), [(8, False), (11, True)])
def test_an_opened_vial_may_differ_by_two_percent(cast: Cast, off: int, differs: bool) -> None:
    safe = safe_of(cast)
    (vial,) = vials(cast, safe)
    drawn(cast, vial, order_of(cast), 50)
    counted(cast, safe, **{"4417B_01": mg(450 - off)})
    assert Discrepancy.objects.exists() is differs


def test_sealed_vials_and_devices_are_exact(cast: Cast) -> None:
    safe = safe_of(cast)
    vials(cast, safe)
    box = devices(cast, safe, 100)
    counted(cast, safe, **{"4417B_01": mg(499), box.code.replace("-", "_"): 99})
    assert Discrepancy.objects.count() == 2


def recount(cast: Cast, vial: Container, amount: object, at: int) -> BlindCount:
    count = actions.start_count(
        safe=vial.safe, kind=CountKind.RECOUNT, container=vial, by=cast.monitor, at=minute(at)
    )
    for person in (cast.second_monitor, cast.prescriber):
        actions.submit_count(count=count, counted={vial.pk: mg(amount)}, by=person, at=minute(at + 1))
    return count


def test_a_recount_that_agrees_settles_itself(cast: Cast) -> None:
    safe = safe_of(cast)
    (vial,) = vials(cast, safe)
    counted(cast, safe, **{"4417B_01": mg(450)})
    recount(cast, vial, 500, 130)
    found = Discrepancy.objects.get()
    assert (found.state, Container.objects.get(pk=vial.pk).locked) == ("settled", False)


def test_a_loss_starts_its_clocks(cast: Cast) -> None:
    safe = safe_of(cast)
    (vial,) = vials(cast, safe)
    counted(cast, safe, **{"4417B_01": mg(400)})
    found = Discrepancy.objects.select_related("container__safe__site").get()
    with pytest.raises(Refused, match="again first"):
        actions.settle(found=found, how="It is gone.", lost=True, by=cast.director, at=minute(130))
    recount(cast, vial, 400, 131)
    task = Task.objects.get(kind="stock-discrepancy")
    assert (task.role, task.due_at) == (Role.MEDICAL_DIRECTOR, minute(132) + timedelta(hours=24))
    actions.settle(found=found, how="It is gone.", lost=True, by=cast.director, at=minute(140))
    assert LedgerEntry.objects.get(kind="loss").change == -mg(100)
    today = cast.site.today(minute(140))
    due = {kind: Task.objects.get(kind=f"stock-loss-{kind}").due_at for kind in ("notice", "report")}
    assert cast.site.today(due["report"]) == today + timedelta(days=45)
    assert cast.site.today(due["notice"]) == today + timedelta(days=1)
    with pytest.raises(Refused):
        actions.settle(found=found, how="Twice.", lost=False, by=cast.director, at=minute(141))


def test_a_day_from_receipt_to_its_close_with_one_difference_found_and_solved(cast: Cast) -> None:
    """Two nurses and a pharmacist who directs the stock: the day closes once every point is answered."""
    pharmacist = make_person("Paola Ricci", (Role.MEDICAL_DIRECTOR, cast.site))
    set_duty(
        site=cast.site, role=Role.MEDICAL_DIRECTOR, person=pharmacist, starts_at=NOW,
        ends_at=NOW + timedelta(days=1), by=cast.director, at=NOW,
    )  # fmt: skip
    safe = safe_of(cast)
    first, second = vials(cast, safe, 2)
    counted(cast, safe, CountKind.OPENING, at=minute(0))
    order = order_of(cast)
    draw = drawn(cast, first, order, 50)
    with pytest.raises(Refused) as refused:
        actions.close_day(safe=safe, by=cast.monitor, at=minute(100))
    assert any("50.0\u00a0mg drawn from 4417B-01" in reason for reason in refused.value.reasons)
    given(cast, order)
    wasted(cast, draw)
    again = drawn(cast, first, order, 9, at=minute(55))  # drawn twice, and the second never happened
    wasted(cast, again, 9)
    for request in WitnessRequest.objects.select_related("entry__safe__site", "asked"):
        answer(request, cast.second_monitor)
    counted(cast, safe, at=minute(480), **{"4417B_01": mg(450)})
    found = Discrepancy.objects.get()
    assert (found.expected, found.counted) == (mg(441), mg(450))
    with pytest.raises(Refused, match="cannot be used until its count"):
        drawn(cast, first, order, 5, at=minute(482))
    recount(cast, first, 450, 485)
    task = Task.objects.get(kind="stock-discrepancy")
    assert task.owner == pharmacist
    with pytest.raises(Refused, match="differs from its ledger"):
        actions.close_day(safe=safe, by=cast.monitor, at=minute(488))
    actions.settle(
        found=Discrepancy.objects.get(),
        how="Drawn once, typed twice.",
        lost=False,
        by=pharmacist,
        at=minute(490),
    )
    with pytest.raises(Refused, match="4417B-01 was not counted"):
        actions.close_day(safe=safe, by=cast.monitor, at=minute(491))
    counted(cast, safe, at=minute(495))
    Container.objects.filter(pk=first.pk).update(
        balance=F("balance") + 1
    )  # as somebody with the database's password
    with pytest.raises(Refused, match=r"does not add up: .*4417B-01"):
        actions.close_day(safe=safe, by=cast.monitor, at=minute(499))
    Container.objects.filter(pk=first.pk).update(balance=F("balance") - 1)
    closed = actions.close_day(safe=safe, by=cast.monitor, at=minute(500))
    assert (closed.day, len(closed.head)) == (cast.site.today(minute(500)), 64)
    assert [fault_in(Container.objects.get(pk=each.pk)) for each in (first, second)] == [None, None]
    with pytest.raises(Refused, match="closed already"):
        actions.close_day(safe=safe, by=cast.second_monitor, at=minute(501))
    assert ClosedDay.objects.count() == 1


def test_a_dose_that_is_owed_keeps_the_day_open(cast: Cast) -> None:
    safe = safe_of(cast)
    vials(cast, safe)
    given(cast, order_of(cast))
    counted(cast, safe)
    with pytest.raises(Refused, match=r"36.mg was given and its draw is not recorded"):
        actions.close_day(safe=safe, by=cast.monitor, at=minute(130))
