"""Content files → `Pack`, or one `ContentRefused` that names every fault with file, line and expectation.

A file holds a list of items, or `defaults` (put under every item that does not say otherwise) and `items`.
Package items have plain ids, a site's own begin with its name and ':'; no id may stand twice. Nothing is
half-loaded: one fault refuses the whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mooring.content import versions, yaml_text
from mooring.content.pack import KINDS, Pack
from mooring.content.schema.base import Item, Strict
from mooring.content.schema.data import Datum
from mooring.content.schema.texts import ConsentSection
from mooring.references.bibliography import Reference, bibliography, read_records

PACKAGE_ROOT = Path(__file__).parent
SITE_ROOT_VARIABLE = "MOORING_CONTENT"
_FOLDERS: Mapping[str, type[Strict]] = {"data": Datum, "sections": ConsentSection, **KINDS}


@dataclass(frozen=True)
class Problem:
    """One fault: where it stands and what was expected."""

    file: str
    line: int
    expected: str
    where: str = ""

    def __str__(self) -> str:
        part = f" ({self.where})" if self.where else ""
        return f"{self.file}:{self.line}{part}: {self.expected}"


class ContentRefused(Exception):
    """Content that cannot be loaded; `problems` holds every fault, and nothing was loaded."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Loaded:
    """A pack with the place of every item and datum: key → (file, line), and the digests its versions had."""

    pack: Pack
    places: Mapping[str, tuple[str, int]]
    bibliography: Mapping[str, Reference]
    recorded: Mapping[str, str] = field(default_factory=dict)


def roots() -> tuple[Path, ...]:
    """The package's own root and, where `MOORING_CONTENT` names one, the site's."""
    site = os.environ.get(SITE_ROOT_VARIABLE, "").strip()
    return (PACKAGE_ROOT, Path(site)) if site else (PACKAGE_ROOT,)


_cache: dict[tuple[Path, ...], tuple[tuple[tuple[str, int, int], ...], Loaded]] = {}


def load(folders: Iterable[Path] | None = None) -> Pack:
    """All content of the roots as one pack; `ContentRefused` when anything is wrong.

    Files that have not changed since the last call are not read again.
    """
    return load_with_places(folders).pack


def load_with_places(folders: Iterable[Path] | None = None) -> Loaded:
    """As `load`, with where every item stands."""
    chosen = tuple(folders) if folders is not None else roots()
    files = [(root, kind, path) for root in chosen for kind, path in _files(root)]
    read = [*(path for _, _, path in files), *(chosen[0].glob(versions.FILE) if chosen else ())]
    stamp = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in read)
    known = _cache.get(chosen)
    if known is not None and known[0] == stamp:
        return known[1]
    loaded = _Loading(chosen).all_of(files)
    _cache[chosen] = (stamp, loaded)
    return loaded


def _files(root: Path) -> Iterable[tuple[str, Path]]:
    for kind in (*_FOLDERS, "references"):
        for path in sorted((root / kind).glob("*.yaml")):
            yield kind, path


