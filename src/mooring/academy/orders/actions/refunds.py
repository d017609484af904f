"""Acts on refunds: asked for after the guarantee, decided, and the money sent; what is not sent is somebody's task."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.academy.learning.queries import site_of
from mooring.academy.orders.actions.orders import refund_order
from mooring.academy.orders.models import Order, OrderState, PaidBy, RefundRequest
from mooring.audit.recording import note, recorded
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, best_channel, close_tasks_about, make_task, write_message
from mooring.work.models import Channel

ANSWERED_WITHIN = timedelta(days=5)
SENT_WITHIN = timedelta(days=3)
"""Design defaults."""


@recorded("academy.orders.refund-asked")
def ask_refund(*, order: Order, words: str, by: Person, at: datetime) -> RefundRequest:
    """Ask for the money back after the guarantee. It is answered within five days, or passes to the next."""
    if order.state != OrderState.PAID:
        raise Refused(_("This order is not paid, or was refunded."))
    if not words.strip():
        raise Refused(_("Say why. Whoever manages orders reads it."))
    if order.refund_requests.filter(granted__isnull=True).exists():
        raise Refused(_("You have already asked. The answer comes by e-mail."))
    asked = RefundRequest.objects.create(order=order, words=words.strip()[:600], asked_at=at)
    make_task(
        owed=Owed(
            kind="refund-request",
            about=asked,
            title=_("Answer a request for a refund"),
            reason=_("Order {number}").format(number=order.number),
            address=reverse("refund-request", args=[asked.pk]),
            act=_("Answer"),
            role=Role.ADMINISTRATOR,
            due_at=at + ANSWERED_WITHIN,
            escalate_at=at + ANSWERED_WITHIN,
        ),
        site=site_of(order.buyer),
        by=by,
        at=at,
    )
    return asked


@recorded("academy.orders.refund-decided")
def decide_refund(
    *, request: RefundRequest, granted: bool, answer: str, by: Person, at: datetime
) -> RefundRequest:
    """Grant or decline, in words that the buyer reads. Granted, access and credit end as in any refund."""
    if not answer.strip():
        raise Refused(_("Write the answer that the buyer reads."))
    done = RefundRequest.objects.filter(pk=request.pk, granted__isnull=True).update(
        granted=granted, answer=answer.strip()[:600], decided_at=at, decided_by=by
    )
    if done != 1:
        raise Refused(_("A colleague answered this a moment ago."))
    request.refresh_from_db()
    order = request.order
    close_tasks_about(
        request, kind="refund-request", outcome="granted" if granted else "declined", by=by, at=at
    )
    if granted:
        refund_order(order=order, reason=request.answer, by=by, manages=True, at=at)
        owe_money(order=order, by=by, at=at)
    buyer = order.buyer
    write_message(
        channel=Channel.EMAIL if buyer.email else best_channel(buyer),
        person=buyer,
        site=site_of(buyer),
        title=_("Your request for a refund: order {number}").format(number=order.number),
        body=request.answer,
        address=reverse("purchase", args=[order.pk]),
        subject=buyer.subject_ref,
        by=by,
        at=at,
    )
    return request


@recorded("academy.orders.refund-owed")
def owe_money(*, order: Order, by: Person, at: datetime) -> Order:
    """The money of a refund is to be sent: by the provider at once where it answers, else by hand within three days."""
    if order.total == 0 or order.refund_sent_at is not None:
        return order
    transfer = order.paid_by == PaidBy.INVOICE
    make_task(
        owed=Owed(
            kind="refund-money",
            about=order,
            title=_("Send a refund"),
            reason=_("{total} {currency} of order {number}").format(
                total=order.total, currency=order.currency, number=order.number
            ),
            address=reverse("refund-sent", args=[order.pk]),
            act=_("Send by bank") if transfer else _("Send"),
            role=Role.ADMINISTRATOR,
            due_at=at + SENT_WITHIN,
            escalate_at=at + SENT_WITHIN,
        ),
        site=site_of(order.buyer),
        by=by,
        at=at,
    )
    return order


@recorded("academy.orders.refund-sent")
def record_refund_sent(*, order: Order, reference: str, by: Person, at: datetime) -> Order:
    """Record that the money went out, with the reference of the bank or the provider."""
    if not reference.strip():
        raise Refused(_("Enter the reference of the transfer."))
    done = Order.objects.filter(pk=order.pk, state=OrderState.REFUNDED, refund_sent_at__isnull=True).update(
        refund_sent_at=at, refund_reference=reference.strip()[:200]
    )
    if done != 1:
        raise Refused(_("This refund is recorded as sent, or the order was not refunded."))
    order.refresh_from_db()
    close_tasks_about(order, kind="refund-money", outcome="sent", by=by, at=at)
    note(number=order.number)
    return order
