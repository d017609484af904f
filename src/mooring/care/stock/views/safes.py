"""A site's safes, one safe with what is red, one container's ledger, one lot and who had it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.forms import BaseForm
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.looking import saw
from mooring.care.stock import actions
from mooring.care.stock.access import get_container_for, get_lot_for, get_safe_for, safes_for
from mooring.care.stock.forms import (
    FindContainerForm,
    MoveForm,
    ReasonForm,
    RecallForm,
    StartCountForm,
    WasteForm,
)
from mooring.care.stock.models import BlindCount, Container, ContainerState, LedgerEntry, Safe
from mooring.care.stock.queries import (
    day_of,
    open_discrepancies,
    owed_doses,
    policy_of,
    unsquared_draws,
    unwitnessed,
)
from mooring.care.stock.queries.folding import stands
from mooring.care.stock.queries.open_points import open_points
from mooring.care.stock.queries.showing import (
    found_containers,
    orders_to_draw,
    shown_container,
    shown_containers,
    shown_lines,
    subjects_of,
)
from mooring.care.stock.queries.warnings import StockWarning, warnings_for
from mooring.care.stock.views.sending import device_of, posted, sent, with_device
from mooring.identity.models import Person, Site
from mooring.identity.queries import holders
from mooring.identity.roles import TABLE, Permission
from mooring.rules.ledger import LedgerKind, WarningCode
from mooring.sentences.ledger import amount_words
from mooring.sentences.stock import warning_advice, warning_words
from mooring.work.pages import SignedInRequest, page

A_PAGE = 50
WRITE, SETTLE = Permission.STOCK_WRITE, Permission.STOCK_SETTLE


def witnesses_of(site: Site, besides: set[int]) -> list[Person]:
    """Who may be named as a witness here, without who drew or recorded it."""
    now, found = timezone.now(), dict[int, Person]()
    for role in TABLE[Permission.STOCK_WITNESS].site:
        for person in holders(site, role, now):
            if person.pk not in besides:
                found[person.pk] = person
    return sorted(found.values(), key=lambda each: each.name)


def stock(request: SignedInRequest) -> HttpResponse:
    """The safes of one's sites with what is red in each; a vial by its number in two taps."""
    safes = list(safes_for(request.user))
    now = timezone.now()
    form = FindContainerForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    sites = {safe.site_id for safe in safes}
    found = list(found_containers(sites, text))
    saw(request.user, [each.subject_ref for each in found if each.patient])
    context = {
        "safes": [(safe, len(open_points(safe, now))) for safe in safes],
        "form": form,
        "asked": text,
        "found": [shown_container(each, policy_of(each.safe.site), now) for each in found],
        "warnings": warnings_for({safe.site for safe in safes}, now),
        "may_rems": request.user.may(Permission.REMS_READ),
        "settles": [
            each.site for each in request.user.standing if each.site_id in request.user.sites_where(SETTLE)
        ][:1],
    }
    return page(request, "care/stock/stock.html", context)


def warnings(request: SignedInRequest) -> HttpResponse:
    """One list of what is recalled, expired, soon to expire, runs low, and of registrations that end."""
    sites = {safe.site for safe in safes_for(request.user)}
    found = warnings_for(sites, timezone.now())
    context = {
        "warnings": [
            {
                "warning": warning,
                "words": warning_words(warning.shown),
                "advice": warning_advice(warning.code),
                "address": _where(request.user, warning),
            }
            for warning in found
        ]
    }
    return page(request, "care/stock/warnings.html", context)


def _where(person: Person, warning: StockWarning) -> str:
    """Where something is done about it: the lot, the reorder points, the registrations; empty where they may not."""
    if warning.code == WarningCode.LOW:
        return reverse("stock-reorder", args=[warning.site.safes.order_by("pk")[0].pk])
    if warning.code == WarningCode.REGISTRATION:
        may = warning.site.pk in person.sites_where(SETTLE)
        return reverse("stock-holdings", args=[warning.site.pk]) if may else ""
    return reverse("lot", args=[warning.about.pk])


def safe(request: SignedInRequest, pk: int) -> HttpResponse:
    """One safe: what needs a second person first, then what it holds and what happened today."""
    record = get_safe_for(request.user, pk)
    now = timezone.now()
    start, end = day_of(record.site, now)
    with timezone.override(record.site.zone):
        lines = shown_lines(
            LedgerEntry.objects.filter(safe=record, stored_at__gte=start, stored_at__lt=end).order_by("-id")[
                :A_PAGE
            ]
        )
        waiting = shown_lines(unwitnessed(record))
        drawn = list(unsquared_draws(safe=record))
        owed = owed_doses(record.site)
        orders = list(orders_to_draw(record.site, now))
        subjects = [*subjects_of(lines), *subjects_of(waiting), *(each.subject_ref for each in drawn)]
        saw(
            request.user,
            [*subjects, *(order.subject_ref for order in orders), *(each.dose.subject_ref for each in owed)],
        )
        context = {
            "safe": record,
            "containers": shown_containers(record, policy_of(record.site), now),
            "lines": lines,
            "waiting": waiting,
            "drawn": [
                (draw, amount_words(draw.container.lot.measure, draw.left))  # type: ignore[attr-defined]
                for draw in drawn
            ],
            "owed": owed,
            "orders": orders if record.site_id in request.user.sites_where(WRITE) else [],
            "differences": open_discrepancies(record),
            "count": BlindCount.objects.filter(safe=record, done_at=None, cancelled_at=None).first(),
            "closed": record.closed_days.order_by("-day").first(),
            "count_form": StartCountForm(),
            "may_write": record.site_id in request.user.sites_where(WRITE),
            "may_settle": record.site_id in request.user.sites_where(SETTLE),
            "keys": record.keys.filter(until=None).select_related("person"),
            "now": now,
        }
        return page(request, "care/stock/safe.html", context)


def container(request: SignedInRequest, pk: int) -> HttpResponse:
    """The ledger of one container, newest first, and whether it folds to what is stored."""
    return _container_page(request, get_container_for(request.user, pk))


def _container_page(
    request: SignedInRequest, record: Container, *, sent_as: str = "", form: BaseForm | None = None
) -> HttpResponse:
    site, now = record.safe.site, timezone.now()
    with timezone.override(site.zone):
        entries = LedgerEntry.objects.filter(container=record).order_by("-number")
        shown = Paginator(entries, A_PAGE).get_page(request.GET.get("page"))
        lines = shown_lines(entries[shown.start_index() - 1 : shown.end_index()])
        saw(request.user, subjects_of(lines))
        forms = _forms_of(request, record) if site.pk in request.user.sites_where(WRITE) else {}
        if form is not None:
            forms[sent_as] = form
        context: dict[str, Any] = {
            "container": record,
            "safe": record.safe,
            "shown": shown,
            "lines": lines,
            "state": shown_container(record, policy_of(site), now),
            "adds_up": stands(record, [line.entry for line in lines]),
            "forms": forms,
            "difference": record.discrepancies.exclude(state="settled").first(),
            "may_write": bool(forms),
            "since": entries.last(),
            "now": now,
        }
        status = 422 if request.method == "POST" and form is not None else 200
        return with_device(request, page(request, "care/stock/container.html", context, status=status))


def _forms_of(
    request: SignedInRequest, record: Container, data: QueryDict | None = None, bound: str = ""
) -> dict[str, BaseForm]:
    """What may be done with the container where it stands; the form that was sent with what was typed."""
    site, me = record.safe.site, request.user
    others = Safe.objects.filter(keys__person=me, keys__until=None).exclude(pk=record.safe_id)
    wasting: dict[str, Any] = {"measure": None, "witnesses": witnesses_of(site, {me.pk})}
    forms: dict[str, BaseForm] = {}
    if record.state in (ContainerState.SEALED, ContainerState.OPENED):
        forms["quarantine"] = ReasonForm(data if bound == "quarantine" else None)
    if record.state == ContainerState.OPENED and record.balance:
        forms["remainder"] = WasteForm(data if bound == "remainder" else None, **wasting)
    if record.state == ContainerState.QUARANTINED:
        forms["destroy"] = WasteForm(data if bound == "destroy" else None, **wasting)
    if record.state != ContainerState.FINISHED and others.exists():
        forms["move"] = MoveForm(data if bound == "move" else None, safes=others)
    return forms


def container_act(request: SignedInRequest, pk: int, act: str) -> HttpResponse:
    """Quarantine, destruction, the rest of a vial, a move to another safe."""
    record = get_container_for(request.user, pk, to=WRITE)
    data = posted(request)
    form = _forms_of(request, record, data, act).get(act)
    if form is None:
        raise Http404
    if data is None:
        return redirect("container", record.pk)
    if sent(request, form, _act_on(request, record, act, form), _("Saved in the ledger.")):
        return redirect("container", record.pk)
    return _container_page(request, record, sent_as=act, form=form)


def _act_on(request: SignedInRequest, record: Container, act: str, form: BaseForm) -> Callable[[], object]:
    now, device = timezone.now(), device_of(request)

    def run() -> object:
        typed = form.cleaned_data
        common: dict[str, Any] = {"container": record, "by": request.user, "at": now}
        if act == "quarantine":
            return actions.quarantine(reason=typed["reason"], **common)
        if act == "move":
            return actions.move_container(to=typed["to"], reason=typed["reason"], happened_at=now, **common)
        wasting = {"method": typed["method"], "witness": typed["witness"], "text": typed["text"]}
        if act == "destroy":
            return actions.destroy(device=device, **wasting, **common)
        return actions.waste_remainder(device=device, **wasting, **common)

    return run


def lot(request: SignedInRequest, pk: int) -> HttpResponse:
    """One lot: where its containers are, and every patient who had of it; a recall is recorded here."""
    to = Permission.STOCK_READ if request.method == "GET" else SETTLE
    record = get_lot_for(request.user, pk, to=to)
    now = timezone.now()
    form = RecallForm(posted(request))
    if sent(
        request,
        form,
        lambda: actions.recall_lot(
            lot=record, reference=form.cleaned_data["reference"], by=request.user, at=now
        ),
        _("The lot is recalled; nothing of it can be drawn."),
    ):
        return redirect("lot", record.pk)
    here = Q(safe__site__in=request.user.sites_where(Permission.STOCK_READ))
    held = Container.objects.filter(here, lot=record).select_related("lot", "safe__site", "patient__person")
    with timezone.override(record.site.zone):
        given = LedgerEntry.objects.filter(here, container__lot=record, kind=LedgerKind.ADMINISTER)
        lines = shown_lines(given.order_by("-at"))
        saw(request.user, subjects_of(lines))
        context = {
            "lot": record,
            "containers": [
                shown_container(each, policy_of(record.site), now) for each in held.order_by("code")
            ],
            "given": [line for line in lines if not line.reversed],
            "form": form if record.recalled_at is None and request.user.may(SETTLE) else None,
            "soon": record.expires_on - timedelta(days=60),
        }
        return page(request, "care/stock/lot.html", context)
