"""Dated facts about a patient. A measured value is never edited: a correction is a new row that names it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.care.patients.models import Patient
from mooring.identity.models import Person
from mooring.words.numbers import plain_number, with_unit
from mooring.work.fields import quantity_words


class ObservationKind(models.TextChoices):
    WEIGHT = "weight", _("weight")
    HEIGHT = "height", _("height")
    BLOOD_PRESSURE = "blood-pressure", _("blood pressure")
    HOME_PRESSURE = "home-pressure", _("blood pressure at home, mean")
    TEMPERATURE = "temperature", _("temperature")
    PAIN = "pain", _("pain")


UNITS = {
    ObservationKind.WEIGHT: "kg",
    ObservationKind.HEIGHT: "cm",
    ObservationKind.BLOOD_PRESSURE: "mmHg",
    ObservationKind.HOME_PRESSURE: "mmHg",
    ObservationKind.TEMPERATURE: "°C",
    ObservationKind.PAIN: "",
}


@append_only
class Observation(models.Model):
    """A measured value: kg, cm, mmHg (`value` over `second`), °C, or pain from 0 to 10.

    `typed` and `unit` hold what was typed where that was another unit (158 lb is 71.7 kg).
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="observations")
    kind = models.CharField(max_length=24, choices=ObservationKind.choices)
    value = models.DecimalField(max_digits=6, decimal_places=1)
    second = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    typed = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=8, blank=True)
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
                    | Q(kind="height", second__isnull=True, value__gte=50, value__lte=250)
                    | Q(kind="temperature", second__isnull=True, value__gte=25, value__lte=45)
                    | Q(kind="pain", second__isnull=True, value__gte=0, value__lte=10)
                    | Q(
                        kind__in=["blood-pressure", "home-pressure"],
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
                condition=~Q(kind__in=["blood-pressure", "home-pressure"]) | Q(value__gt=models.F("second")),
                name="care_observations_systolic_above_diastolic",
            ),
        ]
        indexes = [models.Index(fields=["patient", "kind", "-at"], name="care_observations_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.patient}"

    @property
    def words(self) -> str:
        """`72 kg`, `71.7 kg (158 lb)`, `134/78 mmHg`, `4 of 10`."""
        if self.kind == ObservationKind.PAIN:
            return gettext("{pain} of 10").format(pain=plain_number(self.value))
        unit = UNITS[ObservationKind(self.kind)]
        if self.second is not None:
            return with_unit(f"{plain_number(self.value)}/{plain_number(self.second)}", unit)
        return quantity_words(self.value, self.typed, self.unit or unit)

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class ChangeReason(models.Model):
    """Why a value is right that differs much from the last one, or is an unlikely pair; it was then typed twice.

    A table of its own, because words about a person can be erased and a measured value cannot.
    """

    observation = models.OneToOneField(Observation, on_delete=models.CASCADE, related_name="change_reason")
    text = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.text

    @property
    def subject_ref(self) -> str:
        return self.observation.subject_ref


class LaboratoryTest(models.TextChoices):
    """The tests of `rules.laboratory.TESTS`, in the order in which they are offered."""

    HCG = "hcg", _("Pregnancy test (hCG)")
    UDS = "uds", _("Urine drug screen")
    BREATH_ALCOHOL = "breath-alcohol", _("Breath alcohol")
    ALT = "alt", _("ALT")
    AST = "ast", _("AST")
    BILIRUBIN = "bilirubin", _("Bilirubin")
    CHILD_PUGH = "child-pugh", _("Child-Pugh class")
    CREATININE = "creatinine", _("Creatinine")
    EGFR = "egfr", _("eGFR")
    POTASSIUM = "potassium", _("Potassium")
    MAGNESIUM = "magnesium", _("Magnesium")
    TSH = "tsh", _("TSH")
    QTC = "qtc", _("ECG, QTc")


@append_only
class LaboratoryResult(models.Model):
    """A laboratory value with its unit and the laboratory's own reference, or a result in one word."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="laboratory_results")
    test = models.CharField(max_length=16, choices=LaboratoryTest.choices)
    value = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    unit = models.CharField(max_length=16, blank=True)
    reference_low = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    reference_high = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    result = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField(_("when the sample was taken"))
    stored_at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(value__isnull=False) & ~Q(unit="") & Q(result=""))
                | (Q(value__isnull=True, unit="") & ~Q(result="")),
                name="care_observations_number_or_word",
            ),
            models.CheckConstraint(
                condition=Q(reference_low__isnull=True)
                | Q(reference_high__isnull=True)
                | Q(reference_high__gte=models.F("reference_low")),
                name="care_observations_reference_in_order",
            ),
        ]
        indexes = [models.Index(fields=["patient", "test", "-at"], name="care_observations_lab_newest")]

    def __str__(self) -> str:
        return f"{self.patient}/{self.test}"

    @property
    def words(self) -> str:
        """`42 U/L`, `negative`."""
        return self.result if self.value is None else with_unit(self.value, self.unit)

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class ResultReason(models.Model):
    """Why a laboratory value is right that differs much from the last one; words that can be erased, as above."""

    result = models.OneToOneField(LaboratoryResult, on_delete=models.CASCADE, related_name="change_reason")
    text = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.text

    @property
    def subject_ref(self) -> str:
        return self.result.subject_ref


class Medicine(models.Model):
    """A medicine that the patient takes; `hold` says what was agreed for a dosing day.

    `substance` and `classes` come from the signed pack's list of medicines, or from the clinician who classified it.
    Until one of them has (`classified_at` is empty) nobody knows what it does to a dose, and no dose goes ahead.
    `equivalent_mg` is the daily dose in the class's own yardstick: morphine for opioids, lorazepam for
    benzodiazepines.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="medicines")
    name = models.CharField(max_length=120)
    substance = models.CharField(max_length=80, blank=True)
    classes = models.JSONField(default=list, blank=True)
    classified_at = models.DateTimeField(null=True, blank=True)
    classified_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    dose = models.CharField(max_length=120, blank=True)
    equivalent_mg = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    last_taken_at = models.DateTimeField(null=True, blank=True)
    hold = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField()
    told_to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class Severity(models.TextChoices):
    """How severe a reaction was, as FHIR's `reaction.severity` has it."""

    MILD = "mild", _("mild")
    MODERATE = "moderate", _("moderate")
    SEVERE = "severe", _("severe")


class Allergy(models.Model):
    """An allergy or intolerance; "none known" is a row of its own, because silence is not "none".

    `code` is the substance in the signed pack's list; until it is coded, or a clinician says that it concerns none
    of them (`classified_at`), no dose goes ahead.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="allergies")
    substance = models.CharField(max_length=120)
    code = models.CharField(max_length=40, blank=True)
    reaction = models.CharField(max_length=200, blank=True)
    severity = models.CharField(max_length=10, choices=Severity.choices, blank=True)
    classified_at = models.DateTimeField(null=True, blank=True)
    classified_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    none_known = models.BooleanField(default=False)
    told_at = models.DateTimeField()
    told_to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("allergies")

    def __str__(self) -> str:
        return self.substance or str(_("none known"))

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref
