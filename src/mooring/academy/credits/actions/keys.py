"""Acts on the academy's signing keys: made when first needed, changed without losing what they signed."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.translation import gettext as _

from mooring.academy.credits.models import SigningKeys
from mooring.audit.recording import Actor, note, recorded
from mooring.identity.models import Organisation
from mooring.rules.verdict import Refused
from mooring.work.documents import badge, paper


@recorded("academy.credits.keys-made")
def make_keys(*, by: Actor, at: datetime) -> SigningKeys:
    """New keys for badges and papers; the ones before stay known, so that what they signed still verifies."""
    organisation = Organisation.objects.first()
    if organisation is None:
        raise Refused(_("Set up the organisation first; keys belong to it."))
    SigningKeys.objects.filter(retired_at__isnull=True).update(retired_at=at)
    signs_badges = Ed25519PrivateKey.generate()
    signs_papers = paper.make_key(organisation=organisation.name, at=at)
    issuer = badge.did_of(signs_badges.public_key())
    note(issuer=issuer, fingerprint=signs_papers.fingerprint)
    return SigningKeys.objects.create(
        badge_key=signs_badges.private_bytes_raw(),
        badge_issuer=issuer,
        paper_key=signs_papers.private,
        paper_certificate=signs_papers.certificate,
        made_at=at,
    )
