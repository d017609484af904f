"""The dosing session and its append-only log."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only, measured_by_device
from mooring.audit.kept import kept_once
from mooring.care.patients.models import Patient
from mooring.care.sessions.pairing import PairedDevice
from mooring.care.treatments.models import Cycle, DoseOrder, HomeArrangement
from mooring.identity.models import Person, SignedPack, Site
from mooring.words.times import clock


class SessionState(models.TextChoices):
    OPEN = "open", _("open")
    SIGNED_OFF = "signed-off", _("signed off")
    VOID = "void", _("cancelled")


@kept_once("signed_off_at")
class Session(models.Model):
    """One dosing session under the pack that it began with. Vitals, alerts, summary are folds over its log."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="sessions")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="sessions")
    order = models.ForeignKey(DoseOrder, on_delete=models.PROTECT, related_name="sessions")
    pack = models.ForeignKey(SignedPack, on_delete=models.PROTECT, related_name="+")
    monitoring = models.CharField(
        max_length=80, help_text=_("The monitoring plan that it began with, id@version.")
    )
    state = models.CharField(max_length=12, choices=SessionState.choices, default=SessionState.OPEN)
    room = models.CharField(max_length=20, blank=True, help_text=_("As the site calls it."))
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    signed_off_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_off_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(state="open"), name="care_sessions_one_open_a_patient"
            ),
            models.UniqueConstraint(
                fields=["cycle"], condition=~Q(state="void"), name="care_sessions_one_a_cycle"
            ),
            models.CheckConstraint(
                condition=Q(state="signed-off", signed_off_at__isnull=False, signed_off_by__isnull=False)
                | (~Q(state="signed-off") & Q(signed_off_at__isnull=True, signed_off_by__isnull=True)),
                name="care_sessions_signed_off_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(state="void", voided_at__isnull=False, voided_by__isnull=False) & ~Q(reason=""))
                | (~Q(state="void") & Q(voided_at__isnull=True, voided_by__isnull=True, reason="")),
                name="care_sessions_void_by_somebody_why",
            ),
        ]

    def __str__(self) -> str:
        return _("session of {cycle}").format(cycle=self.cycle)

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


@append_only
class LogEntry(models.Model):
    """One line of a session's log. `key` is made on the device, so that sending twice stores once.

    `at` is when it happened, `stored_at` when the server had it. Text of people stands in `EntryText`.
    """

    chart: Any
    """What the session said with this entry in it (a `SessionChart`); `write_entry` has it and hands it on."""

    key = models.UUIDField(unique=True, default=uuid4)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=20, help_text=_("A code of rules.session_entry.EntryKind."))
    at = models.DateTimeField()
    stored_at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    text_digest = models.CharField(max_length=64, blank=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    class Meta:
        verbose_name_plural = _("log entries")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "kind"],
                condition=Q(
                    kind__in=["started", "dosing-ended", "discharged", "signed-off"], corrects__isnull=True
                ),
                name="care_sessions_once_in_a_session",
            ),
        ]
        indexes = [models.Index(fields=["session", "at", "id"], name="care_sessions_log")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.session}"

    @property
    def subject_ref(self) -> str:
        return self.session.subject_ref


class EntryText(models.Model):
    """Words of people in the log, kept where they can be erased; the log holds their digest."""

    entry = models.OneToOneField(LogEntry, on_delete=models.PROTECT, related_name="words")
    text = models.TextField(max_length=2000)

    def __str__(self) -> str:
        return _("words of {entry}").format(entry=self.entry)

    @property
    def subject_ref(self) -> str:
        return self.entry.subject_ref


class PatientTablet(PairedDevice):
    """A tablet in the patient's hand, paired by a code with one session and locked to it; ends with the discharge."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="tablets")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(paired_at__isnull=False, ended_at__isnull=True),
                name="care_sessions_one_tablet_paired",
            )
        ]

    def __str__(self) -> str:
        return str(self.session)


class BedsideDevice(PairedDevice):
    """A machine at the bedside that measures for one session; what it sends is confirmed by a person.

    A pairing ends with the dosing; one that was made in recovery
    ends with the discharge.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(max_length=60, blank=True, help_text=_("As it calls itself."))
    in_recovery = models.BooleanField(default=False)
    last_heard_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(paired_at__isnull=False, ended_at__isnull=True),
                name="care_sessions_one_device_paired",
            )
        ]

    def __str__(self) -> str:
        return self.name or str(_("bedside device"))


@measured_by_device
class StoredReading(models.Model):
    """What a device measured at one moment, as it came; `seq` is the device's own number for it."""

    device = models.ForeignKey(BedsideDevice, on_delete=models.PROTECT, related_name="readings")
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    stored_at = models.DateTimeField()
    values = models.JSONField()
    artefact = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "seq"], name="care_sessions_reading_once")]
        indexes = [models.Index(fields=["device", "at"], name="care_sessions_readings")]

    def __str__(self) -> str:
        return f"{self.device} {self.seq}"

    @property
    def subject_ref(self) -> str:
        return self.device.subject_ref


class MinuteOfReadings(models.Model):
    """A minute of a device's readings as one line: a stored projection, made anew from its rows with each batch.

    `signs`: by key, the middle value, the lowest, the highest and how many, artefacts aside.
    """

    device = models.ForeignKey(BedsideDevice, on_delete=models.PROTECT, related_name="minutes")
    at = models.DateTimeField()
    signs = models.JSONField(default=dict)
    readings = models.PositiveIntegerField()
    artefacts = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = _("minutes of readings")
        constraints = [models.UniqueConstraint(fields=["device", "at"], name="care_sessions_minute_once")]

    def __str__(self) -> str:
        return f"{self.device} {clock(self.at)}"

    @property
    def subject_ref(self) -> str:
        return self.device.subject_ref


class ChaperoneConsole(PairedDevice):
    """The phone of the adult who stays with the patient at home, paired by a code with one session.

    `person` is who the chaperone is as an author of the log; `passed_on` is
    how far the silence after a missed check has been passed on (`rules.home.Silence`).
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="consoles")
    arrangement = models.ForeignKey(HomeArrangement, on_delete=models.PROTECT, related_name="consoles")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    passed_on = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(paired_at__isnull=False, ended_at__isnull=True),
                name="care_sessions_one_console_paired",
            )
        ]

    def __str__(self) -> str:
        return str(self.session)


class SessionGroup(models.Model):
    """Several sessions in one room with one team; each patient keeps a session, a log and an order of their own.

    `patients_each` is how many patients one of the team may have; it holds when a session joins and when a dose starts.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(max_length=80)
    room = models.CharField(max_length=20)
    patients_each = models.PositiveSmallIntegerField(default=2)
    team = models.ManyToManyField(Person, related_name="+")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(patients_each__gte=1, patients_each__lte=4), name="care_sessions_group_ratio"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GroupPlace(models.Model):
    """One patient's place (a mat, a chair) in a group."""

    group = models.ForeignKey(SessionGroup, on_delete=models.PROTECT, related_name="places")
    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="place")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="care_sessions_place_number"),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.number}"

    @property
    def subject_ref(self) -> str:
        return self.session.subject_ref
