"""Pages of a dose order: computing and signing it, reading and printing it, withdrawing it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.observations.queries import body_at
from mooring.care.patients.access import may_on
from mooring.care.treatments.access import get_cycle_for, get_order_for
from mooring.care.treatments.actions import sign_order, withdraw_order
from mooring.care.treatments.actions.cycles import REVIEW
from mooring.care.treatments.forms import CycleReasonForm, OrderFiguresForm, SignOrderForm
from mooring.care.treatments.models import Cycle, Phase
from mooring.care.treatments.queries import (
    Computed,
    compute_order,
    intended_amount,
    last_given,
    live_order_of,
    presentations_for,
    protocol_of,
    unusual_words,
    weight_on,
    weights_of,
)
from mooring.care.treatments.queries.expected import expected_figure
from mooring.identity.actions import confirm_signatures
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import second_signers
from mooring.identity.roles import Permission
from mooring.rules.doses.injection import InjectionDose
from mooring.rules.doses.ordered import OrderedDose
from mooring.rules.doses.quantity import DoseQuantity
from mooring.rules.verdict import Override, Refused
from mooring.sentences.doses import (
    amount_words,
    blind_words,
    ordered_words,
    part_words,
    quantity_words,
    strength_words,
)
from mooring.sentences.findings import words_of
from mooring.words.numbers import plain_number
from mooring.work.pages import SignedInRequest, attempt, page, typed
from mooring.work.queries import open_tasks_about


def sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """First the figures, then the computed order, side by side with the last dose; signed with a password."""
    found = get_cycle_for(request.user, pk, to=Permission.ORDERS_SIGN)
    at = timezone.now()
    standing = live_order_of(found)
    figures = _figures(request, found, at)
    computed, why_not = (None, "") if standing else _computed(found, figures, at)
    form = _sign_form(request, found, figures, computed, at)
    if form is not None and computed is not None and _signed(request, found, form, at):
        messages.success(request, _("The order is signed. Next: the independent double check by two people."))
        return redirect("cycle", found.pk)
    return page(
        request,
        "care/treatments/order_sign.html",
        {
            "cycle": found,
            "treatment": found.treatment,
            "patient": found.treatment.patient,
            "protocol": protocol_of(found.treatment),
            "is_ready": found.phase == Phase.READY,
            "standing": standing,
            "review": open_tasks_about(found.treatment, REVIEW).first(),
            "weight": _weight(found, at),
            "body": body_at(found.treatment.patient, at),
            "figures": figures,
            "computed": computed,
            "why_not": why_not,
            "form": form or figures,
            "expected": _expected(found, computed, at),
            "last": last_given(found.treatment.patient, before=found),
            "unusual": unusual_words(computed) if computed else [],
            "sheet": _sheet(computed.order) if computed else None,
        },
    )


def _signed(request: SignedInRequest, found: Cycle, form: SignOrderForm, at: datetime) -> bool:
    if not (form.is_bound and form.is_valid()):
        return False
    given = form.cleaned_data
    with attempt(request, form) as tried:
        confirm_signatures(request.user, given)
        sign_order(
            cycle=found,
            choice=form.choice,
            shown=given["shown"],
            reason=given["reason"],
            dose_again=given.get("dose_again"),
            change_reason=given.get("change_reason", ""),
            second=given.get("second"),
            by=request.user,
            at=at,
        )
    return tried.done


def _figures(request: SignedInRequest, found: Cycle, at: datetime) -> OrderFiguresForm:
    """The figures as sent, or as the signed treatment intends them; what is given is always chosen."""
    sent = request.POST if request.method == "POST" else request.GET
    named = _named(found, at)
    if "amount" in sent:
        return OrderFiguresForm(sent, **named)
    treatment = found.treatment
    amount = intended_amount(found)
    intended = {"amount": plain_number(amount), "duration_min": treatment.duration_min}
    return OrderFiguresForm(initial=intended, **named)


def _named(found: Cycle, at: datetime) -> dict[str, Any]:
    """What decides which fields the order has: its protocol, what can be given, the weights it may count from."""
    patient, protocol = found.treatment.patient, protocol_of(found.treatment)
    named: dict[str, Any] = {"protocol": protocol, "presentations": (), "weights": {}}
    try:
        named["presentations"] = presentations_for(pack_in_force(patient.site), found, at)
        weight = weight_on(patient, at).observation
    except Refused:
        return named
    if weight is not None and protocol.dose.per != "session":
        named["weights"] = weights_of(patient, weight)
    return named


def _computed(found: Cycle, figures: OrderFiguresForm, at: datetime) -> tuple[Computed | None, str]:
    if not (figures.is_bound and figures.is_valid()):
        return None, ""
    try:
        return compute_order(cycle=found, choice=figures.choice, at=at), ""
    except Refused as refused:
        return None, " ".join(refused.reasons)


def _expected(found: Cycle, computed: Computed | None, at: datetime) -> dict[str, Any] | None:
    if computed is None or computed.weight is None:
        return None
    return expected_figure(
        patient=found.treatment.patient,
        protocol=protocol_of(found.treatment),
        dose_mg=computed.order.mg,
        weight_kg=computed.weight.value,
        duration_min=computed.order.duration_min,
        at=at,
    )


def _sign_form(
    request: SignedInRequest, found: Cycle, figures: OrderFiguresForm, computed: Computed | None, at: datetime
) -> SignOrderForm | None:
    if computed is None:
        return None
    still_open = computed.verdict.still_open()
    two = any(each.override == Override.TWO_PEOPLE for each in still_open)
    others = second_signers(found.treatment.patient.site, at, besides=request.user) if two else None
    initial: dict[str, Any] = {**figures.cleaned_data, "shown": computed.shown}
    return typed(
        request,
        SignOrderForm,
        **_named(found, at),
        asks_reason=bool(still_open),
        asks_dose_again=computed.unusual is not None,
        others=others,
        initial=initial,
    )


def _sheet(order: OrderedDose, *, whole: bool = True) -> dict[str, Any]:
    """An order as it is read: what is given, and the arithmetic line by line.

    Not `whole`: without the volume, the rate and the number, which two people read for themselves.
    """
    return {
        "order": order,
        "words": ordered_words(order) if whole else blind_words(order),
        "strength": strength_words(order.form),
        "lines": [
            {"how": words_of(line.how), "comes_to": amount_words(line.value, line.unit)}
            for line in order.lines
            if whole or line.unit == "mg"
        ],
        "parts": []
        if not whole
        else [
            {
                "name": part_words(part.kind, part.number),
                "dose": quantity_words(DoseQuantity(part.mg, ml=part.ml)),
                "rest_min": part.rest_min,
            }
            for part in order.parts
        ],
        "cannot_be_stopped": isinstance(order.form, InjectionDose),
    }


def _weight(found: Cycle, at: datetime) -> object:
    try:
        return weight_on(found.treatment.patient, at)
    except Refused:
        return None


def order(request: SignedInRequest, pk: int) -> HttpResponse:
    """An order as it was signed; it prints on one page."""
    found = get_order_for(request.user, pk)
    whole = found.shown_whole_to(request.user)
    return page(
        request,
        "care/treatments/order.html",
        {
            "order": found,
            "sheet": _sheet(found.ordered, whole=whole),
            "whole": whole,
            "weight": found.weight,
            "independent": protocol_of(found.cycle.treatment).independent_check,
            "cycle": found.cycle,
            "patient": found.cycle.treatment.patient,
            "may_withdraw": found.withdrawn_at is None
            and found.cycle.phase == Phase.READY
            and may_on(request.user, found.cycle.treatment.patient, Permission.ORDERS_SIGN),
        },
    )


def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an order back before its dose; another is then written anew."""
    found = get_order_for(request.user, pk, to=Permission.ORDERS_SIGN)
    form = typed(request, CycleReasonForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            withdraw_order(
                order=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        if tried.done:
            messages.success(request, _("The order is withdrawn."))
            return redirect("cycle", found.cycle_id)
    return page(
        request,
        "care/treatments/one_form.html",
        {
            "cycle": found.cycle,
            "patient": found.cycle.treatment.patient,
            "form": form,
            "title": _("Withdraw the order"),
            "lead": _("The record keeps it as withdrawn. Write a new order."),
            "act": _("Withdraw the order"),
            "back_url": reverse("order", args=[found.pk]),
        },
    )
