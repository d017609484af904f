"""Tasks, single-task links, the outbox, the clock's lease."""

from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.identity.ciphers import SealedBytesField
from mooring.identity.models import Person, Site
from mooring.identity.roles import Role


class TaskState(models.TextChoices):
    OPEN = "open", _("open")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class Task(models.Model):
    """Something owed by somebody by a time, with who is asked next. `about` names the record it is about."""

    kind = models.CharField(max_length=40)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="tasks")
    about = models.CharField(max_length=80)
    subject = models.CharField(max_length=80, blank=True)
    subject_name = models.CharField(max_length=160, blank=True)
    title = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=200)
    act = models.CharField(max_length=60)
    urgent = models.BooleanField(default=False)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    role = models.CharField(max_length=32, choices=Role.choices)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    fallback = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="fallback_tasks"
    )
    escalate_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=TaskState.choices, default=TaskState.OPEN)
    outcome = models.CharField(max_length=40, blank=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about"], condition=Q(state="open"), name="work_one_open_task_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(~Q(state="open"), closed_at__isnull=False),
                name="work_task_closed_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "owner", "due_at"], name="work_task_owner"),
            models.Index(fields=["state", "site", "role", "due_at"], name="work_task_role"),
            models.Index(fields=["state", "escalate_at"], name="work_task_escalate"),
            models.Index(fields=["subject", "state"], name="work_task_subject"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject_ref(self) -> str:
        return self.subject


class LinkState(models.TextChoices):
    OPEN = "open", _("open")
    DONE = "done", _("done")
    WITHDRAWN = "withdrawn", _("withdrawn")


class TaskLink(models.Model):
    """A link for one task of one person without an account. Only a hash of its token is stored.

    `address` is the page of this very link, with its number: forms and cookies of two links never meet.
    """

    kind = models.CharField(max_length=40)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="task_links")
    subject = models.CharField(max_length=80, blank=True)
    about = models.CharField(max_length=80)
    address = models.CharField(max_length=200)
    token_hash = models.CharField(max_length=64, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=LinkState.choices, default=LinkState.OPEN)
    made_at = models.DateTimeField()
    first_opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="work_link_token"
            )
        ]
        indexes = [models.Index(fields=["about", "kind", "state"], name="work_link_about")]

    def __str__(self) -> str:
        return _("{kind} link for {person}").format(kind=self.kind, person=self.person)

    @property
    def subject_ref(self) -> str:
        return self.subject


class Channel(models.TextChoices):
    SCREEN = "screen", _("on the screen")
    EMAIL = "email", _("by e-mail")
    SMS = "sms", _("by text message")


RETRY_AFTER = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))


class Message(models.Model):
    """One row of the outbox. A link's token is computed at delivery and stored nowhere."""

    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages")
    to_email = models.EmailField(blank=True, help_text=_("Empty: the person's own address."))
    subject = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200)
    body = models.TextField()
    address = models.CharField(max_length=200, blank=True)
    link = models.ForeignKey(
        TaskLink, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    urgent = models.BooleanField(default=False)
    not_before = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(delivered_at__isnull=True, given_up_at__isnull=True),
                name="work_message_waiting",
            ),
            models.Index(fields=["person", "-id"], name="work_message_person"),
        ]

    def __str__(self) -> str:
        return self.title


class EmailChange(models.Model):
    """A new address for signing in, which counts only after whoever reads its mail has said so."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="email_changes")
    was = models.EmailField()
    becomes = models.EmailField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.person}: {self.becomes}"


class DemonstrationDelivery(models.Model):
    """What a patient's phone or mailbox would show; written only in a demonstration database."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="shown")
    text = models.TextField()
    link = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = _("demonstration deliveries")

    def __str__(self) -> str:
        return self.message.title


class Lease(models.Model):
    """Who runs the clock now, and when it last ran."""

    name = models.CharField(max_length=20, primary_key=True)
    holder = models.CharField(max_length=120)
    held_until = models.DateTimeField()
    last_ran_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return _("{name} held by {holder}").format(name=self.name, holder=self.holder)


class Installation(models.Model):
    """The one row that says what this database is; `demonstration` is written only into an empty one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    demonstration = models.BooleanField(default=False)
    demonstration_day = models.DateField(null=True, blank=True)
    signing_key = SealedBytesField(purpose="work.installation.signing-key")
    secret_key_print = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="work_one_installation")]

    def __str__(self) -> str:
        return "demonstration" if self.demonstration else "installation"


@append_only
class TimeStamp(models.Model):
    """What an authority outside signed (RFC 3161): these seals, each stream's newest, stood here at that time."""

    heads = models.JSONField()
    token = models.BinaryField()
    stamped_at = models.DateTimeField()
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.stamped_at.isoformat(timespec="seconds")


class Fault(models.Model):
    """Something that the clock tried and could not do: which chore, which item, how often, and why."""

    chore = models.CharField(max_length=40)
    item = models.CharField(max_length=80, blank=True)
    count = models.PositiveIntegerField(default=0)
    cause = models.CharField(max_length=300)
    next_try_at = models.DateTimeField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chore", "item"], name="work_one_fault_of_an_item")]

    def __str__(self) -> str:
        return f"{self.chore} {self.item}"
