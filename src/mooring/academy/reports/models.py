"""Reports: the file as it was made, what it reported, and what the body answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.academy.courses.models import Course
from mooring.academy.credits.models import Certificate
from mooring.audit.append_only import append_only
from mooring.content.pars import JOINT_CREDITS
from mooring.identity.models import Person
from mooring.work.in_parts import WorkInParts


class ReportKind(models.TextChoices):
    PARS_ACTIVITY = "pars-activity", _("PARS: the activity (ACCME)")
    JOINT_ACTIVITY = "joint-activity", _("JA-PARS: the activity (Joint Accreditation)")
    PARS_LEARNERS = "pars-learners", _("PARS: learners’ credit (ACCME)")
    CE_BROKER = "ce-broker", _("CE Broker: roster")
    CPE = "cpe", _("CPE Monitor: pharmacists’ credit")
    STATE = "state", _("State board: roster of one state")
    CERTIFICATES = "certificates", _("Certificates, with all fields")
    PROGRESS = "progress", _("Learners’ progress")
    EVALUATION = "evaluation", _("Evaluation by objective")
    RETENTION = "retention", _("What is remembered at 30, 90 and 180 days")


class BodyNumbers(models.Model):
    """The numbers by which accreditors know the provider and a course, and the credit of a joint accreditation."""

    course = models.OneToOneField(Course, on_delete=models.PROTECT, related_name="body_numbers")
    accme_provider = models.CharField(max_length=7, blank=True)
    accme_activity = models.CharField(max_length=9, blank=True)
    ce_broker_provider = models.CharField(max_length=12, blank=True)
    ce_broker_course = models.CharField(max_length=20, blank=True)
    uan = models.CharField(max_length=30, blank=True)
    joint_credit = models.CharField(
        max_length=30, choices=[(each, each) for each in JOINT_CREDITS], blank=True
    )
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = _("numbers")

    def __str__(self) -> str:
        return str(self.course)


class Report(models.Model):
    """One file, as it was made. `faults` says which rows lack what; such a file is not submitted.

    `region` is the state of a state's roster. `answer` is what the body said: the receipt when it was accepted, the reason when it was refused.
    """

    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="reports")
    since = models.DateField()
    through = models.DateField()
    region = models.CharField(max_length=2, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    row_count = models.PositiveIntegerField()
    faults = models.JSONField(default=list, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, accepted__isnull=True)
                | Q(submitted_at__isnull=False, accepted__isnull=False),
                name="academy_report_submitted_has_answer",
            )
        ]
        indexes = [models.Index(fields=["course", "-made_at"], name="academy_report_course")]

    def __str__(self) -> str:
        return self.file_name


@append_only
class ReportedCredit(models.Model):
    """That a certificate stood in a report: it is not reported twice, and one revoked later asks for a correction."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="credits")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="reported")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "certificate"], name="academy_reported_once_in_a_file")
        ]

    def __str__(self) -> str:
        return str(self.certificate)

    @property
    def subject_ref(self) -> str:
        return self.certificate.subject_ref


class ReportJob(WorkInParts):
    """A report too large to make while somebody waits: the clock makes it, part by part, and shows how far it is.

    `left` holds the numbers of what is still to do. Its rows stand in `ReportPart` until the report is made.
    """

    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="report_jobs")
    since = models.DateField()
    through = models.DateField()
    region = models.CharField(max_length=2, blank=True)
    report = models.OneToOneField(Report, on_delete=models.PROTECT, null=True, blank=True, related_name="job")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "kind", "asked_by"],
                condition=Q(finished_at__isnull=True),
                name="academy_one_report_job_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.course}"


class ReportPart(models.Model):
    """Rows of a report that is being made, with the certificates that they report.

    A row is a list of pairs, name and value: PostgreSQL keeps no order of the keys of an object, and a file needs it.
    """

    job = models.ForeignKey(ReportJob, on_delete=models.CASCADE, related_name="parts")
    place = models.PositiveIntegerField()
    rows = models.JSONField()
    certificates = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "place"], name="academy_report_part_place")]

    def __str__(self) -> str:
        return f"{self.job}, {self.place}"
