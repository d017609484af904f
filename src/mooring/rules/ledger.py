"""The arithmetic of a controlled drug: what an entry does to a container, and the fold that checks a whole ledger.

Everything is counted in whole smallest parts, a microgram of a liquid or one piece of what is counted, so that
sums are exact on every machine and in every database. `StockMeasure` turns what people type (mL, devices) into parts
and back:

>>> vial = StockMeasure(CountedAs.MASS, strength_mg_per_ml=Decimal(50))
>>> vial.parts_of_ml(Decimal("0.66"))
33000
>>> vial.amount(33000), vial.ml(33000)
(Decimal('33.000'), Decimal('0.66'))
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

PARTS_A_MG = 1000


class CountedAs(StrEnum):
    """What is counted: the mass in a liquid, or whole pieces (devices, tablets)."""

    MASS = "mass"
    PIECES = "pieces"


class LedgerKind(StrEnum):
    """Every kind of entry."""

    RECEIVE = "receive"
    OPEN = "open"
    DRAW = "draw"
    ADMINISTER = "administer"
    WASTE = "waste"
    RETURN = "return"
    TRANSFER = "transfer"
    BLIND_COUNT = "blind-count"
    ADJUSTMENT = "adjustment"
    EXPIRE = "expire"
    DESTROY = "destroy"
    LOSS = "loss"
    REVERSAL = "reversal"


OF_A_DRAW = frozenset({LedgerKind.ADMINISTER, LedgerKind.WASTE, LedgerKind.RETURN})
"""What accounts for a draw: given, wasted, returned."""
MOVES_NOTHING = frozenset(
    {LedgerKind.OPEN, LedgerKind.TRANSFER, LedgerKind.BLIND_COUNT, LedgerKind.EXPIRE, LedgerKind.ADMINISTER}
)
TAKES_OUT = frozenset({LedgerKind.DRAW, LedgerKind.WASTE, LedgerKind.DESTROY, LedgerKind.LOSS})
NEVER_REVERSED = frozenset(
    {LedgerKind.REVERSAL, LedgerKind.BLIND_COUNT, LedgerKind.OPEN, LedgerKind.TRANSFER}
)
"""A reversal is no entry to be reversed: what was right after all is recorded again. What moves nothing stays."""


class LedgerFault(StrEnum):
    """What is wrong with an entry, or with a whole ledger."""

    NOT_EXACT = "not-exact"
    NEGATIVE = "negative"
    NOTHING = "nothing"
    OVERDRAWN = "overdrawn"
    NO_DRAW = "no-draw"
    MORE_THAN_DRAWN = "more-than-drawn"
    NOT_REVERSED = "not-reversed"
    REVERSED_TWICE = "reversed-twice"
    STILL_ACCOUNTED = "still-accounted"
    OUT_OF_ORDER = "out-of-order"
    WRONG_BALANCE = "wrong-balance"


class LedgerWrong(ValueError):
    """An entry that cannot stand; `fault` says why, `number` which entry of the ledger (0: none yet)."""

    def __init__(self, fault: LedgerFault, number: int = 0) -> None:
        super().__init__(fault, number)
        self.fault, self.number = fault, number


@dataclass(frozen=True)
class StockMeasure:
    """How a presentation is counted: mass at a strength (mg/mL), or pieces that hold so many mg each."""

    counted: CountedAs
    strength_mg_per_ml: Decimal | None = None
    mg_a_piece: Decimal | None = None

    def parts_of_ml(self, volume_ml: Decimal) -> int:
        """A volume as micrograms; `LedgerWrong` when it is no whole number of them."""
        return self.parts(volume_ml * (self.strength_mg_per_ml or Decimal(0)))

    def parts(self, amount: Decimal) -> int:
        """mg, or pieces, as smallest parts; `LedgerWrong` when there is a fraction of one."""
        exact = amount * PARTS_A_MG if self.counted == CountedAs.MASS else amount
        if exact != exact.to_integral_value():
            raise LedgerWrong(LedgerFault.NOT_EXACT)
        return int(exact)

    def parts_of_mg(self, mg: Decimal) -> int:
        """A dose as smallest parts, rounded to one: micrograms, or the pieces that it takes."""
        exact = mg * PARTS_A_MG if self.counted == CountedAs.MASS else mg / (self.mg_a_piece or Decimal(1))
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))

    def amount(self, parts: int) -> Decimal:
        """Parts as mg, or as pieces."""
        return Decimal(parts).scaleb(-3) if self.counted == CountedAs.MASS else Decimal(parts)

    def mg(self, parts: int) -> Decimal:
        """Parts as mg of the drug."""
        if self.counted == CountedAs.MASS:
            return self.amount(parts)
        return Decimal(parts) * (self.mg_a_piece or Decimal(0))

    def ml(self, parts: int) -> Decimal | None:
        """The volume of so many parts; None for what is counted in pieces."""
        if self.counted == CountedAs.PIECES or not self.strength_mg_per_ml:
            return None
        return self.amount(parts) / self.strength_mg_per_ml


@dataclass(frozen=True)
class LedgerLine:
    """One entry of a container's ledger, as stored: `change` and `balance` in parts, `draw` and `reverses` by number."""

    number: int
    kind: LedgerKind
    amount: int
    change: int
    balance: int
    draw: int | None = None
    reverses: int | None = None


