"""Pages of refunds: within the guarantee, asking after it, deciding, and sending the money."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.academy.orders.access import get_order_for, get_refund_request_for
from mooring.academy.orders.actions.orders import refund_order
from mooring.academy.orders.actions.refunds import (
    ask_refund,
    decide_refund,
    owe_money,
    record_refund_sent,
)
from mooring.academy.orders.forms import RefundDecisionForm, RefundForm, RefundRequestForm, RefundSentForm
from mooring.academy.orders.models import Order, PaidBy
from mooring.academy.orders.queries.provider import is_set_up, send_refund
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, page, typed


def refund(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have the money back; access ends, and credit that came from the purchase is withdrawn."""
    found = get_order_for(request.user, pk)
    form = typed(request, RefundForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            refund_order(
                order=found,
                reason=form.cleaned_data["reason"],
                by=request.user,
                manages=request.user.may(Permission.ORDERS_MANAGE),
                at=timezone.now(),
            )
        if tried.done:
            if not tried.repeated:
                _send_back(request, found)
            return redirect("purchase", pk)
    return page(request, "academy/orders/refund.html", {"order": found, "form": form})


def _send_back(request: SignedInRequest, found: Order) -> None:
    """Have the provider send the money; what it does not send, or what came by transfer, becomes a task."""
    found.refresh_from_db()
    now = timezone.now()
    owe_money(order=found, by=request.user, at=now)
    if found.paid_by != PaidBy.CARD or not is_set_up():
        messages.success(request, _("Refunded. The money is sent back by bank transfer."))
        return
    try:
        reference = send_refund(found)
    except Refused:
        messages.warning(
            request, _("The refund is recorded. The provider did not answer: a colleague sends the money.")
        )
        return
    record_refund_sent(order=found, reference=reference, by=request.user, at=now)
    messages.success(request, _("Refunded. The provider sends the money back in a few days."))


def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for the money back after the guarantee."""
    found = get_order_for(request.user, pk)
    if found.buyer_id != request.user.pk:
        raise Http404
    form = typed(request, RefundRequestForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            ask_refund(order=found, words=form.cleaned_data["words"], by=request.user, at=timezone.now())
        if tried.done:
            return redirect("purchase", pk)
    return page(
        request, "academy/orders/act.html",
        {"order": found, "form": form, "heading": _("Ask for a refund"), "act": _("Send"),
         "facts": _("The guarantee has expired. Your request is answered within five days.")},
    )  # fmt: skip


def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read a request and answer it."""
    found = get_refund_request_for(request.user, pk)
    form = typed(request, RefundDecisionForm)
    if request.method == "POST" and form.is_valid():
        granted = form.cleaned_data["granted"] == "yes"
        with attempt(request, form) as tried:
            decide_refund(
                request=found,
                granted=granted,
                answer=form.cleaned_data["answer"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            if granted and not tried.repeated:
                _send_back(request, found.order)
            return redirect("purchase", found.order_id)
    return page(
        request, "academy/orders/act.html",
        {"order": found.order, "form": form, "heading": _("Request for a refund"), "act": _("Answer"),
         "facts": found.words, "decided": found.granted is not None, "answer": found.answer},
    )  # fmt: skip


def sent(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send the money of a refund, or record that it went out."""
    found = get_order_for(request.user, pk, to="manage")
    form = typed(request, RefundSentForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            record_refund_sent(
                order=found, reference=form.cleaned_data["reference"], by=request.user, at=timezone.now()
            )
        if tried.done:
            return redirect("purchase", pk)
    return page(
        request, "academy/orders/act.html",
        {"order": found, "form": form, "heading": _("The money was sent"), "act": _("Record it"),
         "facts": f"{found.total} {found.currency}"},
    )  # fmt: skip
