"""What is wrong with a course file, in an author's words: the schema's own messages name types and unions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

MEANINGS = {
    "why": "the feedback that a learner reads after this answer",
    "cite": "the ids of the sources, from the bibliography",
    "stem": "the question itself",
    "objective": "the id of the objective that this serves",
    "family": "the name that sibling questions share",
    "options": "the answers to choose from, each under a letter",
    "text": "what the learner reads",
    "answer": "the right number",
    "tolerance": "how far an answer may be off and still be right",
    "unit": "the unit of the number",
    "alt": "the picture in words, for those who cannot see it",
    "ref": "the id of what is shown here",
    "id": "a name that stays for ever",
    "type": "the kind of question: single, multiple, numeric, order, match or explorable",
    "summary": "one line that says what it is about",
    "minutes": "the minutes it takes",
    "because": "why this choice is judged so",
    "found": "what was found, read after predicting",
    "setting": "what one needs to know to predict",
    "judgement": "sound, defensible or unsafe",
}
KINDS_OF_QUESTION = ("single", "multiple", "numeric", "order", "match", "explorable")
ID_PATTERN = "small letters and figures, joined by - or ."
_QUOTED = re.compile(r"'([^']*)'")


def cause(error: ErrorDetails, known_fields: Iterable[str]) -> str:
    """One error of the schema as a sentence: where in the file, what, and what was expected."""
    loc = [step for step in error["loc"] if step not in KINDS_OF_QUESTION]
    name = str(loc[-1]) if loc else ""
    where = _where(loc[:-1])
    return f"{where}{_what(error, name, known_fields)}"


def _where(loc: list[int | str]) -> str:
    """`question 3, option b: ` for items.2.options.b."""
    parts, waiting = [], ""
    for step in loc:
        if isinstance(step, int):
            parts.append(f"{_singular(waiting) or 'entry'} {step + 1}")
            waiting = ""
        elif waiting in {"options", "choices", "nodes", "controls"}:
            parts.append(f"{_singular(waiting)} {step}")
            waiting = ""
        else:
            if waiting:
                parts.append(waiting)
            waiting = str(step)
    if waiting:
        parts.append(waiting)
    return f"{', '.join(parts)}: " if parts else ""


def _singular(name: str) -> str:
    return {"items": "question", "people": "person", "media": "media file"}.get(name, name.removesuffix("s"))


def _what(error: ErrorDetails, name: str, known_fields: Iterable[str]) -> str:
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "missing":
        meaning = MEANINGS.get(name)
        return f"`{name}` is missing" + (f": {meaning}" if meaning else "")
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(name, list(known_fields), n=1)
        return f"`{name}` is not a field here" + (f"; did you mean `{near[0]}`?" if near else "")
    if kind in {"union_tag_not_found", "union_tag_invalid"}:
        return f"`type` names the kind of question; use one of: {', '.join(KINDS_OF_QUESTION)}"
    return f"`{name}` {_value(kind, context, error)}" if name else _value(kind, context, error)


def _value(kind: str, context: Mapping[str, Any], error: ErrorDetails) -> str:
    found = error.get("input")
    shown = f", found {str(found)[:40]!r}" if isinstance(found, str | int | float) else ""
    if kind == "string_pattern_mismatch":
        return (
            f"is written with {ID_PATTERN}{shown}" if "a-z0-9" in str(context) else f"has another form{shown}"
        )
    if kind == "enum":
        return f"is one of: {', '.join(_QUOTED.findall(str(context.get('expected', ''))))}{shown}"
    if kind == "string_too_short":
        return "is empty"
    if kind == "too_short":
        return f"needs at least {context.get('min_length')} entries"
    if kind == "string_type":
        return f"is a text{shown}; put it in quotation marks"
    if kind.startswith(("int", "float", "decimal")) and kind.endswith(("type", "parsing", "from_float")):
        return f"is a number{shown}"
    if kind.startswith("date"):
        return f"is a date such as 2026-11-29{shown}"
    if kind.startswith("bool"):
        return f"is true or false{shown}"
    return error["msg"].removeprefix("Value error, ")
