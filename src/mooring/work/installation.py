"""What this database is: a clinic's or a demonstration's."""

from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from mooring.audit.recording import Actor, note, recorded
from mooring.identity.models import Organisation, Person
from mooring.rules.verdict import Refused
from mooring.work.mistakes import Mistake
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
        secret_key_print=print_of_secret_key(),
    )


def print_of_secret_key(secret: str | None = None) -> str:
    """What tells two secret keys apart and gives neither away; today's without a `secret`."""
    return salted_hmac("work.installation", "secret-key", secret=secret, algorithm="sha256").hexdigest()


def require_same_secret_key(installation: Installation) -> None:
    """Refuse to serve with another secret key than before: links and sign-ins would break without a word."""
    own = print_of_secret_key()
    if not installation.secret_key_print:
        Installation.objects.filter(pk=installation.pk).update(secret_key_print=own)
    elif installation.secret_key_print != own and not _is_of_a_key_before(installation):
        raise Mistake(
            "This database was used with another secret key. Put the old one back (it lies in a backup, sealed, and "
            "`mooring restore --identity` opens it), or name its file in MOORING_SECRET_KEY_FILE. To continue with the "
            "new one, which closes every open link: `mooring keys accept`."
        )


def _is_of_a_key_before(installation: Installation) -> bool:
    """Whether the database was used last with a key that is still known (MOORING_SECRET_KEY_BEFORE)."""
    before = (print_of_secret_key(str(secret)) for secret in settings.SECRET_KEY_FALLBACKS)
    return installation.secret_key_print in before


@recorded("work.secret-key.accepted")
def accept_secret_key(*, by: Actor, at: datetime) -> None:
    """Go on with the secret key of today, because the old one is lost.

    What was sealed with the lost key stays closed; the key that signs the head of the audit is made anew.
    """
    installation = Installation.objects.first()
    if installation is not None and not installation.signing_key:
        note(new_signing_key=True)
        Installation.objects.update(signing_key=Ed25519PrivateKey.generate().private_bytes_raw())
    Installation.objects.update(secret_key_print=print_of_secret_key())
