"""Files that came from outside: what they are, and their bytes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.kept import kept_once
from mooring.care.patients.models import Patient
from mooring.identity.models import Person


class UploadKind(models.TextChoices):
    """What came in."""

    REFERRAL = "referral", _("referral letter")
    ECG = "ecg", _("ECG")
    LABORATORY = "laboratory", _("laboratory report")
    PRESSURE = "pressure", _("photograph of a blood pressure reading")
    OTHER = "other", _("other document")


@kept_once(may_change=("filed_as", "filed_by", "filed_at"))
class UploadedFile(models.Model):
    """A file about a patient that came from outside; its bytes stand in `UploadedContent`.

    `media_type` was read out of the content, never taken from the sender. `filed_as` names the fact that was recorded
    from it, with the file's own day (`dated_on`).
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="uploads")
    kind = models.CharField(max_length=12, choices=UploadKind.choices)
    title = models.CharField(max_length=120)
    dated_on = models.DateField(_("date on the document"))
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    scanned = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    filed_as = models.CharField(max_length=80, blank=True)
    filed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    filed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "digest"], name="care_papers_uploaded_once"),
            models.CheckConstraint(
                condition=Q(filed_as="", filed_at__isnull=True, filed_by__isnull=True)
                | (~Q(filed_as="") & Q(filed_at__isnull=False, filed_by__isnull=False)),
                name="care_papers_filed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class UploadedContent(models.Model):
    """The bytes of an uploaded file: in the database, so that a backup holds them and no web server serves them."""

    file = models.OneToOneField(UploadedFile, on_delete=models.PROTECT, related_name="content")
    data = models.BinaryField()

    def __str__(self) -> str:
        return str(self.file)

    @property
    def subject_ref(self) -> str:
        return self.file.subject_ref
