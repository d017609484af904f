"""Refunds that are not settled at once: asked for after the guarantee, and money that still has to go out."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from mooring.academy.orders.actions.orders import place_order, record_payment, refund_order
from mooring.academy.orders.actions.refunds import ask_refund, decide_refund, owe_money, record_refund_sent
from mooring.academy.orders.models import OrderState, PaidBy, RefundRequest
from mooring.rules.verdict import Refused
from mooring.work.clock import tick
from mooring.work.models import Message, Task, TaskState
from tests.academy.checks.studying import signed_in
from tests.academy.credits.crediting import credit_course
from tests.academy.orders.ordering import bought, provider, sold
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_a_request_after_the_guarantee_is_a_task_until_it_is_answered(cast: Cast) -> None:
    order = bought(cast, sold(cast, credit_course(cast.educator)))
    late = NOW + timedelta(days=60)
    with pytest.raises(Refused, match="guarantee"):
        refund_order(order=order, reason="x", by=cast.learner, manages=False, at=late)
    asked = ask_refund(order=order, words="I was ill.", by=cast.learner, at=late)
    with pytest.raises(Refused, match="already asked"):
        ask_refund(order=order, words="I was ill.", by=cast.learner, at=late)
    task = Task.objects.get(kind="refund-request")
    assert task.due_at == late + timedelta(days=5)
    tick(at=late + timedelta(days=6))
    task.refresh_from_db()
    assert task.escalated_at is not None, "unanswered, it goes to the next"
    decide_refund(request=asked, granted=True, answer="Granted.", by=cast.administrator, at=late)
    task.refresh_from_db()
    order.refresh_from_db()
    assert (task.state, order.state) == (TaskState.DONE, OrderState.REFUNDED)
    assert Task.objects.get(kind="refund-money").state == TaskState.OPEN
    assert Message.objects.filter(person=cast.learner, body="Granted.").exists()
    with pytest.raises(Refused, match="a moment ago"):
        decide_refund(request=asked, granted=False, answer="No.", by=cast.administrator, at=late)


def test_the_money_of_a_refund_is_a_task_until_its_reference_is_recorded(cast: Cast) -> None:
    order = bought(cast, sold(cast, credit_course(cast.educator)))
    refund_order(order=order, reason="x", by=cast.learner, manages=False, at=NOW)
    for _twice in range(2):
        owe_money(order=order, by=cast.learner, at=NOW)
    task = Task.objects.get(kind="refund-money")
    record_refund_sent(order=order, reference="BANK-9", by=cast.administrator, at=NOW)
    task.refresh_from_db()
    assert task.state == TaskState.DONE
    with pytest.raises(Refused, match="recorded as sent"):
        record_refund_sent(order=order, reference="BANK-9", by=cast.administrator, at=NOW)


def test_a_provider_that_does_not_answer_leaves_a_task_and_one_that_does_leaves_none(
    cast: Cast, settings: Any
) -> None:
    offer = sold(cast, credit_course(cast.educator))
    order = place_order(offer=offer, buyer=cast.learner, by=cast.learner, at=timezone.now())
    record_payment(order=order, paid_by=PaidBy.CARD, payment="pi_1", by=cast.learner, at=timezone.now())
    client = signed_in(cast.learner)
    settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_made_up", "whsec"
    settings.STRIPE_ADDRESS = "http://127.0.0.1:9"
    assert (
        client.post(reverse("order-refund", args=[order.pk]), {"reason": "x", "understood": "on"}).status_code
        == 302
    )
    assert Task.objects.get(kind="refund-money").state == TaskState.OPEN
    assert "The money is being sent" in client.get(reverse("purchase", args=[order.pk])).content.decode()
    other = place_order(offer=offer, buyer=cast.monitor, by=cast.monitor, at=timezone.now())
    record_payment(order=other, paid_by=PaidBy.CARD, payment="pi_2", by=cast.monitor, at=timezone.now())
    with provider(settings):
        answer = signed_in(cast.monitor).post(
            reverse("order-refund", args=[other.pk]), {"reason": "x", "understood": "on"}
        )
    assert answer.status_code == 302
    other.refresh_from_db()
    assert other.refund_reference.startswith("x_")
    assert not Task.objects.filter(
        kind="refund-money", about=f"academy_orders.order:{other.pk}", state="open"
    ).exists()


def test_the_pages_of_a_request(cast: Cast) -> None:
    order = bought(cast, sold(cast, credit_course(cast.educator), guarantee_days=0))
    client, admin = signed_in(cast.learner), signed_in(cast.administrator)
    ask = reverse("refund-ask", args=[order.pk])
    assert "Ask for a refund" in client.get(reverse("purchase", args=[order.pk])).content.decode()
    assert client.post(ask, {"words": ""}).status_code == 422
    assert client.post(ask, {"words": "I was ill."}).status_code == 302
    decide = reverse("refund-request", args=[RefundRequest.objects.get().pk])
    assert client.get(decide).status_code == 404
    assert b"I was ill." in admin.get(decide).content
    assert admin.post(decide, {"granted": "yes", "answer": "Granted."}).status_code == 302
    sent = reverse("refund-sent", args=[order.pk])
    assert client.get(sent).status_code == 403
    assert admin.post(sent, {"reference": "BANK-1"}).status_code == 302
    assert "Money sent" in client.get(reverse("purchase", args=[order.pk])).content.decode()
