"""What this database is: a clinic's or a demonstration's, and the key that signs what leaves it."""

import json
from datetime import date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import gettext as _

from mooring.audit import seals
from mooring.audit.recording import Actor, note, recorded
from mooring.identity.models import Organisation, Person
from mooring.rules.verdict import Refused
from mooring.work.models import Installation


@recorded("work.installation.made")
def make_installation(*, demonstration_day: date | None, by: Actor, at: datetime) -> Installation:
    """Write the one row of an empty database; with a day it becomes a demonstration, for good."""
    if Installation.objects.exists():
        raise Refused(_("This database is set up already."))
    if Person.objects.exists() or Organisation.objects.exists():
        raise Refused(_("This database holds people already; only an empty one is set up."))
    note(demonstration=demonstration_day is not None)
    return Installation.objects.create(
        demonstration=demonstration_day is not None,
        demonstration_day=demonstration_day,
        signing_key=Ed25519PrivateKey.generate().private_bytes_raw(),
    )


def signed_head(*, at: datetime) -> dict[str, Any]:
    """The newest seal of each stream, when, and an Ed25519 signature over the canonical JSON of both.

    Kept outside the machine, it shows later whether the tail of a stream was cut; `Refused` before setup.
    """
    installation = Installation.objects.first()
    if installation is None:
        raise Refused(_("Nothing is set up here yet, so there is no key to sign with."))
    key = Ed25519PrivateKey.from_private_bytes(bytes(installation.signing_key))
    said = {"at": at.isoformat(), "heads": seals.head()}
    return {
        **said,
        "public_key": key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
        "signature": key.sign(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hex(),
    }
