"""Questions out of Moodle's XML export, read by a parser that refuses document types, entities and references.

Taken: multiple choice (one or several), numerical, matching. Named and left out: everything else, among it true/false,
whose two options are fewer than a course asks for, and pictures, which are files of their own. Rows are lines of the
file, as an editor numbers them. Pure.
"""

from __future__ import annotations

import html
import io
from typing import Any
from xml.sax import SAXException, handler
from xml.sax.xmlreader import AttributesImpl, Locator

import nh3
from defusedxml import DefusedXmlException, sax  # type: ignore[import-untyped]

from mooring.content.course.imported import (
    MOST_BYTES,
    MOST_QUESTIONS,
    Import,
    ImportedOption,
    ImportedQuestion,
)

IGNORED = {"category", "description"}
TAKEN = {"multichoice": "", "numerical": "numeric", "matching": "match"}


class _Node:
    """One element: its attributes, its text, its children by name, and the line where it begins."""

    def __init__(self, name: str, attributes: dict[str, str], row: int) -> None:
        self.name, self.attributes, self.row = name, attributes, row
        self.text: list[str] = []
        self.children: list[_Node] = []

    def all(self, name: str) -> list[_Node]:
        return [each for each in self.children if each.name == name]

    def said(self, *path: str) -> str:
        """The text under a path of names, as plain words; empty where there is none."""
        node: _Node = self
        for name in path:
            found = node.all(name)
            if not found:
                return ""
            node = found[0]
        return words_of_html("".join(node.text))


def words_of_html(text: str) -> str:
    """Text without mark-up, in one line.

    >>> words_of_html("<p>Half-life &lt;&nbsp;3&nbsp;h</p>")
    'Half-life < 3 h'
    """
    return " ".join(html.unescape(nh3.clean(text, tags=set())).split())


class _Questions(handler.ContentHandler):
    """Collects the questions of a quiz as small trees; nothing deeper than a question is kept after it."""

    def __init__(self, found: Import) -> None:
        super().__init__()
        self.found, self.open, self.root = found, [], ""
        self.place: Locator | None = None
        self.count = 0

    open: list[_Node]

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - the name is the library's
        self.place = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        row = (self.place.getLineNumber() if self.place else 0) or 0
        if not self.root:
            self.root = name
            return
        node = _Node(name, dict(attrs.items()), row)
        if self.open:
            self.open[-1].children.append(node)
        self.open.append(node)

    def characters(self, content: str) -> None:
        if self.open:
            self.open[-1].text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        if not self.open:
            return
        node = self.open.pop()
        if self.open or node.name != "question":
            return
        self.count += 1
        if self.count <= MOST_QUESTIONS:
            _take(node, self.found)


def read_moodle_xml(body: bytes) -> Import:
    """The questions of an export. A file that is no quiz, is too large or hostile brings one fault and no question."""
    found = Import()
    if len(body) > MOST_BYTES:
        found.refuse(1, "", "too-large")
        return found
    reader = _Questions(found)
    try:
        sax.parse(io.BytesIO(body), reader, forbid_dtd=True)
    except DefusedXmlException:
        return _only("hostile")
    except SAXException as fault:
        line: Any = getattr(fault, "getLineNumber", lambda: 1)()
        found.refuse(int(line or 1), "", "not-xml")
        return found
    except (ValueError, LookupError):  # an encoding that does not exist, or does not hold
        return _only("not-xml")
    if reader.root != "quiz":
        return _only("no-quiz")
    if reader.count > MOST_QUESTIONS:
        found.refuse(1, "", "too-many", str(MOST_QUESTIONS))
    return found


def _only(code: str) -> Import:
    found = Import()
    found.refuse(1, "", code)
    return found


def _take(node: _Node, found: Import) -> None:
    kind = node.attributes.get("type", "")
    if kind in IGNORED:
        return
    name = node.said("name", "text")
    if kind not in TAKEN:
        found.refuse(node.row, name, "kind", kind)
        return
    questions = node.all("questiontext")
    if any(each.all("file") for each in [*questions, *node.all("answer")]):
        found.refuse(node.row, name, "picture")
        return
    common: dict[str, Any] = {
        "row": node.row,
        "name": name,
        "stem": node.said("questiontext", "text"),
        "why": node.said("generalfeedback", "text"),
    }
    if kind == "multichoice":
        _take_choice(node, found, common)
    elif kind == "numerical":
        _take_number(node, found, common)
    else:
        pairs = tuple((each.said("text"), each.said("answer", "text")) for each in node.all("subquestion"))
        whole = tuple(pair for pair in pairs if all(pair))
        found.questions.append(ImportedQuestion(kind="match", pairs=whole, **common))


def _fraction(node: _Node) -> float:
    try:
        return float(node.attributes.get("fraction", "0"))
    except ValueError:
        return 0.0


def _take_choice(node: _Node, found: Import, common: dict[str, Any]) -> None:
    one = node.said("single").lower() != "false"
    options = tuple(
        ImportedOption(each.said("text"), _fraction(each) > 0, each.said("feedback", "text"))
        for each in node.all("answer")
    )
    partly = [each for each in node.all("answer") if 0 < _fraction(each) < 100]
    if one and partly:
        found.refuse(node.row, common["name"], "partly-right")
        return
    found.questions.append(ImportedQuestion(kind="single" if one else "multiple", options=options, **common))


def _take_number(node: _Node, found: Import, common: dict[str, Any]) -> None:
    right = [each for each in node.all("answer") if _fraction(each) == 100]
    try:
        answer = float(right[0].said("text")) if right else None
        tolerance = float(right[0].said("tolerance") or 0) if right else 0.0
    except ValueError:
        answer, tolerance = None, 0.0
    units = [each.said("unit_name") for group in node.all("units") for each in group.all("unit")]
    why = common["why"] or (right[0].said("feedback", "text") if right else "")
    found.questions.append(
        ImportedQuestion(
            kind="numeric",
            answer=answer,
            tolerance=tolerance,
            unit=units[0] if units else "",
            **{**common, "why": why},
        )
    )
