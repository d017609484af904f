"""Pages of requests and complaints: one's own, and those to decide and answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.academy.registers.access import (
    accommodations_for,
    get_accommodation_for,
    get_grievance_for,
    grievances_for,
    must_take_part,
)
from mooring.academy.registers.actions.requests import (
    acknowledge_grievance,
    answer_grievance,
    ask_accommodation,
    decide_accommodation,
    send_grievance,
)
from mooring.academy.registers.forms import (
    AccommodationForm,
    DecideAccommodationForm,
    GrievanceAnswerForm,
    GrievanceForm,
)
from mooring.academy.registers.models import AccommodationState
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, typed

SHOWN = 100


def registers(request: SignedInRequest) -> HttpResponse:
    """What one asked for and complained of, with the answers."""
    must_take_part(request.user)
    return page(
        request,
        "academy/registers/own.html",
        {
            "accommodations": request.user.accommodations.select_related("course").order_by("-asked_at"),
            "grievances": request.user.grievances.select_related("course").order_by("-sent_at"),
            "manages": request.user.may(Permission.CREDITS_MANAGE),
        },
    )


def ask(request: SignedInRequest) -> HttpResponse:
    """Ask for an accommodation."""
    must_take_part(request.user)
    form = typed(request, AccommodationForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            ask_accommodation(by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            return redirect("registers")
    return _form(request, form, _("Ask for an accommodation"), _("Send"), "registers")


def complain(request: SignedInRequest) -> HttpResponse:
    """Send a complaint."""
    must_take_part(request.user)
    form = typed(request, GrievanceForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            send_grievance(by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            return redirect("registers")
    return _form(request, form, _("Send a complaint"), _("Send"), "registers")


def _form(request: SignedInRequest, form: Any, title: str, act: str, back: str) -> HttpResponse:
    return page(
        request,
        "academy/registers/form.html",
        {"form": form, "heading": title, "act": act, "back": reverse(back)},
    )


def manage(request: SignedInRequest) -> HttpResponse:
    """The registers of one's sites, what is open first."""
    asked = accommodations_for(request.user)
    complaints = grievances_for(request.user)
    return page(
        request,
        "academy/registers/manage.html",
        {
            "accommodations": asked.order_by("decided_at", "-asked_at")[:SHOWN],
            "open_accommodations": asked.filter(state=AccommodationState.ASKED).count(),
            "grievances": complaints.order_by("answered_at", "answer_due_at")[:SHOWN],
            "open_grievances": complaints.filter(answered_at__isnull=True).count(),
        },
    )


def accommodation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read a request and decide it."""
    found = get_accommodation_for(request.user, pk)
    form = typed(request, DecideAccommodationForm, initial={"from_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with attempt(request, form) as tried:
            decide_accommodation(
                accommodation=found,
                granted=said["granted"] == "yes",
                decision=said["decision"],
                from_day=said["from_day"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect("registers-manage")
    return page(request, "academy/registers/accommodation.html", {"found": found, "form": form})


def grievance(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read a complaint and answer it."""
    found = get_grievance_for(request.user, pk)
    form = typed(request, GrievanceAnswerForm)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        with attempt(request, form) as tried:
            answer_grievance(grievance=found, answer=answer, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("registers-manage")
    return page(request, "academy/registers/grievance.html", {"found": found, "form": form})


@require_POST
def acknowledge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Tell the person that the complaint is read."""
    found = get_grievance_for(request.user, pk)
    with attempt(request) as tried:
        acknowledge_grievance(grievance=found, by=request.user, at=timezone.now())
    if not tried.done:
        messages.warning(request, " ".join(tried.reasons))
    return redirect("grievance", pk)
