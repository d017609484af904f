"""The payment provider's protocol (Stripe): its hosted page, its refunds, and the signature on what it sends.

Sources: Stripe API reference, "Create a Checkout Session", "Create a refund", "Webhook signatures" (the header
`Stripe-Signature: t=…,v1=…` is HMAC-SHA256 of `t.body` under the endpoint's secret; messages older than five
minutes are refused). No card number ever reaches this program: the buyer types it on the provider's page.
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib import error, parse, request

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.academy.orders.models import Order
from mooring.rules.verdict import Refused

TOLERANCE_SECONDS = 300
WAITS_SECONDS = 20
WITHOUT_DECIMALS = {"JPY", "KRW", "VND", "CLP"}
"""Currencies whose smallest unit is the whole one (Stripe, "Zero-decimal currencies")."""


class NotFromProvider(ValueError):
    """A message whose signature is not the provider's, or that is too old."""


@dataclass(frozen=True)
class HostedPage:
    """Where the buyer pays, and the provider's name for it."""

    id: str
    address: str


def is_set_up() -> bool:
    """Whether orders can be paid by card here."""
    return bool(settings.STRIPE_KEY and settings.STRIPE_WEBHOOK_SECRET)


def smallest_units(order: Order) -> int:
    """The total in cents, or in whole units where the currency has no smaller one."""
    return int(order.total) if order.currency in WITHOUT_DECIMALS else int(order.total * 100)


def open_hosted_page(order: Order) -> HostedPage:
    """Ask the provider for a page on which the order can be paid. The same order twice gives the same page.

    Raises:
        Refused: when the provider does not answer; the order stays open and can be paid on invoice.
    """
    back = settings.PUBLIC_ADDRESS + reverse("purchase", args=[order.pk])
    fields = {
        "mode": "payment",
        "client_reference_id": order.number,
        "success_url": f"{back}?paid=1",
        "cancel_url": back,
        "metadata[order]": order.number,
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": order.currency.lower(),
        "line_items[0][price_data][unit_amount]": str(smallest_units(order)),
        "line_items[0][price_data][product_data][name]": order.course.title[:200],
    }
    if order.buyer.email:
        fields["customer_email"] = order.buyer.email
    answer = _asked("/v1/checkout/sessions", fields, key=f"order-{order.number}")
    return HostedPage(str(answer["id"]), str(answer["url"]))


def send_refund(order: Order) -> str:
    """Send the money back; answers the provider's name for the refund. The same order twice refunds once."""
    answer = _asked("/v1/refunds", {"payment_intent": order.payment}, key=f"refund-{order.number}")
    return str(answer["id"])


def _asked(path: str, fields: dict[str, str], *, key: str) -> dict[str, Any]:
    asked = request.Request(  # noqa: S310 - the address is a setting, http or https
        settings.STRIPE_ADDRESS + path,
        data=parse.urlencode(fields).encode(),
        headers={
            "Authorization": " ".join(("Bearer", settings.STRIPE_KEY)),
            "Content-Type": "application/x-www-form-urlencoded",
            "Idempotency-Key": key,
        },
    )
    try:
        with request.urlopen(asked, timeout=WAITS_SECONDS) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
    except (error.URLError, TimeoutError, json.JSONDecodeError) as fault:
        raise Refused(
            _("The payment provider does not answer. Nothing was taken. Try again, or pay on invoice.")
        ) from fault
    return found


def read_message(body: bytes, signature: str, *, at: datetime) -> dict[str, Any]:
    """A message of the provider, once its signature holds.

    Raises:
        NotFromProvider: for a wrong signature, a message older than five minutes, or a body that is no event.
    """
    stamp = re.search(r"(?:^|,)t=(\d+)", signature)
    signs = re.findall(r"(?:^|,)v1=([0-9a-f]{64})", signature)
    if stamp is None or not signs or not settings.STRIPE_WEBHOOK_SECRET:
        raise NotFromProvider("no-signature")
    signed = hmac.new(
        settings.STRIPE_WEBHOOK_SECRET.encode(), stamp[1].encode() + b"." + body, hashlib.sha256
    ).hexdigest()
    if not any(hmac.compare_digest(signed, each) for each in signs):
        raise NotFromProvider("wrong-signature")
    if abs(at.timestamp() - int(stamp[1])) > TOLERANCE_SECONDS:
        raise NotFromProvider("too-old")
    try:
        event = json.loads(body)
        return {"id": str(event["id"]), "type": str(event["type"]), "object": dict(event["data"]["object"])}
    except (ValueError, KeyError, TypeError) as fault:
        raise NotFromProvider("no-event") from fault
