"""The live hour: 50 sessions with five writers and a device each, 150 listening screens, on this machine alone.

Each screen hears its stream and then asks for what is new, as the page does, once for several entries; the answer to
its own tap brings it too. A real `mooring serve` answers; the clients run beside it on the same cores, so every figure
holds them too. Each tap has an intended time and is measured from it, whether or not the one before was answered (no
coordinated omission). MOORING_DATABASE_URL chooses PostgreSQL; MOORING_BENCH_S how long the hour lasts (60 s).
"""

import asyncio
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

HOME = tempfile.mkdtemp(prefix="mooring-bench-session-")
os.environ["MOORING_HOME"] = os.environ["MOORING_TEST_TEMPLATES"] = HOME
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402 - the home is named first

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from mooring.care.floor.queries import site_board  # noqa: E402
from mooring.care.sessions.access import opening_of  # noqa: E402
from mooring.care.sessions.actions import make_device_code, pair_device, store_readings  # noqa: E402
from mooring.care.sessions.log import log_of  # noqa: E402
from mooring.care.sessions.models import LogEntry, Session, StoredReading  # noqa: E402
from mooring.care.sessions.queries import chart_of  # noqa: E402
from mooring.identity.models import Person, SitePolicy  # noqa: E402
from mooring.rules.device_readings import DeviceReading  # noqa: E402
from mooring.work.models import Installation  # noqa: E402
from tests import databases  # noqa: E402
from tests.browser.conftest import sign_in  # noqa: E402
from tests.care.floor.test_board import many  # noqa: E402
from tests.care.sessions.rows import started, vitals  # noqa: E402
from tests.people import Cast, make_cast  # noqa: E402

SESSIONS, WRITERS, EVERY_S = 50, 5, 10.0
TOGETHER_S, SOONEST_S, SPREAD_S = 0.8, 0.1, 0.3
"""When a screen looks again, as `shell.js` has it."""
AGAIN = re.compile(rb'data-again="[^"?]*[?]([^"]+)"')
BATCH_S, ROWS = 5, 11_000
LASTS_S = float(os.environ.get("MOORING_BENCH_S", "60"))
PORT = 8790
WARM_UP_S = 60.0
SETTLED_S, STEADY_S = 35, 10
"""Workers read ahead half a minute after their start; then their memory stands still."""
TOKEN = "a" * 32


@dataclass
class Measured:
    """Seconds of everything that was done, by name, and what went wrong."""

    taps: list[float] = field(default_factory=list)
    batches: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    seen: dict[int, list[float]] = field(default_factory=dict)
    """When each screen showed an entry, by the entry."""
    looks: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


RESULTS: list[bool] = []


def _row(what: str, found: float, unit: str, budget: float) -> None:
    good = found <= budget
    RESULTS.append(good)
    print(f"| {what} | {found:.1f} {unit} | {budget:g} {unit} | {'yes' if good else 'NO'} |")


def _p(values: list[float], share: float) -> float:
    """The value below which this share of all lies, in ms; infinite where nothing came."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else float("inf")


def _inside(what: str, act: Callable[[], object], budget: float, rounds: int = 9) -> None:
    """One row: the median by the clock on the wall, and beside its name what the processor did."""
    walls, cores = [], []
    for _ in range(rounds):
        wall, core = time.perf_counter(), time.process_time()
        act()
        walls.append((time.perf_counter() - wall) * 1000)
        cores.append((time.process_time() - core) * 1000)
    _row(f"{what} ({statistics.median(cores):.1f} ms of processor)", statistics.median(walls), "ms", budget)


async def ask(method: str, path: str, headers: dict[str, str], body: str = "") -> tuple[int, bytes]:
    """One request over a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    data = body.encode()
    lines = {"Host": f"127.0.0.1:{PORT}", "Connection": "close", "Content-Length": str(len(data)), **headers}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(head.encode() + b"\r\n" + data)
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1]), answer


@dataclass
class Screen:
    """An open page of a session: whose, under which opening, and what it says when it looks again or sends."""

    key: str
    session: int
    opening: str
    says: str = ""
    awaited: set[int] = field(default_factory=set)
    """The entries that it heard of and does not show yet."""

    @property
    def seen(self) -> int:
        """The last entry that it shows."""
        return int(self.said.get("seen", 0))

    @property
    def said(self) -> dict[str, str]:
        return dict(parse_qsl(self.says)) or {"opening": self.opening, "seen": "0", "stage": "live"}

    def hear(self, entry: int, measured: Measured) -> None:
        self.awaited.add(entry)
        self.note_shown(measured)

    def show(self, answer: bytes, measured: Measured) -> None:
        again = AGAIN.search(answer)
        if again:
            self.says = unescape(again[1].decode())
        self.note_shown(measured)

    def note_shown(self, measured: Measured) -> None:
        shown = {entry for entry in self.awaited if entry <= self.seen}
        self.awaited -= shown
        for entry in shown:
            measured.seen.setdefault(entry, []).append(time.time())


