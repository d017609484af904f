"""The programme's log of devices, folded from the ledger: received, dispensed to whom, returned or destroyed."""

from dataclasses import dataclass
from datetime import datetime

from mooring.care.rems.queries.filling import ESKETAMINE
from mooring.care.stock.models import LedgerEntry
from mooring.identity.models import Site
from mooring.rules.ledger import LedgerKind
from mooring.sentences.ledger import amount_words, kind_words

SHOWN = frozenset(
    {
        LedgerKind.RECEIVE,
        LedgerKind.DRAW,
        LedgerKind.WASTE,
        LedgerKind.RETURN,
        LedgerKind.DESTROY,
        LedgerKind.LOSS,
    }
)
MOST = 500


@dataclass(frozen=True)
class DeviceRow:
    """One line: when, what, how many, of which lot, whose, by whom."""

    at: datetime
    what: str
    amount: str
    lot: str
    patient: str
    by: str
    subject: str


def device_log(site: Site) -> list[DeviceRow]:
    """The newest lines of every esketamine device of the site; reversed ones are left out."""
    lines = LedgerEntry.objects.filter(
        safe__site=site, container__lot__product=ESKETAMINE, kind__in=SHOWN, reversed_by__isnull=True
    ).select_related("container__lot", "patient__person", "by")
    return [
        DeviceRow(
            entry.at,
            kind_words(entry.kind),
            amount_words(entry.container.lot.measure, entry.amount),
            entry.container.lot.number,
            str(entry.patient or ""),
            entry.by.legal_name,
            entry.subject_ref,
        )
        for entry in lines.order_by("-at", "-id")[:MOST]
    ]
