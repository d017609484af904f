"""The ledger of the demonstration: a clinic of any size takes in as many deliveries as its doses need."""

from datetime import timedelta

import pytest

from mooring.care.stock.models import Container, Lot
from mooring.demonstration.stock_life import KETAMINE, Stock
from tests.care.stock.rows import mg, minute, safe_of, supplier_of
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_every_delivery_is_a_lot_of_its_own(cast: Cast) -> None:
    """A clinic of 3,000 patients takes in more than seven deliveries in its month, each with another expiry."""
    supplier_of(cast)
    stock = Stock(safe_of(cast), cast.monitor, cast.second_monitor)
    for day in range(9):
        stock.container(KETAMINE, mg(400), minute(0) + timedelta(days=day))
        Container.objects.update(balance=0)
    assert Lot.objects.count() == 9
