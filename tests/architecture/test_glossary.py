"""No text that people read uses the left column of the glossary in docs/words.md."""

import ast
import re

import pytest

from tests.architecture.glossary import TERMS, Reach, Term
from tests.architecture.sources import ROOT, SRC
from tests.architecture.spoken import in_markdown, in_python, in_script, in_template, in_yaml, spoken

GLOSSARY = "docs/words.md"
NOT_THE_PROGRAM = ("pharmacology/", "content/courses/", "content/course/", "docs/", "packages/")
"""Prose of lessons, of papers for engineers and of the library: only terms that reach everywhere."""
HISTORY = ("docs/decisions/", "CHANGELOG.md")
"""A decision is a record of its day."""
EXACT = {
    (
        "care/treatments/models/__init__.py",
        "goes past",
    ): "the name of a column, shown on no page and fixed by a migration",
    ("care/sessions/models.py", "began"): "the help of a column, shown on no page and fixed by a migration",
    ("audit/guards.py", "BEGIN"): "SQL",
    ("content/schema/instruments.py", "structure only"): "a code of content",
    ("web/templates/knowledge/items/rule.html", "nobody"): "a code of content",
}
"""(file, matched words) of what somebody else's text, a code or a database fixes, with the reason."""


def faults(term: Term) -> list[str]:
    found = []
    for name, texts in spoken().items():
        if name == GLOSSARY or name.startswith(HISTORY):
            continue
        outside = name.startswith(NOT_THE_PROGRAM) or (
            name.endswith(".md") and not name.startswith("content/")
        )
        if term.reach is Reach.PAGES and outside:
            continue
        for line, text in texts:
            match = term.compiled.search(text)
            if match and (name, match.group()) not in EXACT:
                found.append(f"{name}:{line}: “{match.group()}” in {text[:90]!r}; write: {term.instead}")
    return found


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.line)
def test_no_text_uses_the_left_column(term: Term) -> None:
    assert not faults(term)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.line)
def test_planted_words_of_the_left_column_are_found(term: Term) -> None:
    for planted in term.planted:
        assert term.compiled.search(planted), planted
    for fine in term.fine:
        assert not term.compiled.search(fine), fine


def test_every_line_of_the_glossary_has_its_term() -> None:
    table = (ROOT / GLOSSARY).read_text(encoding="utf-8").split("## Glossary")[1].split("\n\n**")[0]
    lines = [row.split("|")[1].strip() for row in table.split("\n") if row.startswith("|")]
    assert sorted(set(lines) - {"not", "---", "plan (draft, sign)"}) == sorted(term.line for term in TERMS)


@pytest.mark.parametrize(
    ("reader", "planted"),
    [
        (in_template, "<p>Nothing alarmed.</p>"),
        (in_template, '{% translate "Nothing alarmed." %}'),
        (in_template, "{% blocktranslate %}Nothing alarmed.{% endblocktranslate %}"),
        (in_template, '<button aria-label="Nothing alarmed."></button>'),
        (in_template, '{% include "x.html" with title=_("Nothing alarmed.") %}'),
        (in_template, "{{ owner|default:_('Nothing alarmed.') }}"),
        (lambda source: in_python(ast.parse(source)), 'raise Refused(_("Nothing alarmed."))'),
        (lambda source: in_python(ast.parse(source)), 'print(f"{name}: Nothing alarmed.")'),
        (lambda source: in_python(ast.parse(source)), 'Story("Nothing alarmed.")'),
        (in_yaml, "- {code: a, says: Nothing alarmed.}"),
        (in_yaml, "text: |\n  Nothing alarmed."),
        (in_markdown, "## Nothing alarmed."),
        (in_script, 'say("Nothing alarmed.")'),
        (in_script, "say(`Nothing alarmed.`)"),
    ],
)
def test_each_kind_of_file_is_read(reader, planted: str) -> None:  # type: ignore[no-untyped-def]
    assert any("Nothing alarmed." in text for _, text in reader(planted))


@pytest.mark.parametrize(
    ("reader", "fine"),
    [
        (in_template, '<a href="/x/" class="nothing-alarmed">{# Nothing alarmed. #}</a>'),
        (lambda source: in_python(ast.parse(source)), 'def a():\n    """Nothing alarmed."""'),
        (in_markdown, "`Nothing alarmed.`"),
    ],
)
def test_what_nobody_reads_is_left_out(reader, fine: str) -> None:  # type: ignore[no-untyped-def]
    assert not any("Nothing alarmed." in text for _, text in reader(fine))


def test_every_file_with_words_is_read() -> None:
    names = set(spoken())
    for path in SRC.rglob("*"):
        name = path.relative_to(SRC).as_posix()
        if path.suffix in {".html", ".md", ".js"} or (
            path.suffix == ".yaml" and "references" not in path.parts
        ):
            assert name in names
    assert {"README.md", "docs/map.md", "CHANGELOG.md"} <= names
    assert {name for (name, _) in EXACT} <= names


def test_an_exception_is_still_needed() -> None:
    for name, words in EXACT:
        assert any(re.search(re.escape(words), text) for _, text in spoken()[name]), (name, words)
