"""The 24–72 h follow-up and the integration visit of a cycle."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.audit.kept import kept_once
from mooring.care.patients.models import Patient
from mooring.care.treatments.models import Cycle
from mooring.identity.ciphers import NOTES, SealedTextField
from mooring.identity.models import Person, Site


class Reached(models.TextChoices):
    REACHED = "reached", _("reached")
    LEFT_MESSAGE = "left-message", _("left a message")
    NO_ANSWER = "no-answer", _("no answer")
    ESCALATED = "escalated", _("not reached, handed over")


@kept_once()
class Contact(models.Model):
    """One attempt to reach the patient; the duty itself is a task.

    `is_follow_up`: it came once the window of the 24–72 h follow-up had opened. An earlier call is a call, and
    leaves the follow-up due.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="contacts")
    result = models.CharField(max_length=16, choices=Reached.choices)
    safe = models.BooleanField(_("no new thoughts of harming oneself, asked"), null=True)
    note = models.TextField(max_length=2000, blank=True)
    is_follow_up = models.BooleanField(default=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(result="reached") | models.Q(safe__isnull=False),
                name="care_integration_reached_was_asked",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()}, {self.cycle}"

    @property
    def subject_ref(self) -> str:
        return self.cycle.subject_ref


@kept_once()
class IntegrationVisit(models.Model):
    """The visit that points back to its dose: what happened, what it means, practices, coping, relations."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="integration_visits")
    experience = models.TextField(_("what happened, in the patient's words"), max_length=4000)
    meaning = models.TextField(_("what it means to them"), max_length=4000, blank=True)
    practices = models.TextField(_("what they will practise"), max_length=2000, blank=True)
    coping = models.TextField(_("what helps when it gets hard"), max_length=2000, blank=True)
    relations = models.TextField(_("what it changes between them and others"), max_length=2000, blank=True)
    observed = models.TextField(
        _("what the therapist observed, in the therapist's words"), max_length=4000, blank=True
    )
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return _("integration visit, {cycle}").format(cycle=self.cycle)

    @property
    def subject_ref(self) -> str:
        return self.cycle.subject_ref


@kept_once(may_change=("ended_by", "ended_at"))
class Practice(models.Model):
    """One thing that the patient and a therapist agreed to practise; the patient marks the days on their phone."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="practices")
    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, null=True, blank=True, related_name="practices"
    )
    text = models.CharField(max_length=300)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="care_integration_practice_said"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="care_integration_practice_until",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


@append_only
class PracticeDay(models.Model):
    """A day on which the patient did a practice, as they marked it."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="days")
    on = models.DateField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "on"], name="care_integration_practice_day")
        ]

    def __str__(self) -> str:
        return f"{self.practice}: {self.on}"

    @property
    def subject_ref(self) -> str:
        return self.practice.subject_ref


class JournalEntry(models.Model):
    """One entry of the patient's journal. Shared: its words stand here. Private: they are sealed beside it."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="journal")
    shared = models.BooleanField(default=False)
    text = models.TextField(max_length=8000, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("journal entries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(shared=True) | models.Q(text=""), name="care_integration_private_is_sealed"
            ),
        ]

    def __str__(self) -> str:
        return _("journal entry of {person}").format(person=self.by)

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class PrivateWords(models.Model):
    """The words of a private journal entry, sealed: the patient alone reads them, by their own link."""

    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="private")
    text = SealedTextField(purpose=NOTES)

    class Meta:
        verbose_name_plural = _("private words")

    def __str__(self) -> str:
        return str(self.entry)

    @property
    def subject_ref(self) -> str:
        return self.entry.subject_ref


@append_only
class PsychotherapyNote(models.Model):
    """That a therapist wrote a psychotherapy note, kept apart from the record: its author alone reads it.

    The words stand sealed beside it (`NoteText`), where they can be erased; `text_digest` is of the words.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="psychotherapy_notes")
    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, null=True, blank=True, related_name="psychotherapy_notes"
    )
    text_digest = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return _("psychotherapy note of {person}").format(person=self.by)

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class NoteText(models.Model):
    """The words of a psychotherapy note, sealed with a key of their own."""

    note = models.OneToOneField(PsychotherapyNote, on_delete=models.PROTECT, related_name="words")
    text = SealedTextField(purpose=NOTES)

    def __str__(self) -> str:
        return str(self.note)

    @property
    def subject_ref(self) -> str:
        return self.note.subject_ref


class CircleKind(models.TextChoices):
    PREPARATION = "preparation", _("preparation circle")
    INTEGRATION = "integration", _("integration circle")


class Circle(models.Model):
    """A group of patients that meets to prepare or to integrate; nothing is given in it."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="circles")
    kind = models.CharField(max_length=12, choices=CircleKind.choices)
    topic = models.CharField(max_length=160)
    meets_at = models.DateTimeField()
    places = models.PositiveSmallIntegerField()
    led_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(places__gte=2, places__lte=30), name="care_integration_circle_places"
            )
        ]

    def __str__(self) -> str:
        return self.topic


class CircleSeat(models.Model):
    """One patient on the roster of a circle, and whether they came; empty until attendance is taken."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="seats")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="circle_seats")
    came = models.BooleanField(null=True)
    note = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circle", "patient"], name="care_integration_one_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.circle}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref
