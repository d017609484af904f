"""Monitoring forms of the esketamine programme."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.kept import kept_once
from mooring.care.patients.models import Patient
from mooring.care.sessions.models import Session
from mooring.identity.models import Person


class FormChannel(models.TextChoices):
    """How a form reaches the programme."""

    ONLINE = "online", _("on the programme's website")
    FAX = "fax", _("fax")


SENDING = ("sent_how", "sent_reference", "sent_by", "sent_at", "confirmation", "confirmed_by", "confirmed_at")


@kept_once(may_change=SENDING)
class MonitoringForm(models.Model):
    """A session's monitoring form as it was signed; a correction is a new form that names the old one (`replaces`).

    `edition` is the form's `id@version`; `facts` its fields by code, `asked` the codes that the signer answered
    because the record could not.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="monitoring_forms")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="monitoring_forms")
    edition = models.CharField(max_length=80)
    facts = models.JSONField()
    asked = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    why_replaced = models.CharField(max_length=300, blank=True)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    sent_how = models.CharField(max_length=8, choices=FormChannel.choices, blank=True)
    sent_reference = models.CharField(max_length=80, blank=True)
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    confirmation = models.CharField(max_length=120, blank=True)
    confirmed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(replaces__isnull=True), name="care_rems_one_first_form"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True, sent_how="")
                | (Q(sent_at__isnull=False, sent_by__isnull=False) & ~Q(sent_how="")),
                name="care_rems_sent_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, confirmation="")
                | (
                    Q(confirmed_at__isnull=False, confirmed_by__isnull=False, sent_at__isnull=False)
                    & ~Q(confirmation="")
                ),
                name="care_rems_confirmed_after_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} of {self.session}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref
