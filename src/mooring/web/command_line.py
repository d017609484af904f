"""The program's own command line: `mooring …`. Each command is one function of a module named for it."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias

from mooring import __version__
from mooring.content.command_line import add_content
from mooring.pharmacology.command_line import add_models, add_simulate
from mooring.rules.command_line import add_screen
from mooring.rules.verdict import Refused
from mooring.web.booting import boot
from mooring.web.environment import SettingError, for_demonstration, for_preview
from mooring.web.memory import give_back_what_is_large, search_seldom
from mooring.web.operating import add_operating
from mooring.work.mistakes import Mistake

Commands: TypeAlias = (
    "argparse._SubParsersAction[argparse.ArgumentParser]"  # the type that argparse gives no public name to
)
WIDTH = 84

DESCRIPTION = """\
Mooring, the open platform for ketamine-assisted therapy: it explains the drug, trains the
team and runs the treatment. It is not a medical device; decisions stay with clinicians."""

EXAMPLES = """\
A clinic starts with
  mooring setup          name the organisation, the site and the first administrator
  mooring serve          pages on http://localhost:8000 and the clock that sends and reminds

To look around first
  mooring demo           a made-up clinic in your browser

Settings are environment variables; docs/settings.md lists them. Exit codes: 0 done, 1 something
was found wrong (`audit verify`), 2 a mistake that you can put right; the line says how."""


class Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=WIDTH + 12)


def parser() -> argparse.ArgumentParser:
    """Every command with its options, and in `run` the function that does it."""
    root = argparse.ArgumentParser(
        prog="mooring", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=Help, allow_abbrev=False
    )
    root.add_argument("--version", action="version", version=f"Mooring {__version__}")
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_setup, _serve, _migrate, _tick, _stream, add_operating, _academy, _demo, _live_hour):
        add(commands)
    add_screen(add_content(commands))
    add_simulate(commands)
    add_models(commands)
    for add in (_where, _permissions, _django):
        add(commands)
    return root


def _command(
    commands: Commands, name: str, says: str, run: Callable[[argparse.Namespace], int], more: str = ""
) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=says, description=f"{says[0].upper()}{says[1:]}.\n{more}", formatter_class=Help
    )
    made.set_defaults(run=run)
    return made


def _setup(commands: Commands) -> None:
    more = "What is not given as an option is asked for. A second run is refused."
    command = _command(commands, "setup", "first run: organisation, site, administrator", run_setup, more)
    command.add_argument("--organisation", metavar="NAME", help="who runs the site")
    command.add_argument("--site", metavar="NAME", help="the place that treats")
    command.add_argument("--time-zone", metavar="ZONE", help="its clock, for example Europe/Lisbon")
    command.add_argument("--jurisdiction", metavar="CODE", help="its law, for example US-OR or PT")
    command.add_argument("--programme", help="therapy-clinic, infusion-clinic or supervised-at-home")
    command.add_argument("--phone", help="the number that patients call")
    command.add_argument("--opens", metavar="HH:MM", help="default 08:00")
    command.add_argument("--closes", metavar="HH:MM", help="default 18:00")
    command.add_argument(
        "--emergency-number", metavar="NUMBER", help="what people dial there for an ambulance"
    )
    command.add_argument(
        "--crisis-line",
        metavar="NAME=NUMBER",
        action="append",
        help="whom to call in danger; may be repeated",
    )
    command.add_argument("--administrator", metavar="NAME", help="the first person")
    command.add_argument("--email", metavar="ADDRESS", help="where this person signs in and gets mail")
    command.add_argument(
        "--password-file", metavar="FILE", type=Path, help="holds the first password; otherwise it is asked"
    )
    command.add_argument(
        "--invite",
        metavar="ROLE=NAME=ADDRESS",
        action="append",
        help="invite a colleague, for example medical-director='Amara Nwosu'=amara@example.org; may be repeated",
    )


def _serve(commands: Commands) -> None:
    more = "Checks its settings, the database and its guards first, and says what is wrong."
    command = _command(commands, "serve", "serve the pages and run the clock", run_serve, more)
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    command.add_argument("--port", type=_port, default=8000, help="default 8000")
    command.add_argument("--workers", type=_some, default=4, help="processes that answer pages (default 4)")
    command.add_argument("--cert", type=Path, metavar="FILE", help="TLS certificate (PEM); needs --key")
    command.add_argument("--key", type=Path, metavar="FILE", help="its private key (PEM)")


def _migrate(commands: Commands) -> None:
    _command(commands, "migrate", "bring the database up to date and put its guards in place", run_migrate)


def _tick(commands: Commands) -> None:
    more = "`serve` runs it by itself; by hand it is safe at any time."
    command = _command(commands, "tick", "run the clock: deliver, retry, escalate, seal", run_tick, more)
    command.add_argument("--every", type=_some, metavar="SECONDS", help="again and again")
    command.add_argument("--half", choices=("time", "deliveries"), default="", help=argparse.SUPPRESS)
    command.add_argument("--parent", type=int, help=argparse.SUPPRESS)


def _stream(commands: Commands) -> None:
    more = "`serve` runs it by itself, on the port after its own."
    command = _command(commands, "stream", "tell open pages at once what is new", run_stream, more)
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    command.add_argument("--port", type=_port, default=8001, help="default 8001")
    command.add_argument("--cert", type=Path, metavar="FILE", help="TLS certificate (PEM); needs --key")
    command.add_argument("--key", type=Path, metavar="FILE", help="its private key (PEM)")
    command.add_argument("--parent", type=int, help=argparse.SUPPRESS)


def _academy(commands: Commands) -> None:
    command = _command(commands, "academy", "write, check and publish a course", run_academy_lint)
    which = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = _command(which, "new", "start a course from a small complete one", run_academy_new)
    new.add_argument("slug", metavar="SLUG", help="its id for ever, for example before-the-dose")
    new.add_argument("--in", dest="within", type=Path, default=Path(), metavar="FOLDER", help="default: here")
    lint = _command(which, "lint", "what a course is missing, by file and line", run_academy_lint)
    lint.add_argument("folder", type=Path, metavar="FOLDER", help="the folder that holds course.yaml")
    lint.add_argument("--previous", type=Path, metavar="FOLDER", help="the version before: no id may vanish")
    lint.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="judge dates on this day")
    more = "Runs on this machine alone, with a database of its own; your folder is only read."
    preview = _command(
        which, "preview", "a course as a learner sees it, while you write", run_academy_preview, more
    )
    preview.add_argument("folder", type=Path, metavar="FOLDER", help="the folder that holds course.yaml")
    preview.add_argument("--port", type=_port, default=8001, help="default 8001")
    more = "Says what changed and which learners move. What is published never changes again."
    publish = _command(which, "publish", "publish a folder as the next version", run_academy_publish, more)
    publish.add_argument("folder", type=Path, metavar="FOLDER", help="the folder that holds course.yaml")
    publish.add_argument("--by", required=True, metavar="ADDRESS", help="who publishes: the e-mail address")
    publish.add_argument("--dry-run", action="store_true", help="say it, and publish nothing")
    _academy_files(which)
    more = "Point your editor at them: it completes and checks the files while you write."
    schemas = _command(which, "schemas", "JSON Schema of the files of a course", run_academy_schemas, more)
    schemas.add_argument("folder", type=Path, metavar="FOLDER", help="where to write them")


def _academy_files(which: Commands) -> None:
    """What makes files of a course: its narration, and a check out of questions from elsewhere."""
    more = (
        "The voice is a program of yours that reads a text file and writes a WAV, for example\n"
        "  --voice 'flite -voice slt -f {text} -o {sound}' --encode 'opusenc --quiet --bitrate 24 {sound} {out}'\n"
        "A lesson that a person recorded, or whose text did not change, is left as it is."
    )
    narrate = _command(which, "narrate", "read the lessons of a folder aloud", run_academy_narrate, more)
    narrate.add_argument("folder", type=Path, metavar="FOLDER", help="the folder that holds course.yaml")
    narrate.add_argument("--voice", required=True, metavar="COMMAND", help="with {text} and {sound}")
    narrate.add_argument("--encode", default="", metavar="COMMAND", help="with {sound} and {out}")
    narrate.add_argument("--kind", default="ogg", help="the ending of what --encode writes; default ogg")
    narrate.add_argument("--lesson", default="", metavar="ID", help="this lesson only")
    more = "Takes a Moodle export (.xml), a GIFT file, or a folder of Markdown. Says by row what is left out."
    bring = _command(which, "import", "questions from elsewhere as a check", run_academy_import, more)
    bring.add_argument("source", type=Path, metavar="FILE", help="the file or folder with the questions")
    bring.add_argument("--check", required=True, metavar="ID", help="the check's id, such as m1-l9-check")
    bring.add_argument("--objective", required=True, metavar="ID", help="the objective that they ask")
    bring.add_argument("--cite", required=True, nargs="+", metavar="KEY", help="sources, by the bibliography")
    bring.add_argument("--to", type=Path, metavar="FILE", help="where to write it; default: print it")


def _demo(commands: Commands) -> None:
    more = (
        "Makes a database of its own under var/demo, loads made-up people and serves them on this\n"
        "machine only. A new day makes a new clinic: what was tried yesterday is gone."
    )
    command = _command(commands, "demo", "a made-up clinic in your browser", run_demo, more)
    command.add_argument("--port", type=_port, default=8000, help="default 8000")
    command.add_argument("--patients", type=_some, metavar="N", help="how many (default 40)")
    command.add_argument("--folder", type=Path, default=Path("var/demo"), help="default var/demo")
    command.add_argument("--fresh", action="store_true", help="rebuild the clinic even if it is today's")
    command.add_argument("--only-load", action="store_true", help="make the database and stop")


def _live_hour(commands: Commands) -> None:
    more = "`demo` runs it by itself; it refuses any other database."
    command = _command(
        commands, "live-hour", "let the demonstration's sessions continue", run_live_hour, more
    )
    command.add_argument("--parent", type=int, help=argparse.SUPPRESS)


def _where(commands: Commands) -> None:
    command = _command(commands, "where", "which files answer an address", run_where)
    command.add_argument("address", metavar="ADDRESS", help="for example /care/patients/ or a whole address")


def _permissions(commands: Commands) -> None:
    _command(
        commands, "permissions", "print who may do what, as docs/permissions.md shows it", run_permissions
    )


def _django(commands: Commands) -> None:
    command = _command(commands, "django", "commands of the framework, for developers", run_django)
    command.add_argument("rest", nargs=argparse.REMAINDER, metavar="…", help="for example: makemigrations")


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise argparse.ArgumentTypeError(f"{value} is not a port; give a number from 1 to 65535")
    return int(value)


def _some(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value} is not a whole number of at least 1")
    return int(value)


def run_setup(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import first_run

    return first_run.run(given)


def run_serve(given: argparse.Namespace) -> int:
    if given.cert:
        os.environ.setdefault("MOORING_HTTPS", "yes")
    boot()
    from mooring.web import serving

    return serving.serve(serving.Listen(given.host, given.port, given.workers, given.cert, given.key))


def run_migrate(given: argparse.Namespace) -> int:
    boot()
    from mooring.work import schema

    print(schema.migrate())
    return 0


def run_stream(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import streaming

    return streaming.run(
        host=given.host, port=given.port, parent=given.parent, cert=given.cert, key=given.key
    )


def run_tick(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import ticking

    return ticking.run(every=given.every, parent=given.parent, half=given.half)


def run_academy_new(given: argparse.Namespace) -> int:
    from mooring.web import academy_commands

    return academy_commands.new(given.slug, within=given.within, day=datetime.now(UTC).date())


def run_academy_preview(given: argparse.Namespace) -> int:
    database = for_preview(folder=given.folder, port=given.port)
    boot()
    from mooring.web import academy_preview

    return academy_preview.run(given, database)


def run_academy_publish(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import academy_publishing

    return academy_publishing.publish(given.folder, email=given.by, dry_run=given.dry_run)


def run_academy_lint(given: argparse.Namespace) -> int:
    from mooring.web import academy_commands

    day = given.on or datetime.now(UTC).date()
    return academy_commands.lint(given.folder, day=day, previous=given.previous)


def run_academy_narrate(given: argparse.Namespace) -> int:
    from mooring.web import academy_narrating

    return academy_narrating.narrate(
        given.folder, voice=given.voice, encode=given.encode, kind=given.kind, only=given.lesson
    )


def run_academy_import(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import academy_importing

    return academy_importing.bring(
        given.source, check=given.check, objective=given.objective, cite=given.cite, to=given.to
    )


def run_academy_schemas(given: argparse.Namespace) -> int:
    from mooring.web import academy_commands

    return academy_commands.schemas(given.folder)


def run_demo(given: argparse.Namespace) -> int:
    database = for_demonstration(folder=given.folder, port=given.port)
    boot()
    from mooring.web import demo_command

    return demo_command.run(given, database)


def run_live_hour(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import demo_command

    return demo_command.run_live_hour(parent=given.parent)


def run_where(given: argparse.Namespace) -> int:
    boot()
    from mooring.web import whereabouts

    return whereabouts.show(given.address)


def run_permissions(given: argparse.Namespace) -> int:
    boot()
    from mooring.identity.permission_page import as_markdown

    sys.stdout.write(as_markdown())
    return 0


def run_django(given: argparse.Namespace) -> int:
    boot()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["mooring django", *given.rest])
    return 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its code; a person's mistake gets one line, no traceback."""
    os.umask(0o077)  # what an installation writes is its owner's alone
    give_back_what_is_large()
    search_seldom()
    given = parser().parse_args(arguments)
    try:
        code = given.run(given)
    except (Mistake, Refused, SettingError) as mistake:
        print(f"mooring: {mistake}", file=sys.stderr)
        code = 2
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
