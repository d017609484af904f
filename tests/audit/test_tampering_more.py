"""Further ways to alter a clinic's history: order, numbers, guards, and rows of the ledger and the academy.

Each is done with the database's own password, past the guards, and taken back.
"""

from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection, transaction

from mooring.academy.credits.models import Certificate, Snapshot
from mooring.academy.credits.queries import completion
from mooring.audit import guards, seals
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.digests import event_digest
from mooring.audit.models import Event, Seal
from mooring.audit.recording import COMMAND_LINE
from mooring.care.stock.models import LedgerEntry
from mooring.web import audit_commands
from tests.academy.credits.crediting import claim, credit_course, finished
from tests.audit.test_tampering import A_SEAL, change, sql
from tests.care.stock.rows import safe_of, vials
from tests.conftest import drop_guards
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def ledger_line_altered() -> str:
    return change(LedgerEntry, "amount", 1) + " was changed"


def ledger_line_removed() -> str:
    pk = LedgerEntry.objects.latest("pk").pk
    sql("DELETE FROM care_stock_ledgerentry WHERE id = %s", pk)
    return f"care_stock.ledgerentry:{pk} is missing"


def certificate_altered() -> str:
    return change(Certificate, "offering", "tiny-ce") + " was changed"


def paper_of_a_certificate_altered() -> str:
    return change(Snapshot, "badge", "{}") + " was changed"


def ledger_lines_swapped() -> str:
    """The content of two lines changes places; every line is still one that somebody wrote."""
    first, second = LedgerEntry.objects.order_by("pk")[:2]
    for pk, amount in ((first.pk, second.at - timedelta(hours=1)), (second.pk, first.at)):
        sql("UPDATE care_stock_ledgerentry SET at = %s WHERE id = %s", amount, pk)
    return f"care_stock.ledgerentry:{first.pk} was changed"


def events_reordered() -> str:
    """Two acts change places, with digests that fit their new numbers."""
    first, second = Event.objects.order_by("pk")[3:5]
    numbers = (first.pk, second.pk)
    sql("DELETE FROM audit_event WHERE id IN (%s, %s)", *numbers)
    second.pk, first.pk = numbers
    for event in (second, first):
        event.digest = event_digest(event)
        event.save(force_insert=True)
    return f"audit.event:{numbers[0]} was changed"


def digests_swapped() -> str:
    first, second = Event.objects.order_by("pk")[3:5]
    sql("UPDATE audit_event SET digest = %s WHERE id = %s", second.digest, first.pk)
    sql("UPDATE audit_event SET digest = %s WHERE id = %s", first.digest, second.pk)
    return f"audit.event:{first.pk} was changed"


def seals_reordered() -> str:
    for number, new in ((1, 9001), (2, 1), (9001, 2)):
        sql("UPDATE audit_seal SET number = %s WHERE stream = 'events' AND number = %s", new, number)
    return "seal 1 is missing or out of order"


def event_before_the_first() -> str:
    """An act that nobody did, numbered before all others so that no seal speaks of it."""
    event = Event.objects.order_by("pk")[0]
    event.pk, event.once = -1, None
    event.digest = event_digest(event)
    event.save(force_insert=True)
    return "audit.event:-1 was put in after its batch was sealed"


WAYS: tuple[Callable[[], str], ...] = (
    ledger_line_altered,
    ledger_line_removed,
    certificate_altered,
    paper_of_a_certificate_altered,
    ledger_lines_swapped,
    events_reordered,
    digests_swapped,
    seals_reordered,
    event_before_the_first,
)


@pytest.fixture
def sealed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A safe with vials and a certificate, all named by events and sealed."""
    monkeypatch.setattr(completion, "post_test_passed", lambda enrolment: NOW)
    monkeypatch.setattr(completion, "evaluation_done", lambda enrolment: NOW)
    vials(cast, safe_of(cast), 2)
    claim(finished(cast.learner, credit_course(cast.educator)), "tiny-cme")
    adopt_unnamed(by=COMMAND_LINE, at=NOW)
    with mock.patch.object(seals, "BATCH", min(A_SEAL, Event.objects.count() // 2)):
        seals.seal(at=NOW)
    assert Seal.objects.filter(stream="events").count() > 1


def test_every_further_tampering_is_found_and_named(sealed: None) -> None:
    assert seals.verify() is None
    missed = {}
    for tamper in WAYS:
        with transaction.atomic():
            drop_guards("default")
            awaited = tamper()
            said = str(seals.verify())
            transaction.set_rollback(True)
        if awaited not in said:
            missed[tamper.__name__] = (awaited, said)
    assert not missed
    assert seals.verify() is None


@pytest.mark.parametrize("instead", ["nothing", "a guard that refuses nothing"])
def test_verify_names_a_guard_that_is_gone_or_was_replaced(
    sealed: None, instead: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rows are still as written; what keeps them so is not."""
    guard = next(
        each
        for each in guards.wanted(connection.vendor)
        if each.table == "care_stock_ledgerentry" and each.act == "update"
    )
    with connection.cursor() as cursor:
        cursor.execute(guards._drop(connection.vendor, guard))
        if instead != "nothing":
            cursor.execute(_harmless(guard))
    assert audit_commands.verify(head=None) == 1
    assert "care_stock_ledgerentry has lost its guard against update" in capsys.readouterr().out
    guards.install("default")
    assert audit_commands.verify(head=None) == 0


def _harmless(guard: guards.Guard) -> str:
    """A trigger of the same name that is never reached."""
    if connection.vendor == "sqlite":
        return guard.make.replace("BEGIN", "WHEN 0 BEGIN", 1)
    return guard.make.replace("FOR EACH ROW", "FOR EACH ROW WHEN (false)")
