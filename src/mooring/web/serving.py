"""`mooring serve`: worker processes that answer pages; the clock and the streams as child processes beside them.

All are forked from the process that was asked to serve, after it has read in what they use.
"""

import importlib
import multiprocessing
import os
import socket
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from granian.constants import Interfaces, RuntimeModes
from granian.log import LogLevels
from granian.server import MPServer

from mooring.web.command_line import main
from mooring.web.memory import search_seldom
from mooring.web.parent import as_child
from mooring.web.start_up import content_said, require_ready
from mooring.web.stream_address import STREAM_PORT
from mooring.work.mistakes import Mistake

CLOCK_EVERY_S = 5
STEADY_AFTER_S, LONGEST_PAUSE_S = 60, 30
"""A worker that answered for a minute had no fault at its start; between starts at most this long."""
THREADS = 2
"""Threads a worker answers with: one waits for the database while the other renders."""
FORKS = sys.platform == "linux"
PROCESSES = multiprocessing.get_context("fork") if FORKS else multiprocessing.get_context("spawn")
"""A child begins with what this process has read in, as the server's workers do. Not on macOS: a forked process may not
use that system's own libraries, so there each reads in the program anew."""
READ_IN = ("mooring.web.urls", "mooring.web.ticking", "mooring.web.streaming")
"""What workers and children use and this process does not: read in once, and held once in memory."""


@dataclass(frozen=True)
class Listen:
    """Where to listen, with how many processes, and with which certificate."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 4
    cert: Path | None = None
    key: Path | None = None

    @property
    def address(self) -> str:
        host = "localhost" if self.host in {"127.0.0.1", "0.0.0.0", "::"} else self.host  # noqa: S104
        return f"{'https' if self.cert else 'http'}://{host}:{self.port}"


def serve(listen: Listen, *, demonstration: bool = False) -> int:
    """Serve until told to stop. `Mistake` names what stands in the way before anything is started."""
    _require_certificate(listen)
    require_ready(demonstration=demonstration)
    require_free_port(listen)
    for line in content_said():
        print(line, file=sys.stderr, flush=True)
    leave_database()
    print(f"Mooring answers at {listen.address} (stop with Ctrl-C).", flush=True)
    stopping = threading.Event()
    port = stream_port(listen)
    os.environ[STREAM_PORT] = str(port)
    children = [clock(stopping, half) for half in ("time", "deliveries")] + [streams(stopping, listen, port)]
    if demonstration:
        children.append(Child(stopping, ["live-hour"]))
    if FORKS:
        for module in READ_IN:
            importlib.import_module(module)
        search_seldom()
    for child in children:
        child.start()
    for child in children:
        child.watch()
    try:
        _server(listen).serve()
    finally:
        stopping.set()
        for child in children:
            child.end()
    return 0


def leave_database() -> None:
    """A connection that is open at a fork, or a pool of them, would be every child's at once."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.settings_dict["OPTIONS"].get("pool"):
            connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone has one


class LastingServer(MPServer):
    """A server that a dying worker does not end.

    The library stops everything when a worker dies again within seconds of its start, and with it the pages that the
    other workers still answer. Here the pause before the next start grows instead, up to half a minute.
    """

    deaths = 0
    started_at = 0.0
    clock = staticmethod(time.monotonic)

    def _respawn_workers(self, workers: Any, spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        now = self.clock()
        self.deaths = self.deaths + 1 if now - self.started_at < STEADY_AFTER_S else 0
        if self.deaths:
            pause = min(2**self.deaths, LONGEST_PAUSE_S)
            print(f"A worker ended again. The next start comes in {pause} s.", file=sys.stderr, flush=True)
            self.main_loop_interrupt.wait(pause)
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        self.started_at = self.clock()
        self.respawned_wrks.clear()


def _server(listen: Listen) -> MPServer:
    return LastingServer(
        "mooring.web.worker:application",
        address=listen.host,
        port=listen.port,
        interface=Interfaces.WSGI,
        workers=listen.workers,
        blocking_threads=THREADS,
        runtime_mode=RuntimeModes.st,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        ssl_cert=listen.cert,
        ssl_key=listen.key,
    )


def _require_certificate(listen: Listen) -> None:
    if bool(listen.cert) != bool(listen.key):
        raise Mistake("A certificate needs its key, and a key its certificate: give --cert and --key.")
    for path in (listen.cert, listen.key):
        if path is not None and not path.is_file():
            raise Mistake(f"There is no file {path}.")
    if settings.HTTPS and not listen.cert and not settings.TRUSTED_PROXIES:
        raise Mistake(
            "MOORING_HTTPS=yes, but this server has no https: there is no --cert, and no proxy is trusted, so every "
            "page would be redirected for ever. Name the proxy's address in MOORING_TRUSTED_PROXIES, or give --cert "
            "and --key."
        )
    if settings.HTTPS or listen.host in {"127.0.0.1", "localhost", "::1"}:
        return
    print(
        "Note: pages go out without encryption beyond this machine. Give --cert and --key, or put a proxy "
        "with a certificate in front and set MOORING_HTTPS=yes.",
        file=sys.stderr,
    )


def require_free_port(listen: Listen) -> None:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listen.host, listen.port))
        except OSError as error:
            raise Mistake(
                f"Cannot listen on {listen.host} port {listen.port}: {error.strerror}. Give another --port."
            ) from error


def clock(stopping: threading.Event, half: str) -> "Child":
    """One half of the clock."""
    return Child(stopping, ["tick", "--half", half, "--every", str(CLOCK_EVERY_S)])


def stream_port(listen: Listen) -> int:
    """Where pages hear at once what is new: the next port, or any that is free."""
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    for port in (listen.port + 1, 0):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((listen.host, port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise Mistake("No port is free for the streams of open pages.")


def streams(stopping: threading.Event, listen: Listen, port: int) -> "Child":
    """The process that tells open pages what is new; ordinary pages cost nothing by it."""
    command = ["stream", "--host", listen.host, "--port", str(port)]
    if listen.cert and listen.key:
        command += ["--cert", str(listen.cert), "--key", str(listen.key)]
    return Child(stopping, command)


class Child:
    """Keeps one command of the program alive beside the server; started again when it ends by itself.

    One that is started again is forked beside threads, as the workers are. These only wait for a process to end.
    """

    def __init__(self, stopping: threading.Event, command: list[str]) -> None:
        self._stopping, self._command = stopping, command
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        begun = (main, self._command, os.getpid())
        process = PROCESSES.Process(target=as_child, args=begun, daemon=True)
        process.start()
        self._process = process

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def watch(self) -> None:
        self._thread.start()

    def _keep(self) -> None:
        self._process.join()
        while not self._stopping.wait(CLOCK_EVERY_S):
            self.start()
            self._process.join()

    def end(self) -> None:
        self._process.terminate()
        self._process.join(timeout=10)