def change_of(kind: LedgerKind, amount: int, *, of_draw: bool) -> int:
    """What an entry of this kind does to the container's balance, in parts.

    What was drawn has left the container already: given and wasted out of the syringe change nothing more,
    only what is returned comes back. An adjustment carries its own sign.
    """
    if amount < 0 and kind != LedgerKind.ADJUSTMENT:
        raise LedgerWrong(LedgerFault.NEGATIVE)
    if kind in MOVES_NOTHING or (kind == LedgerKind.WASTE and of_draw):
        return 0
    if kind in TAKES_OUT:
        return -amount
    return amount


@dataclass
class DrawState:
    """One draw and what became of it, in parts."""

    number: int
    drawn: int
    given: int = 0
    wasted: int = 0
    returned: int = 0
    reversed: bool = False

    @property
    def in_hand(self) -> int:
        """Drawn and not yet accounted for."""
        return 0 if self.reversed else self.drawn - self.given - self.wasted - self.returned

    @property
    def squared(self) -> bool:
        return self.in_hand == 0


@dataclass
class FoldedLedger:
    """A container as its entries tell it: the balance, every draw, and the first fault if there is one."""

    balance: int = 0
    draws: dict[int, DrawState] = field(default_factory=dict)
    fault: LedgerWrong | None = None

    @property
    def unsquared(self) -> tuple[DrawState, ...]:
        return tuple(draw for draw in self.draws.values() if not draw.squared)


def fold(lines: Iterable[LedgerLine]) -> FoldedLedger:
    """The ledger of one container from its first entry on; it stops at the first entry that cannot stand.

    >>> ledger = fold([
    ...     LedgerLine(1, LedgerKind.RECEIVE, 500, 500, 500),
    ...     LedgerLine(2, LedgerKind.DRAW, 50, -50, 450),
    ...     LedgerLine(3, LedgerKind.ADMINISTER, 41, 0, 450, draw=2),
    ... ])
    >>> ledger.balance, ledger.draws[2].in_hand
    (450, 9)
    """
    folded, seen, undone = FoldedLedger(), dict[int, LedgerLine](), set[int]()
    for place, line in enumerate(lines, start=1):
        try:
            _take(folded, seen, undone, line, place)
        except LedgerWrong as wrong:
            folded.fault = LedgerWrong(wrong.fault, line.number)
            break
        seen[line.number] = line
    return folded


def _take(
    folded: FoldedLedger, seen: dict[int, LedgerLine], undone: set[int], line: LedgerLine, place: int
) -> None:
    if line.number != place:
        raise LedgerWrong(LedgerFault.OUT_OF_ORDER)
    if line.kind == LedgerKind.REVERSAL:
        change = _undo(folded, seen, undone, line)
    else:
        change = change_of(line.kind, line.amount, of_draw=line.draw is not None)
        _account(folded, line, line.amount)
    folded.balance += change
    if folded.balance < 0:
        raise LedgerWrong(LedgerFault.OVERDRAWN)
    if (line.change, line.balance) != (change, folded.balance):
        raise LedgerWrong(LedgerFault.WRONG_BALANCE)


