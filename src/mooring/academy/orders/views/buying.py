"""A buyer's pages: my orders, ordering, one order, paying, the invoice, taking a seat."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.academy.learning.queries import enrolment_in
from mooring.academy.orders.access import get_offer_to_buy, get_order_for
from mooring.academy.orders.actions.orders import (
    cancel_order,
    place_order,
    take_seat,
)
from mooring.academy.orders.actions.payments import remember_hosted_page
from mooring.academy.orders.forms import OrderForm, SeatForm
from mooring.academy.orders.models import Order, OrderState, Seat
from mooring.academy.orders.queries.papers import invoice
from mooring.academy.orders.queries.prices import guarantee_ends
from mooring.academy.orders.queries.provider import is_set_up, open_hosted_page
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, page, typed


def orders(request: SignedInRequest) -> HttpResponse:
    """What the person who is signed in ordered; and a seat that somebody bought for them can be taken."""
    form = typed(request, SeatForm)
    if request.method == "POST" and form.is_valid():
        seat = (
            Seat.objects.select_related("order__course")
            .filter(code=form.cleaned_data["code"].strip().upper())
            .first()
        )
        if seat is None:
            form.add_error("code", _("No seat has this code. Check it with whoever gave it to you."))
        else:
            with attempt(request, form) as tried:
                taken = take_seat(seat=seat, person=request.user, by=request.user, at=timezone.now())
            if tried.repeated:
                return redirect("learning")
            if tried.done:
                messages.success(request, _("You are enrolled."))
                return redirect("overview", taken.enrolment_id)
    mine = Order.objects.filter(buyer=request.user).select_related("course", "offer")
    return page(
        request,
        "academy/orders/orders.html",
        {
            "orders": mine.order_by("-ordered_at", "-pk"),
            "form": form,
            "manages": request.user.may(Permission.ORDERS_MANAGE),
        },
    )


def start(request: SignedInRequest, slug: str) -> HttpResponse:
    """Order a course: seats, a code, the invoice's address; the price is said before."""
    offer = get_offer_to_buy(slug)
    form = typed(request, OrderForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            order = place_order(
                offer=offer, buyer=request.user, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if tried.repeated:
            return redirect("orders")
        if tried.done:
            return redirect("purchase", order.pk)
    mine = enrolment_in(request.user, offer.course_id)
    return page(
        request,
        "academy/orders/start.html",
        {"offer": offer, "form": form, "renewal": mine is not None, "price": _asked(offer, mine is not None)},
    )


def _asked(offer: object, renewal: bool) -> object:
    renewed = getattr(offer, "renewal_price", None)
    return renewed if renewal and renewed is not None else getattr(offer, "price", None)


def order(request: SignedInRequest, pk: int) -> HttpResponse:
    """One order: what it costs, how it is paid, its seats, and what a refund would do."""
    found = get_order_for(request.user, pk)
    now = timezone.now()
    ends = guarantee_ends(found)
    return page(
        request,
        "academy/orders/order.html",
        {
            "order": found,
            "own": found.buyer_id == request.user.pk,
            "manages": request.user.may(Permission.ORDERS_MANAGE),
            "seats": found.seats.select_related("person").order_by("pk"),
            "card": is_set_up() and found.state == OrderState.OPEN,
            "refundable": found.state == OrderState.PAID and ends is not None and now <= ends,
            "guarantee_ends": ends,
            "asked": found.refund_requests.order_by("-pk").first(),
            "just_paid": request.GET.get("paid") == "1" and found.state == OrderState.OPEN,
        },
    )


@require_POST
def pay(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go to the provider's page for an open order of one's own."""
    found = get_order_for(request.user, pk)
    if found.state != OrderState.OPEN or not is_set_up():
        return redirect("purchase", pk)
    if found.hosted:
        return redirect(found.hosted)
    try:
        hosted = open_hosted_page(found)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("purchase", pk)
    remember_hosted_page(order=found, hosted=hosted.address, by=request.user, at=timezone.now())
    return redirect(hosted.address)


@require_POST
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Cancel an order that was not paid."""
    found = get_order_for(request.user, pk)
    with attempt(request) as tried:
        cancel_order(order=found, by=request.user, at=timezone.now())
    if not tried.done:
        messages.warning(request, " ".join(tried.reasons))
    return redirect("purchase", pk)


def paper(request: SignedInRequest, pk: int) -> FileResponse:
    """The invoice, or the receipt once it is paid."""
    found = get_order_for(request.user, pk)
    return FileResponse(
        BytesIO(invoice(found)),
        as_attachment=True,
        filename=f"{found.number}.pdf",
        content_type="application/pdf",
    )
