"""Questions from elsewhere on their way into a check: what was read, what is wrong with it by row, the file it becomes.

Three readers bring questions here: `moodle_xml`, `gift` and `markdown_questions`. None of them guesses: a question
that lacks what every question of a course has (an explained answer, a key) is named by its row and left out. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from pydantic import ValidationError

from mooring.content.course.items import CheckFile

LETTERS = "abcdefgh"
MOST_QUESTIONS = 2000
MOST_BYTES = 10_000_000
LONGEST_ID = 60


@dataclass(frozen=True)
class ImportFault:
    """One thing that keeps a question out: the row where it begins, its name, a code, and what it is about."""

    row: int
    name: str
    code: str
    about: str = ""


@dataclass(frozen=True)
class ImportedOption:
    """An answer that can be chosen, with its explanation, as far as the source has one."""

    text: str
    right: bool
    why: str = ""


@dataclass(frozen=True)
class ImportedQuestion:
    """One question as it was read. `kind` is that of a course's items; `why` explains the whole question."""

    row: int
    name: str
    kind: str
    stem: str
    why: str = ""
    options: tuple[ImportedOption, ...] = ()
    answer: float | None = None
    tolerance: float = 0.0
    unit: str = ""
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass
class Import:
    """What a reader found: questions in their order, and faults by row."""

    questions: list[ImportedQuestion] = field(default_factory=list)
    faults: list[ImportFault] = field(default_factory=list)

    def refuse(self, row: int, name: str, code: str, about: str = "") -> None:
        self.faults.append(ImportFault(row, name, code, about))


@dataclass(frozen=True)
class ImportedCheck:
    """The check that came of an import, as a file of a course, and everything that was left out."""

    text: str
    taken: int
    faults: tuple[ImportFault, ...]


def as_check(found: Import, *, check: str, objective: str, cite: Sequence[str]) -> ImportedCheck:
    """The questions as a `….checks.yaml`, each judged by the course's own schema; those that fail become faults."""
    items: list[dict[str, Any]] = []
    faults = list(found.faults)
    taken: set[str] = set()
    for question in found.questions[:MOST_QUESTIONS]:
        code, about = _lack(question)
        if code:
            faults.append(ImportFault(question.row, question.name, code, about))
            continue
        item = _item(question, objective, cite, taken)
        try:
            CheckFile.model_validate({"id": check, "items": [item]})
        except ValidationError as fault:
            first = fault.errors()[0]
            about = str(first["msg"]).removeprefix("Value error, ")
            faults.append(ImportFault(question.row, question.name, "schema", about))
            continue
        items.append(item)
    text = yaml.safe_dump({"id": check, "items": items}, sort_keys=False, allow_unicode=True, width=110)
    return ImportedCheck(text if items else "", len(items), tuple(sorted(faults, key=lambda each: each.row)))


def _lack(question: ImportedQuestion) -> tuple[str, str]:
    """What a question lacks that every question of a course has, as a code, and what it is about."""
    if not question.stem:
        return "no-stem", ""
    if question.kind in {"single", "multiple"}:
        if len(question.options) < 3:
            return "too-few-options", str(len(question.options))
        for option in question.options:
            if not option.text:
                return "empty-option", ""
            if not (option.why or question.why):
                return "no-explanation", option.text
    elif question.kind == "numeric":
        if question.answer is None:
            return "no-number", ""
        if not question.unit:
            return "no-unit", ""
    if question.kind in {"numeric", "match"} and not question.why:
        return "no-explanation", ""
    return "", ""


def _item(question: ImportedQuestion, objective: str, cite: Sequence[str], taken: set[str]) -> dict[str, Any]:
    name = id_from(question.name or question.stem)
    unique, number = name, 1
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    taken.add(unique)
    item: dict[str, Any] = {
        "id": unique,
        "type": question.kind,
        "objective": objective,
        "family": re.sub(r"-\d+$", "", unique) or unique,
        "stem": question.stem,
        "cite": list(cite),
    }
    if question.kind in {"single", "multiple"}:
        item["options"] = {
            letter: _option(option, question.why)
            for letter, option in zip(LETTERS, question.options, strict=False)
        }
        if len(question.options) > len(LETTERS):
            item["options"]["i"] = {}  # the schema refuses it and says how many there may be
    elif question.kind == "numeric":
        item |= {
            "answer": question.answer,
            "tolerance": question.tolerance,
            "unit": question.unit,
            "why": question.why,
        }
    else:
        item["pairs"] = [
            {"left": left, "right": right, "why": question.why} for left, right in question.pairs
        ]
    return item


def _option(option: ImportedOption, general: str) -> dict[str, Any]:
    said: dict[str, Any] = {"text": option.text, "why": option.why or general}
    return said | {"right": True} if option.right else said


def id_from(text: str) -> str:
    """An id out of a name: lower-case words joined by `-`, without accents.

    >>> id_from("Half-life: How long?")
    'half-life-how-long'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words: Iterable[str] = re.findall(r"[a-z0-9]+", plain)
    return "-".join(words)[:LONGEST_ID].strip("-") or "question"
