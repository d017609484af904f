"""Dated facts about a patient. A measured value is never edited: a correction is a new row that names it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.care.patients.models import Patient
from mooring.identity.models import Person


class ObservationKind(models.TextChoices):
    WEIGHT = "weight", _("weight")
    BLOOD_PRESSURE = "blood-pressure", _("blood pressure")


@append_only
class Observation(models.Model):
    """A measured value: a weight in kg (`value`), or a blood pressure in mmHg (`value` over `second`)."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="observations")
    kind = models.CharField(max_length=24, choices=ObservationKind.choices)
    value = models.DecimalField(max_digits=6, decimal_places=1)
    second = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    at = models.DateTimeField()
    stored_at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind="weight", second__isnull=True, value__gte=20, value__lte=400)
                    | Q(
                        kind="blood-pressure",
                        second__isnull=False,
                        value__gte=40,
                        value__lte=300,
                        second__gte=20,
                        second__lte=200,
                    )
                ),
                name="care_observations_plausible",
            ),
            models.CheckConstraint(
                condition=Q(kind="weight") | Q(value__gt=models.F("second")),
                name="care_observations_systolic_above_diastolic",
            ),
        ]
        indexes = [models.Index(fields=["patient", "kind", "-at"], name="care_observations_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.patient}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class Medicine(models.Model):
    """A medicine that the patient takes, as told; `hold` says what was agreed for a dosing day."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="medicines")
    name = models.CharField(max_length=120)
    dose = models.CharField(max_length=120, blank=True)
    hold = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField()
    told_to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class Allergy(models.Model):
    """An allergy or intolerance, as told; "none known" is a row of its own, because silence is not "none"."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="allergies")
    substance = models.CharField(max_length=120)
    reaction = models.CharField(max_length=200, blank=True)
    none_known = models.BooleanField(default=False)
    told_at = models.DateTimeField()
    told_to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "allergies"

    def __str__(self) -> str:
        return self.substance or "none known"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref
