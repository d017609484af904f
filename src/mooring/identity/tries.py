"""Wrong passwords are counted, and each further one costs more time; nobody is shut out by a stranger.

A try is claimed before it is judged, by one conditional update: of 24 sent at once five are judged, as of 24
sent one after the other. The wait grows from a minute to an hour and never becomes a wall.
"""

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from mooring.identity.models import WrongTries

FREE = 5
LONGEST = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=12)


def wait_after(count: int) -> timedelta:
    """How long to wait after so many wrong tries: nothing, then 1, 2, 4 … minutes, an hour at most."""
    if count < FREE:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(count - FREE, 10)), LONGEST)


def claim_try(key: str, *, at: datetime) -> timedelta | None:
    """Claim one try; None when it may be judged now, else how long to wait. The try counts as wrong until `forget`."""
    while True:
        found = WrongTries.objects.filter(key=key).first()
        if found is None:
            try:
                with transaction.atomic():
                    WrongTries.objects.create(key=key, count=1, last_at=at)
            except IntegrityError:
                continue
            return None
        last, count = min(found.last_at, at), found.count
        if at - last > FORGOTTEN_AFTER:
            count = 0
        ready = last + wait_after(count)
        if at < ready:
            return ready - at
        claimed = WrongTries.objects.filter(key=key, count=found.count, last_at=found.last_at)
        if claimed.update(count=count + 1, last_at=at) == 1:
            return None


_in_memory: dict[str, tuple[int, datetime]] = {}


def claim_in_memory(key: str, *, at: datetime) -> timedelta | None:
    """As `claim_try`, while nothing can be written: this process counts, so guessing does not become free."""
    count, last = _in_memory.get(key, (0, at))
    if at - last > FORGOTTEN_AFTER:
        count = 0
    ready = last + wait_after(count)
    if count and at < ready:
        return ready - at
    _in_memory[key] = (count + 1, at)
    return None


def forget(key: str) -> int:
    """Start again from nothing; how many counters there were."""
    _in_memory.pop(key, None)
    return WrongTries.objects.filter(key=key).delete()[0]


def forget_all_of(account_key: str) -> int:
    """Start again for an account from every address."""
    return WrongTries.objects.filter(key__startswith=account_key).delete()[0]


def forget_old(*, at: datetime) -> int:
    """Drop counters that count no more; the clock does it."""
    return WrongTries.objects.filter(last_at__lt=at - FORGOTTEN_AFTER).delete()[0]


def signature_key(person_pk: int) -> str:
    return f"signature:{person_pk}"


def passkey_key(person_pk: int) -> str:
    return f"signature-passkey:{person_pk}"


def sign_in_keys(email: str, address: str) -> tuple[str, str]:
    """The counters of a sign-in: of this account from this address, and of this account from anywhere.

    The e-mail is hashed: who tries unknown addresses leaves none of them here.
    """
    account = hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]
    return f"sign-in:{account}:{address}"[:120], f"sign-in:{account}"
