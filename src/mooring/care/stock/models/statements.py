"""What a site signs about a whole safe: inventories and monthly reconciliations; and when stock is ordered again."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.kept import kept_once
from mooring.care.stock.models.containers import Safe
from mooring.identity.models import Person, Site


class StatementKind(models.TextChoices):
    INVENTORY = "inventory", _("inventory")
    RECONCILIATION = "reconciliation", _("monthly reconciliation")


class InventoryMoment(models.TextChoices):
    OPENING = "opening", _("opening of business")
    CLOSING = "closing", _("close of business")


@kept_once(may_change=("countersigned_by", "countersigned_at"))
class StockStatement(models.Model):
    """One statement of a safe, with its figures whole; a second person countersigns it.

    `day` is that of the inventory, or the last day of the month that was reconciled. `figures` holds rows of text as
    they are printed; `exact` says whether every opened container was counted exactly.
    """

    safe = models.ForeignKey(Safe, on_delete=models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=16, choices=StatementKind.choices)
    day = models.DateField()
    moment = models.CharField(max_length=8, choices=InventoryMoment.choices)
    exact = models.BooleanField(_("every opened container was counted exactly"), default=True)
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    countersigned_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    countersigned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["safe", "kind", "day"], name="care_stock_stated_once"),
            models.CheckConstraint(
                condition=Q(countersigned_by__isnull=True, countersigned_at__isnull=True)
                | (Q(countersigned_at__isnull=False) & ~Q(countersigned_by=F("by"))),
                name="care_stock_countersigned_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.safe}, {self.kind}, {self.day}"


class ReorderPoint(models.Model):
    """How many unopened containers of a presentation a site keeps at least; below that somebody is asked to order."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="reorder_points")
    presentation = models.CharField(max_length=60, help_text=_("id@version"))
    title = models.CharField(max_length=120)
    least = models.PositiveSmallIntegerField(_("order again below"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "presentation"], name="care_stock_reorder_once")
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.least}"
