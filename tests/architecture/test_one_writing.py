"""Figures, units, days and times are written in `words` and `sentences` alone; every page writes them alike."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import parsed, walk

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "mooring"
HOMES = ("words", "sentences")
NOT_FOR_PEOPLE = {
    "pharmacology": "a library of its own; its command line and notebooks write for scientists",
    "evidence": "no sentence for people: its tables are written by the pages",
    "content": "lint and loader speak to authors about figures as their files hold them",
    "rules/credit.py": "the accreditor fixes how a statement writes its amount (1.00)",
    "academy/credits/queries/snapshots.py": "amounts of a certificate stay as they were claimed",
    "rules/facts.py": "the language of triggers compares a figure by this text",
    "work/documents/badge.py": "the standard of badges asks for this form",
    "care/referrals/views.py": "a key of the cache, read by no one",
    "academy/checks/queries/marking.py": "an answer is compared with three figures of the key",
    "academy/checks/queries/plots.py": "coordinates of a drawing",
    "care/sessions/views/lanes.py": "coordinates of a drawing",
    "web/doctor.py": "what `mooring doctor` prints in a terminal",
    "demonstration/loading.py": "seconds on the command line of a developer",
}
SPEC = re.compile(r"\{\w*:(?:[^{}]*%-?[A-Za-z][^{}]*|\.?\d*[gfe%])\}")
FORMATS = re.compile(r"%-?[A-Za-z]|\.?\d*[gfe%]$")
CALLS = {"strftime", "date_format", "time_format", "floatformat", "number_format"}
IN_TEMPLATES = re.compile(
    r"\|\s*(date(?!:'c')(?!:\"c\")|time|floatformat|intcomma|naturaltime)\b(:[\"'][^\"']*[\"'])?"
)


def files() -> list[Path]:
    return sorted(path for path in SRC.rglob("*.py") if "migrations" not in path.parts)


def is_free(path: Path) -> bool:
    name = path.relative_to(SRC).as_posix()
    return name.startswith(tuple(f"{home}/" for home in HOMES)) or any(
        name == free or name.startswith(f"{free}/") for free in NOT_FOR_PEOPLE
    )


def written_by_itself(source: str) -> Iterator[int]:
    """Lines that format a figure or a time: a format in an f-string or in a text, or a call that does it."""
    for node in walk(parsed(source)):
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
            spec = "".join(
                str(part.value) for part in node.format_spec.values if isinstance(part, ast.Constant)
            )
            if FORMATS.search(spec):
                yield node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SPEC.search(node.value):
            yield node.lineno
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in CALLS or (name == "normalize" and not node.args):
                yield node.lineno


def test_no_room_writes_figures_or_times_by_itself() -> None:
    written = {
        path.relative_to(SRC).as_posix(): list(written_by_itself(path.read_text(encoding="utf-8")))
        for path in files()
        if not is_free(path)
    }
    assert not {name: found for name, found in written.items() if found}


def test_every_exception_is_used() -> None:
    for free in NOT_FOR_PEOPLE:
        inside = [SRC / free] if free.endswith(".py") else sorted((SRC / free).rglob("*.py"))
        assert any(list(written_by_itself(path.read_text(encoding="utf-8"))) for path in inside), free


def test_no_template_writes_figures_or_times_by_itself() -> None:
    """`date:"c"` is for machines (`datetime=`); `date:"Y-m-d"` is what a field of a form takes."""
    wrong = [
        f"{path.relative_to(SRC)}: {found.group()}"
        for path in sorted(SRC.rglob("*.html"))
        for found in IN_TEMPLATES.finditer(path.read_text(encoding="utf-8"))
        if "Y-m-d" not in found.group()
    ]
    assert not wrong


@pytest.mark.parametrize(
    "planted",
    [
        'f"{dose:g} mg"',
        'f"{share:.0%}"',
        'f"{value:.1f}"',
        'f"{at:%H:%M}"',
        'f"{day:%-d %b %Y}"',
        'text = "Left at {local:%H:%M}."',
        'text = "between {low:g} and {high:g}"',
        'text = "{value:.1f}"',
        'at.strftime("%d.%m.")',
        'date_format(on, "j M")',
        "str(dose.normalize())",
    ],
)
def test_planted_writing_is_found(planted: str) -> None:
    assert list(written_by_itself(planted)) == [1]


@pytest.mark.parametrize("planted", ['{{ on|date:"j M Y" }}', "{{ at|time:'H:i' }}", "{{ n|floatformat }}"])
def test_planted_writing_in_a_template_is_found(planted: str) -> None:
    assert IN_TEMPLATES.search(planted)


@pytest.mark.parametrize("fine", ['f"{number:>3}"', 'f"{name}: {value}"', 'text = "at {time}: {what}"'])
def test_what_is_no_writing_passes(fine: str) -> None:
    assert list(written_by_itself(fine)) == []
