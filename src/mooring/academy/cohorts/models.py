"""Cohorts: who applied, who has a place, what is due when, who was there, who practised with whom."""

from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mooring.academy.courses.models import Course
from mooring.academy.credits.models import Certificate
from mooring.academy.learning.models import Enrolment
from mooring.identity.models import Person, Site


class Cohort(models.Model):
    """A group that goes through a course together. `time_zone` is where its live slots keep their time on the wall.

    The certificate's rule: `needed` live slots, of which `most_made_up` may be made up, `sheets_needed` practices
    signed off by two raters, and, with `pre_work_required`, all pre-work.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="cohorts")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cohorts")
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=600)
    time_zone = models.CharField(max_length=60)
    seats = models.PositiveSmallIntegerField()
    seats_taken = models.PositiveSmallIntegerField(default=0)
    apply_until = models.DateTimeField()
    price = models.DecimalField(max_digits=9, decimal_places=2, default=Decimal(0))
    currency = models.CharField(max_length=3, default="USD")
    needed = models.PositiveSmallIntegerField()
    most_made_up = models.PositiveSmallIntegerField(default=0)
    sheets_needed = models.PositiveSmallIntegerField(default=0)
    pre_work_required = models.BooleanField(default=True)
    led_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cohorts_led")
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("seats")), name="academy_cohort_seats_not_over"
            ),
            models.CheckConstraint(
                condition=Q(most_made_up__lte=F("needed")), name="academy_cohort_made_up_within_needed"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LiveSlot(models.Model):
    """One live slot, counted from 1. `secret` makes the code of the moment; `second_link` serves when a call breaks."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="slots")
    place = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    moved_from = models.DateTimeField(null=True, blank=True)
    live_link = models.URLField(max_length=300, blank=True)
    second_link = models.URLField(max_length=300, blank=True)
    secret = models.CharField(max_length=64)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "place"], name="academy_live_slot_place"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="academy_live_slot_ends_later"
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="academy_live_slot_start")]

    def __str__(self) -> str:
        return f"{self.place}. {self.title}"

    def is_over(self, at: datetime) -> bool:
        return at > self.ends_at


class PreWorkKind(models.TextChoices):
    LESSON = "lesson", _("Lesson")
    CASE = "case", _("Case")
    WRITING = "writing", _("Writing")


class PreWork(models.Model):
    """What is due before a live slot: a lesson or a case of the course by its id, or something to write."""

    slot = models.ForeignKey(LiveSlot, on_delete=models.PROTECT, related_name="pre_work")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=PreWorkKind.choices)
    reference = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=160)
    words = models.CharField(max_length=400, blank=True)
    minutes = models.PositiveSmallIntegerField(default=15)
    due_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("pre-work")
        constraints = [
            models.UniqueConstraint(fields=["slot", "place"], name="academy_pre_work_place"),
            models.CheckConstraint(
                condition=Q(kind="writing", reference="") | (~Q(kind="writing") & ~Q(reference="")),
                name="academy_pre_work_names_its_part",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ApplicationState(models.TextChoices):
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class CohortApplication(models.Model):
    """Somebody's application, and the decision with its words."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="applications")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cohort_applications")
    profession = models.CharField(max_length=120)
    motivation = models.CharField(max_length=1500)
    scholarship_asked = models.BooleanField(default=False)
    scholarship_words = models.CharField(max_length=600, blank=True)
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ApplicationState.choices, default=ApplicationState.SENT)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=600, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person"],
                condition=Q(state__in=["sent", "accepted"]),
                name="academy_applied_once",
            )
        ]

    def __str__(self) -> str:
        return _("application of {person}").format(person=self.person)

    @property
    def subject_ref(self) -> str:
        return self.person.subject_ref


class CohortPlace(models.Model):
    """A participant: with a seat, or on the waiting list. The price and the scholarship are those agreed at the start."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="places")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cohort_places")
    application = models.OneToOneField(CohortApplication, on_delete=models.PROTECT, related_name="place")
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="cohort_places"
    )
    waiting = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    left_reason = models.CharField(max_length=300, blank=True)
    price = models.DecimalField(max_digits=9, decimal_places=2, default=Decimal(0))
    scholarship_percent = models.PositiveSmallIntegerField(default=0)
    scholarship_reason = models.CharField(max_length=300, blank=True)
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, blank=True, related_name="cohort_places"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person"],
                condition=Q(left_at__isnull=True),
                name="academy_one_place_in_a_cohort",
            ),
            models.CheckConstraint(
                condition=Q(scholarship_percent__lte=100), name="academy_cohort_scholarship"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.cohort}"

    @property
    def subject_ref(self) -> str:
        return self.person.subject_ref

    @property
    def to_pay(self) -> Decimal:
        """What is asked after the scholarship."""
        return (self.price * (100 - self.scholarship_percent) / 100).quantize(Decimal("0.01"))


