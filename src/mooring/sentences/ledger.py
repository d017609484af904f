"""Amounts of a controlled drug, kinds of ledger entries and faults of a ledger, in words."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mooring.rules.ledger import CountedAs, LedgerFault, LedgerKind, StockMeasure
from mooring.words.numbers import plain_number, with_unit

KIND_WORDS = {
    LedgerKind.RECEIVE: gettext_lazy("Received"),
    LedgerKind.OPEN: gettext_lazy("Opened"),
    LedgerKind.DRAW: gettext_lazy("Drawn"),
    LedgerKind.ADMINISTER: gettext_lazy("Given"),
    LedgerKind.WASTE: gettext_lazy("Wasted"),
    LedgerKind.RETURN: gettext_lazy("Returned"),
    LedgerKind.TRANSFER: gettext_lazy("Moved"),
    LedgerKind.BLIND_COUNT: gettext_lazy("Blind count"),
    LedgerKind.ADJUSTMENT: gettext_lazy("Adjusted"),
    LedgerKind.EXPIRE: gettext_lazy("Put in quarantine"),
    LedgerKind.DESTROY: gettext_lazy("Destroyed"),
    LedgerKind.LOSS: gettext_lazy("Lost"),
    LedgerKind.REVERSAL: gettext_lazy("Reversed"),
}
FAULT_WORDS = {
    LedgerFault.NOT_EXACT: gettext_lazy(
        "This amount is finer than the ledger counts. Enter at most three decimals of a milligram."
    ),
    LedgerFault.NEGATIVE: gettext_lazy("An amount is 0 or more."),
    LedgerFault.NOTHING: gettext_lazy("Enter an amount above 0."),
    LedgerFault.OVERDRAWN: gettext_lazy("More was taken than the container held."),
    LedgerFault.NO_DRAW: gettext_lazy("This entry belongs to no draw."),
    LedgerFault.MORE_THAN_DRAWN: gettext_lazy("More was accounted for than was drawn."),
    LedgerFault.NOT_REVERSED: gettext_lazy(
        "This entry cannot be reversed. Record what happened as a new entry."
    ),
    LedgerFault.REVERSED_TWICE: gettext_lazy("This entry was already reversed."),
    LedgerFault.STILL_ACCOUNTED: gettext_lazy(
        "Reverse what was given, wasted or returned from this draw first."
    ),
    LedgerFault.OUT_OF_ORDER: gettext_lazy("An entry is missing or out of order."),
    LedgerFault.WRONG_BALANCE: gettext_lazy("The balance does not follow from the entries."),
}
TENTH = Decimal("0.1")


def kind_words(kind: str) -> str:
    return str(KIND_WORDS[LedgerKind(kind)])


def ledger_number(measure: StockMeasure, parts: int) -> str:
    """`414.0` mg as a ledger writes it, at least one decimal; pieces as a whole number."""
    amount = measure.amount(parts)
    if measure.counted == CountedAs.PIECES:
        return plain_number(amount)
    short = amount.quantize(TENTH)
    return str(short) if short == amount else plain_number(amount)


def amount_words(measure: StockMeasure, parts: int) -> str:
    """`33.0 mg` or `2 devices`."""
    if measure.counted == CountedAs.PIECES:
        return ngettext("{n} device", "{n} devices", parts).format(n=plain_number(parts))
    return with_unit(ledger_number(measure, parts), "mg")


def volume_words(measure: StockMeasure, parts: int) -> str:
    """`0.66 mL` of a liquid, to a thousandth; the mg of devices."""
    volume = measure.ml(parts)
    if volume is None:
        return with_unit(measure.mg(parts), "mg")
    return with_unit(volume.quantize(Decimal("0.001")), "mL")


def both_words(measure: StockMeasure, parts: int) -> str:
    """`33.0 mg (0.66 mL)`."""
    return _("{amount} ({other})").format(
        amount=amount_words(measure, parts), other=volume_words(measure, parts)
    )
