"""The acts on courses: publishing a folder as a version that never changes, and looking at one while it is written."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from mooring.academy.courses.models import ChangeKind, Course, CourseVersion, VersionFile
from mooring.academy.courses.queries import parsed, write_files
from mooring.audit.recording import note, recorded, remember
from mooring.content.course.credit import credit_of
from mooring.content.course.lint import lint_course
from mooring.content.course.loader import CourseContent, CourseUnreadable, load_course
from mooring.content.course.schema import CourseChange
from mooring.identity.models import Person
from mooring.references.bibliography import bibliography
from mooring.rules.verdict import Refused
from mooring.work.queries import is_demonstration

LARGEST_FILE_BYTES = 50_000_000
MOST_FILES = 2_000
SHOWN_PROBLEMS = 20


@recorded("academy.courses.published")
def publish_course(*, folder: Path, by: Person, at: datetime) -> CourseVersion:
    """Publish a folder as the next version of its course; the same files twice give the same version.

    Refused when the folder cannot be read, the lint finds a problem, the version's number was published
    with other content, or somebody published another version a moment ago.
    """
    files = _files_of(folder)
    with TemporaryDirectory(prefix="mooring-course-") as name:
        content = _read(write_files(files, Path(name)))
        course, _new = Course.objects.get_or_create(
            slug=content.about.id, defaults={"title": content.about.title}
        )
        newest = CourseVersion.objects.filter(course=course, place=course.published).first()
        if newest is not None and newest.digest == content.digest:
            note(target=newest, digest=content.digest, unchanged=True)
            return newest
        _must_pass(content, newest, at)
    version = _store(course, content, newest, by, at)
    _store_files(version, files)
    note(digest=content.digest, number=version.number, change=version.change, files=len(files))
    return version


@recorded("academy.courses.previewed")
def preview_course(*, folder: Path, by: Person, at: datetime) -> CourseVersion:
    """Store a folder that its author is still writing: whatever the lint says, everybody moves to it.

    Refused outside a database of made-up people, and for a folder that cannot be read.
    """
    if not is_demonstration():
        raise Refused(_("Unfinished courses are shown only in a preview."))
    files = _files_of(folder)
    with TemporaryDirectory(prefix="mooring-course-") as name:
        content = _read(write_files(files, Path(name)))
    course, _new = Course.objects.get_or_create(slug=content.about.id)
    Course.objects.filter(pk=course.pk).update(published=F("published") + 1, title=content.about.title)
    course.refresh_from_db()
    number = f"{content.about.version}+{course.published}"[:20]
    version = CourseVersion.objects.create(
        **_shown(content),
        course=course,
        place=course.published,
        number=number,
        change=ChangeKind.TYPO,
        notes="",
        published_at=at,
        published_by=by,
    )
    _store_files(version, files)
    return version


def _store_files(version: CourseVersion, files: dict[str, bytes]) -> None:
    remember(
        *VersionFile.objects.bulk_create(
            VersionFile(version=version, path=path, size_bytes=len(body), body=body)
            for path, body in files.items()
        )
    )


def _files_of(folder: Path) -> dict[str, bytes]:
    root, found = folder.resolve(), {}
    for path in sorted(each for each in root.rglob("*") if each.is_file()):
        name = path.relative_to(root).as_posix()
        if not path.resolve().is_relative_to(root):
            raise Refused(
                _("{name} points outside the folder. Put the file itself into the course.").format(name=name)
            )
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise Refused(
                _("{name} is larger than {most} MB. Make it smaller.").format(
                    name=name, most=LARGEST_FILE_BYTES // 1_000_000
                )
            )
        found[name] = path.read_bytes()
        if len(found) > MOST_FILES:
            raise Refused(
                _("The folder holds more than {most} files. Name the folder of one course.").format(
                    most=MOST_FILES
                )
            )
    if not found:
        raise Refused(
            _("{folder} holds no files. Name the folder that holds course.yaml.").format(folder=folder.name)
        )
    return found


def _read(folder: Path) -> CourseContent:
    try:
        return load_course(folder)
    except CourseUnreadable as fault:
        raise Refused(*map(str, fault.problems[:SHOWN_PROBLEMS])) from fault


def _must_pass(content: CourseContent, newest: CourseVersion | None, at: datetime) -> None:
    previous = parsed(newest) if newest is not None else None
    report = lint_course(content, references=bibliography(), day=at.date(), previous=previous)
    if not report.publishable:
        raise Refused(*map(str, report.problems[:SHOWN_PROBLEMS]))


def _store(
    course: Course, content: CourseContent, newest: CourseVersion | None, by: Person, at: datetime
) -> CourseVersion:
    number = content.about.version
    if CourseVersion.objects.filter(course=course, number=number).exists():
        raise Refused(
            _(
                "Version {number} is published with other content. Give the change a new version in "
                "course.yaml and describe it at the top of changes.yaml."
            ).format(number=number)
        )
    counted = course.published
    if Course.objects.filter(pk=course.pk, published=counted).update(published=counted + 1) != 1:
        raise Refused(
            _("A colleague published this course a moment ago. Check that version, then publish again.")
        )
    Course.objects.filter(pk=course.pk).update(title=content.about.title)
    course.refresh_from_db()
    changes = _changes_since(content, newest)
    strongest = max((change.kind.value for change in changes), key=list(ChangeKind.values).index)
    safety = [change.delta_lesson for change in changes if change.delta_lesson]
    return CourseVersion.objects.create(
        course=course,
        place=counted + 1,
        number=number,
        change=strongest,
        delta_lesson=safety[0] if safety and strongest == ChangeKind.SAFETY else "",
        notes=changes[0].summary[:500],
        published_at=at,
        published_by=by,
        **_shown(content),
    )


def _shown(content: CourseContent) -> dict[str, Any]:
    """What the catalogue shows of a version."""
    return {
        "digest": content.digest,
        "title": content.about.title,
        "subtitle": content.about.subtitle,
        "level": content.about.level.value,
        "language": content.about.language,
        "lessons": len(content.lessons),
        "hours": credit_of(content).hours,
        "access_days": content.about.access_days,
    }


def _changes_since(content: CourseContent, newest: CourseVersion | None) -> list[CourseChange]:
    """The changes above the last published version, newest first; always at least one."""
    changes = list(content.changes.changes)
    numbers = [change.version for change in changes]
    if newest is not None and newest.number in numbers[1:]:
        return changes[: numbers.index(newest.number)]
    return changes[:1]
