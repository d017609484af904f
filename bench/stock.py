"""The ledger: a draw with its event, twenty writers at one vial, a long ledger's page, the verifier over 100,000 entries.

Everything runs in a database of its own that is thrown away; `MOORING_DATABASE_URL` chooses PostgreSQL.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HOME = tempfile.mkdtemp(prefix="mooring-bench-stock-")
os.environ["MOORING_HOME"] = os.environ["MOORING_TEST_TEMPLATES"] = HOME
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402 - the home is named first

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from mooring.care.stock.models import Container, LedgerEntry  # noqa: E402
from mooring.care.stock.queries.folding import digested  # noqa: E402
from mooring.care.stock.queries.verifier import ENTRY, digest, head_of, verify  # noqa: E402
from mooring.rules.verdict import Refused  # noqa: E402
from tests import databases  # noqa: E402
from tests.care.stock.rows import drawn, mg, order_of, safe_of, vials  # noqa: E402
from tests.people import Cast, make_cast  # noqa: E402

DRAWS, WRITERS, LONG, VERIFIED = 200, 20, 50_000, 100_000


def _ms(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def _line(name: str, found_ms: float, budget_ms: float) -> None:
    print(f"| {name} | {found_ms:.1f} | {budget_ms:g} |")


def _long_ledger(vial: Container, cast: Cast, count: int) -> None:
    """Lines written in bulk with right balances and digests: a count of the same vial, over and over."""
    first = LedgerEntry.objects.select_related("by", "container").get(container=vial, number=1)
    rows, previous = [], first.digest
    for number in range(2, count + 1):
        row = LedgerEntry(
            container=vial, number=number, kind="blind-count", amount=first.balance, before=first.balance,
            change=0, balance=first.balance, safe_id=vial.safe_id, by=cast.monitor, at=first.at,
            stored_at=first.stored_at, previous=previous,
        )  # fmt: skip
        row.digest = previous = digest(digested(row))
        rows.append(row)
    LedgerEntry.objects.bulk_create(rows, batch_size=500)
    Container.objects.filter(pk=vial.pk).update(last_number=count, head=previous)


def _export_of(folder: Path, count: int) -> None:
    """An export of ten containers with so many entries, written without a database."""
    heads, each = [], count // 10
    with (folder / "entries.jsonl").open("w", encoding="utf-8") as file:
        for container in range(1, 11):
            previous, balance = "", 0
            for number in range(1, each + 1):
                change = 500_000 if number == 1 else -1
                row: dict[str, object] = dict.fromkeys(ENTRY) | {
                    "container": container, "number": number, "kind": "draw", "amount": 1, "before": balance,
                    "change": change, "balance": balance + change, "previous": previous,
                }  # fmt: skip
                balance += change
                previous = digest(row)
                file.write(json.dumps({**row, "digest": previous}) + "\n")
            heads.append([container, each, previous])
    head = {"safe": "A", "day": "2026-11-12", "heads": heads, "head": head_of(heads)}
    (folder / "heads.jsonl").write_text(json.dumps(head) + "\n", encoding="utf-8")


def _race(cast: Cast, vial: Container, order: object) -> tuple[int, float]:
    times = []

    def one(_: int) -> int:
        start = time.perf_counter()
        try:
            drawn(cast, vial, order, 10)  # type: ignore[arg-type]
        except Refused:
            return 0
        finally:
            times.append((time.perf_counter() - start) * 1000)
            connection.close()
        return 1

    with ThreadPoolExecutor(WRITERS) as pool:
        done = sum(pool.map(one, range(WRITERS)))
    return done, max(times)


def main() -> None:
    """Print one row a measure, beside its budget."""
    settings.ALLOWED_HOSTS = ["*"]
    databases.copy_for("bench")
    try:
        _measure()
    finally:
        databases.drop_copy()


def _measure() -> None:
    cast = make_cast()
    safe = safe_of(cast)
    first, second, third = vials(cast, safe, 3)
    order = order_of(cast)
    print(f"{connection.vendor}\n")
    print("| what | ms | budget, ms |\n| --- | ---: | ---: |")
    times = [_ms(lambda: drawn(cast, first, order, "0.5")) for _ in range(DRAWS)]
    _line("a draw with its event, median", statistics.median(times), 15)
    drawn(cast, second, order, 490)
    done, slowest = _race(cast, second, order)
    _line(f"20 writers for the last 10 mg: {done} got it, the slowest", slowest, 100)
    _long_ledger(third, cast, LONG)
    client = Client()
    client.force_login(cast.monitor, backend="django.contrib.auth.backends.ModelBackend")
    path = f"/care/stock/containers/{third.pk}/"
    client.get(path)
    pages = [_ms(lambda: client.get(path)) for _ in range(7)]
    _line("the page of a ledger of 50,000 lines, median", statistics.median(pages), 100)
    assert Container.objects.get(pk=third.pk).balance == mg(500)
    with tempfile.TemporaryDirectory() as folder:
        _export_of(Path(folder), VERIFIED)
        found: list[str] = []
        took = _ms(lambda: found.append(verify(Path(folder))))
        assert found == [""], found
        _line("the verifier over 100,000 entries", took, 5000)


if __name__ == "__main__":
    main()
