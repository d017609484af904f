"""Credit: pauses, disclosures, claims, certificates, recognised badges, and the keys that sign."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.academy.courses.models import Course, CourseVersion
from mooring.academy.learning.models import Enrolment
from mooring.audit.append_only import append_only
from mooring.audit.kept import kept_once
from mooring.identity.ciphers import SealedBytesField, SealedTextField
from mooring.identity.models import Credential, Person
from mooring.work.in_parts import WorkInParts


class CreditProfile(models.Model):
    """In which profession a person claims credit, where they are licensed, and the numbers that bodies ask for.

    `sealed` holds licence number, NPI and the month and day of birth as JSON; no year of birth is ever asked.
    `birth_until` is the day after which the birthday is deleted: 90 days after the last report that needed it.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="credit_profile")
    profession = models.CharField(max_length=40)
    jurisdiction = models.CharField(max_length=12, blank=True)
    sealed = SealedBytesField(purpose="academy.credits.profile")
    birth_until = models.DateField(null=True, blank=True)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person}: {self.profession}"

    @property
    def subject_ref(self) -> str:
        return self.person.subject_ref


class OfferingPause(models.Model):
    """That nobody may claim an offering for a while, and its statement is not shown."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="pauses")
    offering = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    paused_at = models.DateTimeField()
    paused_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    resumed_at = models.DateTimeField(null=True, blank=True)
    resumed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "offering"],
                condition=Q(resumed_at__isnull=True),
                name="academy_offering_paused_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.offering} paused"


@append_only
class Disclosure(models.Model):
    """What a person in control of content disclosed about the 24 months before `signed_on`.

    `maker` is the person's id in the course's files. `relationships` lists each relationship with an ineligible
    company: `company` and `nature`; an empty list is the statement that there was none. The newest counts.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="disclosures")
    maker = models.CharField(max_length=80)
    name = models.CharField(max_length=160)
    signed_on = models.DateField()
    relationships = models.JSONField(default=list, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return _("disclosure of {name}").format(name=self.name)


@append_only
class Mitigation(models.Model):
    """How one relationship of a disclosure was mitigated. `place` counts the relationships from 0."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="mitigations")
    place = models.PositiveSmallIntegerField()
    steps = models.CharField(max_length=500)
    done_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["disclosure", "place"], name="academy_mitigated_once"),
        ]

    def __str__(self) -> str:
        return _("mitigation of {disclosure}").format(disclosure=self.disclosure)


class MakerRole(models.Model):
    """That a person holds a role for a course. It is only given after disclosure and mitigation."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="makers")
    maker = models.CharField(max_length=80)
    role = models.CharField(max_length=20)
    since = models.DateField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "maker", "role"],
                condition=Q(ended_at__isnull=True),
                name="academy_maker_role_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.maker}: {self.role}"


