"""The register: an event or incident, what was assessed of it (a new row for every change), whom it was reported to."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.kept import kept_once
from mooring.care.patients.models import Patient
from mooring.care.treatments.models import Cycle
from mooring.identity.models import Person, Site
from mooring.rules.adverse_events import CTCAE, ReportTo, Seriousness
from mooring.sentences.adverse_events import GRADES, REPORTED, SERIOUS, grade_words


class EventSort(models.TextChoices):
    EFFECT = "effect", _("adverse event")
    INCIDENT = "incident", _("incident")


class FoundIn(models.TextChoices):
    SESSION = "session", _("a session")
    FOLLOW_UP = "follow-up", _("a follow-up")
    OTHER = "other", _("told otherwise")


@kept_once(may_change=("withdrawn_by", "withdrawn_at", "withdrawn_reason"))
class AdverseEvent(models.Model):
    """One row of the register. `term` is the `id@version` of our list, empty for words alone.

    `entry_key` names the line of a session's log that it was made from, so that a line makes one event.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="adverse_events")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="adverse_events")
    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, null=True, blank=True, related_name="adverse_events"
    )
    entry_key = models.UUIDField(null=True, blank=True, unique=True)
    sort = models.CharField(max_length=12, choices=EventSort.choices)
    found_in = models.CharField(max_length=12, choices=FoundIn.choices)
    term = models.CharField(max_length=80, blank=True, help_text=_("id@version"))
    words = models.CharField(max_length=200)
    description = models.TextField(max_length=4000, blank=True)
    product = models.CharField(max_length=40, blank=True)
    dose_mg = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    onset_at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "year", "number"], name="care_safety_event_number"),
            models.CheckConstraint(condition=~Q(words=""), name="care_safety_event_named"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="care_safety_withdrawn_by_somebody_why",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "-onset_at"], name="care_safety_register"),
            models.Index(fields=["patient", "-onset_at"], name="care_safety_of_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.words}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref

    @property
    def reference(self) -> str:
        """`AE-2026-037`"""
        return f"AE-{self.year}-{self.number:03}"

    @property
    def assessed(self) -> "Assessment":
        """What is known of it now: the newest assessment; every event has a first one."""
        return max(self.assessments.all(), key=lambda assessment: assessment.number)


class Relation(models.TextChoices):
    UNRELATED = "unrelated", _("unrelated")
    UNLIKELY = "unlikely", _("unlikely")
    POSSIBLE = "possible", _("possible")
    PROBABLE = "probable", _("probable")
    DEFINITE = "definite", _("definite")


class DrugAction(models.TextChoices):
    NONE = "none", _("none")
    PAUSED = "paused", _("dose paused")
    REDUCED = "reduced", _("dose reduced")
    STOPPED = "stopped", _("dose or treatment stopped")
    TREATED = "treated", _("treated, dose not changed")


class EventOutcome(models.TextChoices):
    UNKNOWN = "unknown", _("not known yet")
    RECOVERED = "recovered", _("recovered")
    RECOVERING = "recovering", _("recovering")
    NOT_RECOVERED = "not-recovered", _("not recovered")
    SEQUELAE = "sequelae", _("recovered with lasting effects")
    FATAL = "fatal", _("fatal")


@kept_once()
class Assessment(models.Model):
    """What is known of an event at one moment, whole; a change is a new row with its author.

    `grade` is empty until somebody grades it; the relations are empty until a prescriber decides.
    """

    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="assessments")
    number = models.PositiveSmallIntegerField()
    grade = models.PositiveSmallIntegerField(
        null=True, blank=True, choices=[(n, words) for n, (words, _what) in GRADES.items()]
    )
    graded_by = models.CharField(max_length=20, default=CTCAE)
    serious_why = models.JSONField(default=list, blank=True)
    expected = models.BooleanField(null=True)
    relation_drug = models.CharField(max_length=12, choices=Relation.choices, blank=True)
    relation_procedure = models.CharField(max_length=12, choices=Relation.choices, blank=True)
    action = models.CharField(max_length=12, choices=DrugAction.choices, blank=True)
    outcome = models.CharField(max_length=16, choices=EventOutcome.choices, default=EventOutcome.UNKNOWN)
    ended_at = models.DateTimeField(null=True, blank=True)
    licensed_code = models.CharField(max_length=40, blank=True)
    dictionary = models.CharField(max_length=40, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="care_safety_assessment_number"),
            models.CheckConstraint(
                condition=Q(grade__isnull=True) | Q(grade__gte=1, grade__lte=5),
                name="care_safety_grade_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(licensed_code="") | ~Q(dictionary=""),
                name="care_safety_code_names_its_dictionary",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.number}"

    @property
    def subject_ref(self) -> str:
        return self.event.subject_ref

    @property
    def serious(self) -> bool:
        return bool(self.serious_why)

    @property
    def why_words(self) -> str:
        return ", ".join(str(SERIOUS[Seriousness(code)]) for code in self.serious_why)

    @property
    def grade_words(self) -> str:
        return grade_words(self.grade)


@kept_once()
class SentReport(models.Model):
    """That an event was reported: to whom, when, under which reference; or that none was due, and why."""

    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="reports")
    to = models.CharField(max_length=16, choices=[(each.value, words) for each, words in REPORTED.items()])
    sent_at = models.DateTimeField()
    reference = models.CharField(max_length=80, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(to="nobody") | ~Q(note=""), name="care_safety_no_report_has_a_reason"
            ),
            models.CheckConstraint(condition=Q(sent_at__lte=F("at")), name="care_safety_report_not_ahead"),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.to}"

    @property
    def subject_ref(self) -> str:
        return self.event.subject_ref

    @property
    def to_words(self) -> str:
        return str(REPORTED[ReportTo(self.to)])
