"""Drawing for an order or in an emergency, accounting for a draw, reversing a line."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.patients.access import get_patient_for
from mooring.care.patients.models import Patient
from mooring.care.stock import actions
from mooring.care.stock.access import get_entry_for, safes_for
from mooring.care.stock.forms import DrawForm, ReasonForm, ReturnForm, WasteForm
from mooring.care.stock.models import Container, LedgerEntry, Safe
from mooring.care.stock.queries import owed_doses, policy_of
from mooring.care.stock.queries.showing import account_of, draws_of, usable
from mooring.care.stock.views.safes import witnesses_of
from mooring.care.stock.views.sending import device_of, posted, sent, with_device
from mooring.care.treatments.access import get_order_for
from mooring.care.treatments.models import DoseOrder
from mooring.identity.roles import Permission
from mooring.rules.ledger import CountedAs
from mooring.work.moments import MomentField
from mooring.work.pages import SignedInRequest, page

WRITE = Permission.STOCK_WRITE


def draw_for_order(request: SignedInRequest, pk: int) -> HttpResponse:
    """Draw for one signed order, out of one or several containers; each is accounted for by itself."""
    safes_for(request.user, to=WRITE)
    order = get_order_for(request.user, pk)
    patient = order.cycle.treatment.patient
    get_object_or_404(
        Safe.objects.filter(site__in=request.user.sites_where(WRITE), site=patient.site).order_by("pk")[:1]
    )
    return _draw_page(request, patient, order)


def emergency_draw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Draw without an order, in an emergency: recorded now or afterwards, and marked."""
    safes_for(request.user, to=WRITE)
    patient = get_patient_for(request.user, pk, to=Permission.SESSIONS_WRITE)
    return _draw_page(request, patient, None)


def _draw_page(request: SignedInRequest, patient: Patient, order: DoseOrder | None) -> HttpResponse:
    now = timezone.now()
    containers = (
        usable(patient.site, now, product=order.drug, patient=patient)
        if order
        else Container.objects.filter(safe__site=patient.site, balance__gt=0)
        .exclude(state="finished")
        .select_related("lot", "safe__site")
    )
    with timezone.override(patient.site.zone):
        form = DrawForm(posted(request), containers=containers, emergency=order is None)
        form.fields["happened"] = MomentField(label=_("When, if not now"), required=False, now=now)

        def act() -> LedgerEntry:
            typed = form.cleaned_data
            return actions.draw(
                container=typed["container"],
                amount=typed["parts"],
                order=order,
                patient=patient,
                emergency=order is None,
                text=typed["text"],
                happened_at=typed["happened"] or now,
                by=request.user,
                at=now,
            )

        if sent(request, form, act, _("The draw stands in the ledger.")):
            return redirect("stock-draw", order.pk) if order else redirect("stock")
        context: dict[str, Any] = {
            "patient": patient,
            "order": order,
            "form": form,
            "containers": list(containers),
            "draws": draws_of(order) if order else [],
            "owed": owed_doses(patient.site, order=order) if order else [],
        }
        return page(request, "care/stock/draw.html", context)


def account(request: SignedInRequest, pk: int) -> HttpResponse:
    """One draw: drawn = given + wasted + returned; what is left is wasted with a witness or returned unopened."""
    draw = get_entry_for(request.user, pk, to=WRITE)
    if draw.kind != "draw":
        return redirect("container", draw.container_id)
    now, measure = timezone.now(), draw.container.lot.measure
    with timezone.override(draw.safe.site.zone):
        asks = policy_of(draw.safe.site).witness_waste
        witnesses = witnesses_of(draw.safe.site, {request.user.pk, draw.by_id}) if asks else None
        data = posted(request)
        returning = measure.counted == CountedAs.PIECES and data is not None and data.get("act") == "return"
        waste_form = WasteForm(None if returning else data, measure=measure, witnesses=witnesses)
        return_form = ReturnForm(data if returning else None, measure=measure)
        form = return_form if returning else waste_form

        if sent(request, form, lambda: _account(request, draw, form, now, returning=returning), _("Saved in the ledger.")):  # fmt: skip
            return redirect("stock-account", draw.pk)
        context = {
            "draw": draw,
            "patient": draw.patient,
            "account": account_of(draw),
            "form": waste_form,
            "return_form": return_form if measure.counted == CountedAs.PIECES else None,
        }
        status = 422 if request.method == "POST" else 200
        return with_device(request, page(request, "care/stock/account.html", context, status=status))


def _account(
    request: SignedInRequest,
    draw: LedgerEntry,
    form: WasteForm | ReturnForm,
    now: datetime,
    *,
    returning: bool,
) -> LedgerEntry:
    typed = form.cleaned_data
    common: dict[str, Any] = {
        "draw": draw,
        "amount": typed["amount"],
        "text": typed["text"],
        "happened_at": now,
        "by": request.user,
        "at": now,
    }
    if returning:
        return actions.put_back(**common)
    return actions.waste(
        method=typed["method"], witness=typed.get("witness"), device=device_of(request), **common
    )


def reverse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back one line with a reason; it stays in the ledger, struck by the line that names it."""
    entry = get_entry_for(request.user, pk, to=WRITE)
    form = ReasonForm(posted(request))
    now = timezone.now()
    with timezone.override(entry.safe.site.zone):
        if sent(
            request,
            form,
            lambda: actions.reverse_entry(
                entry=entry, reason=form.cleaned_data["reason"], by=request.user, at=now
            ),
            _("The line is reversed."),
        ):
            return redirect("container", entry.container_id)
        context = {"entry": entry, "form": form, "patient": entry.patient, "container": entry.container}
        return page(request, "care/stock/reverse.html", context)
