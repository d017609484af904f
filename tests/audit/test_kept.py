"""Signed and append-only rows: their digests stand in events, their guards in the database."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from mooring.audit import guards, kept, seals
from mooring.audit.adopting import adopt_unnamed, adopted_count
from mooring.audit.models import Event
from mooring.audit.recording import COMMAND_LINE, Actor, recorded, remember
from mooring.care.consents.models import Consent
from mooring.care.observations.models import Observation
from mooring.care.screening.models import Screening
from mooring.identity.actions import grant_credential, revoke_credential
from mooring.identity.models import Credential, CredentialSource
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def granted(cast: Cast) -> Credential:
    return grant_credential(
        person=cast.monitor,
        kind="acls",
        issuer="A register",
        number="A-1",
        valid_from=NOW.date(),
        valid_until=None,
        source=CredentialSource.RECORDED,
        by=cast.administrator,
        at=NOW,
    )


def test_the_event_names_the_row_with_its_digest(cast: Cast) -> None:
    credential = granted(cast)
    event = Event.objects.latest("id")
    assert event.rows == {f"identity.credential:{credential.pk}": kept.row_digest(credential)}


def test_what_may_change_changes_no_digest(cast: Cast) -> None:
    credential = granted(cast)
    before = kept.row_digest(credential)
    revoke_credential(credential=credential, by=cast.administrator, at=NOW)
    credential.refresh_from_db()
    assert credential.revoked_at == NOW
    assert kept.row_digest(credential) == before


def test_a_signed_row_is_frozen_in_the_database(cast: Cast) -> None:
    credential = granted(cast)
    with pytest.raises(DatabaseError, match="stays what it was"), transaction.atomic():
        Credential.objects.filter(pk=credential.pk).update(number="B-2")
    with pytest.raises(DatabaseError, match="stays what it was"), transaction.atomic():
        credential.delete()
    Credential.objects.filter(pk=credential.pk).update(kind=credential.kind)


def test_a_row_is_free_until_it_is_signed(cast: Cast) -> None:
    pack = cast.site.packs.create(
        digest="d", body="{}", engine_version="1", signed_by=cast.director, signed_at=NOW
    )
    screening = Screening.objects.create(
        patient=cast.patient, pack=pack, sent_by=cast.coordinator, sent_at=NOW
    )
    assert not kept.is_kept(screening)
    Screening.objects.filter(pk=screening.pk).update(
        state="decided", decision="wait", decided_by=cast.prescriber, decided_at=NOW
    )
    with pytest.raises(DatabaseError, match="stays what it was"), transaction.atomic():
        Screening.objects.filter(pk=screening.pk).update(decision="eligible")


@pytest.mark.parametrize("weaker", ["WHEN 0", "AFTER"])
def test_a_guard_that_says_something_else_is_missing(weaker: str) -> None:
    """A trigger of the right name that refuses nothing is no guard."""
    table = Consent._meta.db_table
    good = next(g for g in guards.wanted(connection.vendor) if g.table == table and g.act == "change")
    with connection.cursor() as cursor:
        cursor.execute(guards._drop(connection.vendor, good))
        if connection.vendor == "sqlite":
            cursor.execute(
                good.make.replace("BEFORE", "AFTER" if weaker == "AFTER" else "BEFORE").replace(
                    "WHEN ", "WHEN 0 AND " if weaker == "WHEN 0" else "WHEN "
                )
            )
        else:
            cursor.execute(
                f'CREATE TRIGGER "{good.name}" AFTER UPDATE ON "{table}" '
                "FOR EACH ROW EXECUTE FUNCTION mooring_refuse_signed()"
            )
    assert guards.missing("default") == [(table, "change")]
    guards.install("default")
    assert guards.missing("default") == []


@recorded("tests.weights.measured")
def measure_many(*, cast: Cast, name: bool, by: Actor, at: datetime) -> None:
    made = Observation.objects.bulk_create(
        Observation(
            patient=cast.patient,
            kind="weight",
            value=70 + each,
            at=at,
            stored_at=at,
            by=cast.monitor,
        )
        for each in range(2)
    )
    if name:
        remember(*made)


def test_rows_written_in_bulk_are_named_or_verify_says_so(cast: Cast) -> None:
    kept_before = kept.unnamed_rows(seals.named_rows())
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())
    assert seals.verify() is None
    measure_many(cast=cast, name=True, by=COMMAND_LINE, at=NOW)
    assert seals.verify() is None
    measure_many(cast=cast, name=False, by=COMMAND_LINE, at=NOW)
    assert "stands in no event" in str(seals.verify())
    assert adopted_count() == len(kept_before)


def test_rows_from_before_are_adopted_once(cast: Cast) -> None:
    """The cast writes two policies without an act, as an earlier version did."""
    assert "stands in no event" in str(seals.verify())
    assert adopt_unnamed(by=COMMAND_LINE, at=timezone.now()) == 2
    assert seals.verify() is None
    assert adopt_unnamed(by=COMMAND_LINE, at=timezone.now() + timedelta(days=1)) == 0


def test_a_column_added_later_changes_no_digest(cast: Cast) -> None:
    """`{"dose_mg": "32.2", "reason": ""}` and `{"dose_mg": "32.2"}` are the same row."""
    credential = granted(cast)
    assert set(kept.kept_fields(credential)) == {
        "id",
        "person_id",
        "kind",
        "issuer",
        "number",
        "valid_from",
        "source",
    }


def test_what_is_written_while_it_verifies_is_no_difference(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clinic goes on writing: an entry that came after the events were read has an event by now."""
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())
    read, reads = seals.named_rows, []

    def read_before_it_was_granted() -> dict[str, str]:
        named = read()
        if not reads:
            granted(cast)
        reads.append(named)
        return named

    monkeypatch.setattr(seals, "named_rows", read_before_it_was_granted)
    assert seals.verify() is None
    assert len(reads) == 2
