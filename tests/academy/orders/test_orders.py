"""Buying a course: priced, paid once, taken by seats, refunded with everything that came of it."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse

from mooring.academy.credits.models import Certificate
from mooring.academy.learning.models import Enrolment
from mooring.academy.orders.actions.orders import (
    cancel_order,
    make_code,
    place_order,
    record_payment,
    refund_order,
    take_seat,
)
from mooring.academy.orders.models import Order, PaidBy, PriceCode
from mooring.academy.orders.queries.papers import invoice_html
from mooring.audit.models import Event
from mooring.rules.verdict import Refused
from mooring.work.models import Message
from tests.academy.checks.studying import signed_in
from tests.academy.credits.crediting import claim, credit_course, finish
from tests.academy.orders.ordering import bought, sold
from tests.courses import enrol, published_course, write_course
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_an_order_adds_up_to_the_cent(cast: Cast) -> None:
    make_code(code="spring", kind="discount", percent=25, most_uses=1, by=cast.administrator, at=NOW)
    offer = sold(cast, published_course(cast.educator))
    order = place_order(offer=offer, buyer=cast.learner, seats=2, code="SPRING", by=cast.learner, at=NOW)
    assert (order.net, order.discount, order.tax, order.total) == (
        Decimal("480.00"),
        Decimal("120.00"),
        Decimal("30.60"),
        Decimal("390.60"),
    )
    assert "390.60 USD" in invoice_html(order)
    with pytest.raises(Refused, match="used up"):
        place_order(offer=offer, buyer=cast.monitor, seats=2, code="spring", by=cast.monitor, at=NOW)


def test_paying_opens_the_access_and_is_counted_once(cast: Cast) -> None:
    offer = sold(cast, published_course(cast.educator))
    order = bought(cast, offer)
    enrolment = Enrolment.objects.get()
    assert (enrolment.learner, enrolment.paid) == (cast.learner, True)
    assert enrolment.access_until == NOW + timedelta(days=365)
    assert Message.objects.filter(person=cast.learner, title__contains=order.number).count() == 1
    with pytest.raises(Refused, match="paid already"):
        record_payment(order=order, paid_by=PaidBy.CARD, payment="pi_2", by=cast.learner, at=NOW)


def test_a_scholarship_of_the_whole_price_is_paid_at_once(cast: Cast) -> None:
    make_code(
        code="grant-1",
        kind="scholarship",
        percent=100,
        most_uses=1,
        reason="Need, decided by the committee.",
        by=cast.administrator,
        at=NOW,
    )
    offer = sold(cast, published_course(cast.educator))
    order = place_order(offer=offer, buyer=cast.learner, code="grant-1", by=cast.learner, at=NOW)
    assert (order.state, order.paid_by, order.total) == ("paid", "nothing", 0)
    assert Enrolment.objects.filter(learner=cast.learner).exists()


def test_a_renewal_has_its_own_price(cast: Cast) -> None:
    version = published_course(cast.educator)
    enrol(cast.learner, version, at=NOW - timedelta(days=400))
    order = bought(cast, sold(cast, version, tax_percent=Decimal(0)))
    assert (order.renewal, order.total) == (True, Decimal("80.00"))
    assert Enrolment.objects.get().access_until == NOW + timedelta(days=365)


def test_a_group_gets_a_seat_for_each_person_once(cast: Cast) -> None:
    order = bought(cast, sold(cast, published_course(cast.educator)), seats=2)
    assert not Enrolment.objects.exists()
    first, second = order.seats.order_by("pk")
    take_seat(seat=first, person=cast.monitor, by=cast.monitor, at=NOW)
    with pytest.raises(Refused, match="already taken"):
        take_seat(seat=first, person=cast.second_monitor, by=cast.second_monitor, at=NOW)
    client = signed_in(cast.second_monitor)
    assert client.post(reverse("orders"), {"code": "AAAA-AAAA-AAAA"}).status_code == 422
    assert client.post(reverse("orders"), {"code": second.code.lower()}).status_code == 302
    assert Enrolment.objects.count() == 2


def test_a_refund_inside_the_guarantee_voids_the_credit_and_says_so(cast: Cast) -> None:
    version = credit_course(cast.educator)
    order = bought(cast, sold(cast, version), at=NOW)
    enrolment = Enrolment.objects.get()
    enrolment.disclosures_seen_at = NOW
    enrolment.save(update_fields=["disclosures_seen_at"])
    certificate = claim(finish(enrolment))
    refund_order(
        order=order, reason="Not for me.", by=cast.learner, manages=False, at=NOW + timedelta(days=30)
    )
    certificate.refresh_from_db()
    assert (certificate.state, certificate.reason) == ("revoked", "The purchase was refunded.")
    enrolment.refresh_from_db()
    assert enrolment.ended_at is not None
    told = Message.objects.filter(person=cast.learner).latest("pk")
    assert "certificates are revoked" in told.body
    with pytest.raises(Refused, match="refunded a moment ago"):
        refund_order(order=order, reason="", by=cast.administrator, manages=True, at=NOW)


def test_after_the_guarantee_only_who_manages_orders_refunds(cast: Cast) -> None:
    order = bought(cast, sold(cast, published_course(cast.educator)))
    late = NOW + timedelta(days=31)
    with pytest.raises(Refused, match="guarantee"):
        refund_order(order=order, reason="", by=cast.learner, manages=False, at=late)
    assert (
        refund_order(order=order, reason="", by=cast.administrator, manages=True, at=late).state == "refunded"
    )


def test_a_refund_takes_back_what_it_renewed_and_nothing_else(cast: Cast, tmp_path: Path) -> None:
    """Buying a course renews the earlier ones; refunding it gives them the end back that they had."""
    early = enrol(cast.learner, published_course(cast.educator), at=NOW - timedelta(days=300))
    before = early.access_until
    other = published_course(cast.educator, write_course(tmp_path / "other", "other"))
    order = bought(cast, sold(cast, other))
    early.refresh_from_db()
    assert early.access_until == NOW + timedelta(days=365)
    refund_order(order=order, reason="", by=cast.learner, manages=False, at=NOW)
    early.refresh_from_db()
    assert (early.access_until, early.ended_at) == (before, None)


def test_a_refunded_renewal_keeps_the_certificates_of_before(cast: Cast) -> None:
    version = credit_course(cast.educator)
    certificate = claim(finish(enrol(cast.learner, version, at=NOW)))
    later = NOW + timedelta(days=400)
    order = bought(cast, sold(cast, version), at=later)
    refund_order(order=order, reason="", by=cast.learner, manages=False, at=later)
    certificate.refresh_from_db()
    assert certificate.valid
    assert Certificate.objects.count() == 1


def test_an_order_that_is_cancelled_gives_its_code_back(cast: Cast) -> None:
    make_code(code="once", kind="discount", percent=10, most_uses=1, by=cast.administrator, at=NOW)
    order = place_order(
        offer=sold(cast, published_course(cast.educator)),
        buyer=cast.learner,
        code="once",
        by=cast.learner,
        at=NOW,
    )
    cancel_order(order=order, by=cast.learner, at=NOW)
    assert PriceCode.objects.get().used == 0
    with pytest.raises(Refused, match="paid or cancelled"):
        cancel_order(order=order, by=cast.learner, at=NOW)


def test_orders_are_the_buyers_own_and_leave_events(cast: Cast) -> None:
    order = bought(cast, sold(cast, published_course(cast.educator)))
    address = reverse("purchase", args=[order.pk])
    assert order.number in signed_in(cast.learner).get(address).content.decode()
    assert signed_in(cast.stranger).get(address).status_code == 404
    assert signed_in(cast.administrator).get(address).status_code == 200
    assert signed_in(cast.learner).get(reverse("order-transferred", args=[order.pk])).status_code == 403
    assert signed_in(cast.learner).get(reverse("purchase", args=[order.pk + 1])).status_code == 404
    assert signed_in(cast.learner).get(reverse("orders-manage")).status_code == 403
    names = set(Event.objects.values_list("name", flat=True))
    assert names >= {"academy.orders.placed", "academy.orders.paid", "academy.orders.seat-taken"}


def test_the_pages_of_a_purchase(cast: Cast) -> None:
    version = published_course(cast.educator)
    admin, client = signed_in(cast.administrator), signed_in(cast.learner)
    assert client.get(reverse("order-start", args=["tiny"])).status_code == 404
    terms = {
        "price": "240",
        "currency": "USD",
        "tax_percent": "0",
        "access_days": "365",
        "guarantee_days": "30",
    }
    assert admin.post(reverse("course-offer", args=["tiny"]), terms).status_code == 302
    course = client.get(reverse("course", args=["tiny"])).content.decode()
    assert "Buy for 240.00 USD" in course
    start = client.get(reverse("order-start", args=["tiny"])).content.decode()
    assert "withdraws credit" in start
    assert client.post(reverse("order-start", args=["tiny"]), {"seats": "1"}).status_code == 302
    order = Order.objects.get()
    page = client.get(reverse("purchase", args=[order.pk])).content.decode()
    assert "By bank transfer" in page
    paper = client.get(reverse("order-paper", args=[order.pk]))
    assert b"".join(paper.streaming_content).startswith(b"%PDF")
    paid = admin.post(reverse("order-transferred", args=[order.pk]), {"payment": "BANK-77"})
    assert paid.status_code == 302
    assert Enrolment.objects.get(course=version.course).learner == cast.learner
    refund = reverse("order-refund", args=[order.pk])
    assert client.post(refund, {"reason": "x"}).status_code == 422
    assert client.post(refund, {"reason": "x", "understood": "on"}).status_code == 302
    order.refresh_from_db()
    assert order.state == "refunded"
