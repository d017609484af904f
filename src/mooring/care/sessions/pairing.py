"""A device that is paired with one session by a code: the patient's tablet, a bedside device, the chaperone's phone.

Code and token are stored as hashes alone. A code holds for minutes and for one device; who is paired takes the place
of who was. What each kind is and when its pairing ends stands in its model.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.core import signing
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.codes import as_typed

CODE_LENGTH = 8
COOKIE_S = 16 * 3600


def hash_of(secret: str) -> str:
    """Secrets are stored as this alone."""
    return hashlib.sha256(secret.encode()).hexdigest()


class PairedDevices(models.QuerySet[Any]):
    """The devices of one kind."""

    def of(self, session: Any) -> Self:
        return self.filter(session=session)

    def by_code(self, typed: str) -> Self:
        """Who waits for this code, however it was typed."""
        return self.filter(code_hash=hash_of(as_typed(typed)), paired_at__isnull=True)

    def by_token(self, token: str) -> Self:
        """Whose token this is, paired or ended."""
        return self.filter(token_hash=hash_of(token))

    def paired(self) -> Self:
        return self.filter(paired_at__isnull=False, ended_at__isnull=True)


class PairedDevice(models.Model):
    """What every kind holds; its model adds the session, whose own rule it is that one of a kind is paired."""

    code_hash = models.CharField(max_length=64, unique=True)
    code_until = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    paired_at = models.DateTimeField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PairedDevices.as_manager()

    class Meta:
        abstract = True

    @property
    def subject_ref(self) -> str:
        return str(self.session.subject_ref)  # type: ignore[attr-defined]


def pair(device: PairedDevice, at: datetime, **told: str) -> str:
    """Within the act: this device is its session's from now on, with what it `told` of itself; answers its token."""
    token = secrets.token_urlsafe(32)
    devices: PairedDevices = type(device).objects.all()
    devices.of(device.session_id).paired().update(ended_at=at)  # type: ignore[attr-defined]
    waiting = devices.filter(pk=device.pk, paired_at__isnull=True, ended_at__isnull=True, code_until__gte=at)
    if waiting.update(paired_at=at, token_hash=hash_of(token), **told) != 1:
        raise Refused(_("This code no longer holds. Ask for a new one."))
    return token


@dataclass(frozen=True)
class PairingCookie:
    """By which a browser is known as the device that it was paired as; it goes to the device's own pages alone."""

    name: str
    salt: str
    page: str
    """The name of the device's own page, below whose address the cookie is sent."""

    def is_on(self, request: HttpRequest) -> bool:
        return self.name in request.COOKIES

    def known(self, request: HttpRequest, devices: PairedDevices) -> PairedDevices:
        """The device of these that the browser is paired as, or none."""
        try:
            pk, token = signing.loads(request.COOKIES.get(self.name, ""), salt=self.salt)
        except (signing.BadSignature, ValueError):
            return devices.none()
        return devices.by_token(str(token)).filter(pk=pk, ended_at__isnull=True)

    def put_on(self, answer: HttpResponse, request: HttpRequest, device: PairedDevice, token: str) -> None:
        answer.set_cookie(
            self.name,
            signing.dumps([device.pk, token], salt=self.salt),
            max_age=COOKIE_S,
            path=reverse(self.page),
            httponly=True,
            samesite="Strict",
            secure=request.is_secure(),
        )


TABLET_COOKIE = PairingCookie("mooring_tablet", "care.sessions.tablet", "tablet")
CONSOLE_COOKIE = PairingCookie("mooring_chaperone", "care.sessions.chaperone", "chaperone")
