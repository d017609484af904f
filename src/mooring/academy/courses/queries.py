"""Reads of published courses: the catalogue, the newest version, and a version as a whole `CourseContent`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.academy.courses.models import Course, CourseVersion
from mooring.content.course.credit import lesson_minutes
from mooring.content.course.loader import CourseContent, Embedded, Lesson, load_course
from mooring.content.course.places import place_of
from mooring.content.course.practice import CaseFile, ExplorableFile, FigureFile
from mooring.content.course.recordings import InterviewFile

KEPT_PARSED = 256
"""Parsed versions kept in a process, the least used dropped first; one takes about a megabyte."""


class VersionDamaged(Exception):
    """The stored files of a version do not give the digest that was published."""


def catalogue() -> "QuerySet[CourseVersion]":
    """The newest version of every course, by title."""
    newest = CourseVersion.objects.filter(place=F("course__published"))
    return newest.select_related("course").order_by("title", "pk")


def newest_version(course: Course) -> CourseVersion:
    """The version that a new enrolment gets."""
    return CourseVersion.objects.select_related("course").filter(course=course).latest("place")


def parsed(version: CourseVersion) -> CourseContent:
    """The whole content of a version, read once in a process.

    Its `folder` names nothing: media are served from the stored files (`VersionFile`).

    Raises:
        VersionDamaged: when the stored files are not those that were published.
    """
    return _parsed(version.pk, version.digest)


@lru_cache(maxsize=KEPT_PARSED)
def _parsed(version_pk: int, digest: str) -> CourseContent:
    version = CourseVersion.objects.get(pk=version_pk)
    course = read_files({each.path: bytes(each.body) for each in version.files.all()})
    if course.digest != digest:
        raise VersionDamaged(
            _("{version}: the saved files are not those that were published").format(version=version)
        )
    return course


def minutes_of(version: CourseVersion) -> Mapping[str, int]:
    """Minutes of every lesson of a version, by id: the course's one calculation, shared out."""
    return _minutes(version.pk, version.digest)


@lru_cache(maxsize=KEPT_PARSED)
def _minutes(version_pk: int, digest: str) -> Mapping[str, int]:
    return lesson_minutes(_parsed(version_pk, digest))


ACT_WORDS = {
    "figure": gettext_lazy("Figure"),
    "explorable": gettext_lazy("Explore"),
    "case": gettext_lazy("Case"),
    "interview": gettext_lazy("Listen"),
}


@dataclass(frozen=True)
class LessonAct:
    """Something to do in a lesson, as the sequence of a course names it, and where it stands in the lesson's page."""

    kind: object
    title: str
    place: str


def acts_of(course: CourseContent, lesson: Lesson) -> list[LessonAct]:
    """Figures, explorables, cases and interviews of a lesson, in reading order."""
    homes: dict[str, Mapping[str, FigureFile | ExplorableFile | CaseFile | InterviewFile]] = {
        "figure": course.figures,
        "explorable": course.explorables,
        "case": course.cases,
        "interview": course.interviews,
    }
    found = (part for part in lesson.content if isinstance(part, Embedded) and part.kind in homes)
    return [
        LessonAct(ACT_WORDS[part.kind], homes[part.kind][part.ref].title, place_of(part)) for part in found
    ]


def read_files(files: Mapping[str, bytes]) -> CourseContent:
    """The course that these files make. Raises `CourseUnreadable` like the loader."""
    with TemporaryDirectory(prefix="mooring-course-") as name:
        return load_course(write_files(files, Path(name)))


def write_files(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write the files of a course under `folder`, by their relative paths."""
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder
