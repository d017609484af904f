"""Acts on orders: placing, paying, taking a seat, cancelling, refunding."""

from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.academy.credits.actions.certificates import revoke_certificate
from mooring.academy.credits.models import Certificate, CertificateState
from mooring.academy.learning.actions import end_enrolment, enrol
from mooring.academy.learning.models import CourseOffer, Enrolment
from mooring.academy.learning.queries import site_of
from mooring.academy.orders.models import Order, OrderState, PaidBy, PriceCode, Seat
from mooring.academy.orders.queries.prices import guarantee_ends, price_of
from mooring.audit.recording import Actor, note, recorded
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.actions import best_channel, write_message
from mooring.work.codes import in_groups, new_code
from mooring.work.models import Channel

MOST_SEATS = 200
SEAT_SIGNS = 12
"""31 letters to the power of 12: a seat's code is not guessed."""


@recorded("academy.orders.placed")
def place_order(
    *,
    offer: CourseOffer,
    buyer: Person,
    seats: int = 1,
    code: str = "",
    bill_to: str = "",
    by: Person,
    at: datetime,
) -> Order:
    """Order seats in a course at the price of its offer. An order that costs nothing is paid at once.

    Refused when the offer has closed, the code is not valid, or one's own access is open already (one seat).
    """
    if CourseOffer.objects.filter(pk=offer.pk, closed_at__isnull=True).count() != 1:
        raise Refused(_("This offer has just changed. Look at the price again."))
    if not 1 <= seats <= MOST_SEATS:
        raise Refused(_("Between 1 and {most} seats can be ordered at once.").format(most=MOST_SEATS))
    mine = Enrolment.objects.filter(learner=buyer, course=offer.course, ended_at__isnull=True).first()
    if seats == 1 and mine is not None and mine.is_open(at):
        raise Refused(_("Your access to this course is open already."))
    renewal = seats == 1 and mine is not None
    if renewal and offer.renewal_price is None:
        raise Refused(_("This access is not renewed. Ask your educator to extend it."))
    used = _use_code(code, offer, at) if code.strip() else None
    price = price_of(offer, seats=seats, renewal=renewal, code=used)
    order = Order.objects.create(
        number=_new_number(at),
        buyer=buyer,
        course=offer.course,
        offer=offer,
        renewal=renewal,
        seats_bought=seats,
        code=used,
        bill_to=bill_to,
        currency=offer.currency,
        net=price.net,
        discount=price.discount,
        tax=price.tax,
        total=price.total,
        ordered_at=at,
    )
    note(number=order.number, total=str(order.total), currency=order.currency, seats=seats)
    if order.total == 0:
        return record_payment(order=order, paid_by=PaidBy.NOTHING, payment="", by=by, at=at)
    return order


def _new_number(at: datetime) -> str:
    day = at.date().isoformat().replace("-", "")
    return f"{day}-{new_code(6)}"


def _use_code(text: str, offer: CourseOffer, at: datetime) -> PriceCode:
    """Count one use of a code; of two buyers with the last use one gets it."""
    code = PriceCode.objects.filter(code=text.strip().upper()).first()
    fits = code is not None and code.course_id in (None, offer.course_id)
    if code is None or not fits or (code.valid_until and at.date() > code.valid_until):
        raise Refused(_("This code is not valid for this course."))
    used = PriceCode.objects.filter(pk=code.pk, used__lt=F("most_uses")).update(used=F("used") + 1)
    if used != 1:
        raise Refused(_("This code has been used up."))
    return code


@recorded("academy.orders.paid")
def record_payment(*, order: Order, paid_by: PaidBy, payment: str, by: Actor, at: datetime) -> Order:
    """Record that an order was paid: seats are made, and a single buyer's access opens at once.

    A payment that comes for a cancelled order counts too: nothing that was paid is lost. Refused when it was paid
    already.
    """
    paid = Order.objects.filter(pk=order.pk, state__in=[OrderState.OPEN, OrderState.CANCELLED]).update(
        state=OrderState.PAID, paid_by=paid_by, payment=payment, paid_at=at, ended_at=None
    )
    if paid != 1:
        raise Refused(_("This order was paid already."))
    order.refresh_from_db()
    seats = [Seat.objects.create(order=order, code=_seat_code()) for _n in range(order.seats_bought)]
    if order.seats_bought == 1:
        take_seat(seat=seats[0], person=order.buyer, by=by, at=at)
    note(number=order.number, paid_by=paid_by)
    _tell(
        order.buyer,
        order,
        _("Your order {number} is paid").format(number=order.number),
        _("{total} {currency} received for {course}. The receipt is on the order’s page.").format(
            total=order.total, currency=order.currency, course=order.course
        ),
        by,
        at,
    )
    return order


def _seat_code() -> str:
    return in_groups(new_code(SEAT_SIGNS))