@append_only
class Claim(models.Model):
    """What a learner claimed, with what they stated then. `attestation` holds the words they attested to.

    `minutes_recorded` is how long the learner took part, as far as the acts in the course tell.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="claims")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    offering = models.CharField(max_length=80)
    amount = models.DecimalField(max_digits=5, decimal_places=2)
    profession = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12, blank=True)
    licence_number = SealedTextField(purpose="academy.credits.claim", max_length=60, blank=True)
    attestation = models.CharField(max_length=500, blank=True)
    minutes_recorded = models.PositiveIntegerField(null=True, blank=True)
    completed_at = models.DateTimeField()
    claimed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.amount} of {self.offering}"

    @property
    def subject_ref(self) -> str:
        return self.enrolment.subject_ref


class CertificateState(models.TextChoices):
    VALID = "valid", _("Valid")
    SUPERSEDED = "superseded", _("Replaced by a newer one")
    REVOKED = "revoked", _("Revoked")


@kept_once(may_change=("state", "ended_at", "ended_by", "reason", "credential"))
class Certificate(models.Model):
    """One certificate: a frozen snapshot of what it says, and whether it still stands.

    `code` is public and stands on the paper; `cycle` is the first day of the offering's period, so that a
    later period may be claimed anew. Nothing but the state ever changes. `subject` is the learner.
    """

    code = models.CharField(max_length=24, unique=True)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="certificates")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="certificates")
    offering = models.CharField(max_length=80)
    cycle = models.DateField()
    issued_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=CertificateState.choices, default=CertificateState.VALID)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    credential = models.ForeignKey(
        Credential, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course", "offering", "cycle"],
                condition=Q(state="valid"),
                name="academy_one_live_certificate",
            ),
            models.CheckConstraint(
                condition=Q(state="valid", ended_at__isnull=True)
                | (Q(ended_at__isnull=False) & ~Q(reason="") & ~Q(state="valid")),
                name="academy_certificate_ends_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["learner", "-issued_at"], name="academy_certificate_learner")]

    def __str__(self) -> str:
        return _("certificate {code}").format(code=self.code)

    @property
    def subject_ref(self) -> str:
        return self.learner.subject_ref

    @property
    def says(self) -> dict[str, Any]:
        """What the paper says, as it was frozen."""
        return dict(self.snapshot.body)

    @property
    def valid(self) -> bool:
        return self.state == CertificateState.VALID


@append_only
class Snapshot(models.Model):
    """What a certificate says, word for word, for ever; `badge` is the signed credential as text."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="snapshot")
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    badge = models.TextField()

    def __str__(self) -> str:
        return _("what {certificate} says").format(certificate=self.certificate)


@append_only
class Paper(models.Model):
    """The signed PDF of a certificate, made once."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="paper")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return _("paper of {certificate}").format(certificate=self.certificate)


class Batch(WorkInParts):
    """Certificates made in the background: those of everyone who completed a course without a certificate.

    `left` holds the ids of enrolments still to do, `refused` how many did not qualify after all.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="batches")
    offering = models.CharField(max_length=80)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = _("batches")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "offering"],
                condition=Q(finished_at__isnull=True),
                name="academy_one_batch_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return _("{total} certificates of {offering}").format(total=self.total, offering=self.offering)


class Recognition(models.Model):
    """That an achievement of an issuer counts as a credential here: the list of who is believed.

    `issuer` is the issuer's `did:key`; empty means this academy, and `achievement` is then
    `course/offering`. `months` limits how long it counts, where the badge itself says no end.
    """

    issuer = models.CharField(max_length=120, blank=True)
    issuer_name = models.CharField(max_length=160)
    achievement = models.CharField(max_length=300)
    credential = models.CharField(max_length=40)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    since = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "achievement"],
                condition=Q(ended_at__isnull=True),
                name="academy_recognised_once",
            )
        ]

    def __str__(self) -> str:
        return _("{achievement} counts as {credential}").format(
            achievement=self.achievement, credential=self.credential
        )


class BroughtBadge(models.Model):
    """A badge that somebody brought in, as it was, and the credential that it became."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="badges")
    recognition = models.ForeignKey(Recognition, on_delete=models.PROTECT, related_name="badges")
    digest = models.CharField(max_length=64, unique=True)
    document = models.TextField()
    credential = models.OneToOneField(Credential, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()

    def __str__(self) -> str:
        return _("badge of {person}").format(person=self.person)

    @property
    def subject_ref(self) -> str:
        return self.person.subject_ref


class SigningKeys(models.Model):
    """What signs badges (Ed25519) and papers (a key with its certificate). The newest signs, all verify."""

    badge_key = SealedBytesField(purpose="academy.credits.badge-key")
    badge_issuer = models.CharField(max_length=120, unique=True)
    paper_key = SealedBytesField(purpose="academy.credits.paper-key")
    paper_certificate = models.BinaryField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(retired_at__isnull=True), name="academy_one_pair_of_keys"
            )
        ]

    def __str__(self) -> str:
        return _("keys of {day}").format(day=self.made_at.date().isoformat())
