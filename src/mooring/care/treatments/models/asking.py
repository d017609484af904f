"""What a treatment asks its patient for, relative to its doses, and what became due of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.kept import kept_once
from mooring.care.measures.models import Asked
from mooring.identity.models import Person
from mooring.identity.packs import parsed
from mooring.sentences.asking import asked_when_words


class AskedWhen(models.TextChoices):
    BEFORE = "before", _("before a dose")
    AFTER = "after", _("after a dose")


@kept_once(may_change=("ended_by", "ended_at"))
class PlannedMeasure(models.Model):
    """One line of the plan of questionnaires: which, how many hours before or after a dose, at how many doses.

    `instrument` is an id, whatever its version: the one in force on the day is asked. Several follow one treatment.
    """

    treatment = models.ForeignKey(
        "care_treatments.Treatment", on_delete=models.PROTECT, related_name="planned_measures"
    )
    instrument = models.CharField(max_length=60)
    when = models.CharField(max_length=8, choices=AskedWhen.choices)
    hours = models.PositiveSmallIntegerField()
    every_doses = models.PositiveSmallIntegerField(default=1)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["treatment", "instrument", "when", "hours"],
                condition=Q(ended_at__isnull=True),
                name="care_treatments_asked_once",
            ),
            models.CheckConstraint(condition=Q(every_doses__gt=0), name="care_treatments_asked_every"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="care_treatments_asked_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument}, {self.when_words}"

    @property
    def subject_ref(self) -> str:
        return self.treatment.subject_ref

    @property
    def short(self) -> str:
        """The short name of the instrument in the treatment's pack; its id where only a later pack has it."""
        named = parsed(self.treatment.pack).instruments.items_by_key.values()
        return next((item.short for item in named if item.id == self.instrument), self.instrument)

    @property
    def when_words(self) -> str:
        """`24 h before each dose`"""
        return asked_when_words(self.when, self.hours, self.every_doses)


class MeasureDue(models.Model):
    """That a line of the plan is due for one dose, and what became of it: asked, or dropped because it came too late.

    A projection of the plan over the doses: it is laid out again whenever either changes. `asked` is the
    questionnaire, which is how a score knows its dose; none where a clinician rates.
    """

    planned = models.ForeignKey(PlannedMeasure, on_delete=models.PROTECT, related_name="dues")
    cycle = models.ForeignKey("care_treatments.Cycle", on_delete=models.PROTECT, related_name="measures_due")
    due_at = models.DateTimeField()
    asked = models.ForeignKey(Asked, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("measures due")
        constraints = [
            models.UniqueConstraint(fields=["planned", "cycle"], name="care_treatments_due_once"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(dropped_at__isnull=True),
                name="care_treatments_due_sent_or_dropped",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True),
                name="care_treatments_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.planned}: {self.cycle}"

    @property
    def subject_ref(self) -> str:
        return self.planned.subject_ref
