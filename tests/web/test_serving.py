"""A worker that dies again and again slows its own starts and never ends the server."""

import threading
from typing import Any

import pytest
from granian.server import MPServer

from mooring.web.serving import LONGEST_PAUSE_S, LastingServer

pytestmark = pytest.mark.pure


class Pauses(threading.Event):
    """Remembers how long it was asked to wait, and waits for nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.append(timeout or 0)
        return False


def test_it_waits_longer_and_never_ends_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    server = object.__new__(LastingServer)
    server.main_loop_interrupt, server.respawned_wrks = Pauses(), {}
    now = [1000.0]
    monkeypatch.setattr(LastingServer, "clock", staticmethod(lambda: now[0]))

    def respawned(self: Any, workers: list[int], *_rest: Any) -> None:
        self.respawned_wrks.update(dict.fromkeys(workers, now[0]))

    monkeypatch.setattr(MPServer, "_respawn_workers", respawned)
    for _ in range(8):
        server._respawn_workers([0], None, None)
        assert server.respawned_wrks == {}, "what the library would take for a loop that ends the server"
        now[0] += 1
    assert server.main_loop_interrupt.asked == [2, 4, 8, 16, 30, 30, 30]
    now[0] += 120
    server._respawn_workers([0], None, None)
    assert len(server.main_loop_interrupt.asked) == 7, "after a steady minute it starts at once"
    assert max(server.main_loop_interrupt.asked) == LONGEST_PAUSE_S
