"""What goes on around the course in the demonstration: an offer and an order, a question with its answer, the series."""

from datetime import datetime, timedelta
from decimal import Decimal

from mooring.academy.courses.models import Course
from mooring.academy.discussion.actions import endorse, open_thread, write_post
from mooring.academy.events.actions import add_recording, plan_event, register
from mooring.academy.learning.actions import open_course_offer
from mooring.academy.learning.queries import open_offer
from mooring.academy.orders.actions.orders import place_order, record_payment, refund_order
from mooring.academy.orders.actions.refunds import ask_refund, owe_money
from mooring.academy.orders.models import PaidBy
from mooring.demonstration.staff import QUAY, Staff
from mooring.identity.models import Person

SELLER, EDUCATOR, ASKER, COLLEAGUE = "Priya Raman", "Miriam Feld", "Walter Brandt", "Kofi Mensah"


def tell_academy_life(staff: Staff, course: Course, now: datetime) -> None:
    """Sell the course, buy three seats on invoice, ask and answer, plan one event and keep one recording."""
    _sell_seats(staff.people[SELLER], course, now)
    _more_orders(staff, course, now)
    _ask_and_answer(staff, course, now)
    _hold_series(staff, now)


def _sell_seats(seller: Person, course: Course, now: datetime) -> None:
    offer = open_course_offer(
        course=course,
        price=Decimal("240.00"),
        currency="USD",
        access_days=365,
        renewal_price=Decimal("80.00"),
        guarantee_days=30,
        by=seller,
        at=now - timedelta(hours=3),
    )
    order = place_order(
        offer=offer,
        buyer=seller,
        seats=3,
        bill_to="Elm Quay Clinic\n1 Example Quay",
        by=seller,
        at=now - timedelta(hours=2),
    )
    record_payment(
        order=order, paid_by=PaidBy.INVOICE, payment="BANK-0001", by=seller, at=now - timedelta(hours=1)
    )


def _more_orders(staff: Staff, course: Course, now: datetime) -> None:
    """One order still to be paid, one refunded whose money has to go out, one whose buyer asks after the guarantee."""
    seller, offer = staff.people[SELLER], open_offer(course)
    assert offer is not None
    place_order(
        offer=offer,
        buyer=staff.people[COLLEAGUE],
        seats=2,
        by=staff.people[COLLEAGUE],
        at=now - timedelta(hours=2),
    )
    refunded, asked = (
        record_payment(
            order=place_order(offer=offer, buyer=staff.people[name], seats=2, by=staff.people[name], at=now - timedelta(hours=2)),
            paid_by=PaidBy.INVOICE,
            payment=f"BANK-{name[:2].upper()}",
            by=seller,
            at=now - timedelta(hours=2),
        )
        for name in (ASKER, EDUCATOR)
    )  # fmt: skip
    refund_order(order=refunded, reason="Bought twice.", by=seller, manages=True, at=now - timedelta(hours=1))
    owe_money(order=refunded, by=seller, at=now - timedelta(hours=1))
    ask_refund(order=asked, words="Two colleagues have left.", by=asked.buyer, at=now - timedelta(minutes=50))


def _ask_and_answer(staff: Staff, course: Course, now: datetime) -> None:
    people = staff.people
    thread = open_thread(
        course=course,
        lesson="m1-l8",
        place="passage:The delay to the effect",
        title="Why does the effect outlast the blood?",
        words="The blood halves within five minutes of the stop. Why does the effect take more than twenty?",
        by=people[ASKER],
        at=now - timedelta(hours=30),
    )
    answer = write_post(
        thread=thread,
        words="Because the brain gives the drug back slowly: the half-time of the delay is about eight minutes.",
        by=people[COLLEAGUE],
        at=now - timedelta(hours=26),
    )
    endorse(post=answer, by=people[EDUCATOR], at=now - timedelta(hours=20))


def _hold_series(staff: Staff, now: datetime) -> None:
    people, site, educator = staff.people, staff.sites[QUAY], staff.people[EDUCATOR]
    for days, title in ((-20, "When to stop"), (6, "Pressure in older people")):
        start = now + timedelta(days=days)
        event = plan_event(
            site=site,
            title=title,
            topic="Safety" if days > 0 else "Maintenance",
            summary="A talk of forty minutes with questions. Everything about it is made up.",
            speaker="Robin Vale, MD (fictional)",
            disclosure="No relationship with an ineligible company.",
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            live_link="https://meet.example/series",
            seats=40,
            by=educator,
            at=start - timedelta(days=10) if days < 0 else now - timedelta(hours=5),
        )
        if days < 0:
            add_recording(event=event, recording="https://media.example/1", course=None, by=educator, at=now)
        else:
            register(event=event, person=people[ASKER], by=people[ASKER], at=now - timedelta(hours=4))