class Instalment(models.Model):
    """A part of the price, due on a day; `payment` is the reference under which it came."""

    participant = models.ForeignKey(CohortPlace, on_delete=models.PROTECT, related_name="instalments")
    due_on = models.DateField()
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    paid_on = models.DateField(null=True, blank=True)
    payment = models.CharField(max_length=80, blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.amount}, {self.due_on}"

    @property
    def subject_ref(self) -> str:
        return self.participant.subject_ref


class PreWorkAnswer(models.Model):
    """What a participant wrote for a piece of pre-work; after the due time it counts, and is marked late."""

    pre_work = models.ForeignKey(PreWork, on_delete=models.PROTECT, related_name="answers")
    participant = models.ForeignKey(CohortPlace, on_delete=models.PROTECT, related_name="pre_work_answers")
    words = models.CharField(max_length=4000)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pre_work", "participant"], name="academy_pre_work_sent_once")
        ]

    def __str__(self) -> str:
        return str(self.pre_work)

    @property
    def subject_ref(self) -> str:
        return self.participant.subject_ref


class PresenceBy(models.TextChoices):
    CODE = "code", _("by code")
    IMPORT = "import", _("from the call’s list")
    EDUCATOR = "educator", _("recorded by the educator")
    MADE_UP = "made-up", _("made up")


class SlotAttendance(models.Model):
    """That a participant was at a live slot, or made it up. One recorded in error is cancelled, with the reason."""

    slot = models.ForeignKey(LiveSlot, on_delete=models.PROTECT, related_name="attendance")
    participant = models.ForeignKey(CohortPlace, on_delete=models.PROTECT, related_name="attendance")
    how = models.CharField(max_length=10, choices=PresenceBy.choices)
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "participant"],
                condition=Q(cancelled_at__isnull=True),
                name="academy_present_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.slot}"

    @property
    def subject_ref(self) -> str:
        return self.participant.subject_ref


class AbsenceNotice(models.Model):
    """That a participant said beforehand that they cannot come, so that their triad is filled. No reason is asked."""

    slot = models.ForeignKey(LiveSlot, on_delete=models.PROTECT, related_name="absences")
    participant = models.ForeignKey(CohortPlace, on_delete=models.PROTECT, related_name="absences")
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slot", "participant"], name="academy_absence_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.slot}"

    @property
    def subject_ref(self) -> str:
        return self.participant.subject_ref


class MakeUp(models.Model):
    """Make-up work for a missed slot: what was sent, and what the educator decided."""

    slot = models.ForeignKey(LiveSlot, on_delete=models.PROTECT, related_name="make_ups")
    participant = models.ForeignKey(CohortPlace, on_delete=models.PROTECT, related_name="make_ups")
    words = models.CharField(max_length=4000)
    sent_at = models.DateTimeField()
    accepted = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=600, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "participant"],
                condition=~Q(accepted=False),
                name="academy_one_make_up_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.slot}"

    @property
    def subject_ref(self) -> str:
        return self.participant.subject_ref


class TriadSeat(models.Model):
    """Who practises in which triad of a slot, and on which seat: the seat says which role comes in which round."""

    slot = models.ForeignKey(LiveSlot, on_delete=models.PROTECT, related_name="triad_seats")
    triad = models.PositiveSmallIntegerField()
    seat = models.PositiveSmallIntegerField()
    participant = models.ForeignKey(CohortPlace, on_delete=models.PROTECT, related_name="triad_seats")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slot", "triad", "seat"], name="academy_triad_seat"),
            models.UniqueConstraint(fields=["slot", "participant"], name="academy_one_triad_in_a_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.slot}, {self.triad}.{self.seat}"

    @property
    def subject_ref(self) -> str:
        return self.participant.subject_ref


class PracticeSheet(models.Model):
    """One rater's sheet about one person's practice in a slot. `marks` holds a mark for every item of the rubric."""

    slot = models.ForeignKey(LiveSlot, on_delete=models.PROTECT, related_name="sheets")
    participant = models.ForeignKey(CohortPlace, on_delete=models.PROTECT, related_name="sheets")
    rater = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="practice_sheets")
    faculty = models.BooleanField()
    marks = models.JSONField()
    words = models.CharField(max_length=1500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slot", "participant", "rater"], name="academy_one_sheet_a_rater")
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.slot}"

    @property
    def subject_ref(self) -> str:
        return self.participant.subject_ref


class GroupLetter(models.Model):
    """A letter to everyone in a cohort, as it was sent."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="letters")
    title = models.CharField(max_length=160)
    words = models.CharField(max_length=4000)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    readers = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.title
