"""Questions out of a folder of Markdown files, one heading a question.

    ## How long is the delay?
    - [ ] A second :: The blood is not the brain.
    - [x] Minutes :: The half-time is about eight minutes.
    - [ ] A day :: Metabolites stay as long, the effect does not.

    ## How many minutes is the half-time?
    Answer: 8 ± 1 min
    Why: It was measured.

One cross is a single choice, several a multiple one; what stands after `::` explains the option, `Why:` the question.
Rows are lines, of the file whose name stands before them. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mooring.content.course.imported import MOST_BYTES, Import, ImportedOption, ImportedQuestion

HEADING = re.compile(r"^##\s+(.+?)\s*$")
OPTION = re.compile(r"^[-*]\s+\[([ xX])\]\s+(.+?)\s*$")
ANSWER = re.compile(
    r"^Answer:\s*(-?\d+(?:[.,]\d+)?)\s*(?:(?:±|\+-)\s*(\d+(?:[.,]\d+)?))?\s*(.*?)\s*$", re.IGNORECASE
)
WHY = re.compile(r"^Why:\s*(.+?)\s*$", re.IGNORECASE)


def read_markdown(files: Mapping[str, str]) -> Import:
    """The questions of every file, in the order of the names."""
    found = Import()
    for name in sorted(files):
        text = files[name]
        if len(text.encode()) > MOST_BYTES:
            found.refuse(1, name, "too-large")
            continue
        _read_file(name, text.lstrip("\ufeff"), found)
    return found


def _read_file(file: str, text: str, found: Import) -> None:
    parts: list[tuple[int, str, list[tuple[int, str]]]] = []
    for row, line in enumerate(text.splitlines(), start=1):
        heading = HEADING.match(line)
        if heading:
            parts.append((row, heading[1], []))
        elif parts:
            parts[-1][2].append((row, line))
    if not parts:
        found.refuse(1, file, "no-questions")
    for row, stem, lines in parts:
        _take(file, row, stem, lines, found)


def _take(file: str, row: int, stem: str, lines: list[tuple[int, str]], found: Import) -> None:
    options: list[ImportedOption] = []
    answer: re.Match[str] | None = None
    why = ""
    for place, line in lines:
        if not line.strip():
            continue
        option, number, explained = OPTION.match(line), ANSWER.match(line), WHY.match(line)
        if option:
            text, _mark, said = option[2].partition("::")
            options.append(ImportedOption(text.strip(), option[1] != " ", said.strip()))
        elif number:
            answer = number
        elif explained:
            why = explained[1]
        else:
            found.refuse(place, f"{file}: {stem}", "line", line.strip()[:80])
            return
    name = f"{file}: {stem}"
    if answer is not None:
        made = ImportedQuestion(
            row,
            stem,
            "numeric",
            stem,
            why,
            answer=_number(answer[1]),
            tolerance=_number(answer[2] or "0"),
            unit=answer[3],
        )
    else:
        rights = sum(option.right for option in options)
        if rights == 0:
            found.refuse(row, name, "no-right-answer")
            return
        made = ImportedQuestion(row, stem, "single" if rights == 1 else "multiple", stem, why, tuple(options))
    found.questions.append(made)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
