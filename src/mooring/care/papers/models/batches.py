"""A month's session records, drawn in the background."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.care.sessions.models import Session
from mooring.identity.models import Site
from mooring.work.in_parts import WorkInParts


class PaperBatch(WorkInParts):
    """The session records of one month of a site; `left` holds the sessions (ids) that are still to do.

    `failed` holds those that could not be drawn, with the reason. A batch is kept for a week, then its papers go.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="paper_batches")
    month = models.DateField(help_text=_("Its first day."))
    failed = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = _("paper batches")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "month"],
                condition=Q(finished_at__isnull=True),
                name="care_papers_one_batch_of_a_month",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site}, {self.month}"


class BatchPaper(models.Model):
    """One drawn paper of a batch."""

    batch = models.ForeignKey(PaperBatch, on_delete=models.CASCADE, related_name="papers")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "session"], name="care_papers_drawn_once_a_batch")
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.session_id}"

    @property
    def subject_ref(self) -> str:
        return self.session.subject_ref
