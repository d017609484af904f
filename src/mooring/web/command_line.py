"""The program's own command line: `mooring …`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mooring.web.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["mooring", *sys.argv[1:]])
