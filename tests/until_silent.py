"""A program that is run until it ends, or until it has said nothing for too long."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress

SILENCE_S = 15 * 60
"""Ten times what the slowest test takes here."""
LOOKS_EVERY_S = 5.0
_running: set[int] = set()
_no_more = threading.Event()


def say_until_silent(
    command: list[str], environment: dict[str, str], silence_s: float = SILENCE_S
) -> tuple[int, str]:
    """The exit status and the output of a command, which is ended when it has said nothing for `silence_s`.

    It writes into a file: a pipe would stay open as long as any of its children lives, a browser for example.
    Nothing that it started outlives it. The status of one that was ended is negative.
    """
    if _no_more.is_set():
        raise KeyboardInterrupt
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        begun = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        _running.add(begun.pid)
        written, since = 0, time.monotonic()
        while begun.poll() is None:
            size = os.fstat(output.fileno()).st_size
            if size != written:
                written, since = size, time.monotonic()
            elif time.monotonic() - since > silence_s:
                begun.send_signal(signal.SIGABRT)  # pytest's fault handler writes the stacks of all threads
                break
            with suppress(subprocess.TimeoutExpired):
                begun.wait(min(LOOKS_EVERY_S, silence_s))
        try:
            code = begun.wait(LOOKS_EVERY_S)
        except subprocess.TimeoutExpired:
            code = -signal.SIGKILL
        _end(begun.pid)
        begun.wait()
        output.seek(0)
        return code, output.read()


def end_all() -> None:
    """End whatever runs: a key that interrupts this process does not reach another session's."""
    _no_more.set()
    for each in set(_running):
        _end(each)


def _end(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    _running.discard(group)
