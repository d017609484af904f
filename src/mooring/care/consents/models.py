"""Consents: which text a patient signed, and when they withdrew it."""

from django.db import models
from django.db.models import Q

from mooring.audit.kept import kept_once
from mooring.care.patients.models import Patient
from mooring.identity.models import Person, SignedPack


@kept_once(may_change=("withdrawn_at", "withdrawn_to"))
class Consent(models.Model):
    """A consent signed in person, in one text of one signed pack.

    `text` is `id@version`; `text_digest` is of the text itself, so that a text changed without a new
    version is another text. `understood` and `choices` hold the answers for each section by its code.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    pack = models.ForeignKey(SignedPack, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=60)
    text_digest = models.CharField(max_length=64)
    signed_name = models.CharField(max_length=160)
    understood = models.JSONField(default=dict)
    choices = models.JSONField(default=dict)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_to = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "text_digest"],
                condition=Q(withdrawn_at__isnull=True),
                name="care_consents_one_of_a_text",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_to__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_to__isnull=False),
                name="care_consents_withdrawn_to_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} of {self.patient}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref
