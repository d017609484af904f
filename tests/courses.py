"""A published course and somebody enrolled in it, for tests of the academy."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from mooring.academy.courses.actions import publish_course
from mooring.academy.courses.models import CourseVersion
from mooring.academy.learning.actions import enrol as enrol_learner
from mooring.academy.learning.actions import see_disclosures
from mooring.academy.learning.models import Enrolment
from mooring.identity.models import Person
from tests.content.tiny_course import change, write_tiny_course
from tests.people import NOW
from tests.told import told

FOUNDATIONS = Path(__file__).parents[1] / "src" / "mooring" / "content" / "courses" / "ketamine-foundations"
CITED = {"doe-2020": "domino-2010-tiger", "roe-2021": "li-2016-fifty"}
"""The tiny course cites two records of the bibliography in place of its invented ones."""


def write_course(folder: Path, slug: str = "tiny") -> Path:
    """The tiny course as a folder that may be published, under another id if asked."""
    write_tiny_course(folder)
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for invented, known in CITED.items():
                text = text.replace(invented, known)
            path.write_text(text, encoding="utf-8")
    change(folder, "course.yaml", "id: tiny", f"id: {slug}")
    change(folder, "course.yaml", "title: A tiny course", f"title: A {slug} course")
    return folder


def next_version(folder: Path, number: str, kind: str = "substantive", delta_lesson: str = "") -> Path:
    """Write a further version into the folder: its number, and an entry at the top of the changes."""
    text = (folder / "course.yaml").read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if line.startswith("version:"))
    change(folder, "course.yaml", old, f'version: "{number}"')
    delta = f", delta_lesson: {delta_lesson}" if delta_lesson else ""
    change(
        folder,
        "changes.yaml",
        "changes:\n",
        f'changes:\n  - {{version: "{number}", released: 2026-02-01, kind: {kind}, summary: Version {number}{delta}}}\n',
    )
    return folder


@told
def published_foundations(by: Person, *, at: datetime = NOW) -> CourseVersion:
    """The course that comes with the program, published by an educator."""
    return publish_course(folder=FOUNDATIONS, by=by, at=at)


@told
def published_course(by: Person, folder: Path | None = None, *, at: datetime = NOW) -> CourseVersion:
    """The tiny course, or the course of a folder, published by an educator."""
    if folder == FOUNDATIONS:
        return published_foundations(by, at=at)
    if folder is not None:
        return publish_course(folder=folder, by=by, at=at)
    with TemporaryDirectory() as name:
        return publish_course(folder=write_course(Path(name)), by=by, at=at)


@told
def enrol(
    person: Person,
    version: CourseVersion,
    *,
    paid: bool = False,
    at: datetime = NOW - timedelta(days=1),
    seen: bool = True,
) -> Enrolment:
    """Enrol somebody in the course of a version; unless told otherwise they saw the disclosures."""
    enrolment = enrol_learner(learner=person, course=version.course, paid=paid, by=person, at=at)
    return see_disclosures(enrolment=enrolment, by=person, at=at) if seen else enrolment
