"""Questions out of a GIFT file, as Moodle's documentation describes the format.

No kept reader of the format exists for Python, so this one reads its core and no more: one or several right answers,
numbers with a tolerance, matching, feedback, comments, categories. Named by row and left out: true/false, short
answers, essays, missing words. Escapes: a backslash before ~ = # { } and :. Rows are lines of the file. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mooring.content.course.imported import MOST_BYTES, Import, ImportedOption, ImportedQuestion
from mooring.content.course.moodle_xml import words_of_html

TITLE = re.compile(r"^::(.*?)(?<!\\)::", re.DOTALL)
FORMAT = re.compile(r"^\s*\[(?:html|moodle|plain|markdown)\]", re.IGNORECASE)
OPTION = re.compile(r"(?<!\\)([=~])")
WEIGHT = re.compile(r"^\s*%(-?\d+(?:\.\d+)?)%")
FEEDBACK = re.compile(r"(?<!\\)#")
GENERAL = re.compile(r"(?<!\\)####")
UNIT = re.compile(r"\[unit:([^\]]+)\]", re.IGNORECASE)


@dataclass(frozen=True)
class _Block:
    row: int
    text: str


def read_gift(text: str) -> Import:
    """The questions of a GIFT file, and a fault by row for each that is left out.

    >>> read_gift("::Half::Half of 4? {=2#Yes. ~1#No. ~3#No.}").questions[0].options[0].text
    '2'
    """
    found = Import()
    if len(text.encode()) > MOST_BYTES:
        found.refuse(1, "", "too-large")
        return found
    for block in _blocks(text.lstrip("\ufeff")):
        _take(block, found)
    return found


def _blocks(text: str) -> list[_Block]:
    """Questions are parted by empty lines; comments and categories are none."""
    found: list[_Block] = []
    lines: list[str] = []
    start = 0
    for row, line in enumerate([*text.splitlines(), ""], start=1):
        bare = line.strip()
        if bare.startswith(("//", "$CATEGORY")):
            continue
        if bare:
            start = start or row
            lines.append(line)
        elif lines:
            found.append(_Block(start, "\n".join(lines)))
            lines, start = [], 0
    return found


def _plain(text: str) -> str:
    for sign in "~=#{}:":
        text = text.replace(f"\\{sign}", sign)
    return words_of_html(text.replace("\\n", " "))


def _take(block: _Block, found: Import) -> None:
    title = TITLE.match(block.text.lstrip())
    name = _plain(title[1]) if title else ""
    rest = block.text.lstrip()[title.end() :] if title else block.text
    rest = FORMAT.sub("", rest)
    opened = re.search(r"(?<!\\)\{", rest)
    closed = re.search(r"(?<!\\)\}", rest)
    if opened is None or closed is None or closed.start() < opened.start():
        found.refuse(block.row, name, "no-braces")
        return
    after = rest[closed.end() :].strip()
    if after:
        found.refuse(block.row, name, "kind", "missing word")
        return
    stem, inside = _plain(rest[: opened.start()]), rest[opened.end() : closed.start()].strip()
    parts = GENERAL.split(inside, maxsplit=1)
    why = _plain(parts[1]) if len(parts) == 2 else ""
    _take_inside(block, name, stem, parts[0].strip(), why, found)


def _take_inside(block: _Block, name: str, stem: str, inside: str, why: str, found: Import) -> None:
    if inside.startswith("#"):
        _take_number(block, name, stem, inside[1:], why, found)
        return
    if not inside or re.fullmatch(r"(?i)(t|f|true|false)(\s*#.*)?", inside, re.DOTALL):
        found.refuse(block.row, name or stem, "kind", "essay" if not inside else "truefalse")
        return
    marks = OPTION.split(inside)
    if len(marks) < 3 or marks[0].strip():
        found.refuse(block.row, name or stem, "no-answers")
        return
    answers = list(zip(marks[1::2], marks[2::2], strict=True))
    if all(sign == "=" for sign, _text in answers):
        _take_equals(block, name, stem, answers, why, found)
        return
    options, weighted = [], False
    for sign, text in answers:
        weight = WEIGHT.match(text)
        weighted |= weight is not None
        right = float(weight[1]) > 0 if weight else sign == "="
        said = FEEDBACK.split(text[weight.end() :] if weight else text, maxsplit=1)
        options.append(ImportedOption(_plain(said[0]), right, _plain(said[1]) if len(said) == 2 else ""))
    rights = sum(option.right for option in options)
    kind = "multiple" if rights != 1 and weighted else "single"
    found.questions.append(ImportedQuestion(block.row, name, kind, stem, why, tuple(options)))


def _take_equals(
    block: _Block, name: str, stem: str, answers: list[tuple[str, str]], why: str, found: Import
) -> None:
    """Only right answers: pairs to match, or a short answer, which a course does not have."""
    pairs = [text.split("->", 1) for _sign, text in answers]
    if all(len(pair) == 2 for pair in pairs):
        made = tuple((_plain(left), _plain(right)) for left, right in pairs)
        found.questions.append(ImportedQuestion(block.row, name, "match", stem, why, pairs=made))
        return
    found.refuse(block.row, name or stem, "kind", "shortanswer")


def _take_number(block: _Block, name: str, stem: str, inside: str, why: str, found: Import) -> None:
    """`#9.8:0.2` or `#9.6..10`; a unit is written as `[unit:mg/L]` at the end of the stem."""
    said = FEEDBACK.split(inside.lstrip(" ="), maxsplit=1)
    why = why or (_plain(said[1]) if len(said) == 2 else "")
    number = said[0].strip()
    try:
        if ".." in number:
            low, high = (float(each) for each in number.split("..", 1))
            answer, tolerance = (low + high) / 2, (high - low) / 2
        else:
            first, _colon, spread = number.partition(":")
            answer, tolerance = float(first), float(spread or 0)
    except ValueError:
        found.refuse(block.row, name or stem, "no-number", number)
        return
    unit = UNIT.search(stem)
    found.questions.append(
        ImportedQuestion(
            block.row,
            name,
            "numeric",
            UNIT.sub("", stem).strip(),
            why,
            answer=answer,
            tolerance=tolerance,
            unit=unit[1].strip() if unit else "",
        )
    )
