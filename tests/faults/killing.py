"""A process that writes acts and says which are acknowledged, killed in the middle of it."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.web.program import Forked

ROOT = Path(__file__).resolve().parents[2]
BEGIN = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
"""


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "MOORING_DATABASE_URL"}
    return {**kept, "MOORING_HOME": str(folder), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}


def prepare(folder: Path, migrated: Path, program: str) -> Path:
    """A home with an empty database, in which `program` has run."""
    shutil.copyfile(migrated, folder / "mooring.sqlite3")
    prepares = Forked(environment(folder), text=BEGIN + program)
    prepares.communicate()
    assert prepares.returncode == 0
    return folder


def fork_for_each_line(write: Callable[[], None]) -> None:
    """In the module `writer`: a process of its own for each line that is read, and a word when it is gone.

    So many kills cost one start. What every process needs is imported before.
    """
    for _line in sys.stdin:
        writer = os.fork()
        if writer == 0:
            print(os.getpid(), flush=True)
            write()
        os.waitpid(writer, 0)
        print("killed", flush=True)


def kill_each_while_writing(home: Path, writer: str, moments: Iterable[float]) -> Iterator[list[str]]:
    """The module `writer` forks a process for each of the moments, which is killed after so many seconds of writing.

    Answers after every kill the lines that were written whole.
    """
    process = Forked(environment(home), module=writer)
    try:
        for seconds in moments:
            process.stdin.write("\n")
            process.stdin.flush()
            pid = int(process.stdout.readline())
            written = [process.stdout.readline()]
            assert written[0], "nobody wrote"
            time.sleep(seconds)
            os.kill(pid, signal.SIGKILL)
            while (line := process.stdout.readline()) != "killed\n":
                written.append(line)
            yield [line.strip() for line in written]
    finally:
        process.kill()
        process.communicate()


def kill_inside(module: str, *arguments: str) -> None:
    """Start a module on the database of this process, and kill it once it says that it is inside of its act."""
    process = Forked(dict(os.environ), *arguments, module=module)
    said = process.stdout.readline()
    process.kill()
    process.communicate()
    assert said == "inside\n", "the act never began"
