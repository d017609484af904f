"""Three hours of a busy site in a few minutes: does what the server holds stay flat while its logs grow?

Sessions with a device each, one event a minute, two screens that listen and look, the board and the first page; every
simulated minute is sent as fast as it is answered, dated by the device's clock. A real `mooring serve` answers, with its
workers, streams and clock. Its memory is read at the start and after each simulated hour. The tables of the first hour
are filled once; what grows from then on would grow for days. MOORING_BENCH_SESSIONS says how many (8);
MOORING_DATABASE_URL chooses PostgreSQL, whose own processes are not counted.
"""

import asyncio
import json
import os
import random
import time
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench.session import (
    ROWS,
    TOKEN,
    Held,
    Measured,
    Screen,
    ask,
    held_by,
    let_in,
    listen,
    serve,
    warm_up,
)
from mooring.care.sessions.access import opening_of
from mooring.care.sessions.actions import make_device_code, pair_device
from mooring.care.sessions.models import LogEntry, Session, StoredReading
from tests import databases
from tests.browser.conftest import sign_in
from tests.care.floor.test_board import many
from tests.care.sessions.rows import started
from tests.people import Cast, make_cast

SESSIONS = int(os.environ.get("MOORING_BENCH_SESSIONS", "8"))
MINUTES, HOUR = 180, 60
READINGS = ROWS // MINUTES + 1
OPENS_AGAIN = 10
"""A screen's stream is cut and taken up again so often, in simulated minutes."""
GROWTH_MB = 16.0
"""From the first to the third hour, all processes together: a design default, a tenth of one worker."""


async def _batch(token: str, since: datetime, number: int, measured: Measured) -> None:
    """What a device measured in one minute, once a second."""
    step = timedelta(seconds=60 / READINGS)
    found = [
        {
            "seq": number * READINGS + each,
            "at": (since + step * each).isoformat(),
            "values": {"spo2_percent": 96 + each % 3, "heart_rate_per_min": 72 + each % 5},
        }
        for each in range(READINGS)
    ]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    status, answer = await ask(
        "POST", "/care/sessions/devices/readings/", headers, json.dumps({"readings": found})
    )
    if status != 200 or b'"refused": []' not in answer:
        measured.wrong.append(f"a batch was answered {status}")


async def _event(screen: Screen, at: datetime, measured: Measured) -> None:
    """One tap of the minute, dated by the device that kept it."""
    code = random.choice(["symptom", "state", "intervention"])
    what = {
        "symptom": {"symptom-tap": f"nausea {random.randint(1, 3)}"},
        "state": {"state-what": random.choice(["resting", "awake"])},
        "intervention": {"intervention-what": "breathing"},
    }[code]
    fields = {
        "csrfmiddlewaretoken": TOKEN,
        "once": str(uuid4()),
        "opening": screen.opening,
        "seen": str(screen.seen),
        "device_at": at.isoformat(),
        "offset_ms": "0",
        **what,
    }
    headers = {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={screen.key}; csrftoken={TOKEN}",
        "HX-Request": "true",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    began = time.time()
    status, answer = await ask(
        "POST", f"/care/sessions/{screen.session}/write/{code}/", headers, urlencode(fields)
    )
    measured.taps.append(time.time() - began)
    if status != 200:
        measured.wrong.append(f"a tap was answered {status}")
    screen.show(answer, measured)


async def _read(key: str, path: str, measured: Measured) -> None:
    status, _answer = await ask("GET", path, {"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"})
    if status != 200:
        measured.wrong.append(f"{path} was answered {status}")


async def three_hours(
    screens: list[tuple[Screen, Screen]], tokens: list[str], board: str, began: datetime, server: int
) -> tuple[list[Held], Measured]:
    """What the server held at the start and after each simulated hour."""
    measured, held = Measured(), [held_by(server)]
    everybody = [screen for pair in screens for screen in pair]
    listening = [asyncio.create_task(listen(screen, measured)) for screen in everybody]
    for number in range(MINUTES):
        at = began + timedelta(minutes=number)
        key = everybody[number % len(everybody)].key
        await asyncio.gather(
            *(_batch(token, at, number, measured) for token in tokens),
            *(
                _event(pair[number % 2], at + timedelta(seconds=random.randint(0, 59)), measured)
                for pair in screens
            ),
            _read(key, "/", measured),
            _read(key, board, measured),
        )
        if number % OPENS_AGAIN == OPENS_AGAIN - 1:
            for each in listening:
                each.cancel()
            listening = [asyncio.create_task(listen(screen, measured)) for screen in everybody]
        if number % HOUR == HOUR - 1:
            held.append(held_by(server))
    for each in listening:
        each.cancel()
    return held, measured


def _prepared(cast: Cast, began: datetime) -> tuple[list[Session], list[str]]:
    """The open sessions with a paired device each, all from before `began`."""
    many(started(cast, began - timedelta(minutes=10)), SESSIONS - 1)
    sessions, tokens = list(Session.objects.order_by("id")), []
    for session in sessions:
        device, _code = make_device_code(session=session, by=cast.monitor, at=began)
        tokens.append(pair_device(device=device, name="Monitor", by=cast.monitor, at=began)[1])
    return sessions, tokens


def main() -> None:
    """Print what each process held, an hour a column, and whether it stood still after the first."""
    settings.ALLOWED_HOSTS = ["*"]
    with databases.a_copy("bench_memory"):
        began = timezone.now() - timedelta(minutes=MINUTES + 5)
        cast = make_cast(began)
        let_in(cast)
        sessions, tokens = _prepared(cast, began)
        server = serve()
        try:
            people = [cast.monitor, cast.second_monitor]
            keys = [sign_in(person) for person in people]
            pairs = [
                tuple(
                    Screen(key, each.pk, opening_of(who, each)) for key, who in zip(keys, people, strict=True)
                )
                for each in sessions
            ]
            asyncio.run(warm_up(keys[0], sessions, server.pid))
            clock = time.time()
            board = f"/care/floor/{cast.site.pk}/"
            held, measured = asyncio.run(three_hours(pairs, tokens, board, began, server.pid))  # type: ignore[arg-type]
            took_s = time.time() - clock
        finally:
            server.terminate()
            server.wait(timeout=20)
        _tell(held, measured, took_s)


def _tell(held: list[Held], measured: Measured, took_s: float) -> None:
    readings, entries = StoredReading.objects.count(), LogEntry.objects.count()
    print(
        f"{connection.vendor}, {os.cpu_count()} cores: {SESSIONS} sessions over three hours in {took_s:.0f} s,"
    )
    print(f"{readings} device rows, {entries} entries, {len(measured.looks)} looks after a stream\n")
    print("| MB | start | 1 h | 2 h | 3 h |\n| --- | ---: | ---: | ---: | ---: |")
    for process in held[-1].by_child:
        print(
            f"| {process} |", " | ".join(f"{each.by_child.get(process, (0.0,))[0]:.0f}" for each in held), "|"
        )
    print("| all |", " | ".join(f"{each.memory_mb:.0f}" for each in held), "|")
    grown = held[-1].memory_mb - held[1].memory_mb
    print(f"\nfrom the first to the third hour {grown:+.1f} MB, of {GROWTH_MB:.0f}", end="")
    print(f"; {len(measured.wrong)} requests went wrong", *sorted(set(measured.wrong))[:5], sep="\n")


if __name__ == "__main__":
    main()
