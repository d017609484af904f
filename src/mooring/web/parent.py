"""A child process must not outlive its parent: an orphan would hold the port, or the clock's lease."""

import os
import threading
from collections.abc import Callable

LOOK_EVERY_S = 1.0


def when_parent_is_gone(parent: int, then: Callable[[], None]) -> None:
    """Call `then` from a thread of its own as soon as `parent` (a process id) is no longer our parent."""

    def watch() -> None:
        pause = threading.Event()
        while os.getppid() == parent:
            pause.wait(LOOK_EVERY_S)
        then()

    threading.Thread(target=watch, daemon=True).start()
