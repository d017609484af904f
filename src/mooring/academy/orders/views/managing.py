"""Pages of who manages orders: all orders, a bank transfer that came, offers, codes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.academy.courses.queries import catalogue
from mooring.academy.learning.actions import open_course_offer
from mooring.academy.learning.queries import open_offer
from mooring.academy.orders.access import get_course_to_sell, get_order_for, orders_to_manage
from mooring.academy.orders.actions.orders import make_code, record_payment
from mooring.academy.orders.forms import CodeForm, OfferForm, PaidForm
from mooring.academy.orders.models import PaidBy, PriceCode
from mooring.identity.access import must_hold
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, typed

PAGE = 50


def manage(request: SignedInRequest) -> HttpResponse:
    """Orders of the people at one's sites, what every course costs, and the codes."""
    found = orders_to_manage(request.user)
    return page(
        request,
        "academy/orders/manage.html",
        {
            "shown": Paginator(found, PAGE).get_page(request.GET.get("page")),
            "courses": [(version.course, open_offer(version.course)) for version in catalogue()],
            "codes": PriceCode.objects.select_related("course").order_by("-made_at")[:PAGE],
        },
    )


def transferred(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record that the bank transfer of an order came in."""
    found = get_order_for(request.user, pk, to="manage")
    form = typed(request, PaidForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            record_payment(
                order=found,
                paid_by=PaidBy.INVOICE,
                payment=form.cleaned_data["payment"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect("purchase", pk)
    return page(request, "academy/orders/transferred.html", {"order": found, "form": form})


def offer(request: SignedInRequest, slug: str) -> HttpResponse:
    """Say what access to a course costs from now on."""
    course = get_course_to_sell(request.user, slug)
    now_open = open_offer(course)
    form = typed(request, OfferForm, initial=_said(now_open))
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            open_course_offer(course=course, by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            messages.success(request, _("The offer is open."))
            return redirect("orders-manage")
    return page(request, "academy/orders/offer.html", {"course": course, "form": form, "now_open": now_open})


def _said(now_open: object) -> dict[str, object]:
    if now_open is None:
        return {}
    return {name: getattr(now_open, name) for name in OfferForm.base_fields}


def code(request: SignedInRequest) -> HttpResponse:
    """Make a discount or a scholarship code."""
    must_hold(request.user, Permission.ORDERS_MANAGE)
    form = typed(request, CodeForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            make_code(by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            messages.success(request, _("The code can be used."))
            return redirect("orders-manage")
    return page(request, "academy/orders/code.html", {"form": form})
