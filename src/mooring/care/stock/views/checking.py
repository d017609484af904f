"""The second person: witnessing, blind counts, differences, and the end of the day."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.care.stock import actions
from mooring.care.stock.access import (
    get_closed_day_for,
    get_count_for,
    get_discrepancy_for,
    get_entry_for,
    get_safe_for,
    get_witness_request_for,
)
from mooring.care.stock.actions.counting import containers_of
from mooring.care.stock.forms import AskWitnessForm, CountForm, DifferenceForm, StartCountForm, WitnessForm
from mooring.care.stock.models import CountKind, CountLine, Discrepancy, LedgerEntry
from mooring.care.stock.queries.open_points import open_points
from mooring.care.stock.queries.showing import account_of, shown_lines
from mooring.care.stock.views.safes import witnesses_of
from mooring.care.stock.views.sending import device_of, posted, pressed, sent
from mooring.identity.actions import confirm_signature
from mooring.identity.roles import Permission
from mooring.rules.ledger import PointCode
from mooring.sentences.ledger import amount_words, both_words
from mooring.sentences.stock import point_words
from mooring.work.pages import SignedInRequest, page

WRITE, SETTLE = Permission.STOCK_WRITE, Permission.STOCK_SETTLE
WHERE = {
    PointCode.UNSQUARED: "stock-account",
    PointCode.UNWITNESSED: "stock-ask-witness",
    PointCode.OWED: "stock-draw",
    PointCode.DIFFERS: "discrepancy",
    PointCode.NOT_COUNTED: "container",
}


def witness(request: SignedInRequest, pk: int) -> HttpResponse:
    """Did you see this waste? Answered by the person who was asked, in their own sign-in, with their signature.

    A request that nobody answered in time passes on to the director, who asks another and answers for no one.
    """
    asked = get_witness_request_for(request.user, pk)
    entry, now = asked.entry, timezone.now()
    if asked.asked_id != request.user.pk:
        return redirect("stock-ask-witness", entry.pk)
    with timezone.override(entry.safe.site.zone):
        form = WitnessForm(posted(request), measure=entry.container.lot.measure)

        def act() -> None:
            typed = form.cleaned_data
            confirm_signature(request.user, typed["password"])
            actions.answer_witness(
                request=asked,
                saw=typed["saw"],
                saw_amount=typed["amount"],
                words=typed["words"],
                device=device_of(request),
                by=request.user,
                at=now,
            )

        if sent(request, form, act, _("Your answer is saved.")):
            return redirect("my-work")
        draw = entry.draw
        context = {
            "asked": asked,
            "entry": entry,
            "amount": both_words(entry.container.lot.measure, entry.amount),
            "account": account_of(draw) if draw else None,
            "form": form if asked.answered_at is None else None,
            "patient": entry.patient,
            "now": now,
        }
        return page(request, "care/stock/witness.html", context)


def ask_witness(request: SignedInRequest, pk: int) -> HttpResponse:
    """Name somebody else who saw a waste that has no witness yet."""
    entry = get_entry_for(request.user, pk, to=WRITE)
    besides = {request.user.pk, entry.by_id, entry.draw.by_id if entry.draw else entry.by_id}
    form = AskWitnessForm(posted(request), witnesses=witnesses_of(entry.safe.site, besides))
    now = timezone.now()
    with timezone.override(entry.safe.site.zone):
        if sent(
            request,
            form,
            lambda: actions.ask_witness(
                entry=entry,
                asked=form.cleaned_data["witness"],
                device=device_of(request),
                by=request.user,
                at=now,
            ),
            _("Asked in their own sign-in."),
        ):
            return redirect("safe", entry.safe_id)
        (line,) = shown_lines(LedgerEntry.objects.filter(pk=entry.pk))
        context = {
            "entry": entry,
            "line": line,
            "form": form,
            "patient": entry.patient,
            "amount": both_words(entry.container.lot.measure, entry.amount),
            "requests": entry.witness_requests.select_related("asked").order_by("id"),
        }
        return page(request, "care/stock/ask_witness.html", context)


@require_POST
def start_count(request: SignedInRequest, pk: int) -> HttpResponse:
    """Start a count of the safe and go to one's own blind sheet."""
    safe = get_safe_for(request.user, pk, to=WRITE)
    form = StartCountForm(request.POST)
    now = timezone.now()
    if sent(
        request,
        form,
        lambda: actions.start_count(
            safe=safe, kind=form.cleaned_data["kind"], container=None, by=request.user, at=now
        ),
        _("The count is open. Count without looking at the ledger."),
    ):
        return redirect("stock-count", safe.counts.latest("id").pk)
    running = safe.counts.filter(done_at=None, cancelled_at=None).first()
    return redirect("stock-count", running.pk) if running else redirect("safe", safe.pk)


