"""The export: an inspector's Python alone finds the first entry that was altered, cut, put in or moved."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from mooring.audit.models import Access
from mooring.care.stock import actions
from mooring.care.stock.models import ClosedDay, Container, Lot, Safe
from mooring.care.stock.queries.exporting import exported
from mooring.care.stock.queries.verifier import ENTRY, digest
from mooring.care.stock.queries.warnings import warnings_at
from mooring.identity.models import Person, RoleAssignment
from mooring.identity.roles import Role
from tests.care.stock.rows import counted, drawn, given, minute, order_of, safe_of, vials, wasted
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
Rows = list[dict[str, Any]]


@pytest.fixture
def safe(cast: Cast) -> Safe:
    """A day with a reversed draw, a second vial, and its head."""
    safe = safe_of(cast)
    first, _second = vials(cast, safe, 2)
    order = order_of(cast)
    mistake = drawn(cast, first, order, 10)
    actions.reverse_entry(entry=mistake, reason="Wrong vial.", by=cast.monitor, at=minute(2))
    draw = drawn(cast, first, order, 50, at=minute(3))
    given(cast, order)
    waste = wasted(cast, draw)
    request = waste.witness_requests.select_related("entry__safe__site", "asked").get()
    actions.answer_witness(
        request=request,
        saw="all",
        saw_amount=None,
        words="",
        device="",
        by=cast.second_monitor,
        at=minute(52),
    )
    counted(cast, safe)
    actions.close_day(safe=safe, by=cast.monitor, at=minute(130))
    return safe


def unpacked(safe: Safe, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(exported(safe.site))) as archive:
        archive.extractall(folder)
    return folder


def verified(folder: Path, *more: str) -> tuple[int, str]:
    """What the verifier says, run as an inspector runs it: isolated, without this program on its path."""
    ran = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(folder), *more],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not ran.stderr, ran.stderr
    return ran.returncode, ran.stdout


def change(folder: Path, name: str, act: Callable[[Rows], None]) -> None:
    path = folder / name
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    act(rows)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_an_export_as_it_was_written_is_right(safe: Safe, tmp_path: Path) -> None:
    folder = unpacked(safe, tmp_path)
    assert verified(folder) == (0, "Every entry is as it was written.\n")
    assert verified(folder, "--head", ClosedDay.objects.get().head)[0] == 0
    assert "No closed day has the head" in verified(folder, "--head", "0" * 64)[1]
    names = (folder / "entries.jsonl").read_text(encoding="utf-8")
    assert "Calloway" not in names, "patients stand in it by number"


def _alter(rows: Rows) -> None:
    rows[3]["amount"] = 1


def _cut_tail(rows: Rows) -> None:
    last = max(number for number, row in enumerate(rows) if row["container"] == rows[0]["container"])
    del rows[last]


def _swap(rows: Rows) -> None:
    rows[2], rows[3] = rows[3], rows[2]


def _forge(rows: Rows) -> None:
    """A forger with the database who changes an amount and writes every digest after it anew."""
    chain = [row for row in rows if row["container"] == rows[0]["container"]]
    chain[2]["amount"] = 9_000
    for before, row in zip([None, *chain], chain, strict=False):
        row["previous"] = before["digest"] if before else ""
        row["digest"] = digest({name: row[name] for name in ENTRY})


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (_alter, "Entry 4 of container {first} was changed after it was written"),
        (lambda rows: rows.pop(2), "Entry 3 of container {first} is missing or out of order"),
        (_cut_tail, "is missing: it stood there on"),
        (_swap, "Entry 3 of container {first} is missing or out of order"),
        (_forge, "is not the one of"),
    ],
    ids=["altered", "missing", "cut", "reordered", "forged"],
)
def test_the_first_wrong_entry_is_named(
    safe: Safe, tmp_path: Path, act: Callable[[Rows], None], says: str
) -> None:
    folder = unpacked(safe, tmp_path)
    first = json.loads((folder / "entries.jsonl").read_text(encoding="utf-8").splitlines()[0])["container"]
    change(folder, "entries.jsonl", act)
    code, words = verified(folder)
    assert code == 1
    assert says.format(first=first) in words


def test_a_head_that_was_changed_is_named(safe: Safe, tmp_path: Path) -> None:
    folder = unpacked(safe, tmp_path)
    change(folder, "heads.jsonl", lambda rows: rows[0]["heads"].pop())
    assert "The head of 2026-11-12 was changed" in verified(folder)[1]


def test_the_export_leaves_a_row_in_the_access_history(cast: Cast, safe: Safe) -> None:
    client = Client()
    client.force_login(cast.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(f"/care/stock/safes/{safe.pk}/export/")
    assert answer.headers["Content-Type"] == "application/zip"
    assert Access.objects.filter(kind="export", viewer=cast.coordinator.actor_ref).exists()
    assert client.get(f"/care/stock/safes/{safe.pk}/export/").status_code == 405


def test_a_container_that_went_to_another_site_is_in_both_exports(
    cast: Cast, safe: Safe, tmp_path: Path
) -> None:
    """The head of the day before it left still holds; the site that it came to has its whole chain."""
    RoleAssignment.objects.create(person=cast.monitor, role=Role.MONITOR, site=cast.other_site, held_from=NOW)
    other = actions.add_safe(
        safe=Safe(site=cast.other_site, name="Safe H", place="Store"), by=cast.director, at=minute(140)
    )
    actions.give_key(safe=other, person=cast.monitor, by=cast.director, at=minute(140))
    vial = Container.objects.select_related("lot", "safe__site").get(code="4417B-01")
    monitor = Person.objects.get(pk=cast.monitor.pk)
    actions.move_container(
        container=vial,
        to=other,
        reason="For Harbour Row.",
        happened_at=minute(141),
        by=monitor,
        at=minute(141),
    )
    Lot.objects.update(expires_on=cast.site.today(minute(0)))
    assert [each.shown.held for each in warnings_at(cast.other_site, minute(141))] == [1]
    left, came = unpacked(safe, tmp_path / "left"), unpacked(other, tmp_path / "came")
    for folder in (left, came):
        assert verified(folder) == (0, "Every entry is as it was written.\n")
    kinds = [
        [row["kind"] for row in map(json.loads, (folder / "entries.jsonl").read_text().splitlines())]
        for folder in (left, came)
    ]
    assert "transfer" not in kinds[0]
    assert (kinds[1][0], kinds[1][-1]) == ("receive", "transfer")
    client = Client()
    client.force_login(monitor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/care/stock/lots/{vial.lot_id}/").status_code == 200
