"""What a dose at home needs beside the order: where and with whom, the prescriber's visits, what is in the house."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.kept import kept_once
from mooring.care.patients.models import Patient, SupportPerson
from mooring.identity.models import Person


@kept_once()
class HomeArrangement(models.Model):
    """For one dose: who answers for it, where it is, who stays; the newest counts.

    `confirmed_live`: the chaperone was seen or heard by the author, adult, sober, and stays the whole time.
    """

    cycle = models.ForeignKey("care_treatments.Cycle", on_delete=models.PROTECT, related_name="arrangements")
    responsible = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=300)
    finding = models.CharField(max_length=200, blank=True)
    emergency_number = models.CharField(max_length=40)
    emergency_service = models.CharField(max_length=200, blank=True)
    chaperone = models.ForeignKey(SupportPerson, on_delete=models.PROTECT, related_name="+")
    second_contact = models.ForeignKey(
        SupportPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_live = models.BooleanField(default=False)
    video_link = models.URLField(max_length=300, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(address="") & ~Q(emergency_number=""), name="care_treatments_home_has_a_place"
            ),
        ]

    def __str__(self) -> str:
        return _("at home, {cycle}").format(cycle=self.cycle)

    @property
    def subject_ref(self) -> str:
        return self.chaperone.subject_ref


@kept_once()
class PrescriberVisit(models.Model):
    """A visit with the prescriber: before the first dose at home, after the second, then every six."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="prescriber_visits")
    way = models.CharField(
        max_length=12,
        choices=[("room", _("in the room")), ("video", _("by video")), ("phone", _("by phone"))],
    )
    note = models.TextField(max_length=4000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return _("visit of {patient}").format(patient=self.patient)

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


@kept_once()
class Dispensing(models.Model):
    """Doses that were dispensed for the house; returned ones are a row of their own with a negative number."""

    treatment = models.ForeignKey(
        "care_treatments.Treatment", on_delete=models.PROTECT, related_name="dispensings"
    )
    doses = models.SmallIntegerField()
    units = models.SmallIntegerField()
    lot = models.CharField(max_length=60, blank=True)
    on = models.DateField()
    storage_told = models.BooleanField(_("told to keep it locked, dry, away from children and pets"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(doses=0), name="care_treatments_dispensed_something"),
            models.CheckConstraint(
                condition=Q(doses__lt=0) | Q(storage_told=True), name="care_treatments_dispensed_with_advice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.doses}, {self.treatment}"

    @property
    def subject_ref(self) -> str:
        return self.treatment.subject_ref


@kept_once()
class UnitCount(models.Model):
    """The count of units left after a dose at home, beside how many there should be."""

    cycle = models.ForeignKey("care_treatments.Cycle", on_delete=models.PROTECT, related_name="unit_counts")
    expected = models.SmallIntegerField()
    counted = models.SmallIntegerField()
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expected=models.F("counted")) | ~Q(note=""), name="care_treatments_count_said_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.counted}/{self.expected}, {self.cycle}"

    @property
    def subject_ref(self) -> str:
        return self.cycle.subject_ref
