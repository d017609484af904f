"""`mooring content screen facts.yaml`: typed facts in, an explained verdict out."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mooring.content.command_line import told
from mooring.content.loader import load
from mooring.content.pack import Pack
from mooring.content.yaml_text import BadYaml, read
from mooring.rules.screening import Setting, screen
from mooring.rules.verdict import Fact, Standing, Verdict

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_screen(content_commands: Subparsers) -> None:
    """Add `screen` to the commands of `content`."""
    words = "screen the facts of a file and explain the verdict"
    parser = content_commands.add_parser("screen", help=words, description=f"{words}. {facts_of.__doc__}")
    parser.add_argument("facts", type=Path, metavar="FACTS.YAML")
    parser.set_defaults(run=told(_screen))


class BadFacts(ValueError):
    """A file of facts that cannot be read; says what was expected."""


def facts_of(text: str, pack: Pack) -> tuple[list[Fact], Setting, date]:
    """The file holds `on`, `setting` (product, route, jurisdiction, setting) and `facts`: key: value, or
    key: {value, standing: reported|confirmed|measured, dated}."""
    data = read(text).data
    if not isinstance(data, dict) or not isinstance(data.get("facts"), dict):
        raise BadFacts("expected `facts` with keys and values")
    if unknown := sorted(set(data) - {"on", "setting", "facts"}):
        raise BadFacts(f"unknown {', '.join(unknown)}; expected on, setting, facts")
    on = data.get("on") or datetime.now(UTC).date()
    if not isinstance(on, date):
        raise BadFacts("`on` is a date, such as 2026-03-01")
    try:
        setting = Setting(**(data.get("setting") or {}))
    except TypeError:
        raise BadFacts("`setting` holds product, route, jurisdiction, setting") from None
    return [_fact(key, value, on, pack) for key, value in data["facts"].items()], setting, on


def _fact(key: str, raw: Any, on: date, pack: Pack) -> Fact:
    if key not in pack.data:
        raise BadFacts(f"{key!r} is not in the data dictionary")
    details = raw if isinstance(raw, dict) else {"value": raw}
    if unknown := sorted(set(details) - {"value", "standing", "dated"}):
        raise BadFacts(f"{key}: unknown {', '.join(unknown)}; expected value, standing, dated")
    dated = details.get("dated") or on
    if not isinstance(dated, date):
        raise BadFacts(f"{key}: `dated` is a date")
    try:
        standing = Standing(details.get("standing", Standing.CONFIRMED))
    except ValueError:
        raise BadFacts(f"{key}: standing is reported, confirmed or measured") from None
    moment = datetime.combine(dated, time(0), tzinfo=UTC)
    return Fact(key, details.get("value"), moment, "the file", standing)


def explained(verdict: Verdict) -> str:
    """A verdict in words, finding by finding, worst first."""
    lines = [f"Established: {verdict.established.name}. Worst possible: {verdict.worst_possible.name}."]
    for finding in verdict.findings:
        state = "settled" if finding.settled else f"open, missing {', '.join(finding.missing)}"
        lines.append(f"{finding.effect.name}  {finding.rule}  {state}  (grade {finding.grade})")
        lines.append(f"    {finding.says} {finding.asks}")
        if finding.sources:
            lines.append(f"    Sources: {', '.join(finding.sources)}")
    lines.append("This is not medical advice; clinicians decide.")
    return "\n".join(lines)


def _screen(arguments: argparse.Namespace) -> int:
    pack = load()
    try:
        facts, setting, on = facts_of(arguments.facts.read_text("utf-8"), pack)
    except (OSError, UnicodeDecodeError, BadYaml, BadFacts) as error:
        sys.stderr.write(f"{arguments.facts}: {error}\n")
        return 2
    sys.stdout.write(explained(screen(facts, pack, on, setting)) + "\n")
    return 0
