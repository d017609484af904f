"""What is said to people can be translated: above the Django line it is wrapped; below it, none is made."""

import ast
import re
from functools import cache

import pytest

from tests.architecture.prose import bare_sentences
from tests.architecture.sources import SRC, modules, walk

SPEAKING = (
    "academy",
    "audit",
    "care",
    "desk",
    "fhir",
    "identity",
    "knowledge",
    "lab",
    "sentences",
    "web",
    "work",
)
"""Floors above the Django line: every sentence is wrapped."""
SILENT = ("rules", "evidence", "words")
"""Floors that return codes and values: no sentence is made there."""
IN_ENGLISH = {
    "identity/permission_page.py": "writes a page of docs/",
    "web/command_line.py": "read in a terminal",
    "web/operating.py": "read in a terminal",
    "web/backup_commands.py": "read in a terminal",
    "web/doctor.py": "read in a terminal",
    "web/private_files.py": "read in a terminal",
    "work/backups.py": "read in a terminal",
    "work/restoring.py": "read in a terminal",
    "work/schema.py": "read in a terminal",
    "audit/standalone.py": "read in a terminal, without this program",
    "care/stock/queries/verifier.py": "read in a terminal, without this program",
    "audit/guards.py": "what the database answers to a program",
    "web/academy_commands.py": "read in a terminal",
    "web/academy_narrating.py": "read in a terminal",
    "web/academy_preview.py": "read in a terminal",
    "web/academy_publishing.py": "read in a terminal",
    "web/audit_commands.py": "read in a terminal",
    "web/demo_command.py": "read in a terminal",
    "web/environment.py": "read in a terminal",
    "web/first_run.py": "read in a terminal",
    "web/gallery_samples.py": "the gallery shows parts to engineers",
    "web/settings.py": "read in a terminal",
    "web/streaming.py": "a protocol, read by browsers",
    "web/stream_changes.py": "a statement for the database",
    "web/serving.py": "read in a terminal",
    "web/start_up.py": "read in a terminal",
    "web/ticking.py": "read in a terminal",
    "web/whereabouts.py": "read in a terminal",
    "web/portable_commands.py": "read in a terminal",
    "work/portable/writing.py": "read in a terminal, and in the files of an export",
    "work/portable/reading.py": "read in a terminal",
    "work/portable/tables.py": "describes columns in the files of an export",
    "work/portable/package.py": "describes the files of an archive",
    "audit/no_room.py": "read in the log of the server",
    "rules/command_line.py": "read in a terminal",
}
CODES_OF_CONTENT = {
    "bipolar depression",
    "not sure",
    "social anxiety",
    "substance use",
    "suicidal ideation",
}
"""Answers and indications as content holds them: compared, and shown in words of their own."""
FIXED = {
    ("academy/credits/queries/badges.py", "…, version …. …"): "signed with the badge",
    (
        "academy/credits/queries/badges.py",
        "All lessons done, the post-test passed, the evaluation sent, as the version asks.",
    ): "signed with the badge",
    ("academy/credits/queries/papers.py", "Certificate …"): "signed with the paper",
    ("academy/credits/queries/snapshots.py", "Self-paced course, online"): "signed with the certificate",
    (
        "academy/cohorts/queries/certificates.py",
        "Cohort with live meetings, online",
    ): "signed with the certificate",
    ("audit/looking.py", "command line"): "part of an append-only row, which holds one language",
    ("audit/recording.py", "the clock"): "part of an append-only row, which holds one language",
    (
        "audit/recording.py",
        "a visitor without an account",
    ): "part of an append-only row, which holds one language",
    ("audit/recording.py", "the command line"): "part of an append-only row, which holds one language",
    ("care/sessions/actions/sign_off.py", "signed off"): "an outcome of tasks, a code",
    ("care/sessions/views/shown.py", "per min"): "a unit of content, compared",
    ("rules/facts.py", "don't know"): "an answer of content, compared",
    ("rules/screening.py", "the plan"): "the author of a fact, a code",
    ("knowledge/queries/references.py", "and others"): "an author of the bibliography, compared",
    ("web/templatetags/mooring_ui.py", "note note-…"): "classes of a style sheet",
}
"""What reads like prose and is none, or is kept in one language for a reason."""

