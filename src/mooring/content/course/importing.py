"""Which reader a file from elsewhere is for: a Moodle export, a GIFT file, Markdown files in a folder or a zip. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from mooring.content.course.gift import read_gift
from mooring.content.course.imported import MOST_BYTES, Import
from mooring.content.course.markdown_questions import read_markdown
from mooring.content.course.moodle_xml import read_moodle_xml

MOST_FILES = 500


class NoReader(Exception):
    """No reader takes a file of this name or content; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_questions(name: str, body: bytes) -> Import:
    """The questions of a file, by the ending of its name.

    Raises:
        NoReader: `kind` for another ending, `encoding` for text that is not UTF-8, `zip` for a broken or large one.
    """
    ending = name.rpartition(".")[2].lower()
    if ending == "xml":
        return read_moodle_xml(body)
    if ending == "zip":
        return read_markdown(_unpacked(body))
    if ending not in {"gift", "txt", "md"}:
        raise NoReader("kind")
    text = _text(body)
    return read_markdown({name: text}) if ending == "md" else read_gift(text)


def read_folder(folder: Path) -> Import:
    """The questions of all Markdown files of a folder."""
    return read_markdown({path.name: _text(path.read_bytes()) for path in sorted(folder.glob("*.md"))})


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise NoReader("encoding") from fault


def _unpacked(body: bytes) -> Mapping[str, str]:
    """The Markdown files of an archive, read into memory; names are names only, nothing is written anywhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = [each for each in archive.infolist() if each.filename.lower().endswith(".md")]
            if len(entries) > MOST_FILES or sum(each.file_size for each in entries) > MOST_BYTES:
                raise NoReader("zip")
            return {each.filename: _text(archive.open(each).read(MOST_BYTES)) for each in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as fault:
        raise NoReader("zip") from fault
