"""Append-only tables: what was done, who looked, and the seals over both.

People and records are kept as text references (`identity.person:7`), so that history never stands in the
way of an erasure and this floor knows nobody above it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only


@append_only
class Event(models.Model):
    """One act that was done: written in the act's own transaction.

    `rows` names the signed and append-only rows that the act wrote, each with its digest (`kept.py`).
    """

    name = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=160)
    target = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    stored_at = models.DateTimeField()
    detail = models.JSONField(default=dict)
    rows = models.JSONField(default=dict)
    once = models.UUIDField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["once"], name="audit_event_once")]
        indexes = [
            models.Index(fields=["subject", "-id"], name="audit_event_subject"),
            models.Index(fields=["target", "-id"], name="audit_event_target"),
        ]

    def __str__(self) -> str:
        return f"{self.name} by {self.actor_name}"


class AccessKind(models.TextChoices):
    VIEW = "view", _("opened")
    SEARCH = "search", _("found in a search")
    EXPORT = "export", _("exported")
    PRINT = "print", _("printed")


@append_only
class Access(models.Model):
    """One opening of one screen by one viewer; the records it showed stand in `AccessSubject`."""

    viewer = models.CharField(max_length=80)
    viewer_name = models.CharField(max_length=160)
    kind = models.CharField(max_length=8, choices=AccessKind.choices)
    screen = models.CharField(max_length=120)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.viewer_name} {self.get_kind_display()} {self.screen}"


@append_only
class AccessSubject(models.Model):
    """One record that an opening showed."""

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="subjects")
    subject = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["subject", "-id"], name="audit_access_subject")]

    def __str__(self) -> str:
        return self.subject


@append_only
class Seal(models.Model):
    """A batch of rows of one stream, sealed by the clock: each row's id and digest, chained to the last seal."""

    stream = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    rows = models.JSONField()
    last_id = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "number"], name="audit_seal_number")]

    def __str__(self) -> str:
        return _("{stream} seal {number}").format(stream=self.stream, number=self.number)
