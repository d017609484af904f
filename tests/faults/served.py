"""A whole `mooring serve`, as a clinic starts it, and a colleague's browser at it; for tests that kill it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from tests.web.program import command, environment

READY_S = 180
CSRF = "c" * 32
"""What a browser sends back twice: in the cookie and in the form."""
SIGNED_IN = """
from django.test import Client
from mooring.web.idle import DESK, SHARED, STATE
from mooring.web.second_steps import SEEN

def signed_in(person):
    client = Client()
    client.force_login(person)
    held = client.session
    held[SEEN] = True
    held[STATE] = {SHARED: 0, DESK: 0, "device": DESK, "at": 0, "locked": False}
    held.save()
    return client.cookies["sessionid"].value
"""
"""Sign-ins lie in the database, so one that is made here counts at every machine of the clinic. It never locks: a test
that a busy machine keeps waiting is not a device that was left alone."""


def free_port() -> int:
    """A port that is free, and so is the next one, where the streams listen."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@dataclass
class Served:
    """One machine of a clinic."""

    home: Path
    port: int
    settings: dict[str, str]
    workers: int = 2
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        said = self.home / f"serve-{self.port}.log"
        with said.open("wb") as log:
            self.process = subprocess.Popen(
                command("serve", "--port", str(self.port), "--workers", str(self.workers)),
                env=environment(self.home, **self.settings),
                cwd=self.home,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        ends = time.monotonic() + READY_S
        while not self.answers():
            assert self.process.poll() is None, said.read_text()
            assert time.monotonic() < ends, f"it never answered: {said.read_text()}"
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/healthz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> http.client.HTTPResponse:
        """One request on a connection of its own; the answer is read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {"Host": f"localhost:{self.port}", **headers}
        if body:
            named["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body or None, named)
        answer = connection.getresponse()
        answer.text = answer.read().decode()  # type: ignore[attr-defined]
        connection.close()
        return answer

    def get(self, path: str, cookie: str) -> tuple[int, str]:
        answer = self.ask("GET", path, Cookie=f"sessionid={cookie}")
        return answer.status, answer.text  # type: ignore[attr-defined]

    def post(self, path: str, fields: dict[str, str], cookie: str) -> tuple[int, str]:
        """The status, and where it leads to: a sign-in that ran out is a redirect, too."""
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": CSRF})
        answer = self.ask("POST", path, body, Cookie=f"sessionid={cookie}; csrftoken={CSRF}")
        return answer.status, answer.headers.get("Location", "")

    def health(self) -> dict[str, object]:
        said: dict[str, object] = json.loads(self.ask("GET", "/healthz").text)  # type: ignore[attr-defined]
        return said

    def kill(self) -> None:
        """The server, its workers, its clock and its streams, all at once, as a power cut ends them."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def prepared(program: str, settings: dict[str, str], home: Path) -> dict[str, str]:
    """What a program of the clinic, run before it is served, says on its last line as JSON."""
    begin = "import os, django\nos.umask(0o077)\ndjango.setup()\n"
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", begin + SIGNED_IN + program],
        env={
            **environment(home, **settings),
            "DJANGO_SETTINGS_MODULE": "mooring.web.settings",
            "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}",
        },
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    said: dict[str, str] = json.loads(ran.stdout.splitlines()[-1])
    return said
