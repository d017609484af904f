"""Every protocol under which a dose can be ordered, from the plan to the sign-off, by its own route and shape."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from _pytest.mark import ParameterSet

from mooring.care.sessions import actions
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.models import Cycle
from mooring.content.loader import load
from mooring.content.orderable import orderable
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.sessions.whole_walk import CLINICAL, FIELDS, Walk
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db

OWN: dict[str, dict[str, Any]] = {
    "PAIN-CRPS-10": {"amount": Decimal("0.3")},
    "PO-RANGE": {
        "presentation": "KETAMINE-CAPSULE@1",
        "chosen": {"mg_each": Decimal(36), "hold_min": 0, "afterwards": "swallow"},
    },
    "PO-R107": {
        "presentation": "KETAMINE-SLOW-TABLET@1",
        "chosen": {"mg_each": Decimal(60), "hold_min": 0, "afterwards": "swallow"},
    },
    "SL-HOME-4": {"presentation": "KETAMINE-RAPID-TABLET@1", "chosen": {"mg_each": Decimal(100)}},
    "SL-VLD": {"chosen": {"mg_each": Decimal(10)}, "reason": "The label says 10 mg in one."},
    "IM-KAP": {"chosen": {"booster_mg": Decimal(20)}},
}
"""What a protocol needs besides its start dose and the usual product of its shape."""


def each_protocol() -> list[ParameterSet]:
    """All of them; on PostgreSQL the first of each shape, as further ones write other numbers in the same fields."""
    by_shape: dict[str, list[ParameterSet]] = {}
    for protocol in orderable(load(), NOW.date()):
        alike = by_shape.setdefault(protocol.given_as.shape if protocol.given_as else "", [])
        alike.append(pytest.param(protocol.id, marks=[pytest.mark.once] if alike else []))
    return [each for alike in by_shape.values() for each in alike]


@pytest.mark.parametrize("protocol", each_protocol())
def test_a_dose_from_the_plan_to_the_sign_off(cast: Cast, protocol: str) -> None:
    walk = Walk(cast, protocol, **OWN.get(protocol, {}))
    session = walk.started()
    chart = walk.leave(session, walk.given(session))
    session.refresh_from_db()
    assert session.state == "signed-off"
    assert chart.given_whole
    assert chart.administered.quantity.mg == pytest.approx(
        session.order.ordered.total_mg, rel=Decimal("0.01")
    )
    assert Cycle.objects.get(pk=session.cycle_id).phase == "integrating"


def test_84_mg_come_as_three_devices_with_their_rest_and_none_is_counted_twice(cast: Cast) -> None:
    walk = Walk(cast, "IN-ESK-TRD", amount=Decimal(84), reason="Tolerated 84 mg in an earlier course.")
    session = walk.started()
    _first, second, third = session.order.ordered.parts
    at = NOW + timedelta(minutes=2)
    with pytest.raises(Refused, match="Number 1 was given at"):
        walk.give(session, _first, at + timedelta(minutes=1))
    with pytest.raises(Refused, match="Number 2 was not given yet"):
        walk.give(session, third, at + timedelta(minutes=6))
    with pytest.raises(Refused, match=r"5\smin after the one before"):
        walk.give(session, second, at + timedelta(minutes=3))
    walk.give(session, second, at + timedelta(minutes=3), deviation="She sprayed before we could stop her.")
    assert Task.objects.filter(kind="dose-deviation", state="open").count() == 1
    walk.give(session, third, at + timedelta(minutes=8), failed=True)
    chart = chart_of(session, at + timedelta(minutes=9))
    assert chart.administered.quantity.mg == 56
    assert chart.next_part == third
    with pytest.raises(Refused, match="Device 3 was not given"):
        _end(walk, session, at + timedelta(minutes=9))
    walk.give(session, third, at + timedelta(minutes=9))
    walk.leave(session, walk_end(walk, session, at + timedelta(minutes=10)))
    done = chart_of(session, at + timedelta(hours=3))
    assert (done.administered.quantity.mg, done.administered.quantity.count) == (84, 3)
    assert done.administered.lots == ("26C081",)


def _end(walk: Walk, session: Any, at: Any) -> None:
    actions.end_dosing(session=session, happened_at=at, key=uuid4(), by=walk.cast.monitor, at=at)


def walk_end(walk: Walk, session: Any, at: Any) -> Any:
    _end(walk, session, at)
    return at


def test_the_first_dose_is_what_the_label_says(cast: Cast) -> None:
    walk = Walk(cast, "IN-ESK-TRD", amount=Decimal(84))
    with pytest.raises(Refused, match=r"The first dose is 56\smg"):
        walk.order(walk.ready())


def test_a_booster_stays_within_its_window_and_its_dose(cast: Cast) -> None:
    walk = Walk(cast, "IM-KAP", chosen={"booster_mg": Decimal(20)})
    session = walk.started()
    _one, two, booster = session.order.ordered.parts
    at = NOW + timedelta(minutes=2)
    walk.give(session, two, at + timedelta(minutes=1))
    with pytest.raises(Refused, match=r"10\smin after the one before"):
        walk.give(session, booster, at + timedelta(minutes=5))
    with pytest.raises(Refused, match="More needs a new order"):
        walk.give(session, booster, at + timedelta(minutes=12), mg="30")
    with pytest.raises(Refused, match=r"More than 15\smin after the first injection"):
        walk.give(session, booster, at + timedelta(minutes=20))
    walk.give(session, booster, at + timedelta(minutes=12), mg="10")
    assert chart_of(session, at + timedelta(minutes=13)).administered.quantity.mg == Decimal("46.0")
    assert chart_of(session, at + timedelta(minutes=13)).administered.quantity.ml == Decimal("0.92")


def test_a_booster_counts_towards_the_ceiling_of_the_session(cast: Cast) -> None:
    walk = Walk(cast, "IM-KAP", amount=Decimal("1.4"), chosen={"booster_mg": Decimal(20)})
    with pytest.raises(Refused, match="outside the protocol"):
        walk.order(walk.ready())


def test_what_was_not_given_needs_no_booster_and_says_why_a_device_is_missing(cast: Cast) -> None:
    walk = Walk(cast, "IM-KAP", chosen={"booster_mg": Decimal(20)})
    session = walk.started()
    at = NOW + timedelta(minutes=4)
    walk.give(session, session.order.ordered.parts[1], at)
    walk_end(walk, session, at + timedelta(minutes=1))
    assert chart_of(session, at + timedelta(minutes=2)).given_whole


def test_esketamine_asks_for_the_credential_of_its_programme(cast: Cast) -> None:
    walk = Walk(cast, "IN-ESK-TRD", prescribing=(*CLINICAL, "controlled-drug-registration"))
    cycle = walk.ready()
    with pytest.raises(Refused, match="REMS"):
        walk.order(cycle)


def test_a_wrong_number_of_devices_confirms_nothing(cast: Cast) -> None:
    walk = Walk(cast, "IN-ESK-TRD")
    session = walk.opened()
    entry = actions.enter_reading(
        session=session,
        reading=Decimal(3),
        key=uuid4(),
        by=cast.monitor,
        at=NOW + timedelta(minutes=1, seconds=30),
    )
    assert entry.facts == {"count": "3", "agrees": False}
    with pytest.raises(Refused, match="1 more person"):
        actions.start_dosing(
            session=session,
            happened_at=NOW + timedelta(minutes=2),
            key=uuid4(),
            by=cast.monitor,
            at=NOW + timedelta(minutes=2),
            part=FIELDS["device"],
        )
