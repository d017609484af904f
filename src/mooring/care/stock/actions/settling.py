"""Settling a difference, saying that something is lost, and closing the day."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.stock.actions.counting import close_discrepancy
from mooring.care.stock.actions.lines import NewLine
from mooring.care.stock.actions.receiving import finish_if_empty
from mooring.care.stock.actions.reversing import adjust
from mooring.care.stock.models import (
    BlindCount,
    ClosedDay,
    Container,
    CountKind,
    Discrepancy,
    DiscrepancyState,
    LedgerEntry,
    Safe,
)
from mooring.care.stock.queries import day_of
from mooring.care.stock.queries.folding import faults_in
from mooring.care.stock.queries.open_points import open_points
from mooring.care.stock.queries.verifier import head_of
from mooring.content.loader import load
from mooring.identity.models import Person, Site
from mooring.identity.roles import Role
from mooring.rules.ledger import LedgerKind
from mooring.rules.limits import last_day, limit_of
from mooring.rules.verdict import Refused
from mooring.sentences.ledger import amount_words
from mooring.sentences.stock import point_words
from mooring.work.actions import Owed, make_task
from mooring.work.moments import end_of


@recorded("care.stock.difference-settled")
def settle(*, found: Discrepancy, how: str, lost: bool, by: Person, at: datetime) -> Discrepancy:
    """The registrant settles a difference: by what was reversed meanwhile, else by an adjustment or a loss.

    What the ledger still says beyond what was counted is adjusted, or recorded as lost with the notices that
    follow from it.
    """
    if not how.strip():
        raise Refused(_("Describe how the difference was settled."))
    current = Discrepancy.objects.select_related("container__lot", "container__safe__site").get(pk=found.pk)
    if current.state != DiscrepancyState.INVESTIGATION:
        raise Refused(_("Count the container again first; then it can be settled."))
    container = current.container
    left = container.balance - current.counted
    if lost and left <= 0:
        raise Refused(_("The ledger holds no more than was counted, so nothing is lost."))
    if lost:
        _lose(container=container, amount=left, reason=how, by=by, at=at)
    elif left:
        adjust(container=container, amount=-left, reason=how, by=by, at=at)
    close_discrepancy(current, how=how, by=by, at=at)
    note(target=current, lost=lost, difference=left)
    return current


@recorded("care.stock.lost")
def _lose(*, container: Container, amount: int, reason: str, by: Person, at: datetime) -> LedgerEntry:
    entry = NewLine(
        container=container, kind=LedgerKind.LOSS, amount=amount, text=reason, by=by, at=at
    ).store()
    finish_if_empty(container)
    words = amount_words(container.lot.measure, amount)
    for kind, title, due_at in _notices(container.safe.site, at):
        make_task(
            owed=Owed(
                kind=kind,
                about=entry,
                title=title,
                reason=_("{amount} from {container} is lost.").format(amount=words, container=container),
                address=reverse("container", args=[container.pk]),
                act=_("Open the ledger"),
                role=Role.MEDICAL_DIRECTOR,
                due_at=due_at,
                escalate_at=due_at,
            ),
            site=container.safe.site,
            by=by,
            at=at,
        )
    return entry


def _notices(site: Site, at: datetime) -> list[tuple[str, str, datetime]]:
    """What a loss has to be reported by, where the law of the place gives a time; elsewhere within a day."""
    titles = {
        "loss-notice": ("stock-loss-notice", _("Send the written notice of a loss to the authority")),
        "loss-report": (
            "stock-loss-report",
            _("Report the loss to the authority (in the United States Form 106)"),
        ),
    }
    found, today = [], site.today(at)
    for about, (kind, title) in titles.items():
        limit = limit_of(load(), about, today, site.jurisdiction)
        if limit is not None:
            due_at = end_of(last_day(limit, today), site.zone)
            found.append((kind, title, due_at))
    following = at + timedelta(days=1)
    return found or [("stock-loss-notice", _("Report a loss to the authority of this place"), following)]


@recorded("care.stock.day-closed")
def close_day(*, safe: Safe, by: Person, at: datetime) -> ClosedDay:
    """Close the safe's day: everything squared, witnessed and counted. Returns the head that is printed."""
    points = open_points(safe, at)
    if points:
        raise Refused(*(point_words(point) for point in points))
    start, _end = day_of(safe.site, at)
    count = (
        BlindCount.objects.filter(safe=safe, kind=CountKind.CLOSING, done_at__gte=start)
        .order_by("-id")
        .first()
    )
    if count is None:
        raise Refused(_("The count at closing is missing. Two people count the safe; then the day closes."))
    containers = list(Container.objects.filter(safe=safe).select_related("lot").order_by("pk"))
    wrong = [str(container) for container in containers if container.pk in faults_in(safe, since=start)]
    if wrong:
        raise Refused(
            _(
                "The ledger does not add up: {containers}. Tell the registrant, and whoever keeps the server, before "
                "the day is closed."
            ).format(containers=", ".join(wrong))
        )
    heads = [[container.pk, container.last_number, container.head] for container in containers]
    try:
        with transaction.atomic():
            closed = ClosedDay.objects.create(
                safe=safe,
                day=safe.site.today(at),
                count=count,
                by=by,
                at=at,
                heads=heads,
                head=head_of(heads),
            )
    except IntegrityError as error:
        raise Refused(_("This day is closed already.")) from error
    note(target=closed, head=closed.head)
    return closed
