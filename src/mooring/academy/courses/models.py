"""Courses: a name that stays, and versions that never change once they are published."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.identity.models import Person


class Course(models.Model):
    """What stays the same over all versions. `published` counts them: the newest has it as its place."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    published = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.title


class ChangeKind(models.TextChoices):
    """How a version reaches those who are enrolled already."""

    TYPO = "typo", _("wording only: everyone moves")
    SUBSTANTIVE = "substantive", _("new content: offered")
    SAFETY = "safety", _("safety: everyone moves, with a short lesson")


@append_only
class CourseVersion(models.Model):
    """One published version. `place` is 1 for the first; `delta_lesson` is set for a safety change only.

    What the catalogue shows stands here, so that a list of courses reads no files.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    place = models.PositiveIntegerField()
    number = models.CharField(max_length=20)
    change = models.CharField(max_length=12, choices=ChangeKind.choices)
    delta_lesson = models.CharField(max_length=80, blank=True)
    notes = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    subtitle = models.CharField(max_length=300, blank=True)
    level = models.CharField(max_length=20)
    language = models.CharField(max_length=20)
    lessons = models.PositiveSmallIntegerField()
    hours = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    access_days = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "place"], name="academy_version_place"),
            models.UniqueConstraint(fields=["course", "number"], name="academy_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


@append_only
class VersionFile(models.Model):
    """One file of a version's folder, as it was published."""

    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="files")
    path = models.CharField(max_length=200)
    size_bytes = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "path"], name="academy_version_file_path")]

    def __str__(self) -> str:
        return self.path