def _account(folded: FoldedLedger, line: LedgerLine, amount: int) -> None:
    """Put a line to its draw: a new draw, or so much given, wasted or returned out of one."""
    if line.kind == LedgerKind.DRAW:
        folded.draws[line.number] = DrawState(line.number, amount)
    if line.draw is None:
        return
    draw = folded.draws.get(line.draw)
    if draw is None or draw.reversed or line.kind not in OF_A_DRAW:
        raise LedgerWrong(LedgerFault.NO_DRAW)
    if line.kind == LedgerKind.ADMINISTER:
        draw.given += amount
    elif line.kind == LedgerKind.WASTE:
        draw.wasted += amount
    else:
        draw.returned += amount
    if draw.in_hand < 0:
        raise LedgerWrong(LedgerFault.MORE_THAN_DRAWN)


def _undo(folded: FoldedLedger, seen: dict[int, LedgerLine], undone: set[int], line: LedgerLine) -> int:
    old = seen.get(line.reverses or 0)
    if old is None or old.kind in NEVER_REVERSED:
        raise LedgerWrong(LedgerFault.NOT_REVERSED)
    if old.number in undone:
        raise LedgerWrong(LedgerFault.REVERSED_TWICE)
    undone.add(old.number)
    if old.kind == LedgerKind.DRAW:
        draw = folded.draws[old.number]
        if draw.in_hand != draw.drawn:
            raise LedgerWrong(LedgerFault.STILL_ACCOUNTED)
        draw.reversed = True
    elif old.draw is not None:
        _account(folded, old, -old.amount)
    return -old.change


class CountOutcome(StrEnum):
    """What two blind counts of one container come to."""

    AGREES = "agrees"
    COUNTERS_DIFFER = "counters-differ"
    MOVED = "moved"
    DIFFERS = "differs"


@dataclass(frozen=True)
class CountedBy:
    """What one person counted, and the ledger at that moment, which the person did not see."""

    parts: int
    ledger: int
    entries: int


def compare(
    counts: Sequence[CountedBy], tolerance_percent: Decimal, *, lost: int = 0, overfill: int = 0
) -> CountOutcome:
    """Whether the counts agree with each other and with the ledger, within a share of the balance.

    Whole pieces and sealed vials never differ by a share of one; a container that was drawn from between the
    two counts is counted again. `lost` (parts) is what the site's policy allows to stay in needles and lines,
    `overfill` what a vial may hold beyond its label: the first may be missing, the second may be found.

    >>> compare([CountedBy(448, 450, 3), CountedBy(448, 450, 3)], Decimal(0), lost=2).value
    'agrees'
    >>> compare([CountedBy(452, 450, 3), CountedBy(452, 450, 3)], Decimal(0), lost=2).value
    'differs'
    """
    if len({count.entries for count in counts}) > 1:
        return CountOutcome.MOVED
    first = counts[0]
    allowed = Decimal(first.ledger) * tolerance_percent / 100
    if max(count.parts for count in counts) - min(count.parts for count in counts) > allowed:
        return CountOutcome.COUNTERS_DIFFER
    if any(not -allowed - lost <= count.parts - count.ledger <= allowed + overfill for count in counts):
        return CountOutcome.DIFFERS
    return CountOutcome.AGREES


class WarningCode(StrEnum):
    """What of a stock needs a person, what presses most first."""

    RECALLED = "recalled"
    RECALLED_ELSEWHERE = "recalled-elsewhere"
    EXPIRED = "expired"
    REGISTRATION = "registration"
    LOW = "low"
    EXPIRES = "expires"


@dataclass(frozen=True)
class ShownWarning:
    """A warning with its values: what it is about, from or until which day, how many containers.

    `in_use` of the `held` ones are not in quarantine; `over` says that a registration has ended.
    """

    code: WarningCode
    what: str
    on: date | None
    held: int = 0
    in_use: int = 0
    least: int = 0
    over: bool = False


class PointCode(StrEnum):
    """Why a day cannot be closed yet."""

    UNSQUARED = "unsquared"
    UNWITNESSED = "unwitnessed"
    OWED = "owed"
    DIFFERS = "differs"
    NOT_COUNTED = "not-counted"


@dataclass(frozen=True)
class OpenPoint:
    """One thing that keeps a day open: in which container, how much (`parts` of its measure, or mg), which row."""

    code: PointCode
    container: str = ""
    measure: StockMeasure | None = None
    parts: int = 0
    mg: Decimal = Decimal(0)
    row: int = 0
