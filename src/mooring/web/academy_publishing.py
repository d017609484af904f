"""`mooring academy publish`: a folder becomes a version; said is what changed and which learners move."""

from collections import Counter
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from mooring.academy.courses.actions import publish_course
from mooring.academy.courses.models import CourseVersion, VersionFile
from mooring.academy.learning.actions import follow_versions
from mooring.academy.learning.models import Enrolment
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.mistakes import Mistake
from mooring.work.schema import migrations_missing

SHOWN_FILES = 30


def publish(folder: Path, *, email: str, dry_run: bool) -> int:
    """0 when the folder is published (or would be); 1 with every reason when it is refused."""
    if not folder.is_dir():
        raise Mistake(f"{folder} is not a folder. Name the folder that holds course.yaml.")
    if migrations_missing():
        raise Mistake("The database is not up to date. Run `mooring migrate`.")
    by, at = _publisher(email), timezone.now()
    try:
        with transaction.atomic():
            before = set(CourseVersion.objects.values_list("pk", flat=True))
            version = publish_course(folder=folder, by=by, at=at)
            if version.pk in before:
                print(f"{version} is published already, with these very files. Nothing was done.")
                return 0
            stood = _standing(version)
            follow_versions(course=version.course, by=by, at=at)
            _say(version, stood, _standing(version))
            if dry_run:
                transaction.set_rollback(True)
    except Refused as refused:
        for reason in refused.reasons:
            print(reason)
        print("Not published. Nothing was changed.")
        return 1
    print("Nothing was published: this was a dry run." if dry_run else f"Published by {by}.")
    return 0


def _publisher(email: str) -> Person:
    person = Person.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise Mistake(f"No one signs in as {email}. Give the address of a person who is on the staff.")
    if not person.may(Permission.COURSES_PUBLISH):
        raise Mistake(f"{person} may not publish courses. Ask an educator.")
    return person


def _standing(version: CourseVersion) -> "Counter[int]":
    """How many learners stand at each version of the course, by its place."""
    places = Enrolment.objects.filter(course=version.course, ended_at__isnull=True)
    return Counter(places.values_list("version__place", flat=True))


def _say(version: CourseVersion, stood: "Counter[int]", stand: "Counter[int]") -> None:
    print(f"{version.title}, version {version.number}: {version.get_change_display()}.")
    if version.notes:
        print(f"  {version.notes}")
    for line in _changed_files(version):
        print(f"  {line}")
    moved = stand[version.place]
    stay = sum(stood.values()) - moved
    print(
        f"{moved} of {stood.total()} learners move to it now; {stay} stay where they are and are offered it."
    )
    if moved and version.delta_lesson:
        print(f"They are asked to take the lesson {version.delta_lesson}.")


def _changed_files(version: CourseVersion) -> list[str]:
    """What was added, changed and removed since the version before, by file."""
    before = {
        each.path: bytes(each.body)
        for each in VersionFile.objects.filter(
            version__course=version.course, version__place=version.place - 1
        )
    }
    now = {each.path: bytes(each.body) for each in VersionFile.objects.filter(version=version)}
    if not before:
        return [f"The first version: {len(now)} files."]
    lines = [f"added    {path}" for path in sorted(now.keys() - before.keys())]
    lines += [f"changed  {path}" for path in sorted(now.keys() & before.keys()) if now[path] != before[path]]
    lines += [f"removed  {path}" for path in sorted(before.keys() - now.keys())]
    left = len(lines) - SHOWN_FILES
    return lines[:SHOWN_FILES] + ([f"… and {left} more"] if left > 0 else [])
