"""`mooring-pharmacology simulate …`, `mooring-pharmacology models`: the library from a shell, by itself."""

import argparse
import sys

from mooring.pharmacology.command_line import add_models, add_simulate
from mooring.pharmacology.provenance import DISCLAIMER


def main(words: list[str] | None = None) -> int:
    """Runs one command; answers the exit status."""
    parser = argparse.ArgumentParser(prog="mooring-pharmacology", description=DISCLAIMER)
    subparsers = parser.add_subparsers(required=True)
    add_simulate(subparsers)
    add_models(subparsers)
    options = parser.parse_args(words)
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
