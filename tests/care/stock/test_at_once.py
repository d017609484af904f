"""Twenty people at one vial, two witnesses, two counters: each thing happens once, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from mooring.care.stock import actions
from mooring.care.stock.models import (
    BlindCount,
    Container,
    CountKind,
    Discrepancy,
    LedgerEntry,
    Safe,
    WitnessRequest,
)
from mooring.rules.verdict import Refused
from tests.care.stock.rows import (
    counted,
    drawn,
    fault_in,
    lines_in,
    mg,
    minute,
    order_of,
    policy,
    safe_of,
    vials,
    wasted,
)
from tests.people import make_cast

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 20


def together(act: Callable[[int], object], count: int) -> list[str]:
    """Do it so many times at once; what each came to."""

    def run(number: int) -> str:
        try:
            act(number)
        except Refused as refused:
            return " ".join(map(str, refused.reasons))
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(run, range(count)))


def test_the_last_ten_milligrams_are_drawn_once() -> None:
    cast = make_cast()
    (vial,) = vials(cast, safe_of(cast))
    order = order_of(cast)
    drawn(cast, vial, order, 490)
    said = together(lambda _: drawn(cast, vial, order, 10), WRITERS)
    assert said.count("done") == 1
    assert all("holds 0.0" in each or "is finished" in each for each in said if each != "done")
    vial.refresh_from_db()
    assert (vial.balance, vial.last_number) == (0, 4)
    assert fault_in(vial) is None


def test_twenty_small_draws_all_stand_in_one_row_of_numbers() -> None:
    cast = make_cast()
    (vial,) = vials(cast, safe_of(cast))
    order = order_of(cast)
    assert together(lambda _: drawn(cast, vial, order, 5), WRITERS) == ["done"] * WRITERS
    vial.refresh_from_db()
    assert vial.balance == mg(400)
    assert [line.number for line in lines_in(vial)] == list(range(1, WRITERS + 3))
    assert fault_in(vial) is None
    digests = list(
        LedgerEntry.objects.filter(container=vial).order_by("number").values_list("previous", "digest")
    )
    assert all(digests[n][0] == digests[n - 1][1] for n in range(1, len(digests)))


def test_a_witness_who_answers_twice_at_once_answers_once() -> None:
    cast = make_cast()
    (vial,) = vials(cast, safe_of(cast))
    wasted(cast, drawn(cast, vial, order_of(cast)))
    request = WitnessRequest.objects.get()

    def answer(_: int) -> None:
        actions.answer_witness(
            request=WitnessRequest.objects.select_related("entry__safe", "asked").get(pk=request.pk),
            saw="all", saw_amount=None, words="", device="her phone", by=cast.second_monitor, at=minute(52),
        )  # fmt: skip

    assert together(answer, 4).count("done") == 1


def test_two_counters_who_send_at_once_are_compared_once() -> None:
    cast = make_cast()
    safe = safe_of(cast)
    policy(cast)
    (vial,) = vials(cast, safe)
    count = actions.start_count(
        safe=safe, kind=CountKind.OPENING, container=None, by=cast.monitor, at=minute(0)
    )
    people = [cast.monitor, cast.second_monitor]

    def submit(number: int) -> None:
        actions.submit_count(
            count=BlindCount.objects.select_related("safe__site").get(pk=count.pk),
            counted={vial.pk: mg(490)}, by=people[number], at=minute(1),
        )  # fmt: skip

    assert together(submit, 2) == ["done", "done"]
    assert Discrepancy.objects.count() == 1
    assert LedgerEntry.objects.filter(kind="blind-count").count() == 1
    assert Container.objects.get(pk=vial.pk).locked


def test_two_who_close_one_day_close_it_once() -> None:
    cast = make_cast()
    safe = safe_of(cast)
    vials(cast, safe)
    counted(cast, safe, at=minute(5))
    said = together(
        lambda _: actions.close_day(safe=Safe.objects.get(pk=safe.pk), by=cast.monitor, at=minute(10)), 3
    )
    assert said.count("done") == 1
