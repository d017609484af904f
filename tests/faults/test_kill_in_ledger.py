"""Killed in a draw, or between the draw and the dose: the ledger says what was acknowledged, and what is owed stays red."""

import pytest
from django.db import connection
from django.test import Client

from mooring.care.stock import actions
from mooring.care.stock.models import Container, DoseGiven, LedgerEntry, Safe
from mooring.care.treatments.models import DoseOrder
from mooring.rules.verdict import Refused
from tests.care.stock.rows import counted, drawn, fault_in, given, mg, minute, order_of, safe_of, vials
from tests.faults.killing import kill_inside
from tests.people import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def killed(stops_in: str) -> tuple[Cast, Safe, Container, DoseOrder]:
    """A vial, an order, and a process that was killed inside of the draw or of the dose."""
    cast = make_cast()
    safe = safe_of(cast)
    (vial,) = vials(cast, safe)
    order = order_of(cast)
    kill_inside("tests.faults.ledger_writer", str(connection.settings_dict["NAME"]), stops_in)
    connection.close()  # as after a restart
    vial.refresh_from_db()
    assert fault_in(vial) is None
    return cast, safe, vial, order


def page_of(cast: Cast, safe: Safe) -> str:
    client = Client()
    client.force_login(cast.monitor, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(f"/care/stock/safes/{safe.pk}/").content.decode().replace("\u00a0", " ")


def refused_to_close(cast: Cast, safe: Safe) -> str:
    with pytest.raises(Refused) as refused:
        actions.close_day(safe=safe, by=cast.monitor, at=minute(130))
    return " ".join(refused.value.reasons).replace("\u00a0", " ")


def test_killed_between_draw_and_dose_the_draw_stands_and_keeps_the_day_open() -> None:
    cast, safe, vial, order = killed("dose")
    draw = LedgerEntry.objects.get(kind="draw")
    assert (draw.amount, vial.balance) == (mg(36), mg(464))
    assert not DoseGiven.objects.exists()
    counted(cast, safe)
    assert "36.0 mg drawn from 4417B-01 is not accounted for" in refused_to_close(cast, safe)
    assert "Drawn, not accounted for" in page_of(cast, safe)
    given(cast, order, 36)
    assert LedgerEntry.objects.get(kind="administer").draw == draw
    actions.close_day(safe=safe, by=cast.monitor, at=minute(130))


def test_killed_in_the_draw_nothing_is_half_and_the_dose_is_owed() -> None:
    cast, safe, vial, order = killed("draw")
    assert (vial.balance, vial.state, vial.last_number) == (mg(500), "sealed", 1)
    given(cast, order, 36)  # the drug went into the patient all the same
    counted(cast, safe)
    assert "36 mg" in refused_to_close(cast, safe)
    shown = page_of(cast, safe)
    assert "Given, draw not recorded" in shown
    assert "36 mg" in shown
    drawn(cast, vial, order, 36, at=minute(60))
    counted(cast, safe, at=minute(125))
    actions.close_day(safe=safe, by=cast.monitor, at=minute(130))
