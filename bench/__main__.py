"""`./run bench [NAME …]`: measured speeds as tables. Without a name, every bench there is.

`--peers` lets `./run` install the other solvers of requirements/bench-*.txt first.

Each bench is a module of this package with `main() -> None` that prints its table. No test asserts a time.
"""

import importlib
import platform
import sys
from contextlib import redirect_stdout
from pathlib import Path

from bench._yardstick import Beside

HERE = Path(__file__).resolve().parent


def names() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def main(words: list[str]) -> int:
    wanted = [word for word in words if word != "--peers"]
    unknown = set(wanted) - set(names())
    if unknown:
        print(
            f"no bench called {', '.join(sorted(unknown))}; there are: {', '.join(names())}", file=sys.stderr
        )
        return 2
    print(f"Python {platform.python_version()} on {platform.machine()}, {platform.system()}")
    for name in wanted or names():
        print(f"\n## {name}\n", flush=True)
        with redirect_stdout(Beside(sys.stdout)):
            importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