@recorded("academy.orders.seat-taken")
def take_seat(*, seat: Seat, person: Person, by: Actor, at: datetime) -> Seat:
    """Take a seat of a paid order: the person is enrolled, or an expired access opens; earlier courses are renewed.

    Refused when somebody took it, the order is not paid any more, or the person's access is open already.
    """
    if not Order.objects.filter(pk=seat.order_id, state=OrderState.PAID).exists():
        raise Refused(_("The order of this seat was refunded or cancelled."))
    before = Enrolment.objects.filter(learner=person, course=seat.order.course, ended_at__isnull=True).first()
    access_before = before.access_until if before else None
    taken = Seat.objects.filter(pk=seat.pk, person__isnull=True).update(
        person=person, taken_at=at, access_before=access_before
    )
    if taken != 1:
        raise Refused(_("A colleague has already taken this seat."))
    others = Enrolment.objects.filter(learner=person, ended_at__isnull=True).exclude(course=seat.order.course)
    earlier = {str(each.pk): each.access_until.isoformat() for each in others}
    enrolment = enrol(learner=person, course=seat.order.course, paid=True, by=by, at=at)
    Seat.objects.filter(pk=seat.pk).update(enrolment=enrolment, earlier=earlier)
    seat.refresh_from_db()
    note(order=seat.order.number)
    return seat


@recorded("academy.orders.cancelled")
def cancel_order(*, order: Order, by: Actor, at: datetime) -> Order:
    """Cancel an order that was not paid; the code that it used is free again."""
    done = Order.objects.filter(pk=order.pk, state=OrderState.OPEN).update(
        state=OrderState.CANCELLED, ended_at=at
    )
    if done != 1:
        raise Refused(_("This order was paid or cancelled a moment ago."))
    if order.code_id:
        PriceCode.objects.filter(pk=order.code_id, used__gt=0).update(used=F("used") - 1)
    order.refresh_from_db()
    return order


@recorded("academy.orders.refunded")
def refund_order(*, order: Order, reason: str, by: Person, manages: bool, at: datetime) -> Order:
    """Refund a paid order. Access ends, and every certificate that came from it is revoked, with the reason shown.

    The buyer may do so inside the guarantee, who manages orders at any time. The money itself is sent by the view
    that calls this, after it. Refused when the guarantee is over, or the order is not paid.
    """
    ends = guarantee_ends(order)
    if not manages and (ends is None or at > ends):
        raise Refused(_("The guarantee of this order has expired. Write to the provider."))
    done = Order.objects.filter(pk=order.pk, state=OrderState.PAID).update(
        state=OrderState.REFUNDED, ended_at=at, reason=reason.strip()[:300]
    )
    if done != 1:
        raise Refused(_("This order is not paid, or was refunded a moment ago."))
    revoked = 0
    for seat in order.seats.filter(enrolment__isnull=False).select_related("enrolment__learner", "person"):
        revoked += _take_back(seat, by, at)
    order.refresh_from_db()
    note(number=order.number, total=str(order.total), revoked=revoked)
    return order


def _take_back(seat: Seat, by: Person, at: datetime) -> int:
    """End what the seat opened. A renewal goes back to where the access stood; certificates fall with a purchase."""
    enrolment = seat.enrolment
    if enrolment is None:
        return 0
    if seat.access_before is not None:
        Enrolment.objects.filter(pk=enrolment.pk).update(access_until=seat.access_before)
        issued_since = Certificate.objects.filter(claim__claimed_at__gte=seat.taken_at)
    else:
        end_enrolment(enrolment=enrolment, reason="refunded", by=by, at=at)
        issued_since = Certificate.objects.all()
    for pk, until in seat.earlier.items():
        renewed = Enrolment.objects.filter(pk=pk, access_until=enrolment.access_until, ended_at__isnull=True)
        renewed.update(access_until=datetime.fromisoformat(until))
    certificates = list(issued_since.filter(claim__enrolment=enrolment, state=CertificateState.VALID))
    for certificate in certificates:
        revoke_certificate(certificate=certificate, reason=_("The purchase was refunded."), by=by, at=at)
    _tell(
        enrolment.learner,
        seat.order,
        _("Your access to {course} was refunded").format(course=enrolment.course),
        _(
            "The access has ended. Credit that was claimed with it is withdrawn: its certificates are revoked and say so. "
            "If you have reported the credit to a board, tell the board."
        )
        if certificates
        else _("The access has ended. Your progress stays saved."),
        by,
        at,
    )
    return len(certificates)


def _tell(person: Person, order: Order, title: str, body: str, by: Actor, at: datetime) -> None:
    write_message(
        channel=Channel.EMAIL if person.email else best_channel(person),
        person=person,
        site=site_of(person),
        title=title[:200],
        body=body,
        address=reverse("orders"),
        subject=person.subject_ref,
        by=by,
        at=at,
    )


@recorded("academy.orders.code-made")
def make_code(
    *,
    code: str,
    kind: str,
    percent: int,
    most_uses: int,
    reason: str = "",
    offer: CourseOffer | None = None,
    until: datetime | None = None,
    by: Person,
    at: datetime,
) -> PriceCode:
    """Make a discount or scholarship code. Refused when it exists, or lowers nothing."""
    code = code.strip().upper()
    if not 1 <= percent <= 100 or most_uses < 1:
        raise Refused(_("A code lowers the price by 1 to 100 % and can be used at least once."))
    if PriceCode.objects.filter(code=code).exists():
        raise Refused(_("This code exists already."))
    return PriceCode.objects.create(
        code=code,
        kind=kind,
        course=offer.course if offer else None,
        percent=percent,
        most_uses=most_uses,
        valid_until=until.date() if until else None,
        reason=reason,
        made_at=at,
        made_by=by,
    )