PLANTED = {
    "an argument": 'raise Refused("The site is closed.")',
    "a formatted argument": 'raise Refused(f"The site {site} is closed.")',
    "a keyword": 'Task(title="Call the patient")',
    "a starred generator": 'raise Refused(*(f"{name} is still open" for name in names))',
    "an appended reason": 'reasons.append("The weight is too old.")',
    "a local variable": 'words = "The order was withdrawn."\nraise Refused(words)',
    "a helper's argument": 'refuse_unless(done, "The dose has begun.")',
    "a form's error": 'form.add_error(None, "Write a reason.")',
    "a concatenation": 'raise Refused("Not before " + day)',
    "a conditional": 'raise Refused("Weigh again." if old else "Weigh the patient.")',
    "a dictionary": 'WORDS = {State.OPEN: "still open"}',
    "a default": 'def ask(title="Call the patient"): ...',
    "percent formatting": 'raise Refused("%s is closed today" % site)',
    "a format call": 'raise Refused("{site} is closed today".format(site=site))',
    "a join": 'return ", ".join(["not asked", "not known yet"])',
    "a class attribute": 'class Form:\n    label = "Date of birth"',
}
FINE = {
    "wrapped": 'raise Refused(_("The site is closed."))',
    "wrapped, with a value": 'raise Refused(_("{site} is closed.").format(site=site))',
    "counted": 'ngettext("{n} alert is open", "{n} alerts are open", n).format(n=n)',
    "a docstring": 'def ask():\n    """Ask the patient."""',
    "for programmers": 'raise ValueError("a time needs its zone")',
    "markup": 'html = "<p class=\\"meta small\\">"',
    "a type": 'def ask(rows: "QuerySet[Any, tuple[Any, ...]]") -> "None or many": ...',
    "a code": 'Message("dose.above_ceiling")',
}


@pytest.mark.parametrize("source", PLANTED.values(), ids=PLANTED.keys())
def test_a_bare_sentence_is_found_in_every_syntax(source: str) -> None:
    assert bare_sentences(ast.parse(source))


@pytest.mark.parametrize("source", FINE.values(), ids=FINE.keys())
def test_what_is_wrapped_or_no_sentence_is_let_pass(source: str) -> None:
    assert not bare_sentences(ast.parse(source))


@cache
def codes() -> set[str]:
    """Every value of an enum or a `Literal` below the Django line: compared and stored, never shown as it is."""
    found = set()
    for name, tree in modules().items():
        if name.startswith(("content/", "rules/", "evidence/")):
            for node in walk(tree):
                found |= _values(node)
    return found


def _values(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "Literal":
        held: ast.AST = node.slice
    elif isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "StrEnum" for base in node.bases):
        held = ast.Tuple([line.value for line in node.body if isinstance(line, ast.Assign)])
    else:
        return set()
    return {
        each.value for each in walk(held) if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def bare(name: str) -> list[tuple[int, str]]:
    return [
        (line, text)
        for line, text in bare_sentences(modules()[name])
        if text not in codes() | CODES_OF_CONTENT and (name, text) not in FIXED
    ]


def guarded() -> list[str]:
    return [name for name in modules() if name.split("/")[0] in SPEAKING + SILENT and name not in IN_ENGLISH]


def test_the_guard_covers_every_floor() -> None:
    floors = {name.split("/")[0] for name in modules() if "/" in name}
    assert floors == {*SPEAKING, *SILENT, "content", "demonstration", "pharmacology", "references"}
    on_disk = {
        path.relative_to(SRC).as_posix() for path in SRC.rglob("*.py") if "migrations" not in path.parts
    }
    assert set(modules()) == on_disk
    assert set(IN_ENGLISH) <= on_disk


def test_no_sentence_misses_the_translators() -> None:
    assert not {name: found for name in guarded() if (found := bare(name))}


def test_every_exception_is_still_needed() -> None:
    for name, text in FIXED:
        assert text in [found for _, found in bare_sentences(modules()[name])], (name, text)


def percent_placeholders(tree: ast.Module) -> list[int]:
    """Lines where a translated text has `%(name)s`: translators read one style, `{name}`."""
    return [
        node.lineno
        for node in walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"%\(\w+\)[sd]", node.value)
    ]


def test_placeholders_have_one_style() -> None:
    assert percent_placeholders(ast.parse('_("Saved at %(time)s") % {"time": time}')) == [1]
    assert not percent_placeholders(ast.parse('_("Saved at {time}").format(time=time)'))
    found = {name: len(lines) for name in guarded() if (lines := percent_placeholders(modules()[name]))}
    assert not found
