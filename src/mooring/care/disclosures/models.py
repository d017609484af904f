"""Consents to disclose, disclosures, and the marks of records under 42 CFR part 2."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.audit.kept import kept_once
from mooring.care.patients.models import Patient
from mooring.identity.models import Person
from mooring.rules.disclosure import DisclosureBasis, Permitted, Recipients, Subject


class BasisChoice(models.TextChoices):
    """Why a disclosure is allowed, in words."""

    TREATMENT = DisclosureBasis.TREATMENT, _("treatment by others")
    PAYMENT = DisclosureBasis.PAYMENT, _("payment")
    OPERATIONS = DisclosureBasis.OPERATIONS, _("health care operations")
    PATIENT = DisclosureBasis.PATIENT, _("to the patient")
    AUTHORISATION = DisclosureBasis.AUTHORISATION, _("the patient's authorisation")
    MEDICAL_EMERGENCY = DisclosureBasis.MEDICAL_EMERGENCY, _("medical emergency")
    REQUIRED_BY_LAW = DisclosureBasis.REQUIRED_BY_LAW, _("required by law")
    PUBLIC_HEALTH = DisclosureBasis.PUBLIC_HEALTH, _("public health")
    OVERSIGHT = DisclosureBasis.OVERSIGHT, _("health oversight, audit")
    COURT = DisclosureBasis.COURT, _("court or legal proceedings")
    RESEARCH = DisclosureBasis.RESEARCH, _("research")


class RecipientsChoice(models.TextChoices):
    NAMED = Recipients.NAMED, _("the person or organisation named")
    TREATING = Recipients.TREATING, _("everyone who treats the patient, their health plans and payers")
    INTERMEDIARY = Recipients.INTERMEDIARY, _("an intermediary and the members named")


class SubjectChoice(models.TextChoices):
    RECORDS = Subject.RECORDS, _("records")
    NOTES = Subject.NOTES, _("psychotherapy or counselling notes")
    PROCEEDINGS = Subject.PROCEEDINGS, _("legal proceedings")


class DisclosureChannel(models.TextChoices):
    PAPER = "paper", _("on paper, by hand or post")
    FAX = "fax", _("by fax")
    MAIL = "mail", _("by e-mail or a portal")
    PHONE = "phone", _("by phone")
    HEALTH_RECORD = "health-record", _("through a health record system")
    FILE = "file", _("as a file handed over")


@append_only
class Part2Mark(models.Model):
    """A row that identifies somebody as a patient of a programme under 42 CFR part 2, marked when it was written.

    What hangs on the row (the orders and sessions of a marked treatment) is of part 2 with it.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="part2_marks")
    row = models.CharField(max_length=80)
    why = models.CharField(max_length=40)
    rule = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["row"], name="care_disclosures_marked_once")]

    def __str__(self) -> str:
        return f"{self.row}: {self.why}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


@kept_once(may_change=("revoked_at", "revoked_to"))
class DisclosureConsent(models.Model):
    """A written consent to disclose, with the elements of 42 CFR 2.31; `statements` is `id@version` of its text."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="disclosure_consents")
    subject = models.CharField(_("about"), max_length=16, choices=SubjectChoice.choices)
    discloser = models.CharField(_("who may disclose"), max_length=160)
    kinds = models.JSONField(default=list)
    records = models.TextField(_("which records, specifically"), max_length=600)
    recipients = models.CharField(_("to whom"), max_length=16, choices=RecipientsChoice.choices)
    recipient = models.CharField(_("recipient"), max_length=300)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    all_future = models.BooleanField(
        _("for all future treatment, payment and health care operations"), default=False
    )
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    statements = models.CharField(max_length=60)
    signed_name = models.CharField(max_length=160)
    signed_for = models.CharField(max_length=160, blank=True)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_to = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_to__isnull=True)
                | Q(revoked_at__isnull=False, revoked_to__isnull=False),
                name="care_disclosures_revoked_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(all_future=True) | Q(expires_on__isnull=False),
                name="care_disclosures_consent_ends",
            ),
            models.CheckConstraint(
                condition=Q(subject="records") | Q(all_future=False),
                name="care_disclosures_consent_apart",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}, {self.recipient}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref

    def permitted(self) -> Permitted:
        """What it permits, for the rules; days are those of the patient's site."""
        site = self.patient.site
        return Permitted(
            subject=Subject(self.subject),
            records=frozenset(self.kinds),
            recipients=Recipients(self.recipients),
            recipient=self.recipient,
            all_future=self.all_future,
            purpose=self.purpose,
            expires_on=self.expires_on,
            revoked_on=site.today(self.revoked_at) if self.revoked_at else None,
        )


