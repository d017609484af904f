"""Nothing is edited: what was wrong is reversed by a line that names it; the registrant adjusts with a reason."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded, remember
from mooring.care.stock.actions.drawing import SQUARE, close_when_squared
from mooring.care.stock.actions.lines import NewLine, in_hand_of
from mooring.care.stock.actions.receiving import finish_if_empty
from mooring.care.stock.actions.witnessing import WITNESS, WITNESS_AGAIN
from mooring.care.stock.models import Container, ContainerState, LedgerEntry, Witnessed, WitnessRequest
from mooring.identity.models import Person
from mooring.rules.ledger import NEVER_REVERSED, LedgerFault, LedgerKind
from mooring.rules.verdict import Refused
from mooring.sentences.ledger import FAULT_WORDS
from mooring.work.actions import close_tasks_about


@recorded("care.stock.reversed")
def reverse_entry(*, entry: LedgerEntry, reason: str, by: Person, at: datetime) -> LedgerEntry:
    """Take back a line that should not have been written, once, with a reason; the old line stays as it is."""
    if not reason.strip():
        raise Refused(_("Enter why the entry is reversed."))
    kind = LedgerKind(entry.kind)
    if kind in NEVER_REVERSED:
        raise Refused(str(FAULT_WORDS[LedgerFault.NOT_REVERSED]))
    if kind == LedgerKind.ADMINISTER:
        raise Refused(_("What was given is corrected in the session; the ledger follows."))
    if hasattr(entry, "reversed_by"):
        raise Refused(str(FAULT_WORDS[LedgerFault.REVERSED_TWICE]))
    if kind == LedgerKind.DRAW and in_hand_of(entry) != entry.amount:
        raise Refused(str(FAULT_WORDS[LedgerFault.STILL_ACCOUNTED]))
    try:
        with transaction.atomic():
            line = NewLine(
                container=entry.container,
                kind=LedgerKind.REVERSAL,
                amount=entry.amount,
                change=-entry.change,
                draw=entry.draw,
                reverses=entry,
                order=entry.order,
                patient=entry.patient,
                text=reason,
                by=by,
                at=at,
            ).store()
    except IntegrityError as error:
        raise Refused(str(FAULT_WORDS[LedgerFault.REVERSED_TWICE])) from error
    _follow(entry, by=by, at=at)
    note(target=line, reverses=entry.number)
    return line


def _follow(entry: LedgerEntry, *, by: Person, at: datetime) -> None:
    """What hung on the reversed line: its container's state, its witness, the task about its draw."""
    container = entry.container
    Container.objects.filter(pk=container.pk, state=ContainerState.FINISHED, balance__gt=0).update(
        state=ContainerState.QUARANTINED if entry.kind == LedgerKind.DESTROY else ContainerState.OPENED
    )
    if entry.kind == LedgerKind.RECEIVE:
        finish_if_empty(container)
    for request in WitnessRequest.objects.filter(entry=entry, answered_at__isnull=True):
        WitnessRequest.objects.filter(pk=request.pk, answered_at__isnull=True).update(
            saw=Witnessed.WITHDRAWN, answered_at=at
        )
        request.refresh_from_db()
        remember(request)
        close_tasks_about(request, kind=WITNESS, outcome="cancelled", by=by, at=at)
    close_tasks_about(entry, kind=WITNESS_AGAIN, outcome="done", by=by, at=at)
    if entry.kind == LedgerKind.DRAW:
        close_tasks_about(entry, kind=SQUARE, outcome="cancelled", by=by, at=at)
    elif entry.draw is not None:
        close_when_squared(entry.draw, by=by, at=at)


@recorded("care.stock.adjusted")
def adjust(*, container: Container, amount: int, reason: str, by: Person, at: datetime) -> LedgerEntry:
    """Set the balance right by `amount` (parts, may be negative), by the registrant, with a reason."""
    if not reason.strip():
        raise Refused(_("Enter the reason of the adjustment."))
    if amount == 0:
        raise Refused(str(FAULT_WORDS[LedgerFault.NOTHING]))
    entry = NewLine(
        container=container, kind=LedgerKind.ADJUSTMENT, amount=amount, text=reason, by=by, at=at
    ).store()
    finish_if_empty(container)
    return entry
