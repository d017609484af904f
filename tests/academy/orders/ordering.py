"""What the tests of orders share: a course that is sold, and a stand-in for the payment provider."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

from django.test import Client
from django.urls import reverse

from mooring.academy.courses.models import CourseVersion
from mooring.academy.learning.actions import open_course_offer
from mooring.academy.learning.models import CourseOffer
from mooring.academy.orders.actions.orders import place_order, record_payment
from mooring.academy.orders.models import Order, PaidBy
from tests.people import NOW, Cast
from tests.told import told

SECRET = "whsec_made_up"


@told
def sold(cast: Cast, version: CourseVersion, **changed: Any) -> CourseOffer:
    """An offer at 240 dollars, with tax, a renewal at 80 and thirty days of guarantee."""
    terms: dict[str, Any] = {
        "price": Decimal("240.00"),
        "currency": "USD",
        "tax_name": "Sales tax",
        "tax_percent": Decimal("8.5"),
        "access_days": 365,
        "renewal_price": Decimal("80.00"),
        "guarantee_days": 30,
    }
    return open_course_offer(course=version.course, by=cast.administrator, at=NOW, **(terms | changed))


@told
def bought(cast: Cast, offer: CourseOffer, *, at: datetime = NOW, **named: Any) -> Order:
    """An order of the learner, paid by card."""
    order = place_order(offer=offer, buyer=cast.learner, by=cast.learner, at=at, **named)
    return record_payment(order=order, paid_by=PaidBy.CARD, payment="pi_1", by=cast.learner, at=at)


def paid_message(order: Order, *, event: str = "evt_1", **changed: Any) -> bytes:
    """What the provider sends when an order was paid."""
    told = {
        "client_reference_id": order.number,
        "payment_status": "paid",
        "payment_intent": "pi_1",
        "amount_total": int(order.total * 100),
        "currency": order.currency.lower(),
    } | changed
    return json.dumps({"id": event, "type": "checkout.session.completed", "data": {"object": told}}).encode()


def sent(body: bytes, *, at: datetime, secret: str = SECRET) -> int:
    """The provider's request, signed; answers the status."""
    stamp = int(at.timestamp())
    sign = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    answer = Client(enforce_csrf_checks=True).post(
        reverse("payment-webhook"),
        body,
        content_type="application/json",
        headers={"Stripe-Signature": f"t={stamp},v1={sign}"},
    )
    return answer.status_code


class _Provider(BaseHTTPRequestHandler):
    """The parts of the provider that are used: sessions and refunds, the same answer for the same key; its page."""

    asked: list[tuple[str, str, dict[str, list[str]]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        key = self.headers["Idempotency-Key"]
        self.asked.append((self.path, key, parse_qs(body)))
        if self.headers["Authorization"] != "Bearer sk_made_up":
            self.send_error(401)
            return
        name = hashlib.sha256(key.encode()).hexdigest()[:12]
        told = {"id": f"x_{name}", "url": f"http://{self.headers['Host']}/pay/{name}"}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>Pay here</h1>")

    def log_message(self, *_args: Any) -> None:
        """Silent."""


@contextmanager
def provider(settings: Any) -> Iterator[list[tuple[str, str, dict[str, list[str]]]]]:
    """A stand-in on this machine; answers what it was asked, in order."""
    asked: list[tuple[str, str, dict[str, list[str]]]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Provider", (_Provider,), {"asked": asked}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.STRIPE_KEY = "sk_made_up"
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    settings.STRIPE_ADDRESS = f"http://127.0.0.1:{server.server_port}"
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
