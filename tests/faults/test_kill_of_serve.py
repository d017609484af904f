"""The whole server killed while colleagues send entries over HTTP: what it acknowledged is there, once, and serves on."""

import random
import sqlite3
import threading
import time
from contextlib import closing
from http.client import HTTPException
from pathlib import Path
from uuid import uuid4

import pytest

from tests.faults.served import Served, free_port, prepared

pytestmark = [pytest.mark.soak, pytest.mark.pure]
ROUNDS, KILLS, CLIENTS = 20, 10, 4
PREPARE = """
import json
from datetime import timedelta
from django.utils import timezone
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.recording import COMMAND_LINE
from mooring.work.installation import make_installation
from mooring.work.schema import migrate
from tests.care.sessions.rows import started
from tests.people import make_cast

migrate()
now = timezone.now()
make_installation(demonstration_day=None, by=COMMAND_LINE, at=now)
cast = make_cast(now)
session = started(cast, now - timedelta(minutes=20))
adopt_unnamed(by=COMMAND_LINE, at=now)
print(json.dumps({"cookie": signed_in(cast.monitor), "session": str(session.pk)}))
"""


class Clinic:
    """A session that is going on, what was sent into it, and what was acknowledged."""

    def __init__(self, home: Path) -> None:
        self.home, self.settings = home, {"MOORING_SECRET_KEY": "k" * 50}
        self.said = prepared(PREPARE, self.settings, home)
        self.acknowledged: set[str] = set()
        self.unsure: set[str] = set()
        self.chance = random.Random(3)

    def send(self, server: Served, key: str) -> bool:
        """Whether the entry with this key was acknowledged."""
        page = f"/care/sessions/{self.said['session']}/"
        fields = {"once": key, "symptom-tap": "nausea 1"}
        try:
            answer = server.post(f"{page}write/symptom/", fields, self.said["cookie"])
        except (OSError, HTTPException):
            self.unsure.add(key)
            return False
        assert answer == (302, page)
        self.acknowledged.add(key)
        return True

    def write_until_it_is_gone(self, server: Served) -> None:
        while self.send(server, uuid4().hex):
            pass

    def survive_a_kill(self) -> None:
        """Serve, send from several browsers at once, kill all of it, and send again what got no answer."""
        server = Served(self.home, free_port(), self.settings)
        clients = [
            threading.Thread(target=self.write_until_it_is_gone, args=(server,)) for _ in range(CLIENTS)
        ]
        try:
            server.start()
            for key in list(self.unsure):
                while not self.send(server, key):  # a machine that stood still made it too late, not wrong
                    assert server.answers(), "the server ended by itself"
                self.unsure.discard(key)
            for client in clients:
                client.start()
            time.sleep(self.chance.uniform(0.0, 1.0))
        finally:
            server.kill()
        for client in clients:
            client.join()

    def check(self) -> None:
        with closing(sqlite3.connect(self.home / "mooring.sqlite3")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
            symptoms = "SELECT key FROM care_sessions_logentry WHERE kind = 'symptom'"
            stored = [key for (key,) in database.execute(symptoms)]
            (written,) = database.execute(
                "SELECT count(*) FROM audit_event WHERE name = 'care.sessions.entry-written'"
                " AND detail LIKE '%symptom%'"
            ).fetchone()
        assert len(stored) == len(set(stored)), "stored twice"
        assert self.acknowledged <= set(stored), "acknowledged and lost"
        assert set(stored) <= self.acknowledged | self.unsure, "nobody sent it"
        assert written == len(stored), "an entry without its event, or an event without its entry"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    home = tmp_path_factory.mktemp("killed-serve")
    home.chmod(0o700)
    return Clinic(home)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_what_was_acknowledged_survives_ten_kills(clinic: Clinic, number: int) -> None:
    before = len(clinic.acknowledged)
    for _kill in range(KILLS):
        clinic.survive_a_kill()
        clinic.check()
    assert len(clinic.acknowledged) > before