async def tap(screen: Screen, at: float, measured: Measured) -> None:
    """One symptom, measured from the moment at which it was meant to be tapped."""
    fields = {
        "csrfmiddlewaretoken": TOKEN,
        "once": str(uuid4()),
        **screen.said,
        "symptom-tap": f"nausea {random.randint(1, 3)}",
    }
    headers = {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={screen.key}; csrftoken={TOKEN}",
        "HX-Request": "true",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    try:
        path = f"/care/sessions/{screen.session}/write/symptom/"
        status, answer = await ask("POST", path, headers, urlencode(fields))
    except OSError as error:
        measured.wrong.append(str(error))
        return
    if status != 200:
        measured.wrong.append(f"a tap was answered {status}")
    screen.show(answer, measured)
    measured.taps.append(time.time() - at)


async def write(screen: Screen, until: float, measured: Measured) -> None:
    at = time.time() + random.random() * EVERY_S
    running = set()
    while at < until:
        await asyncio.sleep(max(0.0, at - time.time()))
        task = asyncio.create_task(tap(screen, at, measured))
        running.add(task)
        task.add_done_callback(running.discard)
        at += EVERY_S
    await asyncio.gather(*running)


async def measure_device(token: str, until: float, measured: Measured) -> None:
    at, seq = time.time() + random.random() * BATCH_S, 10**6
    while at < until:
        await asyncio.sleep(max(0.0, at - time.time()))
        now = timezone.now()
        found = [
            {
                "seq": seq + number,
                "at": (now - timedelta(seconds=BATCH_S - number)).isoformat(),
                "values": {"spo2_percent": 97, "heart_rate_per_min": 72 + number % 3},
            }
            for number in range(BATCH_S)
        ]
        seq += BATCH_S
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            status, _answer = await ask(
                "POST", "/care/sessions/devices/readings/", headers, json.dumps({"readings": found})
            )
        except OSError as error:
            measured.wrong.append(str(error))
        else:
            measured.batches.append(time.time() - at)
            if status != 200:
                measured.wrong.append(f"a batch was answered {status}")
        at += BATCH_S


async def stream_connection() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the streams; their process starts beside the pages and may be later than they are."""
    while True:
        try:
            return await asyncio.open_connection("127.0.0.1", PORT + 1)
        except OSError:
            await asyncio.sleep(0.2)


async def look_again(screen: Screen, measured: Measured) -> None:
    """What a page asks for when it heard of an entry that it does not show yet."""
    began = time.time()
    asked = urlencode(screen.said)
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={screen.key}", "HX-Request": "true"}
    status, answer = await ask("GET", f"/care/sessions/{screen.session}/again/?{asked}", headers)
    measured.looks.append(time.time() - began)
    if status != 200:
        measured.wrong.append(f"a look was answered {status}")
    screen.show(answer, measured)


async def listen(screen: Screen, measured: Measured) -> None:
    """One screen: it hears of entries, and looks again at most once in `TOGETHER_S`, as `lookSoon` does."""
    reader, writer = await stream_connection()
    path = f"/stream/session/{screen.session}?opening={screen.opening}"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    heard = asyncio.Queue[int]()

    async def look() -> None:
        looked = 0.0
        while True:
            newest = await heard.get()
            soonest = SOONEST_S + SPREAD_S * random.random()
            await asyncio.sleep(max(soonest, looked + TOGETHER_S - time.time()))
            while not heard.empty():
                newest = heard.get_nowait()
            if newest > screen.seen:
                looked = time.time()
                await look_again(screen, measured)

    looking = asyncio.create_task(look())
    try:
        while line := await reader.readline():
            if line.startswith(b"id: "):
                entry = int(line[4:])
                screen.hear(entry, measured)
                heard.put_nowait(entry)
    except asyncio.CancelledError:
        looking.cancel()
        writer.close()


async def read_page(key: str, at: float, measured: Measured) -> None:
    status, _answer = await ask("GET", "/", {"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"})
    measured.pages.append(time.time() - at)
    if status != 200:
        measured.wrong.append(f"a page was answered {status}")


async def read_pages(key: str, until: float, measured: Measured) -> None:
    """An ordinary page meanwhile, every second, each by somebody who waits for no other."""
    at = time.time() + 1
    reading = []
    while at < until:
        await asyncio.sleep(max(0.0, at - time.time()))
        reading.append(asyncio.create_task(read_page(key, at, measured)))
        at += 1
    await asyncio.gather(*reading)


async def warm_up(key: str, sessions: list[Session], server: int) -> None:
    """Every worker has answered pages and read ahead, and the streams listen, as in the middle of a day."""
    _reader, writer = await asyncio.wait_for(stream_connection(), WARM_UP_S)
    writer.close()
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"}
    for _round in range(3):
        await asyncio.gather(
            *(ask("GET", f"/care/sessions/{session.pk}/", cookie) for session in sessions[:16]),
            ask("GET", "/", cookie),
        )
    await asyncio.sleep(SETTLED_S)
    held, steady = held_by(server).memory_mb, 0
    while steady < STEADY_S:
        await asyncio.sleep(1)
        now = held_by(server).memory_mb
        steady = steady + 1 if abs(now - held) < 1 else 0
        held = now


async def hour(keys: list[str], sessions: list[Session], people: list[Person], tokens: list[str]) -> Measured:
    measured, until = Measured(), time.time() + LASTS_S
    screens = {
        session.pk: [
            Screen(key, session.pk, opening_of(person, session))
            for key, person in zip(keys, people, strict=True)
        ]
        for session in sessions
    }
    listeners = [
        asyncio.create_task(listen(screen, measured)) for of_one in screens.values() for screen in of_one
    ]
    work = [
        write(screen, until, measured) for of_one in screens.values() for screen in (of_one * 2)[:WRITERS]
    ]
    work += [measure_device(token, until, measured) for token in tokens]
    await asyncio.gather(*work, read_pages(keys[0], until, measured))
    await asyncio.sleep(2)
    for listener in listeners:
        listener.cancel()
    return measured


def three_hours(session: Session, cast: Cast) -> None:
    """A device's whole session: 11,000 rows and the minutes that they are summarised in."""
    began = timezone.now() - timedelta(seconds=ROWS)
    device, _code = make_device_code(session=session, by=cast.monitor, at=timezone.now())
    pair_device(device=device, name="Monitor", by=cast.monitor, at=timezone.now())
    for first in range(0, ROWS, 600):
        store_readings(
            device=device,
            readings=[
                DeviceReading(seq, began + timedelta(seconds=seq), {"spo2_percent": 97.0})
                for seq in range(first, min(first + 600, ROWS))
            ],
            at=timezone.now(),
        )
    assert StoredReading.objects.filter(device=device).count() == ROWS
    began = timezone.now()
    for minute in range(0, 90, 5):
        vitals(cast, session, began - timedelta(seconds=90 - minute), systolic_mmhg=130 + minute % 7)


def measure_inside(cast: Cast, session: Session) -> None:
    """What one process needs for a long session and for the board, without a load beside it."""
    log = log_of(session.pk)

    def fold() -> None:
        now = timezone.now()
        chart = chart_of(session, now, log.until(now))
        assert chart.alerts is not None
        assert chart.schedule

    client = Client()
    client.force_login(cast.monitor, backend="django.contrib.auth.backends.ModelBackend")
    path, board = f"/care/sessions/{session.pk}/", f"/care/floor/{cast.site.pk}/"
    for each in (path, board):
        answer = client.get(each)
        assert answer.status_code == 200, f"{each} was answered {answer.status_code}"
    _inside(f"fold of a session with {len(log.rows)} entries and {ROWS} device rows", fold, 5)
    _inside("its page", lambda: client.get(path), 100)
    site_board(cast.site, timezone.now())
    _inside(f"board of {SESSIONS}", lambda: site_board(cast.site, timezone.now()), 100)
    _inside("its page", lambda: client.get(board), 100)


@dataclass(frozen=True)
class Held:
    """What a server and its children hold and have used; nothing where /proc is not."""

    memory_mb: float
    processor_s: float
    by_child: dict[str, tuple[float, float]]
    """Megabytes and seconds, by number and name of the process; a child of the server is named by its command."""


def held_by(parent: int) -> Held:
    if not Path("/proc").is_dir():
        return Held(0.0, 0.0, {})
    found, parents = {}, {parent}
    for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            lines = dict(
                line.split(":", 1) for line in (process / "status").read_text().splitlines() if ":" in line
            )
            used = (process / "stat").read_text().rpartition(")")[2].split()
            name = (process / "comm").read_text().strip()
        except OSError:
            continue
        if int(lines["PPid"]) in parents or int(lines["Pid"]) in parents:
            parents.add(int(lines["Pid"]))
            memory_mb = int(lines.get("VmRSS", "0 kB").split()[0]) / 1000
            processor_s = (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")
            found[f"{process.name} {name}"] = memory_mb, processor_s
    return Held(sum(mb for mb, _ in found.values()), sum(spent for _, spent in found.values()), found)


def serve() -> subprocess.Popen[bytes]:
    database = connection.settings_dict
    address = os.environ.get("MOORING_DATABASE_URL", "")
    here = urlsplit(address)._replace(path=f"/{database['NAME']}").geturl()
    address = here if address else f"sqlite:{database['NAME']}"
    environment = {**os.environ, "MOORING_DATABASE_URL": address}
    command = [sys.executable, "-m", "mooring", "serve", "--port", str(PORT)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    for _ in range(300):
        time.sleep(0.2)
        try:
            if asyncio.run(ask("GET", "/healthz", {}))[0] == 200:
                return server
        except OSError:
            continue
    raise SystemExit("the server did not answer within a minute")


def main() -> None:
    """Print one row a measure, beside its budget, and how many are within it."""
    settings.ALLOWED_HOSTS = ["*"]
    with databases.a_copy("bench_session"):
        _measure()


def let_in(cast: Cast) -> None:
    """The site asks for no second step at the sign-in, so that the clients need none."""
    Installation.objects.create(signing_key=os.urandom(32))
    long_ago = timezone.now() - timedelta(days=30)
    SitePolicy.objects.create(
        site=cast.site,
        number=2,
        in_force_from=long_ago,
        weight_fresh_days=7,
        answer_interest_hours=24,
        contact_from_hours=24,
        contact_until_hours=72,
        page_answer_minutes=15,
        second_step=False,
        signed_by=cast.director,
        signed_at=long_ago,
    )


def _measure() -> None:
    cast = make_cast(timezone.now())
    let_in(cast)
    session = started(cast, timezone.now() - timedelta(minutes=20))
    many(session, SESSIONS - 1)
    print(f"{connection.vendor}, {os.cpu_count()} cores, {LASTS_S:.0f} s\n")
    print("| what | found | budget | within |\n| --- | ---: | ---: | --- |")
    three_hours(session, cast)
    measure_inside(cast, session)
    sessions = list(Session.objects.order_by("id"))
    tokens = []
    for each in sessions:
        device, _code = make_device_code(session=each, by=cast.monitor, at=timezone.now())
        tokens.append(pair_device(device=device, name="Monitor", by=cast.monitor, at=timezone.now())[1])
    people = [cast.monitor, cast.second_monitor, cast.prescriber]
    first = LogEntry.objects.order_by("-id").values_list("id", flat=True)[0]
    server = serve()
    try:
        keys = [sign_in(person) for person in people]
        asyncio.run(warm_up(keys[0], sessions, server.pid))
        before, clients_s = held_by(server.pid), time.process_time()
        measured = asyncio.run(hour(keys, sessions, people, tokens))
        after, clients_s = held_by(server.pid), time.process_time() - clients_s
    finally:
        server.terminate()
        server.wait(timeout=20)
    _tell(measured, first, after.memory_mb - before.memory_mb)
    _tell_processors(before, after, clients_s)


def _tell(measured: Measured, first: int, grown_mb: float) -> None:
    stored = {
        entry: at.timestamp()
        for entry, at in LogEntry.objects.filter(id__gt=first).values_list("id", "stored_at")
    }
    seen = [
        at - stored[entry]
        for entry, all_of_them in measured.seen.items()
        if entry in stored
        for at in all_of_them
    ]
    _row(f"tap to acknowledged, p50 of {len(measured.taps)}", _p(measured.taps, 0.5), "ms", 50)
    _row("tap to acknowledged, p99", _p(measured.taps, 0.99), "ms", 50)
    _row(f"durable to seen, p99 of {len(seen)}", _p(seen, 0.99), "ms", 1000)
    _row(f"a device's batch, p99 of {len(measured.batches)}", _p(measured.batches, 0.99), "ms", 250)
    _row(
        f"a screen's look at what is new, p95 of {len(measured.looks)}", _p(measured.looks, 0.95), "ms", 1000
    )
    _row("an ordinary page meanwhile, p95", _p(measured.pages, 0.95), "ms", 250)
    _row("taps that are in the log twice or not at all", abs(len(stored) - len(measured.taps)), "", 0)
    _row("requests that went wrong", len(measured.wrong), "", 0)
    _row("memory grown over the run", grown_mb, "MB", 64)
    for why in sorted(set(measured.wrong))[:5]:
        print(f"\n{why}", end="")
    print(f"\n{sum(RESULTS)} of {len(RESULTS)} within budget")


def _tell_processors(before: Held, after: Held, clients_s: float) -> None:
    """How much of the machine the hour took: what others take beside it changes these figures little."""
    print(f"\nprocessors: the clients {clients_s / LASTS_S:.2f}", end="")
    print(f", the server {(after.processor_s - before.processor_s) / LASTS_S:.2f}, of it:")
    for child, (memory_mb, spent_s) in after.by_child.items():
        memory_before, spent_before = before.by_child.get(child, (0.0, 0.0))
        print(
            f"  {(spent_s - spent_before) / LASTS_S:.2f}, {memory_before:.0f} to {memory_mb:.0f} MB: {child}"
        )


if __name__ == "__main__":
    main()
