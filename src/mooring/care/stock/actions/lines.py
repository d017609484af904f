"""How a line gets into a ledger: the one place where a row of it is written.

The first statement takes the container's row: it counts the line and moves the balance, on the condition that
nothing falls below zero. On PostgreSQL that holds the row until the transaction ends; on SQLite every writing
transaction is alone. So twenty people who want the last 10 mg get it once, and nobody waits to try again.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _

from mooring.audit.recording import note
from mooring.care.patients.models import Patient
from mooring.care.stock.models import Container, DoseGiven, EntryNote, LedgerEntry, Supplier
from mooring.care.stock.queries import standing_of
from mooring.care.stock.queries.folding import digested
from mooring.care.stock.queries.standing import ContainerStanding
from mooring.care.stock.queries.verifier import digest
from mooring.care.treatments.models import DoseOrder
from mooring.identity.models import Person
from mooring.rules.ledger import LedgerFault, LedgerKind, change_of
from mooring.rules.verdict import Refused
from mooring.sentences.ledger import FAULT_WORDS, amount_words
from mooring.work.moments import settled

LATE_AFTER = timedelta(minutes=30)
"""What is recorded so long after it happened is marked as late. A design default without a source."""
NOTE_CHARACTERS = 1000


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """A line to be written into a container's ledger, with its checks; amounts are in parts."""

    container: Container
    kind: LedgerKind
    amount: int
    by: Person
    at: datetime
    happened_at: datetime | None = None
    draw: LedgerEntry | None = None
    reverses: LedgerEntry | None = None
    change: int | None = None
    order: DoseOrder | None = None
    dose: DoseGiven | None = None
    patient: Patient | None = None
    supplier: Supplier | None = None
    method: str = ""
    needs_witness: bool = False
    emergency: bool = False
    text: str = ""

    def store(self) -> LedgerEntry:
        """Write it, as part of the act that is running. Refused when the container holds less."""
        if self.amount < 0 and self.kind != LedgerKind.ADJUSTMENT:
            raise Refused(str(FAULT_WORDS[LedgerFault.NEGATIVE]))
        happened_at = self._checked_time()
        change = self.change
        if change is None:
            change = change_of(self.kind, self.amount, of_draw=self.draw is not None)
        self._take(change)
        now = standing_of(self.container.pk)
        text = self.text.strip()[:NOTE_CHARACTERS]
        entry = self._line(now, change, happened_at, text)
        entry.digest = digest(digested(entry))
        entry.save(force_insert=True)
        Container.objects.filter(pk=self.container.pk).update(head=entry.digest)
        if text:
            EntryNote.objects.create(entry=entry, text=text)
        for field, value in (
            ("balance", entry.balance),
            ("last_number", entry.number),
            ("head", entry.digest),
        ):
            setattr(self.container, field, value)
        note(target=entry, kind=self.kind, container=self.container.code)
        return entry

    def _line(self, now: ContainerStanding, change: int, happened_at: datetime, text: str) -> LedgerEntry:
        return LedgerEntry(
            container=self.container,
            number=now.last_number,
            kind=self.kind,
            amount=self.amount,
            before=now.balance - change,
            change=change,
            balance=now.balance,
            in_hand=self._in_hand(),
            draw=self.draw,
            reverses=self.reverses,
            order=self.order,
            dose=self.dose,
            patient=self.patient,
            supplier=self.supplier,
            safe_id=self.container.safe_id,
            method=self.method,
            needs_witness=self.needs_witness,
            late=self.at - happened_at > LATE_AFTER,
            emergency=self.emergency,
            by=self.by,
            at=happened_at,
            stored_at=self.at,
            note_digest=hashlib.sha256(f"{self.container.pk}:{text}".encode()).hexdigest() if text else "",
            previous=now.head,
        )

    def _checked_time(self) -> datetime:
        happened_at = settled(self.happened_at or self.at, self.at)
        if happened_at > self.at:
            raise Refused(_("This time lies in the future. Write when it happened."))
        return happened_at

    def _take(self, change: int) -> None:
        enough = Q(balance__gte=-change) if change < 0 else Q()
        taken = Container.objects.filter(enough, pk=self.container.pk).update(
            balance=F("balance") + change, last_number=F("last_number") + 1
        )
        if taken == 1:
            return
        raise too_little(self.container, standing_of(self.container.pk).balance, -change)

    def _in_hand(self) -> int | None:
        """What of the draw is unaccounted for after this line; read under the container's row, which is ours now."""
        if self.kind == LedgerKind.DRAW:
            return self.amount
        if self.draw is None:
            return 0 if self.reverses is not None and self.reverses.kind == LedgerKind.DRAW else None
        left = in_hand_of(self.draw) + (self.amount if self.reverses is not None else -self.amount)
        if left < 0:
            measure = self.container.lot.measure
            raise Refused(
                _("{left} of this draw is left; {amount} cannot be accounted for.").format(
                    left=amount_words(measure, left + self.amount), amount=amount_words(measure, self.amount)
                )
            )
        return left


def too_little(container: Container, left: int, asked: int) -> Refused:
    """Why so much (parts) cannot be taken out of a container that holds `left`."""
    measure = container.lot.measure
    return Refused(
        _("{container} holds {left}; {amount} cannot be taken out.").format(
            container=container, left=amount_words(measure, left), amount=amount_words(measure, asked)
        )
    )


def in_hand_of(draw: LedgerEntry) -> int:
    """What of a draw is neither given, wasted, returned nor reversed, in parts."""
    of_it = Q(pk=draw.pk) | Q(draw=draw.pk) | Q(reverses=draw.pk)
    newest = LedgerEntry.objects.filter(of_it).order_by("-number").values_list("in_hand", flat=True).first()
    return int(newest or 0)
