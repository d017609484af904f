"""What an order costs: net, discount, tax and total, each to the smallest coin, with every cent accounted for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from mooring.academy.learning.models import CourseOffer
from mooring.academy.orders.models import Order, PriceCode

COIN = Decimal("0.01")


@dataclass(frozen=True)
class Price:
    """The lines of an invoice. The discount is taken off before tax."""

    net: Decimal
    discount: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.net - self.discount + self.tax


def price_of(offer: CourseOffer, *, seats: int, renewal: bool, code: PriceCode | None) -> Price:
    """What so many seats cost; a renewal is priced by the offer's renewal price.

    Two seats at 120.00 with 25 % off and 8.5 % tax: 240.00, less 60.00, plus 15.30.
    """
    each = offer.renewal_price if renewal and offer.renewal_price is not None else offer.price
    net = each * seats
    discount = _coins(net * code.percent / 100) if code else Decimal(0)
    return Price(net, discount, _coins((net - discount) * offer.tax_percent / 100))


def _coins(amount: Decimal) -> Decimal:
    return amount.quantize(COIN, rounding=ROUND_HALF_UP)


def guarantee_ends(order: Order) -> datetime | None:
    """Until when the buyer may have the money back; None where the offer promised nothing or it was not paid."""
    if order.paid_at is None or not order.offer.guarantee_days:
        return None
    return order.paid_at + timedelta(days=order.offer.guarantee_days)
