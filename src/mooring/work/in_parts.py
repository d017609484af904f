"""Long work that the clock does in parts: who asked for it, what is left, how far it is."""

from django.db import models

from mooring.identity.models import Person


class WorkInParts(models.Model):
    """What every such work holds; `left` names what is still to do, in the terms of its own model."""

    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    left = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def done(self) -> int:
        return self.total - len(self.left)

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 100
