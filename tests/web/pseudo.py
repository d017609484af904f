"""A language that nobody speaks, made from the program's own sentences: long, accented, right to left.

`catalog` takes the way of a real language: sentences are collected by `makemessages` from a copy of the sources,
every one is translated by `stretched`, and `msgfmt` compiles the catalog that Django reads.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from tests import databases

CODE = "xx"
SOURCES = Path(__file__).resolve().parents[2] / "src" / "mooring"
LEFT_OUT = shutil.ignore_patterns(
    "static", "migrations", "__pycache__", "content", "pharmacology", "locale", "*.pdf"
)
ACCENTED = str.maketrans("aeiouycnAEIOUYCN", "àéîöüýçñÀÉÎÖÜÝÇÑ")
KEPT = re.compile(r"%\(\w+\)[a-z]|\{[^{}]*\}|%%|\\.|<[^<>]*>|&\w+;")
"""Placeholders, tags and escapes: they mean the same in every language."""
WORD = re.compile(r"[^\W\d_]+")
LONGER = 0.4
"""German and Finnish take up to two fifths more room than English, in longer words."""


def stretched(text: str) -> str:
    """`Save {n} doses` becomes `Sàvéé {n} döséséé`: vowels accented, every word longer, placeholders whole."""
    pieces, end = [], 0
    for kept in KEPT.finditer(text):
        pieces += [WORD.sub(_longer, text[end : kept.start()]), kept.group()]
        end = kept.end()
    pieces.append(WORD.sub(_longer, text[end:]))
    return "".join(pieces)


def _longer(word: re.Match[str]) -> str:
    return word.group().translate(ACCENTED) + "é" * round(len(word.group()) * LONGER)


def translated(po: str) -> str:
    """The catalog with every entry but the first (its head) translated from its own msgid."""
    head, *entries = po.split("\n\n")
    return "\n\n".join([head, *(_entry(entry) for entry in entries)])


def _entry(entry: str) -> str:
    texts: dict[str, list[str]] = {}
    field = ""
    for line in entry.splitlines():
        if line.startswith(("msgid ", "msgid_plural ", "msgstr", "msgctxt ")):
            field, _, line = line.partition(" ")
        if field and line.startswith('"'):
            texts.setdefault(field, []).append(line[1:-1])
    whole = {field: "".join(lines) for field, lines in texts.items()}
    if "msgid" not in whole:
        return entry
    is_format = whole.get("msgctxt") == "date format"
    flags = ["#, python-format"] if "%(" in whole["msgid"] else []
    lines = flags
    if "msgctxt" in whole:
        lines.append(f'msgctxt "{whole["msgctxt"]}"')
    lines.append(f'msgid "{whole["msgid"]}"')
    say = str if is_format else stretched
    if "msgid_plural" in whole:
        lines += [
            f'msgid_plural "{whole["msgid_plural"]}"',
            f'msgstr[0] "{say(whole["msgid"])}"',
            f'msgstr[1] "{say(whole["msgid_plural"])}"',
        ]
    else:
        lines.append(f'msgstr "{say(whole["msgid"])}"')
    return "\n".join(lines)


def catalog(folder: Path) -> Path:
    """The compiled catalog of the language `CODE` under `folder`; returns the folder for `LOCALE_PATHS`."""
    copy, locale = folder / "mooring", folder / "locale"
    shutil.copytree(SOURCES, copy, ignore=LEFT_OUT)
    locale.mkdir()
    before = Path.cwd()
    paths, settings.LOCALE_PATHS = settings.LOCALE_PATHS, [str(locale)]
    try:
        os.chdir(copy)
        # Without the places of the sentences: to name those in a template, the command searches all for each template.
        call_command(
            "makemessages",
            locale=[CODE],
            extensions=["html", "py"],
            no_wrap=True,
            no_location=True,
            verbosity=0,
        )
    finally:
        os.chdir(before)
        settings.LOCALE_PATHS = paths
    po = locale / CODE / "LC_MESSAGES" / "django.po"
    text = po.read_text(encoding="utf-8").replace(
        "nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=n != 1"
    )
    po.write_text(translated(text), encoding="utf-8")
    subprocess.run(
        ["msgfmt", "--check-format", "-o", po.with_suffix(".mo"), po], check=True, capture_output=True
    )
    return locale


def shared_catalog() -> Path:
    """The catalog of this run, for `LOCALE_PATHS`; whoever asks first makes it."""
    folder = databases.TEMPLATES / "pseudo"
    with databases.alone():
        if not folder.exists():
            half = folder.with_suffix(".half")
            half.mkdir()
            catalog(half)
            half.rename(folder)
    return folder / "locale"
