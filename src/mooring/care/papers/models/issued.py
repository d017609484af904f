"""The site's letterhead, issued papers, and the earlier treatments that an authorisation asks for."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.audit.kept import kept_once
from mooring.care.patients.models import Patient
from mooring.care.safety.models import AdverseEvent
from mooring.care.sessions.models import Session
from mooring.identity.models import Person, Site
from mooring.sentences.times import full_day_words


@append_only
class PracticeDetails(models.Model):
    """What stands on a site's papers beside its name and phone; the newest applies, the earlier ones stay."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="practice_details")
    legal_name = models.CharField(_("registered name"), max_length=160)
    address_1 = models.CharField(_("address, line 1"), max_length=120)
    address_2 = models.CharField(_("address, line 2"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=80)
    region = models.CharField(_("state or region"), max_length=40, blank=True)
    postcode = models.CharField(_("postcode or ZIP code"), max_length=16)
    fax = models.CharField(_("fax"), max_length=40, blank=True)
    tax_number = models.CharField(_("tax number (EIN)"), max_length=40, blank=True)
    group_number = models.CharField(
        _("group number of the practice (NPI, type 2)"), max_length=20, blank=True
    )
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("practice details")

    def __str__(self) -> str:
        return f"{self.site}, {self.at}"

    @property
    def address_lines(self) -> tuple[str, ...]:
        """The address as it is written on an envelope."""
        place = " ".join(part for part in (self.city, self.region, self.postcode) if part)
        return tuple(line for line in (self.address_1, self.address_2, place) if line)


@kept_once()
class IssuedPaper(models.Model):
    """A paper as it was signed: its data whole, so that it prints the same for ever; a correction names the old one.

    `kind` is a code of `care.papers.kinds`, `version` that of its layout with the content it prints (`id@version`).
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="papers")
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="papers"
    )
    event = models.ForeignKey(
        AdverseEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="papers"
    )
    kind = models.CharField(max_length=24)
    title = models.CharField(max_length=160)
    sheet = models.JSONField()
    digest = models.CharField(max_length=64)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["patient", "-signed_at"], name="care_papers_of")]

    def __str__(self) -> str:
        return self.title

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref


class Response(models.TextChoices):
    """What came of an earlier treatment."""

    NONE = "none", _("no response")
    PARTIAL = "partial", _("partial response")
    FULL = "full", _("response")
    LOST = "lost", _("response, then lost")


class EarlierTreatment(models.Model):
    """One treatment that was tried before: drug, dose, from when until when, what came of it, why it stopped.

    What is wrong is withdrawn, and recorded anew; an authorisation that was issued keeps what it said.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="earlier_treatments")
    name = models.CharField(_("medicine or treatment"), max_length=120)
    dose = models.CharField(_("dose reached"), max_length=80, blank=True)
    started_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    response = models.CharField(_("outcome"), max_length=8, choices=Response.choices, blank=True)
    stopped_because = models.CharField(_("why it was stopped"), max_length=200, blank=True)
    this_episode = models.BooleanField(_("in the current episode"), null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on__isnull=True)
                | Q(ended_on__isnull=True)
                | Q(ended_on__gte=F("started_on")),
                name="care_papers_trial_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref

    @property
    def weeks(self) -> int | None:
        """Whole weeks, where both days are known."""
        if self.started_on is None or self.ended_on is None:
            return None
        return (self.ended_on - self.started_on).days // 7

    @property
    def open_fields(self) -> tuple[str, ...]:
        """What a payer asks of a trial and this one does not say."""
        asked = (
            (self.dose, gettext("the dose is not recorded")),
            (self.weeks is not None, gettext("how long is not known")),
            (self.response, gettext("the outcome is not recorded")),
            (self.this_episode is not None, gettext("whether in this episode is not recorded")),
        )
        return tuple(words for known, words in asked if not known)

    @property
    def words(self) -> str:
        """The trial in one line."""
        parts = [self.name, self.dose]
        if self.started_on:
            until = full_day_words(self.ended_on) if self.ended_on else gettext("now")
            parts.append(
                gettext("{first} to {last}").format(first=full_day_words(self.started_on), last=until)
            )
        if self.weeks is not None:
            parts.append(gettext("{weeks} weeks").format(weeks=self.weeks))
        parts += [str(self.get_response_display()), self.stopped_because]
        return ", ".join(part for part in parts if part)
