"""Requests and complaints with their answers; papers, support and sign-offs of an activity."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.academy.courses.models import Course, CourseVersion
from mooring.audit.append_only import append_only
from mooring.identity.models import Person


class AccommodationState(models.TextChoices):
    ASKED = "asked", _("Asked")
    GRANTED = "granted", _("In place")
    DECLINED = "declined", _("Declined")


class Accommodation(models.Model):
    """What somebody needs in order to take part, and what was decided. Only the need is asked, never a diagnosis."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accommodations")
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="accommodations"
    )
    need = models.CharField(max_length=600)
    asked_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=AccommodationState.choices, default=AccommodationState.ASKED
    )
    decision = models.CharField(max_length=600, blank=True)
    from_day = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True)
                | (~Q(state="asked") & Q(decided_at__isnull=False)),
                name="academy_accommodation_decided_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"A-{self.pk:03}"

    @property
    def subject_ref(self) -> str:
        return self.person.subject_ref


class Grievance(models.Model):
    """A complaint: acknowledged first, then answered. Both are due, and both are somebody's task."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grievances")
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="grievances"
    )
    title = models.CharField(max_length=160)
    words = models.CharField(max_length=3000)
    sent_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer_due_at = models.DateTimeField()
    answer = models.CharField(max_length=3000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="academy_grievance_answer_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"G-{self.pk:03}"

    @property
    def subject_ref(self) -> str:
        return self.person.subject_ref


class PaperKind(models.TextChoices):
    """What an activity file holds beside what the course itself says."""

    NEEDS_ASSESSMENT = "needs-assessment", _("Needs assessment: the gap, and how it is known")
    PLANNING_COMMITTEE = "planning-committee", _("Planning committee: who, with which part")
    CV = "cv", _("CV of a planner or of faculty")
    ADVERTISEMENT = "advertisement", _("Advertisement, as it was published")
    OUTCOMES = "outcomes", _("What was changed after an evaluation")


class ActivityPaper(models.Model):
    """One paper of an activity's file: words, or a PDF with its digest. A newer one of a kind follows, none is edited."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    title = models.CharField(max_length=160)
    person_name = models.CharField(max_length=160, blank=True)
    words = models.TextField(blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    body = models.BinaryField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    dated_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(words="") | ~Q(sha256=""), name="academy_activity_paper_not_empty"
            )
        ]
        indexes = [models.Index(fields=["course", "kind"], name="academy_activity_paper_kind")]

    def __str__(self) -> str:
        return self.title


class SupportKind(models.TextChoices):
    NONE = "none", _("No commercial support")
    MONETARY = "monetary", _("Money")
    IN_KIND = "in-kind", _("In kind")


class CommercialSupport(models.Model):
    """Commercial support of an activity, or the statement that there is none. The newest statement counts."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="support")
    kind = models.CharField(max_length=10, choices=SupportKind.choices)
    source = models.CharField(max_length=160, blank=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    agreed_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = _("commercial support")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="none", source="", amount__isnull=True) | (~Q(kind="none") & ~Q(source="")),
                name="academy_support_names_its_source",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.source}".strip()


class SignOffRole(models.TextChoices):
    """As whom somebody signs an activity off before it is offered."""

    PLANNER = "planner", _("Planner of the activity")
    CONTENT = "content", _("Reviewer of the content")
    ADMINISTRATOR = "administrator", _("Administrator of continuing education")


@append_only
class ActivitySignOff(models.Model):
    """That a named person signed a version of an activity off, in a role, with their password."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sign_offs")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="sign_offs")
    role = models.CharField(max_length=16, choices=SignOffRole.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="activity_sign_offs")
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "role", "person"], name="academy_activity_signed_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}"
