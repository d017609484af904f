"""Time stamps of an authority outside (RFC 3161) over the seals of the audit: what stood here at the latest when.

Whoever holds the database and its keys can seal another history again, with any time in it. What such a forger cannot
make is a time stamp of before: the authority signs the digest of the newest seals, and each seal names the one before.
An hour passes between two, so a history can be made up for the last hour at most.

The libraries that read them take a second to import, so they are imported where a time stamp is asked for or checked.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from mooring.audit import seals
from mooring.audit.recording import CLOCK, Actor, recorded
from mooring.work.models import TimeStamp

if TYPE_CHECKING:
    from asn1crypto import cms

EVERY = timedelta(hours=1)
"""A design choice: public authorities answer a few hundred requests a day without a contract, a clinic needs 24."""
SECONDS, LARGEST_BYTES = 20, 100_000
GRANTED = ("granted", "granted_with_mods")
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class NotStamped(Exception):
    """The authority gave no time stamp that holds."""


@dataclass(frozen=True)
class Stamped:
    """What a checked time stamp says."""

    at: datetime
    trusted: bool
    """Whether a certificate of the setting stands behind it."""


def stamped_bytes(heads: dict[str, str]) -> bytes:
    """What is stamped: the newest seal of each stream, as canonical JSON."""
    return json.dumps(heads, sort_keys=True, separators=(",", ":")).encode()


def is_due(at: datetime) -> bool:
    """Whether there is an authority, something new is sealed, and the last time stamp is an hour old."""
    if not settings.AUDIT_TIME_STAMP:
        return False
    last = TimeStamp.objects.order_by("-pk").first()
    return last is None or (abs(at - last.asked_at) >= EVERY and last.heads != seals.head())


def stamp_when_due(*, at: datetime) -> bool:
    """Have the newest seals stamped; True when a time stamp came. Nothing waits for it, least of all a seal."""
    if not is_due(at):
        return False
    stamp_seals(at=at)
    return True


def stamp_seals(*, at: datetime) -> None:
    """Ask the authority of the setting, check its answer as `audit verify` will, and keep it; else `NotStamped`.

    Nobody who writes waits for the answer: it is kept in an act of its own afterwards.
    """
    heads = seals.head()
    token = ask(settings.AUDIT_TIME_STAMP, stamped_bytes(heads))
    stamped = read(token, stamped_bytes(heads))
    if not stamped.trusted:
        raise NotStamped(_("no certificate of MOORING_AUDIT_TIME_STAMP_ROOTS stands behind the answer"))
    keep_time_stamp(heads=heads, token=token, stamped_at=stamped.at, by=CLOCK, at=at)


@recorded("work.seals.time-stamped")
def keep_time_stamp(
    *, heads: dict[str, str], token: bytes, stamped_at: datetime, by: Actor, at: datetime
) -> None:
    TimeStamp.objects.create(heads=heads, token=token, stamped_at=stamped_at, asked_at=at)


def ask(address: str, data: bytes) -> bytes:
    """The time stamp token (DER) of the authority over `data`; `NotStamped` says why there is none."""
    from asn1crypto import tsp

    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(data).digest()}
    nonce = secrets.randbits(63)
    query = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    request = urllib.request.Request(  # noqa: S310  (the scheme was checked when the setting was read)
        address, data=query.dump(), headers={"Content-Type": QUERY, "Accept": REPLY}
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            response = tsp.TimeStampResp.load(answer.read(LARGEST_BYTES))
        status = response["status"]["status"].native
        token = response["time_stamp_token"]
        answered = token["content"]["encap_content_info"]["content"].parsed["nonce"].native
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotStamped(f"{address}: {error}") from error
    if status not in GRANTED:
        raise NotStamped(f"{address}: {status}")
    if answered != nonce:
        raise NotStamped(_("{address}: the answer is to another question").format(address=address))
    return bytes(token.dump())


def read(token: bytes, data: bytes) -> Stamped:
    """What the token says of `data`, at the time that it names; `NotStamped` when it is damaged or of other data."""
    from asn1crypto import cms

    try:
        signed = cms.ContentInfo.load(token)["content"]
        stamped_at: datetime = signed["encap_content_info"]["content"].parsed["gen_time"].native
        status = asyncio.run(_checked(signed, stamped_at, data))
    except Exception as error:  # whatever altered bytes do to the parser, the answer is: this is none
        raise NotStamped(_("it cannot be read ({fault})").format(fault=type(error).__name__)) from error
    if not (status["intact"] and status["valid"]):
        raise NotStamped(_("it is of something else, or was altered"))
    return Stamped(stamped_at, trusted=status.get("validation_path") is not None)


async def _checked(signed: cms.SignedData, at: datetime, data: bytes) -> dict[str, Any]:
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(trust_roots=_roots(), allow_fetching=False, moment=at)
    found: dict[str, Any] = await validate_tst_signed_data(
        signed, context, lambda algorithm: hashlib.new(algorithm, data).digest()
    )
    return found


def _roots() -> list[Any]:
    """The certificates of the setting (PEM, one or several in a file); none without it."""
    from asn1crypto import pem, x509

    if settings.AUDIT_TIME_STAMP_ROOTS is None:
        return []
    text = Path(settings.AUDIT_TIME_STAMP_ROOTS).read_bytes()
    return [x509.Certificate.load(der) for _kind, _headers, der in pem.unarmor(text, multiple=True)]


def first_broken() -> str:
    """The first time stamp that does not hold, or that is of seals which do not stand here any more; empty if none."""
    for stamp in TimeStamp.objects.order_by("pk").iterator():
        moved = seals.verify_head(stamp.heads)
        if moved is not None:
            return _("work.timestamp:{number}: {what}").format(number=stamp.pk, what=moved)
        try:
            stamped = read(bytes(stamp.token), stamped_bytes(stamp.heads))
        except NotStamped as error:
            return _("work.timestamp:{number} does not hold: {cause}").format(number=stamp.pk, cause=error)
        if settings.AUDIT_TIME_STAMP_ROOTS is not None and not stamped.trusted:
            return _("work.timestamp:{number} is of an authority that is not trusted here").format(
                number=stamp.pk
            )
    return ""


def write_time_stamps(folder: Path) -> int:
    """Each time stamp as `N.tst` beside what it is of, `N.json`: `openssl ts -verify -token_in` reads them.

    Returns how many there are.
    """
    place, count = folder / "time-stamps", 0
    for stamp in TimeStamp.objects.order_by("pk").iterator():
        place.mkdir(mode=0o700, exist_ok=True)
        for name, content in (
            (f"{stamp.pk}.json", stamped_bytes(stamp.heads)),
            (f"{stamp.pk}.tst", stamp.token),
        ):
            (place / name).write_bytes(bytes(content))
            (place / name).chmod(0o600)
        count += 1
    return count
