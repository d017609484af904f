"""Screens on a wall that show the floor board of one site, and nothing else."""

from django.db import models

from mooring.identity.models import Person, Site


class WallScreen(models.Model):
    """A screen without a sign-in: it shows one site's board with initials. Its token is stored as a hash alone."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    revoked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
