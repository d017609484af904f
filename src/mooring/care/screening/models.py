"""Screenings: the patient's answers, what clinicians confirmed, and the decision."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.audit.kept import kept_once
from mooring.care.patients.models import Patient
from mooring.identity.models import Person, SignedPack


class ScreeningState(models.TextChoices):
    SENT = "sent", _("with the patient")
    ANSWERED = "answered", _("with the prescriber")
    DECIDED = "decided", _("decided")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Decision(models.TextChoices):
    ELIGIBLE = "eligible", _("Eligible")
    CONDITIONS = "conditions", _("Eligible, on conditions")
    WAIT = "wait", _("To wait until a date or a document")
    NOT_ELIGIBLE = "not-eligible", _("Not eligible")


@kept_once("decided_at", may_change=("draft", "draft_saved_at", "revision"))
class Screening(models.Model):
    """One screening under one signed pack, from the link to the prescriber's decision."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="screenings")
    pack = models.ForeignKey(SignedPack, on_delete=models.PROTECT, related_name="+")
    product = models.CharField(
        max_length=40, blank=True, help_text=_("What it asks for; empty: the site's usual.")
    )
    route = models.CharField(max_length=24, blank=True)
    setting = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=12, choices=ScreeningState.choices, default=ScreeningState.SENT)
    draft = models.JSONField(default=dict)
    draft_saved_at = models.DateTimeField(null=True, blank=True)
    draft_page = models.CharField(max_length=36, blank=True)
    revision = models.PositiveIntegerField(default=0)
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=16, choices=Decision.choices, blank=True)
    conditions = models.TextField(max_length=2000, blank=True)
    told = models.TextField(_("what the patient is told"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(state__in=["sent", "answered"]),
                name="care_screening_one_open",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="decided", decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision="")
                )
                | (~Q(state="decided") & Q(decided_at__isnull=True, decided_by__isnull=True, decision="")),
                name="care_screening_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return _("screening of {patient}").format(patient=self.patient)

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class FactSource(models.TextChoices):
    PATIENT = "patient", _("told by the patient")
    CLINICIAN = "clinician", _("settled by a clinician")


@append_only
class StatedFact(models.Model):
    """One fact of a screening as somebody stated it; the newest clinician's word settles it."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="facts")
    key = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    source = models.CharField(max_length=12, choices=FactSource.choices)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    stored_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["screening", "key", "-id"], name="care_screening_fact")]

    def __str__(self) -> str:
        return f"{self.key} in {self.screening}"

    @property
    def subject_ref(self) -> str:
        return self.screening.subject_ref


@kept_once()
class FindingClosure(models.Model):
    """That a prescriber closed a finding, how, and why."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="closures")
    rule = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["screening", "rule"], name="care_screening_finding_closed_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="care_screening_closure_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.kind}"

    @property
    def subject_ref(self) -> str:
        return self.screening.subject_ref
