"""`mooring content lint | record | show ID | diff ID@1 ID@2 | schema KIND`, mounted by the program's command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from mooring.content import versions
from mooring.content.history import diff, json_schema
from mooring.content.lint import lint
from mooring.content.loader import PACKAGE_ROOT, ContentRefused, load, load_with_places
from mooring.content.orderable import lacks, needs_ceiling, orderable
from mooring.content.pack import KINDS, Pack
from mooring.content.schema.base import Item
from mooring.references.bibliography import ama, reference

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

Command = Callable[[argparse.Namespace], int]


def add_content(subparsers: Subparsers) -> Subparsers:
    """Add `content` and its commands; each sets `run`, which takes the arguments and gives the exit code."""
    content = subparsers.add_parser("content", help="clinical knowledge: check it, read it, compare it")
    commands = content.add_subparsers(dest="content_command", required=True, metavar="COMMAND")
    _command(commands, "lint", "check all content; exit 1 when anything is wrong", _lint)
    _command(commands, "record", "record what each new version says, so that it stays so", _record)
    show = _command(commands, "show", "show an item with its sources and history", _show)
    show.add_argument("item", metavar="ID", help="HTN for the version in force, HTN@1 for that one")
    compare = _command(commands, "diff", "what changed between two versions", _diff)
    compare.add_argument("before", metavar="ID@1")
    compare.add_argument("after", metavar="ID@2")
    schema = _command(commands, "schema", "print the JSON Schema of a kind", _schema)
    schema.add_argument("kind", choices=["data", "sections", *KINDS])
    return commands


def _command(commands: Subparsers, name: str, words: str, run: Command) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=words)
    parser.set_defaults(run=told(run))
    return parser


def told(run: Command) -> Command:
    """The command, with refused content told in words on standard error (exit code 2)."""

    def guarded(arguments: argparse.Namespace) -> int:
        try:
            return run(arguments)
        except ContentRefused as refusal:
            sys.stderr.write(f"The content was refused; nothing was loaded.\n{refusal}\n")
            return 2

    return guarded


def _lint(arguments: argparse.Namespace) -> int:
    del arguments
    loaded = load_with_places()
    today = date.today()  # noqa: DTZ011 - a calendar day of the person who asks
    remarks = lint(loaded, today)
    for remark in remarks:
        sys.stdout.write(f"{remark}\n")
    errors = sum(1 for remark in remarks if not remark.warning)
    sys.stdout.write(
        f"{len(loaded.pack.everything)} items, {errors} errors, {len(remarks) - errors} warnings\n"
    )
    sys.stdout.write("".join(f"{line}\n" for line in _can_be_ordered(loaded.pack, today)))
    return 1 if errors else 0


def _record(arguments: argparse.Namespace) -> int:
    del arguments
    try:
        new = versions.record(PACKAGE_ROOT, load([PACKAGE_ROOT]))
    except ValueError as spoiled:
        sys.stderr.write(f"{spoiled}\n")
        return 1
    sys.stdout.write(f"{len(new)} new versions recorded\n")
    return 0


def _can_be_ordered(pack: Pack, on: date) -> list[str]:
    """How many protocols a dose can be ordered under, and why not for the rest."""
    everything, ready = pack.protocols.in_force(on), orderable(pack, on)
    unsigned = sum(1 for each in ready if needs_ceiling(each))
    lines = [f"{len(ready)} of {len(everything)} protocols can be ordered"]
    lines[0] += f", {unsigned} of them once a site has signed its ceiling" if unsigned else ""
    for protocol in everything:
        missing = lacks(protocol, pack, on)
        if missing:
            why = protocol.reference_only or ", ".join(
                each.name.lower().replace("_", " ") for each in missing
            )
            lines.append(f"  not {protocol.key}: {why}")
    return lines


def find(pack: Pack, name: str) -> Item | None:
    """An item by `ID@version`, or the highest version of an id."""
    if name in pack.everything:
        return pack.everything[name]
    versions = [item for item in pack.everything.values() if item.id == name]
    return max(versions, key=lambda item: item.version, default=None)


def _show(arguments: argparse.Namespace) -> int:
    pack = load()
    item = find(pack, arguments.item)
    if item is None:
        sys.stderr.write(f"No item {arguments.item}.\n")
        return 1
    kind = pack.kind_of(item.key)
    until = f" until {item.effective_until}" if item.effective_until else ""
    lines = [f"{item.key}  {item.title}  ({kind}, grade {item.grade}, {item.evidence})"]
    lines += [f"In force from {item.effective_from}{until}; review {item.next_review}; by {item.author}, "]
    lines[-1] += f"checked by {item.checker}."
    plain = item.model_dump(mode="json", exclude_defaults=True)
    lines += [json.dumps(plain, indent=2, ensure_ascii=False), "Sources:"]
    for source in item.sources:
        record = reference(pack.references[source.reference])
        opened = "" if record.opened else "  [never opened]"
        lines.append(f"- {source.kind}{' (against)' if source.against else ''}: {ama(record)}{opened}")
    versions = sorted(other.version for other in pack.shelves[kind].values() if other.id == item.id)
    lines.append(f"Versions: {', '.join(str(version) for version in versions)}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    pack = load()
    before, after = find(pack, arguments.before), find(pack, arguments.after)
    if before is None or after is None:
        sys.stderr.write(f"No item {arguments.before if before is None else arguments.after}.\n")
        return 1
    for change in diff(before, after):
        sys.stdout.write(f"{change}\n")
    return 0


def _schema(arguments: argparse.Namespace) -> int:
    sys.stdout.write(json.dumps(json_schema(arguments.kind), indent=2, ensure_ascii=False) + "\n")
    return 0
