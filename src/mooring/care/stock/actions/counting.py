"""Blind counts by two people, what follows when they and the ledger differ, and losses."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded, remember
from mooring.care.stock.actions.lines import NewLine
from mooring.care.stock.models import (
    BlindCount,
    Container,
    ContainerState,
    CountKind,
    CountLine,
    Discrepancy,
    DiscrepancyState,
    LedgerEntry,
    Safe,
)
from mooring.care.stock.queries import policy_of, to_count
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.ledger import (
    PARTS_A_MG,
    CountedAs,
    CountedBy,
    CountOutcome,
    LedgerFault,
    LedgerKind,
    compare,
)
from mooring.rules.verdict import Refused
from mooring.sentences.ledger import FAULT_WORDS, amount_words
from mooring.work.actions import Owed, close_tasks_about, make_task

RECOUNT, INVESTIGATE = "stock-recount", "stock-discrepancy"
RECOUNTED_WITHIN = timedelta(minutes=30)
"""How soon a container whose count differs is counted again. A design default without a source."""


@recorded("care.stock.count-started")
def start_count(
    *, safe: Safe, kind: str, container: Container | None, by: Person, at: datetime
) -> BlindCount:
    """Start a count of the safe, or a recount of one container; one at a time in a safe."""
    if kind not in CountKind.values or (kind == CountKind.RECOUNT) != (container is not None):
        raise Refused(_("Choose what is counted."))
    if container is not None and container.safe_id != safe.pk:
        raise Refused(_("This container is in another safe."))
    try:
        with transaction.atomic():
            return BlindCount.objects.create(
                safe=safe, kind=kind, container=container, started_by=by, started_at=at
            )
    except IntegrityError as error:
        raise Refused(_("A count of this safe is running. Take part in that one, or cancel it.")) from error


@recorded("care.stock.count-cancelled")
def cancel_count(*, count: BlindCount, by: Person, at: datetime) -> BlindCount:
    """Give up a count that two people did not finish; what was counted stays as it was written."""
    running = BlindCount.objects.filter(pk=count.pk, done_at__isnull=True, cancelled_at__isnull=True)
    if running.update(cancelled_at=at) != 1:
        raise Refused(_("This count is no longer running."))
    count.refresh_from_db()
    return count


def containers_of(count: BlindCount) -> list[Container]:
    """What a count has to name."""
    if count.container_id:
        return list(Container.objects.filter(pk=count.container_id).select_related("lot"))
    return list(to_count(count.safe))


@recorded("care.stock.counted")
def submit_count(*, count: BlindCount, counted: Mapping[int, int], by: Person, at: datetime) -> BlindCount:
    """What one person counted, container by container (parts by id); with the last one asked, the count is compared.

    Each line keeps where the ledger stood at that moment, so that a draw between the two counts is no difference.
    """
    _hold_running(count)
    if CountLine.objects.filter(count=count, by=by).exists():
        raise Refused(_("You have counted already. A second person counts in their own sign-in."))
    containers = containers_of(count)
    missing = [str(each) for each in containers if each.pk not in counted]
    if missing:
        raise Refused(_("Not counted: {containers}.").format(containers=", ".join(missing)))
    for container in containers:
        if counted[container.pk] < 0:
            raise Refused(str(FAULT_WORDS[LedgerFault.NEGATIVE]))
        now = Container.objects.values("balance", "last_number").get(pk=container.pk)
        CountLine.objects.create(
            count=count,
            container=container,
            amount=counted[container.pk],
            ledger=now["balance"],
            entries=now["last_number"],
            by=by,
            at=at,
        )
    people = CountLine.objects.filter(count=count).values("by").distinct().count()
    if people >= (2 if policy_of(count.safe.site).witness_count else 1):
        BlindCount.objects.filter(pk=count.pk).update(done_at=at)
        for container in containers:
            _compare(count, container, by=by, at=at)
    count.refresh_from_db()
    note(target=count, people=people)
    return count


def _hold_running(count: BlindCount) -> None:
    """Take the count's row, so that two who send in the same moment are compared once."""
    running = BlindCount.objects.filter(pk=count.pk, done_at__isnull=True, cancelled_at__isnull=True)
    if running.update(cancelled_at=None) != 1:
        raise Refused(_("This count is no longer running."))


