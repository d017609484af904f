"""A plan stays within its protocol; its days are open days, far enough apart."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.content.loader import load
from mooring.content.orderable import Lack, lacks, orderable
from mooring.content.pack import Pack
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.plan import Plan, check_plan, fits_here, obstacles, target_days
from mooring.sentences.findings import words_of

pytestmark = pytest.mark.pure
INTENDED = Plan(doses=6, amount=Decimal("0.5"), duration_min=40)
WEEKDAYS = frozenset({1, 2, 3, 4, 5})


@cache
def protocol() -> ProtocolTemplate:
    return load().protocols["IV-STD-6@1"]


DAY = date(2026, 11, 29)


def test_the_protocol_as_it_stands_is_within_itself() -> None:
    assert fits_here(protocol(), load(), DAY)
    assert check_plan(INTENDED, protocol()).findings == ()


def test_28_of_29_protocols_can_be_ordered_and_the_last_says_why_not() -> None:
    pack = load()
    assert len(orderable(pack, DAY)) == 28
    said = {
        each.id: " ".join(words_of(found.says) + words_of(found.asks) for found in obstacles(each, pack, DAY))
        for each in pack.protocols.values()
    }
    assert "no ceiling in milligrams" in said["IV-PTSD-6"]
    assert said["IN-ESK-TRD"] == ""
    assert "100 hours" in said["PAIN-CRPS-4D"]
    ceiling = Decimal(80)
    left = [each.id for each in pack.protocols.values() if obstacles(each, pack, DAY, ceiling)]
    assert left == ["PAIN-CRPS-4D"]


@pytest.mark.parametrize(
    ("shelf", "item", "lack"),
    [
        ("presentations", "ESKETAMINE-DEVICE-28@1", Lack.NO_PRODUCT),
        ("monitoring", "MON-ESK@1", Lack.NO_MONITORING),
        ("discharge", "DISCHARGE-CLINIC@2", Lack.NO_DISCHARGE),
        ("consents", "CONSENT-ESKETAMINE@1", Lack.NO_CONSENT),
    ],
)
def test_what_a_pack_lacks_keeps_its_protocols_from_being_ordered(shelf: str, item: str, lack: Lack) -> None:
    pack = load()
    shelves = {**pack.shelves, shelf: {key: each for key, each in pack.shelves[shelf].items() if key != item}}
    smaller = Pack(pack.data, shelves, pack.references)
    assert item in pack.shelves[shelf]
    assert lacks(pack.protocols["IN-ESK-TRD@1"], smaller, DAY) == (lack,)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"doses": 7}, "doses"),
        ({"doses": 0}, "doses"),
        ({"amount": Decimal("0.51")}, "dose"),
        ({"amount": Decimal("0.24")}, "dose"),
        ({"duration_min": 39}, "duration"),
        ({"duration_min": 61}, "duration"),
    ],
)
def test_each_limit_blocks_just_outside(changed: dict[str, object], code: str) -> None:
    verdict = check_plan(replace(INTENDED, **changed), protocol())  # type: ignore[arg-type]
    assert [finding.rule for finding in verdict.findings] == [f"IV-STD-6@1/{code}"]
    assert not verdict.allowed


def test_a_week_without_closed_days_gives_the_days_of_the_protocol() -> None:
    first = date(2026, 11, 2)
    days = target_days(protocol().spacing, first, frozenset(range(1, 8)), 6)
    assert [(day - first).days for day in days] == [0, 3, 7, 10, 14, 17]


def test_a_first_day_that_is_closed_moves_the_whole_row() -> None:
    saturday = date(2026, 11, 14)
    days = target_days(protocol().spacing, saturday, WEEKDAYS, 6)
    assert days == target_days(protocol().spacing, date(2026, 11, 16), WEEKDAYS, 6)


@given(
    first=st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    open_days=st.frozensets(st.integers(1, 7), min_size=1),
    doses=st.integers(1, 6),
)
def test_every_day_is_open_and_no_two_are_too_close(
    first: date, open_days: frozenset[int], doses: int
) -> None:
    spacing = protocol().spacing
    days = target_days(spacing, first, open_days, doses)
    assert len(days) == doses
    assert all(day.isoweekday() in open_days for day in days)
    assert days[0] >= first
    gaps = [later - earlier for earlier, later in pairwise(days)]
    assert all(gap >= timedelta(days=spacing.gap_days_least) for gap in gaps)


@given(first=st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_a_clinic_open_on_weekdays_keeps_to_the_protocols_span(first: date) -> None:
    spacing = protocol().spacing
    days = target_days(spacing, first, WEEKDAYS, 6)
    assert (days[-1] - days[0]).days <= spacing.most_days
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    assert max(gaps) <= spacing.gap_days_most


def test_a_site_that_never_opens_plans_nothing() -> None:
    with pytest.raises(ValueError, match="without an open day"):
        target_days(protocol().spacing, date(2026, 11, 2), frozenset(), 6)
