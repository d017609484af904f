"""Esketamine's safety programme (REMS): the certified setting, the enrolled patient, the check before dispensing.

The fields are those of the programme's forms as far as they were seen (outpatient setting form of 2020 and later;
of the patient's form the acknowledgments and both signatures are confirmed, the address and licence fields are not).
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.kept import kept_once
from mooring.care.patients.models import Patient
from mooring.identity.models import Person, Site


class SettingKind(models.TextChoices):
    OUTPATIENT = "outpatient", _("outpatient healthcare setting")
    INPATIENT = "inpatient", _("inpatient healthcare setting")


class Supply(models.TextChoices):
    PHARMACY = "pharmacy", _("patient-specific prescription through a certified pharmacy")
    DISTRIBUTOR = "distributor", _("bulk supply from a qualified distributor")


@kept_once(may_change=("certified_on", "confirmation", "ended_at", "ended_by", "ended_reason"))
class SiteCertification(models.Model):
    """That a setting is certified, by its authorised representative; another representative certifies anew."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="certifications")
    kind = models.CharField(max_length=12, choices=SettingKind.choices)
    setting_name = models.CharField(max_length=160)
    address = models.CharField(max_length=300)
    phone = models.CharField(max_length=40)
    fax = models.CharField(max_length=40, blank=True)
    dea_number = models.CharField(max_length=20, blank=True)
    supply = models.JSONField(default=list)
    representative = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    representative_credential = models.CharField(max_length=60)
    representative_contact = models.CharField(max_length=160)
    alternate_name = models.CharField(max_length=160, blank=True)
    alternate_contact = models.CharField(max_length=160, blank=True)
    attested = models.JSONField(default=list)
    signed_at = models.DateTimeField()
    certified_on = models.DateField(null=True, blank=True)
    confirmation = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site"], condition=Q(ended_at__isnull=True), name="care_safety_one_certification"
            ),
        ]

    def __str__(self) -> str:
        return _("{setting}, certified {day}").format(setting=self.setting_name, day=self.certified_on or "–")


@kept_once()
class RemsEnrolment(models.Model):
    """A patient's enrolment form with both signatures; what became of it stands in its steps."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="rems_enrolments")
    certification = models.ForeignKey(SiteCertification, on_delete=models.PROTECT, related_name="enrolments")
    first_name = models.CharField(max_length=80)
    middle_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80)
    birth_date = models.DateField()
    sex = models.CharField(max_length=20)
    address = models.CharField(max_length=300)
    phone = models.CharField(max_length=40)
    prescriber = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    prescriber_phone = models.CharField(max_length=40)
    prescriber_npi = models.CharField(max_length=20, blank=True)
    prescriber_dea = models.CharField(max_length=20, blank=True)
    acknowledged = models.JSONField(default=list)
    patient_signed_name = models.CharField(max_length=160)
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("REMS enrolment")

    def __str__(self) -> str:
        return _("enrolment of {patient}").format(patient=self.patient)

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref

    @property
    def state(self) -> str:
        """The newest step; signed and not sent until there is one."""
        steps = sorted(self.steps.all(), key=lambda step: (step.at, step.pk))
        return steps[-1].state if steps else EnrolmentState.SIGNED


class EnrolmentState(models.TextChoices):
    SIGNED = "signed", _("signed, not sent yet")
    SENT = "sent", _("sent to the programme")
    ENROLLED = "enrolled", _("enrolled")
    REFUSED = "refused", _("returned by the programme")
    TRANSFERRED = "transferred", _("transferred to another certified setting")
    ENDED = "ended", _("ended")


@kept_once()
class EnrolmentStep(models.Model):
    """What became of an enrolment, with the day and the programme's reference."""

    enrolment = models.ForeignKey(RemsEnrolment, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=12, choices=EnrolmentState.choices)
    on = models.DateField()
    reference = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.state}"

    @property
    def subject_ref(self) -> str:
        return self.enrolment.subject_ref


@kept_once()
class EnrolmentVerification(models.Model):
    """That somebody asked the programme whether the patient is enrolled, before a dose was dispensed."""

    enrolment = models.ForeignKey(RemsEnrolment, on_delete=models.PROTECT, related_name="verifications")
    enrolled = models.BooleanField()
    how = models.CharField(
        max_length=12, choices=[("online", _("on the programme's site")), ("phone", _("by phone"))]
    )
    reference = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.enrolled}"

    @property
    def subject_ref(self) -> str:
        return self.enrolment.subject_ref