def _compare(count: BlindCount, container: Container, *, by: Person, at: datetime) -> None:
    lines = CountLine.objects.filter(count=count, container=container).order_by("id")
    exact = container.lot.counted == CountedAs.PIECES or container.state == ContainerState.SEALED
    counted = [CountedBy(line.amount, line.ledger, line.entries) for line in lines]
    found = compare(counted, Decimal(0)) if exact else _compared_by_policy(count, container, counted)
    standing = container.discrepancies.exclude(state=DiscrepancyState.SETTLED).first()
    if found == CountOutcome.MOVED:
        return
    last = lines[len(lines) - 1]
    NewLine(container=container, kind=LedgerKind.BLIND_COUNT, amount=last.amount, by=by, at=at).store()
    if found == CountOutcome.AGREES:
        if standing is not None and standing.state == DiscrepancyState.RECOUNT:
            close_discrepancy(standing, how=_("The recount agrees with the ledger."), by=by, at=at)
    elif standing is None:
        _lock(count, container, expected=last.ledger, counted=last.amount, by=by, at=at)
    elif standing.state == DiscrepancyState.RECOUNT and count.kind == CountKind.RECOUNT:
        _investigate(standing, counted=last.amount, by=by, at=at)


def _compared_by_policy(count: BlindCount, container: Container, counted: list[CountedBy]) -> CountOutcome:
    """An opened vial, within what the site's policy says of measuring, of needles and lines, and of overfill."""
    policy, measure = policy_of(count.safe.site), container.lot.measure
    draws = LedgerEntry.objects.filter(container=container, kind=LedgerKind.DRAW, reversed_by__isnull=True)
    strength = measure.strength_mg_per_ml or Decimal(0)
    lost = int(policy.dead_space_ml * strength * PARTS_A_MG) * draws.count()
    overfill = int(container.whole * policy.overfill_percent / 100)
    return compare(counted, policy.tolerance_percent, lost=lost, overfill=overfill)


def _lock(
    count: BlindCount, container: Container, *, expected: int, counted: int, by: Person, at: datetime
) -> None:
    """The container is used no more until it was counted again."""
    Container.objects.filter(pk=container.pk).update(locked=True)
    found = Discrepancy.objects.create(
        container=container,
        count=count,
        expected=expected,
        counted=counted,
        found_at=at,
        due_at=at + RECOUNTED_WITHIN,
    )
    measure = container.lot.measure
    make_task(
        owed=Owed(
            kind=RECOUNT,
            about=found,
            title=_("Count {container} again").format(container=container),
            reason=_("Counted {counted}; the ledger says {expected}. The container is locked.").format(
                counted=amount_words(measure, counted), expected=amount_words(measure, expected)
            ),
            address=reverse("discrepancy", args=[found.pk]),
            act=_("Open the difference"),
            role=Role.MONITOR,
            due_at=found.due_at,
            escalate_at=found.due_at,
            urgent=True,
        ),
        site=count.safe.site,
        by=by,
        at=at,
    )


def _investigate(found: Discrepancy, *, counted: int, by: Person, at: datetime) -> None:
    """The recount differs, too: the medical director settles it by the hour that the site's policy names."""
    site = found.container.safe.site
    due_at = at + timedelta(hours=policy_of(site).investigate_hours)
    moved = Discrepancy.objects.filter(pk=found.pk, state=DiscrepancyState.RECOUNT).update(
        state=DiscrepancyState.INVESTIGATION, counted=counted, due_at=due_at
    )
    if moved != 1:
        raise Refused(_("A colleague moved this on a moment ago."))
    close_tasks_about(found, kind=RECOUNT, outcome="done", by=by, at=at)
    measure = found.container.lot.measure
    make_task(
        owed=Owed(
            kind=INVESTIGATE,
            about=found,
            title=_("Settle a difference in {container}").format(container=found.container),
            reason=_("The recount says {counted}, the ledger {expected}.").format(
                counted=amount_words(measure, counted), expected=amount_words(measure, found.expected)
            ),
            address=reverse("discrepancy", args=[found.pk]),
            act=_("Settle the difference"),
            role=Role.MEDICAL_DIRECTOR,
            due_at=due_at,
            escalate_at=due_at,
            urgent=True,
        ),
        site=site,
        by=by,
        at=at,
    )


def close_discrepancy(found: Discrepancy, *, how: str, by: Person, at: datetime) -> None:
    """Settle a difference once, in words, and unlock its container; part of the act that settles it."""
    settled = (
        Discrepancy.objects.filter(pk=found.pk)
        .exclude(state=DiscrepancyState.SETTLED)
        .update(state=DiscrepancyState.SETTLED, how=how.strip()[:1000], settled_by=by, settled_at=at)
    )
    if settled != 1:
        raise Refused(_("A colleague settled this a moment ago."))
    found.refresh_from_db()
    remember(found)
    Container.objects.filter(pk=found.container_id).update(locked=False)
    for kind in (RECOUNT, INVESTIGATE):
        close_tasks_about(found, kind=kind, outcome="done", by=by, at=at)
