"""Treatments, their dose cycles, preparation, readiness, and the dose orders."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.audit.kept import kept_once
from mooring.care.observations.models import Observation
from mooring.care.patients.models import Patient, SupportPerson
from mooring.care.screening.models import Screening
from mooring.care.treatments.models.asking import AskedWhen as AskedWhen
from mooring.care.treatments.models.asking import MeasureDue as MeasureDue
from mooring.care.treatments.models.asking import PlannedMeasure as PlannedMeasure
from mooring.care.treatments.models.course import Ceiling as Ceiling
from mooring.care.treatments.models.course import CourseDecision as CourseDecision
from mooring.care.treatments.models.course import DecidedStep as DecidedStep
from mooring.care.treatments.models.course import StopRuleOff as StopRuleOff
from mooring.care.treatments.models.home import Dispensing as Dispensing
from mooring.care.treatments.models.home import HomeArrangement as HomeArrangement
from mooring.care.treatments.models.home import PrescriberVisit as PrescriberVisit
from mooring.care.treatments.models.home import UnitCount as UnitCount
from mooring.identity.models import Person, SignedPack
from mooring.rules.doses.basis import Basis, read_basis
from mooring.rules.doses.ordered import OrderedDose, read_form
from mooring.sentences.doses import blind_words, intended_words, ordered_words


class TreatmentState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SIGNED = "signed", _("signed")
    ENDED = "ended", _("ended")
    WITHDRAWN = "withdrawn", _("withdrawn")


class TreatmentOutcome(models.TextChoices):
    REMISSION = "remission", _("in remission")
    RESPONSE = "response", _("responded")
    NO_RESPONSE = "no-response", _("did not respond")
    STOPPED_HARM = "stopped-harm", _("stopped because of harm")
    STOPPED_CHOICE = "stopped-choice", _("stopped by the patient's choice")
    MOVED = "moved", _("moved to other care")


@kept_once(
    "signed_at",
    may_change=("state", "outcome", "outcome_note", "ended_by", "ended_at"),
    spread=("intended",),
)
class Treatment(models.Model):
    """A person's row of dose cycles under one protocol, as intended; what is given stands in orders.

    `intended` holds the dose by its basis (`dose_mg_per_kg`, `dose_mg_a_session`, `dose_mg_per_kg_per_h`) and, where
    something is infused, `duration_min`. `limit_mg` is the protocol's ceiling, or the site's own that was signed.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="treatments")
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="treatments")
    pack = models.ForeignKey(SignedPack, on_delete=models.PROTECT, related_name="+")
    protocol = models.CharField(max_length=60)
    indication = models.CharField(max_length=60)
    measure = models.CharField(max_length=60, help_text=_("The instrument that follows this treatment."))
    doses = models.PositiveSmallIntegerField()
    intended = models.JSONField(default=dict)
    limit_mg = models.DecimalField(max_digits=6, decimal_places=1)
    state = models.CharField(max_length=12, choices=TreatmentState.choices, default=TreatmentState.DRAFT)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=TreatmentOutcome.choices, blank=True)
    outcome_note = models.TextField(max_length=2000, blank=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(state__in=["draft", "signed"]),
                name="care_treatments_one_open",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="care_treatments_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "ended"]) | Q(signed_at__isnull=False),
                name="care_treatments_signed_state_is_signed",
            ),
            models.CheckConstraint(
                condition=(Q(state="ended", ended_at__isnull=False, ended_by__isnull=False) & ~Q(outcome=""))
                | (~Q(state="ended") & Q(ended_at__isnull=True, ended_by__isnull=True, outcome="")),
                name="care_treatments_ended_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return _("{protocol} for {patient}").format(protocol=self.protocol, patient=self.patient)

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref

    @property
    def basis(self) -> Basis:
        """The intended dose with what it is counted from; the weight is that of the day."""
        return read_basis(self.intended, None)

    @property
    def duration_min(self) -> int | None:
        """Over how many minutes, where it is infused."""
        minutes = self.intended.get("duration_min")
        return None if minutes is None else int(minutes)

    @property
    def dose_words(self) -> str:
        """`0.5 mg/kg over 40 min`"""
        return intended_words(self.basis, self.duration_min)


class Phase(models.TextChoices):
    PREPARE = "prepare", _("prepare")
    READY = "ready", _("ready")
    DOSING = "dosing", _("dosing")
    RECOVERY = "recovery", _("recovery")
    DISCHARGED = "discharged", _("discharged")
    INTEGRATING = "integrating", _("integrating")
    CLOSED = "closed", _("closed")
    VOID = "void", _("void")


NEXT_PHASE = {
    Phase.PREPARE: (Phase.READY, Phase.VOID),
    Phase.READY: (Phase.PREPARE, Phase.DOSING, Phase.VOID),
    Phase.DOSING: (Phase.RECOVERY,),
    Phase.RECOVERY: (Phase.DISCHARGED,),
    Phase.DISCHARGED: (Phase.INTEGRATING,),
    Phase.INTEGRATING: (Phase.CLOSED,),
    Phase.CLOSED: (),
    Phase.VOID: (),
}
"""The legal moves. A clinician moves the phase, never the clock."""
BEFORE_DOSING = (Phase.PREPARE, Phase.READY)


class CycleOutcome(models.TextChoices):
    COMPLETE = "complete", _("complete")
    STOPPED_EARLY = "stopped-early", _("dosing was stopped early")
    LOST = "lost", _("the patient could not be reached")


class Cycle(models.Model):
    """One dose cycle, the unit of care. `phase` and `administered` are stored for the database to guard.

    `dosed_at` is when its dose began; it is set once, by the move to DOSING. `decision` is what planned it, where it was
    not planned with the treatment.
    """

    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    target_date = models.DateField()
    phase = models.CharField(max_length=12, choices=Phase.choices, default=Phase.PREPARE)
    phase_since = models.DateTimeField()
    administered = models.BooleanField(default=False)
    dosed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=CycleOutcome.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decision = models.ForeignKey(
        CourseDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="cycles"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["treatment", "number"], name="care_treatments_cycle_number"),
            models.CheckConstraint(
                condition=~Q(phase="void") | Q(administered=False), name="care_treatments_given_is_never_void"
            ),
            models.CheckConstraint(
                condition=Q(phase__in=["prepare", "ready", "void"], administered=False)
                | Q(
                    phase__in=["dosing", "recovery", "discharged", "integrating", "closed"], administered=True
                ),
                name="care_treatments_phase_fits_administration",
            ),
            models.CheckConstraint(
                condition=Q(administered=True, dosed_at__isnull=False)
                | Q(administered=False, dosed_at__isnull=True),
                name="care_treatments_administered_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(phase__in=["closed", "void"], closed_at__isnull=False))
                | (~Q(phase__in=["closed", "void"]) & Q(closed_at__isnull=True)),
                name="care_treatments_closed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(phase="closed") | ~Q(outcome=""), name="care_treatments_closed_with_outcome"
            ),
        ]
        indexes = [models.Index(fields=["phase", "target_date"], name="care_treatments_phase")]

    def __str__(self) -> str:
        return _("dose {number} of {treatment}").format(number=self.number, treatment=self.treatment)

    @property
    def subject_ref(self) -> str:
        return self.treatment.subject_ref


