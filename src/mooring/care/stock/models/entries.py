"""The append-only ledger of each container, and what was given to patients out of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.care.patients.models import Patient
from mooring.care.stock.models.containers import Container, Safe, Supplier
from mooring.care.treatments.models import DoseOrder
from mooring.identity.models import Person


@append_only
class DoseGiven(models.Model):
    """How much of the drug went into a patient, as the session says it: what the draws have to account for.

    `key` is that of the session's log entry. `replaces` names what a correction of that entry made wrong.
    """

    key = models.UUIDField(unique=True)
    order = models.ForeignKey(DoseOrder, on_delete=models.PROTECT, related_name="doses_given")
    given_mg = models.DecimalField(max_digits=9, decimal_places=3)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    stored_at = models.DateTimeField()
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    class Meta:
        verbose_name_plural = _("doses given")
        constraints = [
            models.CheckConstraint(condition=Q(given_mg__gte=0), name="care_stock_given_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.given_mg}"

    @property
    def subject_ref(self) -> str:
        return self.order.subject_ref


class WasteMethod(models.TextChoices):
    POUCH = "pouch", _("made unusable in a disposal pouch")
    DEVICE_FAILED = "device-failed", _("the device failed")
    BROKEN = "broken", _("broken or spilled")
    NOT_GIVEN = "not-given", _("prepared and not given")
    REMAINDER = "remainder", _("rest of an opened container")
    RETURNED_TO_DESTROYER = "destroyer", _("handed to a registered destroyer")


@append_only
class LedgerEntry(models.Model):
    """One line of a container's ledger. Never edited: what was wrong is reversed by a line that names it.

    `at` is when it happened, `stored_at` when the server had it; `late` marks what was recorded afterwards.
    `before` + `change` = `balance`. `in_hand` is what of its draw is still unaccounted for after this line.
    """

    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, help_text=_("A code of rules.ledger.LedgerKind."))
    amount = models.BigIntegerField()
    before = models.BigIntegerField()
    change = models.BigIntegerField()
    balance = models.BigIntegerField()
    in_hand = models.BigIntegerField(null=True, blank=True)
    draw = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="accounts")
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    order = models.ForeignKey(
        DoseOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_entries"
    )
    dose = models.ForeignKey(
        DoseGiven, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_entries"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_entries"
    )
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_entries"
    )
    safe = models.ForeignKey(Safe, on_delete=models.PROTECT, related_name="entries")
    method = models.CharField(max_length=16, choices=WasteMethod.choices, blank=True)
    needs_witness = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    emergency = models.BooleanField(default=False)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    stored_at = models.DateTimeField()
    note_digest = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(fields=["container", "number"], name="care_stock_entry_number"),
            models.CheckConstraint(condition=Q(balance__gte=0), name="care_stock_never_below_zero"),
            models.CheckConstraint(
                condition=Q(balance=F("before") + F("change")), name="care_stock_balance_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0) | Q(kind__in=["adjustment", "reversal"]),
                name="care_stock_amount_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(in_hand__isnull=True) | Q(in_hand__gte=0), name="care_stock_in_hand"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["administer", "return"]) | Q(draw__isnull=False),
                name="care_stock_given_was_drawn",
            ),
        ]
        indexes = [
            models.Index(fields=["safe", "-stored_at"], name="care_stock_day"),
            models.Index(fields=["order", "kind"], name="care_stock_of_order"),
        ]

    def __str__(self) -> str:
        return f"{self.container}, {self.number}: {self.kind}"

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref if self.patient else ""


class EntryNote(models.Model):
    """Words of people about an entry, kept where they can be erased; the entry holds their digest."""

    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="note")
    text = models.TextField(max_length=1000)

    def __str__(self) -> str:
        return f"{self.entry}, {self.pk}"

    @property
    def subject_ref(self) -> str:
        return self.entry.subject_ref