@kept_once()
class RecordDisclosure(models.Model):
    """One disclosure: date, recipient, what, why. What travelled with it stands in it as it was.

    `consent_copy` is the consent in words, as sent along; `notice` is `id@version` of the notice on redisclosure;
    `withheld` are kinds of record that were left out; `package_digest` is of the file that left, where one did.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="disclosures")
    basis = models.CharField(_("allowed as"), max_length=20, choices=BasisChoice.choices)
    recipient = models.CharField(_("recipient"), max_length=200)
    recipient_address = models.CharField(_("address of the recipient, if known"), max_length=300, blank=True)
    what = models.TextField(_("what was disclosed"), max_length=600)
    kinds = models.JSONField(default=list)
    purpose = models.CharField(_("purpose"), max_length=300)
    channel = models.CharField(_("how it left"), max_length=16, choices=DisclosureChannel.choices)
    part2 = models.BooleanField(default=False)
    consent = models.ForeignKey(
        DisclosureConsent, on_delete=models.PROTECT, null=True, blank=True, related_name="disclosures"
    )
    consent_copy = models.TextField(blank=True)
    notice = models.CharField(max_length=60, blank=True)
    withheld = models.JSONField(default=list)
    package_digest = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["patient", "-at"], name="care_disclosures_patient")]
        constraints = [
            models.CheckConstraint(
                condition=Q(consent__isnull=True) | ~Q(consent_copy=""),
                name="care_disclosures_consent_copied",
            ),
            models.CheckConstraint(
                condition=Q(part2=False) | ~Q(notice="") | Q(basis="patient"),
                name="care_disclosures_part2_has_notice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}, {self.get_basis_display()}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref

    @property
    def day(self) -> date:
        return self.patient.site.today(self.at)

    @property
    def basis_code(self) -> str:
        return self.basis

    @property
    def by_ehr(self) -> bool:
        return self.channel == DisclosureChannel.HEALTH_RECORD

    @property
    def is_part2(self) -> bool:
        return self.part2

    @property
    def is_consented(self) -> bool:
        return self.consent_id is not None


class RecordCopy(models.Model):
    """A copy of a record that was asked for: made by the clock in the background, fetched once or more, then removed.

    It leaves when it is fetched first: `disclosure` says so. `part2` is whether records of substance use are in it.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="copies")
    basis = models.CharField(_("allowed as"), max_length=20, choices=BasisChoice.choices)
    recipient = models.CharField(_("recipient"), max_length=200)
    recipient_address = models.CharField(_("address of the recipient"), max_length=300, blank=True)
    kinds = models.JSONField(default=list)
    purpose = models.CharField(_("purpose"), max_length=300)
    channel = models.CharField(_("how it left"), max_length=16, choices=DisclosureChannel.choices)
    consent = models.ForeignKey(
        DisclosureConsent, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    total = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    part2 = models.BooleanField(default=False)
    withheld = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    disclosure = models.OneToOneField(
        RecordDisclosure, on_delete=models.PROTECT, null=True, blank=True, related_name="copy"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("copies of the record")
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | ~Q(digest=""), name="care_disclosures_copy_has_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}, {self.get_basis_display()}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref

    @property
    def percent(self) -> int:
        return 100 if self.finished_at else 100 * self.done // max(self.total, 1)