class Touch(models.TextChoices):
    NONE = "none", _("no touch")
    HAND = "hand", _("a hand to hold")
    HAND_SHOULDER = "hand-shoulder", _("a hand, or a hand on the shoulder")


class Preparation(models.Model):
    """The preparation visit of one cycle."""

    cycle = models.OneToOneField(Cycle, on_delete=models.PROTECT, related_name="preparation")
    intention = models.TextField(max_length=2000)
    calming_plan = models.TextField(max_length=2000)
    touch = models.CharField(max_length=16, choices=Touch.choices)
    call_shown = models.BooleanField(_("how to call for help was shown and tried"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return _("preparation of {cycle}").format(cycle=self.cycle)

    @property
    def subject_ref(self) -> str:
        return self.cycle.subject_ref


class FactStanding(models.TextChoices):
    """How an answer of the day is known; the values are those of `rules.verdict.Standing`."""

    REPORTED = "reported", _("reported by the patient")
    CONFIRMED = "confirmed", _("confirmed by a clinician")
    MEASURED = "measured", _("measured")


@append_only
class ReadinessFact(models.Model):
    """One thing that was asked or measured for readiness; the newest of a key counts.

    `support_person` is whom the answer about the escort names.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="readiness_facts")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    standing = models.CharField(max_length=12, choices=FactStanding.choices, default=FactStanding.CONFIRMED)
    support_person = models.ForeignKey(
        SupportPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    stored_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["cycle", "key", "-id"], name="care_treatments_readiness")]

    def __str__(self) -> str:
        return f"{self.key} of {self.cycle}"

    @property
    def subject_ref(self) -> str:
        return self.cycle.subject_ref


@kept_once()
class ReadinessClosure(models.Model):
    """That a prescriber weighed or went past a readiness finding, and why."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="readiness_closures")
    rule = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="care_treatments_readiness_reason"),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("by")), name="care_treatments_two_to_close"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.kind}"

    @property
    def subject_ref(self) -> str:
        return self.cycle.subject_ref


