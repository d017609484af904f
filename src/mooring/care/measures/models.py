"""Questionnaires: asked for, drafted, filled; and the concerns that single answers raise."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.care.patients.models import Patient
from mooring.identity.models import Person


class AskedState(models.TextChoices):
    OPEN = "open", _("open")
    DONE = "done", _("filled")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Asked(models.Model):
    """That a questionnaire was asked for, with the draft of its answers. A draft is never a result."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="asked")
    instrument = models.CharField(max_length=60, help_text=_("id@version"))
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    in_clinic = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=AskedState.choices, default=AskedState.OPEN)
    draft = models.JSONField(default=dict)
    draft_saved_at = models.DateTimeField(null=True, blank=True)
    draft_page = models.CharField(max_length=36, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("questionnaire that was asked")
        verbose_name_plural = _("questionnaires that were asked")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "instrument"], condition=Q(state="open"), name="care_measures_one_open"
            )
        ]

    def __str__(self) -> str:
        return _("{instrument} for {patient}").format(instrument=self.instrument, patient=self.patient)

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


@append_only
class Filled(models.Model):
    """A questionnaire as it was sent, with its score under the instrument's own version."""

    asked = models.OneToOneField(Asked, on_delete=models.PROTECT, related_name="filled")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="filled")
    instrument = models.CharField(max_length=60)
    answers = models.JSONField()
    total = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    band = models.CharField(max_length=60, blank=True)
    filled_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("questionnaire that was filled in")
        verbose_name_plural = _("questionnaires that were filled in")
        indexes = [
            models.Index(fields=["patient", "instrument", "filled_at"], name="care_measures_over_time")
        ]

    def __str__(self) -> str:
        return f"{self.instrument} of {self.patient}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class RiskTier(models.TextChoices):
    """The tier of a suicide risk assessment, as the clinician judges it."""

    NONE = "none", _("no current risk found")
    LOW = "low", _("low")
    MODERATE = "moderate", _("moderate")
    HIGH = "high", _("high")


class MeansAccess(models.TextChoices):
    NONE = "none", _("no access to means")
    RESTRICTED = "restricted", _("access, now restricted")
    OPEN = "open", _("access, not restricted")
    UNKNOWN = "unknown", _("could not be established")


class RiskAssessment(models.Model):
    """What a clinician found and agreed after an answer about suicide: tier, means, plan, and who was told."""

    concern = models.ForeignKey("Concern", on_delete=models.PROTECT, related_name="assessments")
    tier = models.CharField(max_length=12, choices=RiskTier.choices)
    means = models.CharField(max_length=12, choices=MeansAccess.choices)
    plan = models.TextField(max_length=1500)
    told = models.CharField(_("who was told"), max_length=300)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(plan=""), name="care_measures_assessment_has_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.concern_id}/{self.tier}"

    @property
    def subject_ref(self) -> str:
        return self.concern.subject_ref


class Concern(models.Model):
    """Urgent response: raised on the saved draft, answered by a person."""

    asked = models.ForeignKey(Asked, on_delete=models.PROTECT, related_name="concerns")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="concerns")
    item = models.CharField(max_length=40)
    value = models.PositiveSmallIntegerField()
    baseline = models.PositiveSmallIntegerField(null=True, blank=True)
    urgent = models.BooleanField()
    raised_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    what_was_done = models.TextField(blank=True, max_length=2000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asked", "item"], name="care_measures_one_concern"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="care_measures_concern_answered",
            ),
            models.CheckConstraint(
                condition=Q(answer_by__gte=F("raised_at")), name="care_measures_concern_times"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} of {self.asked}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref
