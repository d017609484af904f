"""One fixed loop, measured beside every figure, so that tables of two machines (or of one machine on two days)
can be compared: divide a figure by its yardstick.
"""

import io
import time
from typing import TextIO

TURNS, ROUNDS = 200_000, 3
HEAD = " yardstick, ms |"


def loop() -> int:
    """Whole numbers, a dictionary and calls of a method: what a page is made of, and nothing that is tuned."""
    seen: dict[int, int] = {}
    for turn in range(TURNS):
        seen[turn % 97] = seen.get(turn % 89, 0) + turn
    return sum(seen.values())


def yardstick_ms() -> float:
    """The best of some rounds of the loop, in milliseconds of this process."""
    found = []
    for _ in range(ROUNDS):
        started = time.process_time()
        loop()
        found.append((time.process_time() - started) * 1000)
    return min(found)


class Beside(io.TextIOBase):
    """Passes text on; every row of a table gets one column more, the yardstick of that moment."""

    def __init__(self, out: TextIO) -> None:
        self.out, self.line, self.row = out, "", 0

    def write(self, text: str) -> int:
        *whole, self.line = (self.line + text).split("\n")
        for line in whole:
            self.out.write(self._with_yardstick(line) + "\n")
        return len(text)

    def flush(self) -> None:
        self.out.flush()

    def _with_yardstick(self, line: str) -> str:
        if not (line.startswith("|") and line.rstrip().endswith("|")):
            self.row = 0
            return line
        self.row += 1
        if self.row == 1:
            return line.rstrip() + HEAD
        if self.row == 2:
            return line.rstrip() + " ---: |"
        return f"{line.rstrip()} {yardstick_ms():.1f} |"
