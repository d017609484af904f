"""Learning: who is enrolled in which version until when, and which lessons are done."""

from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from mooring.academy.courses.models import Course, CourseVersion
from mooring.audit.append_only import append_only
from mooring.identity.models import Person


class CourseOffer(models.Model):
    """What access to a course costs and how long it lasts; one offer of a course is open at a time.

    `renewal_price` is asked for opening an expired access again; empty: an expired access is not renewed.
    `guarantee_days` is how long the buyer may have the money back. Prices are without tax.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="offers")
    price = models.DecimalField(max_digits=9, decimal_places=2)
    currency = models.CharField(max_length=3)
    tax_name = models.CharField(max_length=40, blank=True)
    tax_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    access_days = models.PositiveSmallIntegerField()
    renewal_price = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    guarantee_days = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course"], condition=Q(closed_at__isnull=True), name="academy_one_open_offer"
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0, tax_percent__gte=0, access_days__gte=1),
                name="academy_offer_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course}: {self.price} {self.currency}"

    @property
    def free(self) -> bool:
        return self.price == 0


class Enrolment(models.Model):
    """A learner in a course, pinned to a version. Progress hangs on ids, so a move to another loses nothing.

    `access_until` closes the lessons, never the certificates or the transcript. `first_version` says from
    where the learner came: safety changes published since owe them a delta lesson. `here` is the lesson that
    was open last.
    """

    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="enrolments")
    first_version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField()
    paid = models.BooleanField(default=False)
    access_until = models.DateTimeField()
    disclosures_seen_at = models.DateTimeField(null=True, blank=True)
    here = models.CharField(max_length=80, blank=True)
    extra_attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course"],
                condition=Q(ended_at__isnull=True),
                name="academy_enrolled_once",
            ),
            models.CheckConstraint(
                condition=Q(access_until__gte=F("enrolled_at")), name="academy_access_after_enrolment"
            ),
        ]
        indexes = [models.Index(fields=["course", "version"], name="academy_enrolment_version")]

    def __str__(self) -> str:
        return f"{self.learner} in {self.course}"

    @property
    def subject_ref(self) -> str:
        return self.learner.subject_ref

    def is_open(self, at: datetime) -> bool:
        """Whether the lessons may be opened at this moment."""
        return self.ended_at is None and at < self.access_until


@append_only
class LessonDone(models.Model):
    """That a lesson, named by its id, was done, and in which version of the course."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="lessons_done")
    lesson_id = models.CharField(max_length=80)
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson_id"], name="academy_lesson_done_once")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} of {self.enrolment}"


@append_only
class StudyMoment(models.Model):
    """That a learner did something in the course: opened a lesson, a case, the post-test. Time is read off these.

    Answers and steps carry times of their own; together they say how long somebody took part.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="moments")
    lesson_id = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["enrolment", "at"], name="academy_study_moment")]

    def __str__(self) -> str:
        return self.lesson_id
