"""The site's letterhead, issued papers, uploaded files."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.audit.kept import kept_once
from mooring.care.patients.models import Patient
from mooring.care.sessions.models import Session
from mooring.identity.models import Person, Site


@append_only
class PracticeDetails(models.Model):
    """What stands on a site's papers beside its name and phone; the newest applies, the earlier ones stay."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="practice_details")
    legal_name = models.CharField(_("registered name"), max_length=160)
    address_1 = models.CharField(_("address, line 1"), max_length=120)
    address_2 = models.CharField(_("address, line 2"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=80)
    region = models.CharField(_("state or region"), max_length=40, blank=True)
    postcode = models.CharField(_("postcode or ZIP code"), max_length=16)
    fax = models.CharField(_("fax"), max_length=40, blank=True)
    tax_number = models.CharField(_("tax number (EIN)"), max_length=40, blank=True)
    group_number = models.CharField(
        _("group number of the practice (NPI, type 2)"), max_length=20, blank=True
    )
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("practice details")

    def __str__(self) -> str:
        return f"{self.site}, {self.at}"

    @property
    def address_lines(self) -> tuple[str, ...]:
        """The address as it is written on an envelope."""
        place = " ".join(part for part in (self.city, self.region, self.postcode) if part)
        return tuple(line for line in (self.address_1, self.address_2, place) if line)


@kept_once()
class IssuedPaper(models.Model):
    """A paper as it was signed: its data whole, so that it prints the same for ever; a correction names the old one.

    `kind` is a code of `care.papers.kinds`, `version` that of its layout with the content it prints (`id@version`).
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="papers")
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="papers"
    )
    kind = models.CharField(max_length=24)
    title = models.CharField(max_length=160)
    sheet = models.JSONField()
    digest = models.CharField(max_length=64)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["patient", "-signed_at"], name="care_papers_of")]

    def __str__(self) -> str:
        return self.title

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


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
