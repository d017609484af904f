"""Certificates as others ask for them: by code, for a transcript, for the status list."""

import base64
from hmac import compare_digest

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from mooring.academy.credits.models import Certificate, CertificateState, SigningKeys
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.documents.badge import STATUS_LIST_BITS

WRONG_CODES = 10
LOCKED_SECONDS = 900
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for a figure."""


def public_address(name: str, *arguments: object) -> str:
    """The full address of a public page, as it stands on paper and badge."""
    return settings.PUBLIC_ADDRESS.rstrip("/") + reverse(name, args=arguments)


def tidy_code(typed: str) -> str:
    """A code as it is stored, from what somebody typed: grouping and case do not matter."""
    letters = "".join(typed.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
    return "-".join(letters[n : n + 4] for n in range(0, min(len(letters), 40), 4))


def certificate_by_code(code: str) -> Certificate | None:
    """The certificate of a public code."""
    return (
        Certificate.objects.select_related("learner", "claim", "course", "snapshot", "replaced_by")
        .filter(code=tidy_code(code))
        .first()
    )


def second_code(certificate: Certificate) -> str:
    """What the holder gives away to show the licence number: made from the secret key, stored nowhere."""
    digest = salted_hmac("academy.credits.second-code", certificate.code, algorithm="sha256").digest()
    letters = base64.b32encode(digest[:10]).decode()
    return f"{letters[:4]}-{letters[4:8]}"


def opens_licence(certificate: Certificate, typed: str) -> bool:
    """Whether `typed` is the holder's second code. Ten wrong ones close the question for 15 minutes.

    Raises:
        Refused: when it is closed.
    """
    key = f"second-code-{certificate.pk}"
    if cache.get(key, 0) >= WRONG_CODES:
        raise Refused(_("Too many wrong codes. Try again in 15 minutes, or ask the holder."))
    letters = "".join(typed.upper().split()).replace("-", "")
    if compare_digest(letters.encode(), second_code(certificate).replace("-", "").encode()):
        return True
    cache.set(key, cache.get(key, 0) + 1, LOCKED_SECONDS)
    return False


def transcript_of(person: Person) -> "QuerySet[Certificate]":
    """Every certificate that was ever issued to a person, the newest first."""
    return (
        Certificate.objects.filter(learner=person)
        .select_related("claim", "course", "snapshot")
        .order_by("-issued_at", "-pk")
    )


def found_among(certificates: "QuerySet[Certificate]", words: str) -> "QuerySet[Certificate]":
    """Those of a part of a name or of a code, the newest first; all when nothing is typed."""
    found = certificates.order_by("-issued_at", "-pk")
    if not words.strip():
        return found
    return found.filter(Q(learner__legal_name__icontains=words.strip()) | Q(code=tidy_code(words)))


def status_place(certificate_pk: int) -> tuple[int, int]:
    """Number of the status list, and the place in it, of a certificate."""
    return divmod(certificate_pk, STATUS_LIST_BITS)


def ended_places(number: int) -> list[int]:
    """Places in a status list whose certificates were revoked or replaced."""
    first = number * STATUS_LIST_BITS
    ended = Certificate.objects.filter(pk__gte=first, pk__lt=first + STATUS_LIST_BITS)
    return [pk - first for pk in ended.exclude(state=CertificateState.VALID).values_list("pk", flat=True)]


def paper_certificates() -> list[bytes]:
    """Every certificate (DER) that ever signed a paper here."""
    return [bytes(each) for each in SigningKeys.objects.values_list("paper_certificate", flat=True)]
