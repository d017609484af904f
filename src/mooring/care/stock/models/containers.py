"""Registrations, suppliers, safes and their keys, the policy, lots, containers.

Amounts are whole smallest parts (`rules.ledger`): micrograms of a liquid, or pieces. `Container.balance`,
`last_number` and `head` are stored for the database to guard; the fold of the entries says the same.
"""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.care.patients.models import Patient
from mooring.identity.models import Person, Site
from mooring.rules.ledger import CountedAs, StockMeasure


class DrugRegistration(models.Model):
    """The site's own permission to hold controlled drugs, as the authority numbers it."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="drug_registrations")
    holder = models.CharField(_("registered name"), max_length=160)
    address = models.CharField(_("registered address"), max_length=300)
    number = models.CharField(_("registration number"), max_length=40)
    schedules = models.CharField(_("schedules"), max_length=40)
    expires_on = models.DateField(_("expires on"))

    def __str__(self) -> str:
        return self.number


class Supplier(models.Model):
    """Who delivers: name, address and registration number stand on every record of a receipt."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="drug_suppliers")
    name = models.CharField(_("name"), max_length=160)
    address = models.CharField(_("address"), max_length=300)
    number = models.CharField(_("registration number"), max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "number"], name="care_stock_supplier_once")]

    def __str__(self) -> str:
        return self.name


class Safe(models.Model):
    """A locked place of one site; only who holds a key (`SafeKey`) takes out of it."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="safes")
    name = models.CharField(_("name"), max_length=60)
    place = models.CharField(_("where it stands"), max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="care_stock_safe_name")]

    def __str__(self) -> str:
        return self.name


class SafeKey(models.Model):
    """That a person may open a safe, from when until when."""

    safe = models.ForeignKey(Safe, on_delete=models.PROTECT, related_name="keys")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="safe_keys")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["safe", "person"], condition=Q(until__isnull=True), name="care_stock_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.safe}: {self.person}"


@append_only
class StockPolicy(models.Model):
    """What the site decided for its ledger, signed; the newest applies. Without one the defaults of the fields do."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="stock_policies")
    witness_waste = models.BooleanField(_("waste needs a witness"), default=True)
    witness_count = models.BooleanField(_("counts need two people"), default=True)
    witness_minutes = models.PositiveSmallIntegerField(_("minutes to answer as a witness"), default=15)
    must_draw = models.BooleanField(_("a dose starts only after its draw is recorded"), default=False)
    tolerance_percent = models.DecimalField(
        _("a count of an opened vial may differ by, % of the balance"),
        max_digits=4,
        decimal_places=1,
        default=Decimal("2.0"),
    )
    opened_days = models.PositiveSmallIntegerField(_("days an opened vial may be used"), default=28)
    investigate_hours = models.PositiveSmallIntegerField(
        _("hours to settle a difference after the recount"), default=24
    )
    dead_space_ml = models.DecimalField(
        _("lost in needle and line at each draw, mL"), max_digits=4, decimal_places=2, default=Decimal(0)
    )
    overfill_percent = models.DecimalField(
        _("a vial may hold more than its label says by, %"),
        max_digits=4,
        decimal_places=1,
        default=Decimal(0),
    )
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("stock policies")

    def __str__(self) -> str:
        return f"{self.site}, {self.signed_at}"


class Lot(models.Model):
    """A lot of one presentation: a number stands for one expiry, however often it is typed."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="lots")
    product = models.CharField(max_length=40)
    presentation = models.CharField(max_length=60, help_text=_("id@version"))
    title = models.CharField(max_length=120)
    number = models.CharField(_("lot number"), max_length=40)
    expires_on = models.DateField(_("use by"))
    counted = models.CharField(max_length=8, choices=[(each.value, each.value) for each in CountedAs])
    strength_mg_per_ml = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    mg_a_piece = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    one_patient = models.BooleanField(
        default=False, help_text=_("Once opened it serves one patient, as an ampoule does.")
    )
    recalled_at = models.DateTimeField(null=True, blank=True)
    recall_reference = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "presentation", "number"], name="care_stock_lot_once"),
            models.CheckConstraint(
                condition=Q(counted="mass", strength_mg_per_ml__gt=0) | Q(counted="pieces", mg_a_piece__gt=0),
                name="care_stock_lot_measured",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.number}"

    @property
    def measure(self) -> StockMeasure:
        return StockMeasure(CountedAs(self.counted), self.strength_mg_per_ml, self.mg_a_piece)


class ContainerState(models.TextChoices):
    SEALED = "sealed", _("sealed")
    OPENED = "opened", _("opened")
    QUARANTINED = "quarantined", _("in quarantine")
    FINISHED = "finished", _("finished")


class Container(models.Model):
    """One vial, or one box of devices. `patient`: by prescription theirs, and for no one else."""

    safe = models.ForeignKey(Safe, on_delete=models.PROTECT, related_name="containers")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="containers")
    code = models.CharField(max_length=60)
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="assigned_containers"
    )
    whole = models.BigIntegerField(help_text=_("What it holds when it is full, in parts."))
    state = models.CharField(max_length=12, choices=ContainerState.choices, default=ContainerState.SEALED)
    locked = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    balance = models.BigIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "code"], name="care_stock_container_code"),
            models.CheckConstraint(condition=Q(balance__gte=0), name="care_stock_container_never_below_zero"),
        ]
        indexes = [models.Index(fields=["safe", "state"], name="care_stock_in_safe")]

    def __str__(self) -> str:
        return self.code

    @property
    def subject_ref(self) -> str:
        return self.patient.subject_ref if self.patient else ""
