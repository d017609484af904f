"""Patients, their support people, and the care team around them."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from mooring.audit.recording import reference
from mooring.identity.models import CareTeam, Person, Site


class Sex(models.TextChoices):
    """Sex at birth, for models and doses; gender and pronouns are the person's."""

    FEMALE = "female", _("female")
    MALE = "male", _("male")
    UNKNOWN = "unknown", _("unknown")


class Patient(models.Model):
    """A person in care at a site."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="patient")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="patients")
    care_team = models.OneToOneField(CareTeam, on_delete=models.PROTECT, related_name="patient")
    record_number = models.CharField(max_length=20, unique=True)
    birth_date = models.DateField(_("date of birth"))
    sex_at_birth = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["site", "-id"], name="care_patients_site")]

    def __str__(self) -> str:
        return self.person.name

    @property
    def subject_ref(self) -> str:
        return reference(self)

    def age_on(self, day: date) -> int:
        before = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before


class SupportPerson(models.Model):
    """A support person, and what the patient allows the clinic to call them for."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="support_people")
    name = models.CharField(max_length=160)
    relation = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=40)
    may_be_called = models.BooleanField(_("may be called in an emergency"), default=False)
    escorts = models.BooleanField(_("takes the patient home"), default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "support people"

    def __str__(self) -> str:
        return self.name

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref
