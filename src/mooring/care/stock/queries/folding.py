"""A container's stored entries as the rules fold them, and whether the stored projection says the same."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from mooring.care.stock.models import Container, LedgerEntry, Safe
from mooring.care.stock.queries.verifier import ENTRY, digest
from mooring.rules.ledger import LedgerFault, LedgerKind, LedgerLine, LedgerWrong, fold


def lines_of(containers: "QuerySet[Container]") -> dict[int, list[LedgerLine]]:
    """The ledger of each container (by its id) from its first line on."""
    rows = (
        LedgerEntry.objects.filter(container__in=containers)
        .order_by("container", "number")
        .values_list(
            "container", "number", "kind", "amount", "change", "balance", "draw__number", "reverses__number"
        )
    )
    found: dict[int, list[LedgerLine]] = {}
    for container, number, kind, *rest in rows.iterator(chunk_size=2000):
        found.setdefault(container, []).append(LedgerLine(number, LedgerKind(kind), *rest))
    return found


def faults_in(safe: Safe, *, since: datetime) -> dict[int, LedgerWrong]:
    """Of the containers of a safe that have a line since then: the first entry that cannot stand, or a balance
    that the entries do not come to, by the container's id."""
    touched = Container.objects.filter(safe=safe, entries__at__gte=since).distinct()
    lines, found = lines_of(touched), {}
    for container in touched:
        folded = fold(lines.get(container.pk, []))
        if folded.fault is not None:
            found[container.pk] = folded.fault
        elif folded.balance != container.balance:
            found[container.pk] = LedgerWrong(LedgerFault.WRONG_BALANCE, container.last_number)
    return found


def stands(container: Container, newest_first: Sequence[LedgerEntry]) -> bool:
    """Whether these lines, as a page shows them, follow from each other and are as they were written.

    A page of a long ledger checks what it shows; the export checks all.
    """
    balance, head = container.balance, container.head
    for place, entry in enumerate(newest_first):
        if (
            place == 0
            and entry.number == container.last_number
            and (entry.balance, entry.digest) != (balance, head)
        ):
            return False
        if place and (entry.balance, entry.digest, entry.number + 1) != (
            balance,
            head,
            newest_first[place - 1].number,
        ):
            return False
        if entry.digest != digest(digested(entry)):
            return False
        balance, head = entry.before, entry.previous
    return True


def digested(entry: LedgerEntry) -> dict[str, Any]:
    """The fields of an entry that its digest covers, as the verifier reads them in an export."""
    related = {
        "draw": entry.draw.number if entry.draw else None,
        "reverses": entry.reverses.number if entry.reverses else None,
        "dose": str(entry.dose.key) if entry.dose else None,
        "by": entry.by.actor_ref,
        "kind": str(entry.kind),
        "method": str(entry.method),
    }
    whole = {
        name: getattr(entry, f"{name}_id", None)
        for name in ("container", "order", "patient", "supplier", "safe")
    }
    own = {name: getattr(entry, name) for name in ENTRY if name not in related and name not in whole}
    return {**own, **whole, **related}
