"""What two people hold against the ledger: witnesses, blind counts, discrepancies, closed days."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.audit.kept import kept_once
from mooring.care.stock.models.containers import Container, Safe
from mooring.care.stock.models.entries import LedgerEntry
from mooring.identity.models import Person


class Witnessed(models.TextChoices):
    """What the second person says; empty while asked."""

    ALL = "all", _("I saw all of it")
    OTHER_AMOUNT = "other-amount", _("I saw it, but another amount")
    NOT_SEEN = "not-seen", _("I did not see it")
    WITHDRAWN = "withdrawn", _("someone else was asked")


@kept_once("answered_at")
class WitnessRequest(models.Model):
    """That somebody was asked to witness a waste in their own sign-in, and what they answered.

    `device_digest` is that of the browser in which the waste was recorded: the answer comes from another one.
    """

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="witness_requests")
    asked = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="witness_requests")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    device_digest = models.CharField(max_length=64, blank=True)
    saw = models.CharField(max_length=12, choices=Witnessed.choices, blank=True)
    saw_amount = models.BigIntegerField(null=True, blank=True)
    words = models.TextField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(answered_at__isnull=True), name="care_stock_one_asked"
            ),
            models.UniqueConstraint(fields=["entry"], condition=Q(saw="all"), name="care_stock_one_witness"),
            models.CheckConstraint(condition=~Q(asked=F("by")), name="care_stock_witness_is_another"),
            models.CheckConstraint(
                condition=Q(saw="", answered_at__isnull=True) | (~Q(saw="") & Q(answered_at__isnull=False)),
                name="care_stock_answered_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.asked}"

    @property
    def subject_ref(self) -> str:
        return self.entry.subject_ref


class CountKind(models.TextChoices):
    OPENING = "opening", _("count at opening")
    CLOSING = "closing", _("count at closing")
    SHIFT = "shift", _("count at the change of shift")
    RECOUNT = "recount", _("recount")


class BlindCount(models.Model):
    """One count of a safe by two people who see neither the ledger nor each other's figures.

    `container`: a recount of that one alone.
    """

    safe = models.ForeignKey(Safe, on_delete=models.PROTECT, related_name="counts")
    container = models.ForeignKey(
        Container, on_delete=models.PROTECT, null=True, blank=True, related_name="recounts"
    )
    kind = models.CharField(max_length=8, choices=CountKind.choices)
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["safe"],
                condition=Q(done_at__isnull=True, cancelled_at__isnull=True),
                name="care_stock_one_count",
            )
        ]

    def __str__(self) -> str:
        return f"{self.safe}: {self.kind}"


@append_only
class CountLine(models.Model):
    """What one person counted of one container, and where its ledger stood then."""

    count = models.ForeignKey(BlindCount, on_delete=models.PROTECT, related_name="lines")
    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="count_lines")
    amount = models.BigIntegerField()
    ledger = models.BigIntegerField()
    entries = models.PositiveIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "container", "by"], name="care_stock_counted_once_each"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="care_stock_counted_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.container}: {self.by}"


class DiscrepancyState(models.TextChoices):
    RECOUNT = "recount", _("to be counted again")
    INVESTIGATION = "investigation", _("under investigation")
    SETTLED = "settled", _("settled")


@kept_once("settled_at")
class Discrepancy(models.Model):
    """That a count and the ledger differ. The container is locked until it is settled."""

    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="discrepancies")
    count = models.ForeignKey(BlindCount, on_delete=models.PROTECT, related_name="discrepancies")
    expected = models.BigIntegerField()
    counted = models.BigIntegerField()
    found_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(
        max_length=14, choices=DiscrepancyState.choices, default=DiscrepancyState.RECOUNT
    )
    how = models.TextField(max_length=1000, blank=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("discrepancies")
        constraints = [
            models.UniqueConstraint(
                fields=["container"], condition=~Q(state="settled"), name="care_stock_one_discrepancy"
            ),
            models.CheckConstraint(
                condition=Q(state="settled", settled_at__isnull=False, settled_by__isnull=False)
                | (~Q(state="settled") & Q(settled_at__isnull=True, settled_by__isnull=True)),
                name="care_stock_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.container}, {self.state}"


@append_only
class ClosedDay(models.Model):
    """That a safe's day was squared and closed; `head` is what is printed and kept outside of this machine.

    `heads` holds (container, last number, digest) of every container at that moment; `head` is their digest.
    """

    safe = models.ForeignKey(Safe, on_delete=models.PROTECT, related_name="closed_days")
    day = models.DateField()
    count = models.ForeignKey(BlindCount, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    heads = models.JSONField()
    head = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["safe", "day"], name="care_stock_day_closed_once")]

    def __str__(self) -> str:
        return f"{self.safe}, {self.day}"
