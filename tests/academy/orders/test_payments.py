"""The payment provider: its hosted page, and messages that come late, doubled, forged or for nothing known."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from mooring.academy.learning.models import Enrolment
from mooring.academy.orders.actions.orders import cancel_order, place_order
from mooring.academy.orders.models import Order, ProviderEvent
from mooring.work.models import Task
from tests.academy.checks.studying import signed_in
from tests.academy.orders.ordering import SECRET, bought, paid_message, provider, sent, sold
from tests.courses import published_course
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cast: Cast, settings: Any) -> Order:
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    offer = sold(cast, published_course(cast.educator))
    return place_order(offer=offer, buyer=cast.learner, by=cast.learner, at=NOW)


def test_a_signed_message_pays_the_order_and_twice_changes_nothing(order: Order) -> None:
    now = timezone.now()
    assert [sent(paid_message(order), at=now) for _n in range(3)] == [200, 200, 200]
    order.refresh_from_db()
    assert (order.state, order.paid_by, order.payment) == ("paid", "card", "pi_1")
    assert Enrolment.objects.count() == 1
    assert [each.outcome for each in ProviderEvent.objects.all()] == ["paid"]


def test_a_storm_of_other_events_about_one_payment_pays_once(order: Order) -> None:
    now = timezone.now()
    for number in range(20):
        assert sent(paid_message(order, event=f"evt_{number}"), at=now) == 200
    assert sorted({each.outcome for each in ProviderEvent.objects.all()}) == ["known", "paid"]
    assert Enrolment.objects.count() == 1
    assert not Task.objects.filter(kind="payment").exists()


@pytest.mark.parametrize("secret", ["", "whsec_other"])
def test_a_forged_message_changes_nothing(order: Order, secret: str) -> None:
    assert sent(paid_message(order), at=timezone.now(), secret=secret) == 400
    order.refresh_from_db()
    assert order.state == "open"
    assert not ProviderEvent.objects.exists()


def test_an_old_message_is_refused_and_without_a_secret_every_one(order: Order, settings: Any) -> None:
    assert sent(paid_message(order), at=timezone.now() - timedelta(minutes=6)) == 400
    settings.STRIPE_WEBHOOK_SECRET = ""
    assert sent(paid_message(order), at=timezone.now(), secret="") == 400


def test_a_payment_after_the_order_was_cancelled_counts(order: Order, cast: Cast) -> None:
    cancel_order(order=order, by=cast.learner, at=NOW)
    assert sent(paid_message(order), at=timezone.now()) == 200
    order.refresh_from_db()
    assert order.state == "paid"


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"client_reference_id": "nothing"}, "unknown-order"),
        ({"amount_total": 1}, "other-amount"),
        ({"currency": "eur"}, "other-amount"),
    ],
)
def test_what_cannot_be_settled_is_kept_and_becomes_a_task(
    order: Order, changed: dict[str, object], outcome: str
) -> None:
    assert sent(paid_message(order, **changed), at=timezone.now()) == 200
    assert ProviderEvent.objects.get().outcome == outcome
    assert Task.objects.get(kind="payment").title == "Check a payment"
    order.refresh_from_db()
    assert order.state == "open"


def test_a_second_payment_of_a_paid_order_becomes_a_task(cast: Cast, order: Order) -> None:
    now = timezone.now()
    sent(paid_message(order), at=now)
    sent(paid_message(order, event="evt_2", payment_intent="pi_2"), at=now)
    assert ProviderEvent.objects.get(event="evt_2").outcome == "paid-twice"
    assert Task.objects.filter(kind="payment").count() == 1


def test_the_buyer_is_sent_to_the_hosted_page_once(cast: Cast, order: Order, settings: Any) -> None:
    client = signed_in(cast.learner)
    with provider(settings) as asked:
        first = client.post(reverse("order-pay", args=[order.pk]))
        second = client.post(reverse("order-pay", args=[order.pk]))
    assert first.headers["Location"] == second.headers["Location"]
    assert first.headers["Location"].startswith(f"{settings.STRIPE_ADDRESS}/pay/")
    [(path, key, fields)] = asked
    assert (path, key) == ("/v1/checkout/sessions", f"order-{order.number}")
    assert fields["client_reference_id"] == [order.number]
    assert fields["line_items[0][price_data][unit_amount]"] == [str(int(order.total * 100))]


def test_a_provider_that_does_not_answer_takes_nothing(cast: Cast, order: Order, settings: Any) -> None:
    settings.STRIPE_KEY = "sk_made_up"
    settings.STRIPE_ADDRESS = "http://127.0.0.1:9"
    client = signed_in(cast.learner)
    page = client.post(reverse("order-pay", args=[order.pk]), follow=True).content.decode()
    assert "Nothing was taken" in page
    order.refresh_from_db()
    assert (order.state, order.hosted) == ("open", "")


def test_a_refund_sends_the_money_back_once(cast: Cast, settings: Any) -> None:
    paid = bought(cast, sold(cast, published_course(cast.educator)), at=timezone.now())
    with provider(settings) as asked:
        answer = signed_in(cast.learner).post(reverse("order-refund", args=[paid.pk]), {"understood": "on"})
    assert answer.status_code == 302
    [(path, key, fields)] = asked
    assert (path, key, fields["payment_intent"]) == ("/v1/refunds", f"refund-{paid.number}", ["pi_1"])
