"""Leads: people who asked about treatment, before they are patients."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.recording import reference
from mooring.care.patients.models import Patient, age_on
from mooring.identity.models import Person, Site


class LeadStage(models.TextChoices):
    RECEIVED = "received", _("received")
    CALL_BOOKED = "call-booked", _("call booked")
    JOINED = "joined", _("in screening")
    DECLINED = "declined", _("not a fit")
    WITHDRAWN = "withdrawn", _("withdrawn by the person")
    DUPLICATE = "duplicate", _("duplicate")


class NextAction(models.TextChoices):
    CLINIC = "clinic", _("clinic")
    PERSON = "person", _("patient")
    NOBODY = "nobody", _("none")


class Lead(models.Model):
    """One interest form or referral. `move` says who acts next, `since` since when."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="leads")
    legal_name = models.CharField(_("name"), max_length=160)
    chosen_name = models.CharField(_("what to call you"), max_length=80, blank=True)
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    birth_date = models.DateField(_("date of birth"))
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_key = models.CharField(max_length=20, blank=True, editable=False)
    prefers = models.CharField(
        max_length=8,
        choices=[("phone", _("a call")), ("sms", _("a text message")), ("email", _("an e-mail"))],
    )
    about = models.TextField(_("what brings you here"), max_length=2000, blank=True)
    referred_by = models.CharField(_("who referred you"), max_length=160, blank=True)
    received_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    stage = models.CharField(max_length=16, choices=LeadStage.choices, default=LeadStage.RECEIVED)
    move = models.CharField(max_length=8, choices=NextAction.choices, default=NextAction.CLINIC)
    since = models.DateTimeField()
    call_at = models.DateTimeField(null=True, blank=True)
    call_note = models.TextField(max_length=2000, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    patient = models.OneToOneField(
        Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="lead"
    )
    may_be_lead = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    may_be_patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(email=""), name="care_referrals_lead_can_be_reached"
            ),
            models.CheckConstraint(
                condition=~Q(stage="joined") | Q(patient__isnull=False),
                name="care_referrals_joined_has_patient",
            ),
        ]
        indexes = [models.Index(fields=["site", "stage", "since"], name="care_referrals_stage")]

    def __str__(self) -> str:
        return self.chosen_name or self.legal_name

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref if self.patient else reference(self)

    def age_on(self, day: date) -> int:
        return age_on(self.birth_date, day)
