"""Sixteen ways to alter a clinic's history with the database's own password, each found and named.

One story is told through the acts, sealed, and its head leaves the machine. Then the guards are dropped, as
somebody with the database's password can, and one thing is altered.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from mooring.audit import exporting, guards, kept, seals
from mooring.audit.digests import event_digest
from mooring.audit.looking import looking_at, saw
from mooring.audit.models import Access, Event, Seal
from mooring.audit.recording import COMMAND_LINE
from mooring.care.consents.models import Consent
from mooring.care.measures.models import Filled
from mooring.care.sessions.models import LogEntry
from mooring.care.treatments.models import DoseOrder
from mooring.demonstration.names import character
from mooring.demonstration.staff import make_staff
from mooring.demonstration.stories import STORIES
from mooring.demonstration.telling import Teller
from mooring.identity.models import SignedPack
from mooring.work.heads import signed_head, verify_against
from mooring.work.installation import make_installation
from tests.conftest import drop_guards

NOW = timezone.now().replace(microsecond=0)
STORY = "in treatment"
A_SEAL = 30


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def change(model: type, column: str, value: object, which: int = 0) -> str:
    """Alter one column of one row; returns the row's name."""
    pk = model.objects.order_by("pk").values_list("pk", flat=True)[which]  # type: ignore[attr-defined]
    sql(f'UPDATE "{model._meta.db_table}" SET {column} = %s WHERE id = %s', value, pk)  # type: ignore[attr-defined]
    return f"{model._meta.label_lower}:{pk}"  # type: ignore[attr-defined]


def rechain() -> None:
    """Make every digest and seal fit what stands there now, as a forger with the program would."""
    for event in Event.objects.order_by("pk"):
        sql("UPDATE audit_event SET digest = %s WHERE id = %s", event_digest(event), event.pk)
    sql("DELETE FROM audit_seal")
    with mock.patch.object(seals, "BATCH", A_SEAL):
        seals.seal(at=timezone.now() + timedelta(hours=1))


def event_altered() -> str:
    return change(Event, "actor_name", "somebody else", 3) + " was changed"


def event_detail_altered() -> str:
    return change(Event, "detail", '{"forged": 1}', 5) + " was changed"


def event_altered_with_its_digest() -> str:
    name = change(Event, "actor_name", "somebody else", 3)
    event = Event.objects.get(pk=name.rpartition(":")[2])
    sql("UPDATE audit_event SET digest = %s WHERE id = %s", event_digest(event), event.pk)
    return name + " was changed"


def event_removed() -> str:
    pk = Event.objects.order_by("pk")[4].pk
    sql("DELETE FROM audit_event WHERE id = %s", pk)
    return f"audit.event:{pk} is missing"


def event_put_in_before_its_seal() -> str:
    """A gap is made and filled with another act, as if it had happened then."""
    event = Event.objects.order_by("pk")[4]
    sql("DELETE FROM audit_event WHERE id = %s", event.pk)
    event.name = "care.consents.taken"
    event.digest = event_digest(event)
    event.save(force_insert=True)
    return f"audit.event:{event.pk} was changed"


def opening_altered() -> str:
    return change(Access, "viewer_name", "somebody else") + " was changed"


def subject_taken_from_an_opening() -> str:
    sql("DELETE FROM audit_accesssubject WHERE subject = 'b:2'")
    return f"audit.access:{Access.objects.order_by('pk')[0].pk} was changed"


def opening_removed() -> str:
    pk = Access.objects.order_by("pk")[0].pk
    sql("DELETE FROM audit_accesssubject WHERE access_id = %s", pk)
    sql("DELETE FROM audit_access WHERE id = %s", pk)
    return f"audit.access:{pk} is missing"


def seal_altered() -> str:
    sql("UPDATE audit_seal SET last_id = last_id - 1 WHERE stream = 'events' AND number = 1")
    return "seal 1 was changed"


def seal_removed() -> str:
    sql("DELETE FROM audit_seal WHERE stream = 'events' AND number = 1")
    return "seal 1 is missing"


def order_altered() -> str:
    return change(DoseOrder, "dose_mg", "99.9") + " was changed"


def log_entry_altered() -> str:
    return change(LogEntry, "kind", "note", 2) + " was changed"


def consent_altered() -> str:
    return change(Consent, "signed_name", "Somebody Else") + " was changed"


def score_altered() -> str:
    return change(Filled, "total", "3") + " was changed"


def pack_altered() -> str:
    return change(SignedPack, "body", "{}") + " was changed"


def order_removed() -> str:
    """Nothing may point at it, or the keys of the database would refuse; a forger removes those rows, too."""
    pk = DoseOrder.objects.order_by("pk").values_list("pk", flat=True)[0]
    sql("PRAGMA defer_foreign_keys = ON" if connection.vendor == "sqlite" else "SET CONSTRAINTS ALL DEFERRED")
    sql("DELETE FROM care_treatments_doseorder WHERE id = %s", pk)
    return f"care_treatments.doseorder:{pk} is missing"


def consent_put_in() -> str:
    """A consent that nobody gave: copied from another text, without an act."""
    consent = Consent.objects.order_by("pk")[0]
    consent.pk, consent.text_digest = None, "0" * 64
    consent.save(force_insert=True)
    return f"care_consents.consent:{consent.pk} stands in no event"


