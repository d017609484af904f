"""A child process must not outlive its parent: an orphan would hold the port, or the clock's lease."""

import ctypes
import os
import signal
import threading
from collections.abc import Callable

LOOK_EVERY_S = 1.0
CALLED = 15
"""Linux's name for its setting (prctl.h): PR_SET_NAME, which takes fifteen letters."""


def as_child(run: Callable[[list[str]], None], command: list[str], parent: int) -> None:
    """Run a command of the program in a child of the server: what it copied of the server's is not its own.

    `top` and `ps -e` show the command; a child's command line is the server's.
    """
    for asked_to_end in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(asked_to_end, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at a terminal: the server stops its children
    call = getattr(ctypes.CDLL(None), "prctl", None)
    if call is not None:
        call(CALLED, " ".join(command).encode(), 0, 0, 0)
    run([*command, "--parent", str(parent)])


def when_parent_is_gone(parent: int, then: Callable[[], None]) -> None:
    """Call `then` from a thread of its own as soon as `parent` (a process id) is no longer our parent."""

    def watch() -> None:
        pause = threading.Event()
        while os.getppid() == parent:
            pause.wait(LOOK_EVERY_S)
        then()

    threading.Thread(target=watch, daemon=True).start()
