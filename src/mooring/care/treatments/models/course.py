"""What is decided over the course of a treatment, and the ceilings that a site signs for itself."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.audit.kept import kept_once
from mooring.identity.models import Person, Site


class DecidedStep(models.TextChoices):
    """What a prescriber decides after a dose; the values are those of `rules.follow_up.ProposedStep`."""

    GO_ON = "go on", _("continue as planned")
    STEP = "step", _("change the dose")
    TAPER = "taper", _("taper")
    LENGTHEN = "lengthen", _("lengthen the gap")
    SHORTEN = "shorten", _("shorten the gap")
    STOP_TRIAL = "stop trial", _("try without")
    STOP = "stop", _("stop")


@kept_once()
class CourseDecision(models.Model):
    """What a prescriber decided after so many doses, beside what the protocol's plan proposed at that moment.

    `proposed` holds the proposals as codes with their values; `amount` a new dose in the protocol's own unit.
    """

    treatment = models.ForeignKey(
        "care_treatments.Treatment", on_delete=models.PROTECT, related_name="decisions"
    )
    number = models.PositiveSmallIntegerField()
    doses_given = models.PositiveSmallIntegerField()
    proposed = models.JSONField(default=list)
    step = models.CharField(max_length=12, choices=DecidedStep.choices)
    doses = models.PositiveSmallIntegerField(default=0)
    gap_days = models.PositiveSmallIntegerField(default=0)
    amount = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["treatment", "number"], name="care_treatments_decision_number"),
            models.CheckConstraint(condition=~Q(reason=""), name="care_treatments_decision_reason"),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("by")), name="care_treatments_two_to_decide"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.treatment}: {self.step}"

    @property
    def subject_ref(self) -> str:
        return self.treatment.subject_ref


@append_only
class Ceiling(models.Model):
    """The most mg that a site gives in one session under a protocol that prints no ceiling; the newest counts."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="ceilings")
    protocol = models.CharField(max_length=60, help_text=_("The protocol's id, whatever its version."))
    most_mg = models.DecimalField(max_digits=6, decimal_places=1)
    reason = models.TextField(max_length=2000)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(most_mg__gt=0) & ~Q(reason=""), name="care_treatments_ceiling_with_reason"
            ),
        ]
        indexes = [models.Index(fields=["site", "protocol", "-id"], name="care_treatments_ceiling_of")]

    def __str__(self) -> str:
        return f"{self.protocol}: {self.most_mg}"


@kept_once(may_change=("ended_by", "ended_at"))
class StopRuleOff(models.Model):
    """That a stop rule of long-term safety was switched off for a patient, signed with its reason.

    It counts until what the rule rests on changes: a newer value, or another dose where doses are counted.
    """

    patient = models.ForeignKey("care_patients.Patient", on_delete=models.PROTECT, related_name="+")
    treatment = models.ForeignKey(
        "care_treatments.Treatment", on_delete=models.PROTECT, related_name="stop_rules_off"
    )
    rule = models.CharField(max_length=60, help_text=_("id@version"))
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("stop rules off")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="care_treatments_off_with_reason"),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("by")),
                name="care_treatments_two_to_switch_off",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="care_treatments_off_until",
            ),
        ]
        indexes = [models.Index(fields=["patient", "rule", "-id"], name="care_treatments_off")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.patient}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref
