"""What this database is: a clinic's or a demonstration's."""

from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.translation import gettext as _

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
