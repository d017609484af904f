"""The arithmetic of the ledger: exact, never below zero, and every wrong row of entries is named."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.rules.ledger import (
    CountedAs,
    CountedBy,
    CountOutcome,
    LedgerFault,
    LedgerKind,
    LedgerLine,
    LedgerWrong,
    StockMeasure,
    change_of,
    compare,
    fold,
)

pytestmark = pytest.mark.pure
VIAL = StockMeasure(CountedAs.MASS, strength_mg_per_ml=Decimal(50))
DEVICE = StockMeasure(CountedAs.PIECES, mg_a_piece=Decimal(28))
R, D, A, W, B = (
    LedgerKind.RECEIVE,
    LedgerKind.DRAW,
    LedgerKind.ADMINISTER,
    LedgerKind.WASTE,
    LedgerKind.REVERSAL,
)


def test_what_is_typed_becomes_parts_exactly() -> None:
    assert VIAL.parts_of_ml(Decimal("0.66")) == 33_000
    assert VIAL.ml(33_000) == Decimal("0.66")
    assert DEVICE.parts(Decimal(2)) == 2
    assert DEVICE.parts_of_mg(Decimal(56)) == 2
    assert DEVICE.mg(3) == 84
    assert DEVICE.ml(3) is None
    for measure, amount in ((VIAL, "0.00001"), (DEVICE, "1.5")):
        with pytest.raises(LedgerWrong) as wrong:
            measure.parts(Decimal(amount))
        assert wrong.value.fault == LedgerFault.NOT_EXACT


WRONG = {
    "below zero": ([(R, 500, 500, 500), (D, 501, -501, -1)], LedgerFault.OVERDRAWN),
    "a gap": ([(R, 500, 500, 500), None, (D, 1, -1, 499)], LedgerFault.OUT_OF_ORDER),
    "a sum": ([(R, 500, 500, 500), (D, 50, -50, 451)], LedgerFault.WRONG_BALANCE),
    "a change": ([(R, 500, 500, 500), (D, 50, -40, 460)], LedgerFault.WRONG_BALANCE),
    "no draw": ([(R, 500, 500, 500), (A, 50, 0, 500, 1)], LedgerFault.NO_DRAW),
    "too much": (
        [(R, 500, 500, 500), (D, 50, -50, 450), (A, 41, 0, 450, 2), (W, 10, 0, 450, 2)],
        LedgerFault.MORE_THAN_DRAWN,
    ),
    "twice": (
        [(R, 500, 500, 500), (D, 50, -50, 450), (B, 50, 50, 500, None, 2), (B, 50, 50, 550, None, 2)],
        LedgerFault.REVERSED_TWICE,
    ),
    "a reversal": (
        [(R, 500, 500, 500), (D, 50, -50, 450), (B, 50, 50, 500, None, 2), (B, 50, -50, 450, None, 3)],
        LedgerFault.NOT_REVERSED,
    ),
    "accounted": (
        [(R, 500, 500, 500), (D, 50, -50, 450), (A, 41, 0, 450, 2), (B, 50, 50, 500, None, 2)],
        LedgerFault.STILL_ACCOUNTED,
    ),
    "negative": ([(R, 500, 500, 500), (W, -5, 5, 505)], LedgerFault.NEGATIVE),
}


def lines(rows: list[tuple[object, ...] | None]) -> list[LedgerLine]:
    return [LedgerLine(place, *row) for place, row in enumerate(rows, start=1) if row]  # type: ignore[arg-type]


@pytest.mark.parametrize(("rows", "fault"), WRONG.values(), ids=WRONG.keys())
def test_a_ledger_that_cannot_stand_is_named(
    rows: list[tuple[object, ...] | None], fault: LedgerFault
) -> None:
    folded = fold(lines(rows))
    assert folded.fault is not None
    assert (folded.fault.fault, folded.fault.number) == (fault, len(rows))


def test_a_reversed_waste_is_in_hand_again() -> None:
    rows = [(R, 500, 500, 500), (D, 50, -50, 450), (W, 9, 0, 450, 2), (B, 9, 0, 450, 2, 3)]
    folded = fold(lines(list(rows)))
    assert (folded.fault, folded.draws[2].in_hand, len(folded.unsquared)) == (None, 50, 1)


@given(st.lists(st.tuples(st.sampled_from([D, A, W]), st.integers(0, 300)), max_size=40))
def test_whatever_is_done_every_draw_squares_and_nothing_goes_below_zero(
    deeds: list[tuple[LedgerKind, int]],
) -> None:
    balance, last_draw, in_hand = 500, None, 0
    entries = [LedgerLine(1, R, 500, 500, 500)]
    for kind, amount in deeds:
        of_draw = kind in (A, W)
        if (of_draw and (last_draw is None or amount > in_hand)) or (kind == D and amount > balance):
            continue
        change = change_of(kind, amount, of_draw=of_draw)
        balance += change
        number = len(entries) + 1
        entries.append(LedgerLine(number, kind, amount, change, balance, last_draw if of_draw else None))
        last_draw, in_hand = (number, amount) if kind == D else (last_draw, in_hand - amount)
    folded = fold(entries)
    assert folded.fault is None
    assert folded.balance == balance >= 0
    assert all(
        each.drawn == each.given + each.wasted + each.returned + each.in_hand
        for each in folded.draws.values()
    )


@pytest.mark.parametrize(
    ("counts", "outcome"),
    [
        ([(405, 405, 4), (405, 405, 4)], CountOutcome.AGREES),
        ([(400, 405, 4), (405, 405, 4)], CountOutcome.AGREES),
        ([(405, 414, 4), (405, 414, 4)], CountOutcome.DIFFERS),
        ([(414, 414, 4), (380, 414, 4)], CountOutcome.COUNTERS_DIFFER),
        ([(414, 414, 4), (380, 380, 5)], CountOutcome.MOVED),
        ([(380, 414, 4)], CountOutcome.DIFFERS),
    ],
)
def test_counts_are_compared_blind(counts: list[tuple[int, int, int]], outcome: CountOutcome) -> None:
    assert compare([CountedBy(*each) for each in counts], Decimal(2)) == outcome
