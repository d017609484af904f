"""What a payment provider tells, taken in once: late, doubled, for an unknown or a cancelled order; never lost."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.academy.learning.queries import site_of
from mooring.academy.orders.actions.orders import record_payment
from mooring.academy.orders.models import Order, OrderState, PaidBy, ProviderEvent
from mooring.academy.orders.queries.provider import smallest_units
from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.identity.models import Site
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, make_task

PAID_KINDS = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
CHECKED_WITHIN = timedelta(days=2)


@recorded("academy.orders.hosted-page-opened")
def remember_hosted_page(*, order: Order, hosted: str, by: Actor, at: datetime) -> Order:
    """Remember the provider's page of an open order."""
    Order.objects.filter(pk=order.pk, state=OrderState.OPEN).update(hosted=hosted)
    order.refresh_from_db()
    return order


@recorded("academy.orders.provider-told")
def take_message(
    *, event: dict[str, Any], body: bytes, by: Actor = CLOCK, at: datetime
) -> ProviderEvent | None:
    """Take a verified message in; the same one twice does nothing. What cannot be settled becomes a task.

    A payment counts whether the order is open or was cancelled meanwhile. One for another amount, for an unknown
    order or for an order paid otherwise already is kept and becomes somebody's task, so that no money is lost.
    """
    told = event["object"]
    order = Order.objects.filter(number=str(told.get("client_reference_id") or "")).first()
    outcome = _outcome(event["type"], told, order, by, at)
    try:
        with transaction.atomic():
            row = ProviderEvent.objects.create(
                event=event["id"],
                kind=event["type"],
                digest=hashlib.sha256(body).hexdigest(),
                order=order,
                outcome=outcome,
                received_at=at,
            )
    except IntegrityError:
        return None
    note(kind=event["type"], outcome=outcome)
    if outcome in {"unknown-order", "other-amount", "paid-twice"}:
        _ask_somebody(row, order, at)
    return row


def _outcome(kind: str, told: dict[str, Any], order: Order | None, by: Actor, at: datetime) -> str:
    """What the message does. An event that was stored before changes nothing, because its order is paid."""
    if kind not in PAID_KINDS or told.get("payment_status") not in {"paid", "no_payment_required"}:
        return "noted"
    if order is None:
        return "unknown-order"
    payment = str(told.get("payment_intent") or "")
    if order.state in {OrderState.PAID, OrderState.REFUNDED}:
        return "known" if order.payment == payment else "paid-twice"
    same = told.get("amount_total") == smallest_units(order)
    if not same or str(told.get("currency", "")).upper() != order.currency:
        return "other-amount"
    try:
        record_payment(order=order, paid_by=PaidBy.CARD, payment=payment, by=by, at=at)
    except Refused:
        return "known"
    return "paid"


def _ask_somebody(row: ProviderEvent, order: Order | None, at: datetime) -> None:
    site = site_of(order.buyer) if order else Site.objects.order_by("pk").first()
    if site is None:
        return
    said = {
        "unknown-order": _("The provider reports a payment for an order that is not known here."),
        "other-amount": _("The provider reports another amount than the order’s total."),
        "paid-twice": _("The order was paid twice, or paid after it was refunded."),
    }
    make_task(
        owed=Owed(
            kind="payment",
            about=row,
            title=_("Check a payment"),
            reason=said[row.outcome][:300],
            address=reverse("purchase", args=[order.pk]) if order else reverse("orders-manage"),
            act=_("Check"),
            role=Role.ADMINISTRATOR,
            due_at=at + CHECKED_WITHIN,
        ),
        site=site,
        by=CLOCK,
        at=at,
    )
