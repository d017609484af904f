"""Orders: what somebody bought, the seats in it, codes that lower a price, and what a payment provider told."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mooring.academy.courses.models import Course
from mooring.academy.learning.models import CourseOffer, Enrolment
from mooring.audit.append_only import append_only
from mooring.identity.models import Person


class CodeKind(models.TextChoices):
    DISCOUNT = "discount", _("Discount")
    SCHOLARSHIP = "scholarship", _("Scholarship")


class PriceCode(models.Model):
    """A code that lowers the price of an order by a share. A scholarship says for whom and why it was granted."""

    code = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=12, choices=CodeKind.choices)
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="price_codes"
    )
    percent = models.PositiveSmallIntegerField()
    most_uses = models.PositiveIntegerField(default=1)
    used = models.PositiveIntegerField(default=0)
    valid_until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="academy_code_percent"
            ),
            models.CheckConstraint(condition=Q(used__lte=F("most_uses")), name="academy_code_uses"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.percent} %"


class OrderState(models.TextChoices):
    OPEN = "open", _("To be paid")
    PAID = "paid", _("Paid")
    CANCELLED = "cancelled", _("Cancelled")
    REFUNDED = "refunded", _("Refunded")


class PaidBy(models.TextChoices):
    NOTHING = "nothing", _("nothing to pay")
    CARD = "card", _("by card")
    INVOICE = "invoice", _("by bank transfer, on invoice")


class Order(models.Model):
    """What somebody bought, at the price that they were told then. Money is kept to the smallest coin.

    `number` stands on the invoice. `hosted` names the provider's page where the order can be paid; `payment` the
    provider's name for the payment, which a refund needs. `refund_sent_at` is when the money of a refund went out;
    until then sending it is somebody's task.
    """

    number = models.CharField(max_length=20, unique=True)
    buyer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="orders")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="orders")
    offer = models.ForeignKey(CourseOffer, on_delete=models.PROTECT, related_name="orders")
    renewal = models.BooleanField(default=False)
    seats_bought = models.PositiveSmallIntegerField(default=1)
    code = models.ForeignKey(
        PriceCode, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    bill_to = models.CharField(max_length=300, blank=True)
    currency = models.CharField(max_length=3)
    net = models.DecimalField(max_digits=10, decimal_places=2)
    discount = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    tax = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    total = models.DecimalField(max_digits=10, decimal_places=2)
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.OPEN)
    ordered_at = models.DateTimeField()
    hosted = models.CharField(max_length=200, blank=True)
    payment = models.CharField(max_length=200, blank=True)
    paid_by = models.CharField(max_length=10, choices=PaidBy.choices, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    refund_sent_at = models.DateTimeField(null=True, blank=True)
    refund_reference = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("net") - F("discount") + F("tax")), name="academy_order_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(state="open", paid_at__isnull=True)
                | Q(state="cancelled", paid_at__isnull=True)
                | Q(state__in=["paid", "refunded"], paid_at__isnull=False),
                name="academy_order_paid_has_time",
            ),
        ]
        indexes = [models.Index(fields=["buyer", "-ordered_at"], name="academy_order_buyer")]

    def __str__(self) -> str:
        return self.number

    @property
    def subject_ref(self) -> str:
        return self.buyer.subject_ref

    @property
    def before_tax(self) -> Decimal:
        return self.net - self.discount


class RefundRequest(models.Model):
    """That a buyer asked for their money after the guarantee: due to be answered, and what was decided."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refund_requests")
    words = models.CharField(max_length=600)
    asked_at = models.DateTimeField()
    granted = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=600, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(granted__isnull=True), name="academy_one_open_refund_request"
            )
        ]

    def __str__(self) -> str:
        return f"R-{self.pk:03}"

    @property
    def subject_ref(self) -> str:
        return self.order.subject_ref


class Seat(models.Model):
    """One person's access out of a paid order. Whoever has the seat's code takes it, once.

    `access_before` and `earlier` (access of other courses by enrolment, in ISO 8601) are what a refund goes back to.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="seats")
    code = models.CharField(max_length=24, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="seats")
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="seats"
    )
    access_before = models.DateTimeField(null=True, blank=True)
    earlier = models.JSONField(default=dict, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, taken_at__isnull=True)
                | Q(person__isnull=False, taken_at__isnull=False),
                name="academy_seat_taken_has_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.code}"

    @property
    def subject_ref(self) -> str:
        return self.person.subject_ref if self.person else self.order.subject_ref


@append_only
class ProviderEvent(models.Model):
    """One message of the payment provider, kept as it came, once. `outcome` says what it did here."""

    event = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    outcome = models.CharField(max_length=80)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind}: {self.outcome}"