@kept_once(may_change=("withdrawn_by", "withdrawn_at", "withdrawn_reason"), spread=("figures",))
class DoseOrder(models.Model):
    """What is given today, signed: without it nothing starts. Never edited; withdrawn and written anew.

    `figures` are those of its `shape` (`rules/doses/`), with the basis of the dose; `ordered` reads them.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="orders")
    drug = models.CharField(max_length=40)
    salt_basis = models.CharField(max_length=12)
    route = models.CharField(max_length=24)
    shape = models.CharField(max_length=12, default="infusion", help_text=_("A code of rules.doses."))
    weight = models.ForeignKey(Observation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    dose_mg = models.DecimalField(max_digits=6, decimal_places=1)
    presentation = models.CharField(max_length=60, blank=True, help_text=_("id@version"))
    figures = models.JSONField(default=dict)
    reason = models.TextField(_("why it goes past a caution"), max_length=2000, blank=True)
    change_reason = models.CharField(_("why it differs from the last dose"), max_length=300, blank=True)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(withdrawn_at__isnull=True),
                name="care_treatments_one_live_order",
            ),
            models.CheckConstraint(condition=Q(dose_mg__gt=0), name="care_treatments_order_has_dose"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, withdrawn_at__gte=F("signed_at")),
                name="care_treatments_order_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("signed_by")),
                name="care_treatments_two_to_sign",
            ),
        ]

    def __str__(self) -> str:
        return _("{dose_mg} mg for {cycle}").format(dose_mg=self.dose_mg, cycle=self.cycle)

    @property
    def subject_ref(self) -> str:
        return self.cycle.subject_ref

    @property
    def ordered(self) -> OrderedDose:
        """The order as the rules read it, whatever its shape."""
        measured = self.weight.value if self.weight else None
        return OrderedDose(
            product=self.drug,
            salt_basis=self.salt_basis,
            route=self.route,
            mg=self.dose_mg,
            on=self.signed_at.date(),
            basis=read_basis(self.figures, measured),
            form=read_form(self.shape, self.figures, self.dose_mg),
        )

    @property
    def dose_words(self) -> str:
        """`36 mg over 40 min`, `84 mg, 3 devices of 28 mg`; before the dose without what two people still read."""
        return ordered_words(self.ordered) if self.cycle.dosed_at is not None else blind_words(self.ordered)

    def shown_whole_to(self, person: Person) -> bool:
        """Whether somebody sees volume, rate and number: before the dose only who signed.

        Whoever reads the syringe at the double check has not just been shown what it should hold.
        """
        return self.cycle.dosed_at is not None or person.pk in (self.signed_by_id, self.second_id)
