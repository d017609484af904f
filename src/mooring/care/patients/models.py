"""Patients, their support people, and the care team around them."""

from datetime import date
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from mooring.audit.kept import kept_once
from mooring.audit.prepared import Prepared
from mooring.audit.recording import reference
from mooring.identity.models import CareTeam, Person, Site
from mooring.words.names import folded_words, one_slip_keys
from mooring.words.phones import phone_key, region_of


class Sex(models.TextChoices):
    """Sex at birth, for models and doses; gender and pronouns are the person's."""

    FEMALE = "female", _("female")
    MALE = "male", _("male")
    UNKNOWN = "unknown", _("unknown")


def age_on(birth_date: date, day: date) -> int:
    """Whole years; somebody born on 29 February has a birthday on 1 March of other years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


class Patient(models.Model):
    """A person in care at a site.

    `search_names`, `search_slips` and `phone_key` follow from the person's names and phone (`search_keys_of`);
    a search and the look for duplicates compare these alone, in the database.

    `merged_into` is the record that is kept where a person had two (`RecordMerge` says who, when and why). No row
    moves: whatever stands in a merged record stays in it, and `records` is how the rows of a person are gathered.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="patient")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="patients")
    care_team = models.OneToOneField(CareTeam, on_delete=models.PROTECT, related_name="patient")
    record_number = models.CharField(max_length=20, unique=True)
    birth_date = models.DateField(_("date of birth"))
    sex_at_birth = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    since = models.DateTimeField()
    search_names = models.TextField(blank=True, editable=False)
    search_slips = models.TextField(blank=True, editable=False)
    phone_key = models.CharField(max_length=20, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="merged_records"
    )

    class Meta:
        indexes = [models.Index(fields=["site", "-id"], name="care_patients_site")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="care_patients_not_merged_into_itself"
            )
        ]

    def __str__(self) -> str:
        return self.person.name

    @property
    def subject_ref(self) -> str:
        return reference(self)

    def age_on(self, day: date) -> int:
        return age_on(self.birth_date, day)

    @property
    def kept(self) -> "Patient":
        """The record that is written: this one, or the one that it was merged into."""
        return self.merged_into or self

    @cached_property
    def records(self) -> tuple[int, ...]:
        """The keys of every record of this person, the kept one first; read once for this object.

        `filter(patient__in=patient.records)` gathers the rows of a person, whichever of their records is asked.
        """
        kept = self.merged_into_id or self.pk
        return (kept, *(pk for (pk,) in MERGED_INTO.rows((kept,))))

    def forget_records(self) -> None:
        """Read `records` again when it is next asked for."""
        self.__dict__.pop("records", None)

    @property
    def subject_refs(self) -> tuple[str, ...]:
        """How audit and tasks name every record of this person, the kept one first."""
        return tuple(f"{self._meta.label_lower}:{pk}" for pk in self.records)


MERGED_INTO = Prepared(
    lambda keys, moments: Patient.objects.filter(merged_into__in=keys).order_by("pk").values_list("pk")
)


def search_keys_of(person: Person, site: Site) -> dict[str, str]:
    """What a patient is found by, each word between spaces: folded names, those with one slip, the phone."""
    words = {*folded_words(person.legal_name), *folded_words(person.chosen_name)}
    slips = {key for word in words for key in one_slip_keys(word)}
    return {
        "search_names": f" {' '.join(sorted(words))} ",
        "search_slips": f" {' '.join(sorted(slips))} ",
        "phone_key": phone_key(person.phone, region_of(site.jurisdiction)),
    }


class SupportPerson(models.Model):
    """A support person, and what the patient allows the clinic to call them for."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="support_people")
    name = models.CharField(max_length=160)
    relation = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=40)
    may_be_called = models.BooleanField(_("may be called in an emergency"), default=False)
    escorts = models.BooleanField(_("takes the patient home"), default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("support people")

    def __str__(self) -> str:
        return self.name

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class PostalAddress(models.Model):
    """Where a patient gets post; the newest counts. Records of controlled drugs and bills bear it."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="addresses")
    lines = models.CharField(_("street, city, state, postcode"), max_length=300)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("postal addresses")

    def __str__(self) -> str:
        return self.lines

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class EmergencyReason(models.TextChoices):
    EMERGENCY = "emergency", _("medical or psychiatric emergency")
    TEAM_UNREACHABLE = "team-unreachable", _("urgent care while the care team cannot be reached")
    DANGER = "danger", _("danger to the patient or to others")


class EmergencyAccess(models.Model):
    """A record opened without an ordinary right to it: why, until when, and what the review found."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="emergency_accesses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, choices=EmergencyReason.choices)
    explanation = models.TextField(_("what happened"), max_length=600)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    justified = models.BooleanField(null=True)
    review = models.TextField(_("what the review found"), max_length=600, blank=True)

    class Meta:
        verbose_name_plural = _("emergency accesses")
        indexes = [models.Index(fields=["person", "ends_at"], name="care_patients_emergency_open")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("opened_at")), name="care_patients_emergency_ends"
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_at__isnull=True, reviewed_by__isnull=True, justified__isnull=True)
                | models.Q(reviewed_at__isnull=False, reviewed_by__isnull=False, justified__isnull=False),
                name="care_patients_emergency_reviewed",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True) | ~models.Q(reviewed_by=models.F("person")),
                name="care_patients_emergency_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.reason}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class ExternalKind(models.TextChoices):
    THERAPIST = "therapist", _("therapist elsewhere")
    PRESCRIBER = "prescriber", _("referring prescriber")
    INTERPRETER = "interpreter", _("interpreter")


class ExternalAccess(models.Model):
    """A professional from outside who reads one patient's record until a day, and nothing else here."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="external_accesses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="external_accesses")
    kind = models.CharField(_("as"), max_length=12, choices=ExternalKind.choices)
    works_at = models.CharField(_("works at"), max_length=160)
    purpose = models.CharField(_("purpose"), max_length=300)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = _("external accesses")
        indexes = [models.Index(fields=["person", "ends_at"], name="care_patients_external_open")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("given_at")), name="care_patients_external_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_kind_display()}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class BirthDateCorrection(models.Model):
    """A wrong date of birth, put right by two people: one proposes, another one confirms or rejects."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="birth_date_corrections")
    was = models.DateField()
    becomes = models.DateField(_("correct date of birth"))
    reason = models.CharField(_("how it was checked"), max_length=300)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(decided_at__isnull=True),
                name="care_patients_one_open_correction",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, decided_by__isnull=True, confirmed=False)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="care_patients_correction_decided",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed=False) | ~models.Q(decided_by=models.F("proposed_by")),
                name="care_patients_correction_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.was} to {self.becomes}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


@kept_once(may_change=("separated_by", "separated_at", "separation_reason"))
class RecordMerge(models.Model):
    """Two records were found to be of one person: who said so, when and why; and who separated them again."""

    merged = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges")
    kept = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges_kept")
    reason = models.CharField(_("how it was checked"), max_length=300)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    separated_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    separated_at = models.DateTimeField(null=True, blank=True)
    separation_reason = models.CharField(_("why they are two people"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=models.Q(separated_at__isnull=True),
                name="care_patients_merged_once",
            ),
            models.CheckConstraint(
                condition=models.Q(separated_at__isnull=True, separated_by__isnull=True)
                | models.Q(separated_at__isnull=False, separated_by__isnull=False),
                name="care_patients_separated_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged.record_number} → {self.kept.record_number}"

    @property
    def subject_ref(self) -> str:
        return self.kept.subject_ref
