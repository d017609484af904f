"""The ledger: a draw with its event, twenty writers at one vial, a long ledger's page, the verifier over 100,000 entries.

Everything runs in a database of its own that is thrown away; `MOORING_DATABASE_URL` chooses PostgreSQL. Beside each
time on the clock stands that of this process alone: on a machine that does other things too, the second says what the
work costs. The race is run several times and the best one counts, for the same reason.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

HOME = tempfile.mkdtemp(prefix="mooring-bench-stock-")
os.environ["MOORING_HOME"] = os.environ["MOORING_TEST_TEMPLATES"] = HOME
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402 - the home is named first

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from mooring.care.papers.actions import draw_batches, start_batch  # noqa: E402
from mooring.care.papers.actions.batches import TURN_SECONDS  # noqa: E402
from mooring.care.papers.models import PaperBatch  # noqa: E402
from mooring.care.stock.models import Container, LedgerEntry  # noqa: E402
from mooring.care.stock.queries.folding import digested  # noqa: E402
from mooring.care.stock.queries.reports import ReportDays, running_balance  # noqa: E402
from mooring.care.stock.queries.verifier import ENTRY, digest, head_of, verify  # noqa: E402
from mooring.rules.verdict import Refused  # noqa: E402
from mooring.work.documents.sheet import Sheet, SheetSection, drawn_sheet  # noqa: E402
from tests import databases  # noqa: E402
from tests.care.sessions.rows import left  # noqa: E402
from tests.care.stock.rows import drawn, mg, order_of, safe_of, vials  # noqa: E402
from tests.people import NOW, Cast, make_cast  # noqa: E402

DRAWS, WRITERS, RACES, LONG, VERIFIED, MONTH = 200, 20, 5, 50_000, 100_000, 100
LINES_OF_A_PAPER = 30


@dataclass(frozen=True)
class Took:
    """Milliseconds on the clock, and of this process alone."""

    clock: float
    own: float


def _ms(act: Callable[[], object]) -> Took:
    start, own = time.perf_counter(), time.process_time()
    act()
    return Took((time.perf_counter() - start) * 1000, (time.process_time() - own) * 1000)


def _median(times: list[Took]) -> Took:
    return Took(
        statistics.median(each.clock for each in times), statistics.median(each.own for each in times)
    )


@dataclass
class Budgets:
    """How many measures were within what they may take, by the clock or by this process's own time."""

    within: int = 0
    of: int = 0

    def line(self, name: str, found: Took, budget_ms: float) -> None:
        self.of += 1
        self.within += min(found.clock, found.own) <= budget_ms
        print(f"| {name} | {found.clock:.1f} | {found.own:.1f} | {budget_ms:g} |")


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
                body = json.dumps({**row, "digest": previous}, sort_keys=True, separators=(",", ":"))
                file.write(body + "\n")
            heads.append([container, each, previous])
    head = {"safe": "A", "day": "2026-11-12", "heads": heads, "head": head_of(heads)}
    (folder / "heads.jsonl").write_text(json.dumps(head) + "\n", encoding="utf-8")


def _race(cast: Cast, vial: Container, order: object) -> tuple[int, Took]:
    """How many of the writers got it, and how long the slowest waited; its own time is that of all together.

    Each has its connection open, as a worker has, and all begin at once.
    """
    times: list[float] = []
    begin = Barrier(WRITERS + 1)

    def one(_: int) -> int:
        connection.ensure_connection()
        begin.wait()
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
        waiting = [pool.submit(one, number) for number in range(WRITERS)]
        begin.wait()
        own = time.process_time()
        done = sum(each.result() for each in waiting)
    return done, Took(max(times), (time.process_time() - own) * 1000)


def main() -> None:
    """Print one row a measure, beside its budget."""
    settings.ALLOWED_HOSTS = ["*"]
    budgets = Budgets()
    with databases.a_copy("bench"):
        _measure(budgets)
    with databases.a_copy("bench"):
        _a_month(budgets)
    print(f"\n{budgets.within} of {budgets.of} within budget")


def _measure(budgets: Budgets) -> None:
    cast = make_cast()
    safe = safe_of(cast)
    first, second, *raced = vials(cast, safe, 2 + RACES)
    order = order_of(cast)
    print(f"{connection.vendor}\n")
    print("| what | ms | own time, ms | budget, ms |\n| --- | ---: | ---: | ---: |")
    times = [_ms(lambda: drawn(cast, first, order, "0.5")) for _ in range(DRAWS)]
    budgets.line("a draw with its event, median", _median(times), 15)
    races = []
    for vial in raced:
        drawn(cast, vial, order, 490)
        done, took = _race(cast, vial, order)
        assert done == 1, done
        races.append(took)
    best = min(races, key=lambda each: each.clock)
    budgets.line(
        f"{WRITERS} writers for the last 10 mg, one gets it: the slowest, best of {RACES}", best, 100
    )
    budgets.line(f"the page of a ledger of {LONG:,} lines, median", _median(_pages(second, cast)), 100)
    with tempfile.TemporaryDirectory() as folder:
        _export_of(Path(folder), VERIFIED)
        found: list[str] = []
        took = _ms(lambda: found.append(verify(Path(folder))))
        assert found == [""], found
        budgets.line(f"the verifier over {VERIFIED:,} entries", took, 5000)
    sheet = running_balance(ReportDays(safe, date(2026, 11, 1), date(2026, 11, 30), ("container", first.pk)))
    paper = Sheet(
        "balance", "1", sheet.title, sheet.covers, ("Elm Quay",), safe.name,
        (SheetSection(sheet.title, (), (), sheet.head, tuple(sheet.rows[:LINES_OF_A_PAPER])),),
    )  # fmt: skip
    drawn_sheet(paper)  # the first one reads the fonts
    papers = [_ms(lambda: drawn_sheet(paper)) for _ in range(5)]
    budgets.line(f"a paper with a table of {LINES_OF_A_PAPER} lines, median", _median(papers), 500)


def _a_month(budgets: Budgets) -> None:
    """A month of so many records (of one session, over and over) as the clock draws it, in turns that leave time for what else waits."""
    cast = make_cast()
    session = left(cast)
    batch = start_batch(site=cast.site, month=NOW.date(), by=cast.director, at=NOW + timedelta(hours=5))
    PaperBatch.objects.filter(pk=batch.pk).update(left=[session.pk] * MONTH, total=MONTH)
    turns = []
    while PaperBatch.objects.filter(pk=batch.pk, finished_at__isnull=True).exists():
        turns.append(_ms(lambda: draw_batches(at=NOW + timedelta(hours=5))))
    whole = Took(sum(each.clock for each in turns), sum(each.own for each in turns))
    budgets.line(
        f"a month of {MONTH} session records, in {len(turns)} turns of the clock", whole, MONTH * 500
    )
    longest = max(turns, key=lambda turn: turn.clock)
    budgets.line("the longest of these turns", longest, TURN_SECONDS * 1000 + 500)


def _pages(vial: Container, cast: Cast) -> list[Took]:
    _long_ledger(vial, cast, LONG)
    client = Client()
    client.force_login(cast.monitor, backend="django.contrib.auth.backends.ModelBackend")
    path = f"/care/stock/containers/{vial.pk}/"
    client.get(path)
    pages = [_ms(lambda: client.get(path)) for _ in range(7)]
    assert Container.objects.get(pk=vial.pk).balance == mg(500)
    return pages


if __name__ == "__main__":
    main()
