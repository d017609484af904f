"""Reads the folder of a course into one frozen `CourseContent`, or says everything that is wrong with it.

Start reading at `load_course`. Every problem names the file, the line and what was expected; all problems of
all files are collected before anything is raised. No file outside the folder is read, nothing is executed.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from mooring.content import yaml_text
from mooring.content.course import items, practice, predictions, recordings, schema, text
from mooring.content.course.causes import cause

LARGEST_FILE_BYTES = 1_000_000
Model = TypeVar("Model", bound=schema.FileModel)
Key = str | int


@dataclass(frozen=True, order=True)
class CourseProblem:
    """Something to put right. `line` is 1-based, 0 when the whole file is meant."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class CourseUnreadable(ValueError):
    """The folder is not a course; `problems` says why, in order of file and line."""

    def __init__(self, problems: list[CourseProblem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Embedded:
    """A check, one of its questions, a prediction, explorable, figure, case or media file at its place in a lesson."""

    kind: str
    ref: str
    line: int


@dataclass(frozen=True)
class Lesson:
    """A lesson: its head, and its content in reading order."""

    head: schema.LessonHead
    module_id: str
    file: str
    content: tuple[text.Prose | text.Callout | Embedded, ...]
    cited: tuple[text.Citation, ...]

    @cached_property
    def prose(self) -> str:
        """The running text of the lesson without marks and citations, call-outs included."""
        passages = (part for part in self.content if not isinstance(part, Embedded))
        return "\n".join(text.plain_text(part.markdown) for part in passages)

    def embedded(self, kind: str) -> tuple[str, ...]:
        """Ids of everything of one kind that the lesson shows, in reading order."""
        return tuple(part.ref for part in self.content if isinstance(part, Embedded) and part.kind == kind)


@dataclass(frozen=True)
class CourseContent:
    """One version of a course, whole. `digest` is the SHA-256 of all its files, names included."""

    folder: Path
    digest: str
    about: schema.CourseFile
    modules: Mapping[str, schema.ModuleFile]
    lessons: Mapping[str, Lesson]
    checks: Mapping[str, items.CheckFile]
    post_test: items.PostTestFile
    cases: Mapping[str, practice.CaseFile]
    explorables: Mapping[str, practice.ExplorableFile]
    figures: Mapping[str, practice.FigureFile]
    predictions: Mapping[str, predictions.PredictionFile]
    interviews: Mapping[str, recordings.InterviewFile]
    narration: Mapping[str, recordings.Recording]
    media: Mapping[str, schema.Medium]
    evaluation: schema.EvaluationFile
    accreditation: schema.OfferingsFile
    changes: schema.ChangesFile
    files: Mapping[str, str] = field(repr=False)
    """File of every id that has one of its own, relative to the folder."""

    @property
    def objectives(self) -> dict[str, schema.Objective]:
        """All objectives in the order of the modules."""
        return {one.id: one for name in self.about.modules for one in self.modules[name].objectives}

    def lessons_in_order(self) -> tuple[Lesson, ...]:
        """All written lessons as they are taken."""
        return tuple(self.lessons[one] for name in self.about.modules for one in self.modules[name].lessons)

    def references_of(self, module_id: str) -> tuple[str, ...]:
        """Bibliography ids cited in a module's lessons, in the order of their first citation."""
        lessons = (self.lessons[one] for one in self.modules[module_id].lessons)
        return tuple(dict.fromkeys(cited.key for lesson in lessons for cited in lesson.cited))

    def check_items(self) -> Iterator[items.Item]:
        """Every question of every knowledge check."""
        for check in self.checks.values():
            yield from check.items

    def item(self, item_id: str) -> items.Item:
        """A question of a check or of the post-test. Raises KeyError for an unknown id."""
        for one in (*self.check_items(), *self.post_test.items):
            if one.id == item_id:
                return one
        raise KeyError(item_id)


def load_course(folder: Path) -> CourseContent:
    """The course in a folder.

    Raises:
        CourseUnreadable: with every problem found, each with file, line and what was expected.
    """
    return _CourseReader(folder.resolve()).course()


class _CourseReader:
    """Collects problems while it reads; a file that cannot be read is left out, the rest is still read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[CourseProblem] = []
        self.files: dict[str, str] = {}
        self.unread_lessons = 0

    def course(self) -> CourseContent:
        if not self.folder.is_dir():
            raise CourseUnreadable([CourseProblem(str(self.folder.name), 0, "is not a folder")])
        about = self.one("course.yaml", schema.CourseFile)
        modules = self.many("modules/*/module.yaml", schema.ModuleFile)
        folders, files = self.folders(), self.single_files()
        lessons = self.lessons()
        if about is not None:
            self.order(about, modules, lessons)
        if self.problems or about is None or None in files.values():
            raise CourseUnreadable(self.problems)
        media, read = files.pop("media"), files.pop("narration")
        return CourseContent(
            folder=self.folder,
            digest=_digest(self.folder),
            about=about,
            modules=modules,
            lessons=lessons,
            media=MappingProxyType({medium.id: medium for medium in media.media}),
            narration=MappingProxyType({each.lesson: each for each in read.recordings}),
            files=MappingProxyType(self.files),
            **folders,
            **files,
        )

    def folders(self) -> dict[str, Any]:
        """What stands in files of its own, by the field that holds it."""
        return {
            "checks": self.many("modules/*/*.checks.yaml", items.CheckFile),
            "cases": self.many("cases/*.case.yaml", practice.CaseFile),
            "explorables": self.many("explorables/*.yaml", practice.ExplorableFile),
            "figures": self.many("figures/*.yaml", practice.FigureFile),
            "predictions": self.many("predictions/*.yaml", predictions.PredictionFile),
            "interviews": self.many("interviews/*.yaml", recordings.InterviewFile),
        }

    def single_files(self) -> dict[str, Any]:
        """What stands in one file for the whole course, by the field that holds it; None for an unreadable one."""
        return {
            "post_test": self.one("post-test.yaml", items.PostTestFile),
            "evaluation": self.one("evaluation.yaml", schema.EvaluationFile),
            "accreditation": self.one("accreditation/offerings.yaml", schema.OfferingsFile),
            "changes": self.one("changes.yaml", schema.ChangesFile),
            "media": self.one("media.yaml", schema.MediaFile, default=schema.MediaFile()),
            "narration": self.one(
                "narration.yaml", recordings.NarrationFile, default=recordings.NarrationFile()
            ),
        }

    def problem(self, file: str, line: int, message: str) -> None:
        self.problems.append(CourseProblem(file, line, message))

    def raw(self, path: Path) -> str | None:
        """The text of a file, or None and a problem."""
        name = str(path.relative_to(self.folder))
        if not path.is_file():
            self.problem(name, 0, "is missing")
        elif not path.resolve().is_relative_to(self.folder):
            self.problem(name, 0, "points outside the folder of the course")
        elif path.stat().st_size > LARGEST_FILE_BYTES:
            self.problem(name, 0, f"is larger than {LARGEST_FILE_BYTES} bytes")
        else:
            body = path.read_bytes()
            if body.startswith(codecs.BOM_UTF8):
                mark = "begins with a byte-order mark, which an editor added unseen; save it as UTF-8 without one"
                self.problem(name, 1, mark)
                body = body.removeprefix(codecs.BOM_UTF8)
            try:
                return body.decode("utf-8").replace("\r\n", "\n")
            except UnicodeDecodeError as fault:
                line = body[: fault.start].count(b"\n") + 1
                self.problem(name, line, "is not UTF-8 text; save it as UTF-8")
        return None

    def one(self, name: str, model: type[Model], default: Model | None = None) -> Model | None:
        path = self.folder / name
        if default is not None and not path.exists():
            return default
        source = self.raw(path)
        return None if source is None else self.parsed(name, source, model)

    def many(self, pattern: str, model: type[Model]) -> Mapping[str, Model]:
        found: dict[str, Model] = {}
        for path in sorted(self.folder.glob(pattern)):
            name = str(path.relative_to(self.folder))
            parsed = self.one(name, model)
            if parsed is not None:
                self.keep(found, parsed.model_dump()["id"], parsed, name)
        return MappingProxyType(found)

    def keep(self, into: dict[str, Any], key: str, value: object, file: str) -> None:
        if key in self.files:
            self.problem(file, 0, f"the id {key} is also used by {self.files[key]}")
        else:
            self.files[key] = file
            into[key] = value

    def parsed(self, file: str, source: str, model: type[Model], first_line: int = 1) -> Model | None:
        """A model out of YAML; problems carry the line of the value they are about."""
        try:
            read = yaml_text.read(source)
            return model.model_validate(read.data)
        except yaml_text.BadYaml as fault:
            self.problem(file, fault.line + first_line - 1, f"expected {fault.expected}")
        except ValidationError as fault:
            for error in fault.errors():
                line = _line(read, error["loc"]) + first_line - 1
                self.problem(file, line, cause(error, KNOWN_FIELDS))
        return None

    def lessons(self) -> Mapping[str, Lesson]:
        found: dict[str, Lesson] = {}
        for path in sorted(self.folder.glob("modules/*/*.md")):
            name = str(path.relative_to(self.folder))
            source = self.raw(path)
            if source is None:
                continue
            try:
                lesson = self.lesson(name, source, module_id=path.parent.name)
            except text.MarkdownError as fault:
                self.problem(name, fault.line, str(fault))
                lesson = None
            if lesson is None:
                self.unread_lessons += 1
            else:
                self.keep(found, lesson.head.id, lesson, name)
        return MappingProxyType(found)

    def lesson(self, file: str, source: str, module_id: str) -> Lesson | None:
        matter, first_line = text.front_matter(source)
        head = self.parsed(file, matter, schema.LessonHead, first_line)
        if head is None:
            return None
        content: list[text.Prose | text.Callout | Embedded] = []
        for block in text.blocks(source):
            if not isinstance(block, text.Embed):
                content.append(block)
            elif (embed := self.parsed(file, block.body, _EmbedBody, block.line)) is not None:
                content.append(Embedded(block.kind, embed.ref, block.line))
        cited = text.citations(part for part in content if not isinstance(part, Embedded))
        return Lesson(head, module_id, file, tuple(content), tuple(cited))

    def order(
        self,
        about: schema.CourseFile,
        modules: Mapping[str, schema.ModuleFile],
        lessons: Mapping[str, Lesson],
    ) -> None:
        """Modules and lessons are listed where they are, and are where they are listed."""
        for name in sorted(set(about.modules) ^ set(modules)):
            self.problem("course.yaml", 0, f"module {name}: listed without a folder, or a folder not listed")
        listed = {lesson: module.id for module in modules.values() for lesson in module.lessons}
        wrong = listed.keys() ^ lessons.keys()
        if self.unread_lessons:  # one that could not be read is not called missing as well
            wrong -= listed.keys()
        for lesson_id in sorted(wrong):
            self.problem(
                self.files.get(lesson_id) or self.files.get(listed.get(lesson_id, ""), "course.yaml"),
                0,
                f"lesson {lesson_id}: listed in module.yaml without a file, or a file not listed",
            )


class _EmbedBody(schema.FileModel):
    ref: schema.Id


def _line(read: yaml_text.Read, path: tuple[Key, ...]) -> int:
    """Line of the deepest part on a path; pydantic adds steps (the type of an item) that no file has."""
    known: tuple[Key, ...] = ()
    for step in path:
        if (*known, step) in read.lines:
            known = (*known, step)
    return read.line(known)


def _field_names(model: type[schema.FileModel]) -> set[str]:
    return set(model.model_fields).union(*(_field_names(each) for each in model.__subclasses__()))


KNOWN_FIELDS = frozenset(_field_names(schema.FileModel))
"""Every field of every file: what a mistyped one may have meant."""


def _digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of all files, in order of name."""
    total = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        total.update(str(path.relative_to(folder)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def json_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of every YAML file of a course, by the file's name or pattern."""
    models: dict[str, type[schema.FileModel]] = {
        "course.yaml": schema.CourseFile,
        "modules/*/module.yaml": schema.ModuleFile,
        "modules/*/*.checks.yaml": items.CheckFile,
        "cases/*.case.yaml": practice.CaseFile,
        "explorables/*.yaml": practice.ExplorableFile,
        "figures/*.yaml": practice.FigureFile,
        "predictions/*.yaml": predictions.PredictionFile,
        "interviews/*.yaml": recordings.InterviewFile,
        "narration.yaml": recordings.NarrationFile,
        "post-test.yaml": items.PostTestFile,
        "evaluation.yaml": schema.EvaluationFile,
        "accreditation/offerings.yaml": schema.OfferingsFile,
        "changes.yaml": schema.ChangesFile,
        "media.yaml": schema.MediaFile,
    }
    return {name: model.model_json_schema() for name, model in models.items()}