class _Loading:
    def __init__(self, chosen: tuple[Path, ...]) -> None:
        self.package = chosen[0] if chosen else PACKAGE_ROOT
        self.problems: list[Problem] = []
        self.data: dict[str, Datum] = {}
        self.sections: dict[str, dict[str, Any]] = {}
        self.shelves: dict[str, dict[str, Item]] = {kind: {} for kind in KINDS}
        self.kind_of_id: dict[str, str] = {}
        self.places: dict[str, tuple[str, int]] = {}
        self.references: dict[str, Reference] = dict(bibliography())

    def all_of(self, files: list[tuple[Path, str, Path]]) -> Loaded:
        for root in dict.fromkeys(root for root, _, _ in files if root != self.package):
            self._site_references(root)
        for root, kind, path in sorted(files, key=lambda each: each[1] != "sections"):
            if kind != "references":
                self._file(root, kind, path)
        self._cited()
        if self.problems:
            raise ContentRefused(self.problems)
        cited = sorted(
            {name for shelf in self.shelves.values() for item in shelf.values() for name in cited_by(item)}
        )
        pack = Pack(
            data=self.data,
            shelves=self.shelves,
            references={name: dict(self.references[name].raw) for name in cited},
        )
        return Loaded(pack, self.places, self.references, versions.read(self.package))

    def _site_references(self, root: Path) -> None:
        try:
            more = read_records(root / "references")
        except ValueError as error:
            self.problems.append(Problem(str(root / "references"), 1, str(error)))
            return
        for name, record in more.items():
            if name in self.references:
                self.problems.append(Problem(str(root / "references"), 1, f"a new id; {name} exists already"))
            self.references[name] = record

    def _file(self, root: Path, kind: str, path: Path) -> None:
        name = f"{root.name}/{kind}/{path.name}"
        try:
            read = yaml_text.read(path.read_text("utf-8"))
        except yaml_text.BadYaml as error:
            self.problems.append(Problem(name, error.line, error.expected))
            return
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(Problem(name, 1, f"a readable UTF-8 file; {error}"))
            return
        defaults, items, prefix = _defaults_and_items(read.data)
        if items is None:
            self.problems.append(Problem(name, 1, "a list of items, or `defaults` and `items`"))
            return
        for at, raw in enumerate(items):
            self._one(root, kind, name, read, (*prefix, at), raw, defaults)

    def _one(
        self,
        root: Path,
        kind: str,
        file: str,
        read: yaml_text.Read,
        path: yaml_text.Path,
        raw: object,
        defaults: dict[str, Any],
    ) -> None:
        line = read.line(path)
        if not isinstance(raw, dict):
            self.problems.append(Problem(file, line, "an item with keys and values"))
            return
        name = str(raw.get("id") or raw.get("key") or raw.get("code") or "")
        if kind == "consents" and isinstance(raw.get("sections"), list):
            raw = {**raw, "sections": self._composed(file, read, path, name, raw["sections"])}
        try:
            model = _FOLDERS[kind].model_validate({**defaults, **raw})
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                where = ".".join(str(part) for part in fault["loc"])
                self.problems.append(
                    Problem(
                        file, read.line((*path, *fault["loc"])), _expected(fault), f"{name} {where}".strip()
                    )
                )
            return
        if isinstance(model, Datum):
            self._datum(model, file, line)
        elif isinstance(model, ConsentSection):
            if model.code in self.sections:
                self.problems.append(Problem(file, line, f"a new code; {model.code} exists already", name))
            self.sections[model.code] = raw
        elif isinstance(model, Item):
            self._item(root, kind, model, file, line)

    def _composed(
        self, file: str, read: yaml_text.Read, path: yaml_text.Path, name: str, sections: list[Any]
    ) -> list[Any]:
        """A consent's sections, with the shared one in the place of every `{use: CODE}`."""
        found = []
        for at, each in enumerate(sections):
            code = each.get("use") if isinstance(each, dict) and set(each) == {"use"} else None
            if code is not None and code not in self.sections:
                line = read.line((*path, "sections", at))
                self.problems.append(Problem(file, line, f"a section of `sections/`, found {code!r}", name))
            found.append(self.sections.get(str(code), each))
        return found

    def _datum(self, datum: Datum, file: str, line: int) -> None:
        if datum.key in self.data:
            self.problems.append(Problem(file, line, f"a new key; {datum.key} exists already", datum.key))
        self.data[datum.key] = datum
        self.places[datum.key] = (file, line)

    def _item(self, root: Path, kind: str, item: Item, file: str, line: int) -> None:
        named = ":" in item.id
        if root == self.package and named:
            self.problems.append(Problem(file, line, "an id without ':'; that is for a site's own", item.id))
        if root != self.package and not named:
            expected = "an id that begins with the site's name and ':' (a site's item never takes over ours)"
            self.problems.append(Problem(file, line, expected, item.id))
        if item.key in self.places:
            before = self.places[item.key]
            self.problems.append(
                Problem(file, line, f"one {item.key}; it is in {before[0]}:{before[1]}", item.id)
            )
        if self.kind_of_id.setdefault(item.id, kind) != kind:
            other = self.kind_of_id[item.id]
            self.problems.append(Problem(file, line, f"an id used by one kind; {other} uses it", item.id))
        self.shelves[kind][item.key] = item
        self.places[item.key] = (file, line)

    def _cited(self) -> None:
        for shelf in self.shelves.values():
            for item in shelf.values():
                for name in cited_by(item):
                    if name not in self.references:
                        file, line = self.places[item.key]
                        self.problems.append(
                            Problem(file, line, f"a source of the bibliography, found {name!r}", item.id)
                        )


def _defaults_and_items(data: object) -> tuple[dict[str, Any], list[Any] | None, yaml_text.Path]:
    if isinstance(data, list):
        return {}, data, ()
    if isinstance(data, dict) and set(data) <= {"defaults", "items"} and isinstance(data.get("items"), list):
        defaults = data.get("defaults") or {}
        return (defaults, data["items"], ("items",)) if isinstance(defaults, dict) else ({}, None, ())
    return {}, None, ()


def cited_by(model: Strict) -> tuple[str, ...]:
    """Every reference that an item names, anywhere inside it, once."""
    found: dict[str, None] = {}

    def walk(value: object) -> None:
        if isinstance(value, Strict):
            named = getattr(value, "reference", "")
            if isinstance(named, str) and named:
                found[named] = None
            for field in type(value).model_fields:
                walk(getattr(value, field))
        elif isinstance(value, tuple):
            for each in value:
                walk(each)

    walk(model)
    return tuple(found)


def _expected(fault: Mapping[str, Any]) -> str:
    """Pydantic's fault in words: what was expected, and what stands there."""
    kind, message = fault["type"], str(fault["msg"]).removeprefix("Value error, ")
    if kind == "missing":
        return "this key is missing"
    if kind == "extra_forbidden":
        return "no such key is known here"
    found = repr(fault.get("input"))
    return f"{message}; found {found[:80]}"