def count(request: SignedInRequest, pk: int) -> HttpResponse:
    """One's own blind sheet: no balance, no figure of the other person."""
    record = get_count_for(request.user, pk)
    containers, now = containers_of(record), timezone.now()
    with timezone.override(record.safe.site.zone):
        running = record.done_at is None and record.cancelled_at is None
        mine = record.lines.filter(by=request.user).exists()
        form = CountForm(posted(request), containers=containers)
        if request.method == "POST" and request.POST.get("act") == "cancel":
            if record.safe.site_id not in request.user.sites_where(WRITE):
                raise PermissionDenied
            pressed(request, lambda: actions.cancel_count(count=record, by=request.user, at=now))
            return redirect("safe", record.safe_id)
        if sent(
            request,
            form,
            lambda: actions.submit_count(count=record, counted=form.counted(), by=request.user, at=now),
            _("Your count is saved."),
        ):
            return redirect("stock-count", record.pk)
        found = record.discrepancies.select_related("container__lot") if record.done_at else []
        context = {
            "count": record,
            "safe": record.safe,
            "form": form if running and not mine else None,
            "mine": mine,
            "running": running,
            "counted_by": sorted({line.by.name for line in record.lines.select_related("by")}),
            "differences": found,
        }
        return page(request, "care/stock/count.html", context)


def discrepancy(request: SignedInRequest, pk: int) -> HttpResponse:
    """One difference: what was counted, what the ledger says, the recount, and how it was settled."""
    acting = request.POST.get("act", "") if request.method == "POST" else ""
    to = {"recount": WRITE, "settle": SETTLE}.get(acting, Permission.STOCK_READ)
    record = get_discrepancy_for(request.user, pk, to=to)
    vial, now = record.container, timezone.now()
    with timezone.override(vial.safe.site.zone):
        if acting == "recount":
            again = pressed(
                request,
                lambda: actions.start_count(
                    safe=vial.safe, kind=CountKind.RECOUNT, container=vial, by=request.user, at=now
                ),
            )
            return redirect("stock-count", again.pk) if again else redirect("discrepancy", record.pk)
        form = DifferenceForm(posted(request) if acting == "settle" else None)

        def act() -> None:
            confirm_signature(request.user, form.cleaned_data["password"])
            actions.settle(
                found=record,
                how=form.cleaned_data["how"],
                lost=form.cleaned_data["lost"],
                by=request.user,
                at=now,
            )

        if sent(request, form, act, _("The difference is settled.")):
            return redirect("discrepancy", record.pk)
        return page(request, "care/stock/discrepancy.html", _difference(request, record, form))


def _difference(request: SignedInRequest, record: Discrepancy, form: DifferenceForm) -> dict[str, Any]:
    """What the page of a difference shows; the form only to who may settle it, once it was counted again."""
    vial, measure = record.container, record.container.lot.measure
    may_settle = vial.safe.site_id in request.user.sites_where(SETTLE)
    return {
        "found": record,
        "container": vial,
        "expected": both_words(measure, record.expected),
        "counted": both_words(measure, record.counted),
        "difference": amount_words(measure, abs(record.expected - record.counted)),
        "fewer": record.counted < record.expected,
        "balance": both_words(measure, vial.balance),
        "lines": shown_lines(LedgerEntry.objects.filter(container=vial).order_by("-number")[:12]),
        "form": form if may_settle and record.state == "investigation" else None,
        "may_write": vial.safe.site_id in request.user.sites_where(WRITE),
        "count_lines": [(line, amount_words(measure, line.amount)) for line in _counts_of(record)],
    }


def _counts_of(record: Discrepancy) -> "QuerySet[CountLine]":
    """Every person's count of the container, from the one that differed through its recounts, in their order."""
    lines = CountLine.objects.filter(
        Q(count=record.count) | Q(count__kind=CountKind.RECOUNT, at__gte=record.found_at),
        container=record.container,
    )
    if record.settled_at is not None:
        lines = lines.filter(at__lte=record.settled_at)
    return lines.select_related("by", "count").order_by("pk")


def close_day(request: SignedInRequest, pk: int) -> HttpResponse:
    """The end of the safe's day: every point that is still red, with the way to it; then the head is printed."""
    record = get_safe_for(request.user, pk, to=Permission.STOCK_READ if request.method == "GET" else WRITE)
    now = timezone.now()
    form = DifferenceForm(posted(request))
    for name in ("how", "lost"):
        del form.fields[name]
    with timezone.override(record.site.zone):

        def act() -> None:
            confirm_signature(request.user, form.cleaned_data["password"])
            actions.close_day(safe=record, by=request.user, at=now)

        if sent(request, form, act, _("The day is closed.")):
            return redirect("closed-day", record.closed_days.latest("day").pk)
        points = open_points(record, now)
        context = {
            "safe": record,
            "points": [(WHERE[point.code], point.row, point_words(point)) for point in points],
            "form": form if record.site_id in request.user.sites_where(WRITE) else None,
            "closed": record.closed_days.filter(day=record.site.today(now)).first(),
        }
        return page(request, "care/stock/close_day.html", context)


def closed_day(request: SignedInRequest, pk: int) -> HttpResponse:
    """A closed day on paper: the balances and the head, which is kept outside of this machine."""
    record = get_closed_day_for(request.user, pk)
    with timezone.override(record.safe.site.zone):
        numbers = {container: number for container, number, _digest in record.heads}
        ends = LedgerEntry.objects.filter(container__in=numbers).select_related("container__lot")
        rows = [
            (entry.container, both_words(entry.container.lot.measure, entry.balance), entry.number)
            for entry in ends.order_by("container__code")
            if numbers[entry.container_id] == entry.number
        ]
        context = {"closed": record, "safe": record.safe, "rows": [row for row in rows if row]}
        return page(request, "care/stock/closed_day.html", context)
