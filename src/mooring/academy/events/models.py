"""Events of the speaker series, and who registered and attended."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from mooring.academy.courses.models import Course
from mooring.identity.models import Person, Site


class SpeakerEvent(models.Model):
    """One live event. `time_zone` is where it was planned; everybody sees their own time.

    `disclosure` is what the speaker disclosed, shown before registration. `recording` is a link; a recording that
    gives credit is an activity of its own, `recording_course`, as the live event is, `credit_course`: whoever
    attended is enrolled in it, and its credit asks for the attendance. `secret` makes the code that is shown in the room.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="speaker_events")
    title = models.CharField(max_length=160)
    topic = models.CharField(max_length=80)
    summary = models.CharField(max_length=600)
    speaker = models.CharField(max_length=160)
    disclosure = models.CharField(max_length=400)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=60)
    moved_from = models.DateTimeField(null=True, blank=True)
    live_link = models.URLField(max_length=300, blank=True)
    seats = models.PositiveIntegerField(null=True, blank=True)
    seats_taken = models.PositiveIntegerField(default=0)
    secret = models.CharField(max_length=64)
    recording = models.URLField(max_length=300, blank=True)
    recording_course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="recordings"
    )
    credit_course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="live_events"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="academy_event_ends_later"),
            models.CheckConstraint(
                condition=Q(seats__isnull=True) | Q(seats_taken__lte=F("seats")), name="academy_event_seats"
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="academy_event_start")]

    def __str__(self) -> str:
        return self.title

    def is_over(self, at: datetime) -> bool:
        return at > self.ends_at


class Registration(models.Model):
    """That somebody registered: with a seat, or on the waiting list; and whether they attended."""

    event = models.ForeignKey(SpeakerEvent, on_delete=models.PROTECT, related_name="registrations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="event_registrations")
    registered_at = models.DateTimeField()
    waiting = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True, blank=True)
    attended_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person"],
                condition=Q(cancelled_at__isnull=True),
                name="academy_registered_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.person}"

    @property
    def subject_ref(self) -> str:
        return self.person.subject_ref
