"""The knowledge packs that sites signed. The body of one, more than half a megabyte, is read when it is asked for.

Who joins a pack to other rows says `.defer("pack__body")` beside it: without, a record with twelve doses reads the
same body twelve times, 7 MB a page. A test holds that every join does.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only


class PacksWithoutBody(models.Manager["SignedPack"]):
    """Signed packs, each without its body until somebody reads it."""

    def get_queryset(self) -> "models.QuerySet[SignedPack]":
        return super().get_queryset().defer("body")


@append_only
class SignedPack(models.Model):
    """A knowledge pack as a medical director signed it: stored whole, so that an old chart can be re-read."""

    site = models.ForeignKey("identity.Site", on_delete=models.PROTECT, related_name="packs")
    digest = models.CharField(max_length=64)
    body = models.TextField()
    engine_version = models.CharField(max_length=40)
    signed_by = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    objects = PacksWithoutBody()

    class Meta:
        base_manager_name = "objects"  # also where a row's key leads to its pack

    def __str__(self) -> str:
        return _("pack {digest}").format(digest=self.digest[:12])