def tail_of_events_cut() -> str:
    """Acts are cut away with their seal, and what they wrote stays."""
    last = Seal.objects.filter(stream="events").latest("number")
    sql("DELETE FROM audit_event WHERE id >= %s", last.rows[0][0])
    sql("DELETE FROM audit_seal WHERE id = %s", last.pk)
    return "stands in no event"


INSIDE: tuple[Callable[[], str], ...] = (
    event_altered,
    event_detail_altered,
    event_altered_with_its_digest,
    event_removed,
    event_put_in_before_its_seal,
    opening_altered,
    subject_taken_from_an_opening,
    opening_removed,
    seal_altered,
    seal_removed,
    order_altered,
    log_entry_altered,
    consent_altered,
    score_altered,
    pack_altered,
    order_removed,
    consent_put_in,
    tail_of_events_cut,
)


def tail_cut() -> str:
    sql("DELETE FROM audit_accesssubject")
    sql("DELETE FROM audit_access")
    sql("DELETE FROM audit_seal WHERE stream = 'access'")
    return "the tail was cut"


def everything_sealed_again() -> str:
    change(Event, "actor_name", "somebody else", 3)
    rechain()
    return "is not the one that left"


def order_altered_and_everything_sealed_again() -> str:
    """The order, its digest in the event, the event's digest, and every seal: all of it fits together."""
    ref = change(DoseOrder, "dose_mg", "99.9").removesuffix(" was changed")
    order = DoseOrder.objects.get(pk=ref.rpartition(":")[2])
    for event in Event.objects.all():
        if ref in event.rows:
            rows = json.dumps(event.rows | {ref: kept.row_digest(order)})
            sql("UPDATE audit_event SET rows = %s WHERE id = %s", rows, event.pk)
    rechain()
    return "is not the one that left"


AGAINST_THE_HEAD = (tail_cut, everything_sealed_again, order_altered_and_everything_sealed_again)


@dataclass(frozen=True)
class Clinic:
    """A sealed story, and the head that left the machine before the forger came."""

    head: Path
    folder: Path


@pytest.fixture
def clinic(db: None, tmp_path: Path) -> Clinic:
    make_installation(demonstration_day=None, by=COMMAND_LINE, at=NOW)
    staff = make_staff(NOW)
    story = next(story for story in STORIES if story.name == STORY)
    story.tell(Teller(staff, staff.sites[story.site], NOW, character(0, story, NOW.date())))
    with looking_at("/x/"):
        saw(COMMAND_LINE, ["a:1", "b:2"])
    with mock.patch.object(seals, "BATCH", A_SEAL):
        seals.seal(at=NOW)
    file = tmp_path / "head.json"
    file.write_text(json.dumps(signed_head(at=NOW)), encoding="utf-8")
    return Clinic(file, tmp_path / "export")


def after(tamper: Callable[[], str], clinic: Clinic, *, head: bool) -> tuple[str, str]:
    """What is said after one tampering, and what should be; everything is put back."""
    with transaction.atomic():
        drop_guards("default")
        awaited = tamper()
        broken = seals.verify()
        if head:
            assert broken is None, f"{tamper.__name__}: nothing inside the machine shows it, yet {broken}"
            broken = verify_against(clinic.head)
        transaction.set_rollback(True)
    return awaited, str(broken)


def test_every_tampering_is_found_and_named(clinic: Clinic) -> None:
    assert seals.verify() is None
    assert verify_against(clinic.head) is None
    assert len(INSIDE) + len(AGAINST_THE_HEAD) >= 16
    missed = {}
    for tamper in (*INSIDE, *AGAINST_THE_HEAD):
        awaited, said = after(tamper, clinic, head=tamper in AGAINST_THE_HEAD)
        if awaited not in said:
            missed[tamper.__name__] = (awaited, said)
    assert not missed
    assert guards.missing("default") == []
    assert seals.verify() is None


def test_an_export_is_verified_without_the_program(clinic: Clinic) -> None:
    written = exporting.export(clinic.folder, with_rows=True)
    assert written["events.jsonl"] == Event.objects.count()

    def verified() -> tuple[int, str]:
        command = [sys.executable, "-I", "-S", str(clinic.folder / "verify.py"), str(clinic.folder)]
        ran = subprocess.run(
            [*command, "--head", str(clinic.head)], capture_output=True, text=True, check=False
        )
        return ran.returncode, ran.stdout + ran.stderr

    assert verified() == (0, "Everything is as it was written.\n")
    for name, before, after_ in (
        ("rows.jsonl", '"dose_mg":"', '"dose_mg":"9'),
        ("events.jsonl", '"actor_name":"', '"actor_name":"X'),
        ("access.jsonl", '"a:1"', '"c:1"'),
        ("seals.jsonl", '"number":2', '"number":3'),
    ):
        file = clinic.folder / name
        good = file.read_text(encoding="utf-8")
        assert before in good
        file.write_text(good.replace(before, after_, 1), encoding="utf-8")
        assert verified()[0] == 1, name
        file.write_text(good, encoding="utf-8")


def test_a_head_that_was_changed_or_signed_elsewhere_is_named(clinic: Clinic) -> None:
    head = json.loads(clinic.head.read_text(encoding="utf-8"))
    clinic.head.write_text(json.dumps(head | {"at": "2020-01-01T00:00:00+00:00"}), encoding="utf-8")
    assert "changed after it was signed" in str(verify_against(clinic.head))
    clinic.head.write_text(json.dumps(head), encoding="utf-8")
    with override_settings(AUDIT_KEY=b"k" * 32):
        assert "another key" in str(verify_against(clinic.head))
