"""Second steps as the sign-in library stores them, and what is recorded when one comes or goes."""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from mooring.identity.models import Person
from mooring.identity.second_step import is_asked_of
from mooring.identity.signing_in import (
    note_changed_password,
    note_removed_second_step,
    note_second_step,
    note_sign_in,
    note_sign_out,
)
from mooring.web.idle import start_counting
from mooring.work.models import Installation

SEEN = "second_step_seen"


def has_second_step(person: Person) -> bool:
    """Whether the person has one, or needs none: a demonstration and an installation not yet set up ask nobody."""
    if not Installation.objects.filter(demonstration=False).exists():
        return True
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())


def remember_second_step(request: HttpRequest, person: Person) -> bool:
    """Whether nothing is missing; if so the sign-in remembers it, and no page asks the database again."""
    if is_asked_of(person) and not has_second_step(person):
        return False
    request.session[SEEN] = True
    return True


def _address(request: HttpRequest | None) -> str:
    return str(request.META.get("REMOTE_ADDR", "")) if request is not None else ""


@receiver(user_logged_in, dispatch_uid="web.signed_in")
def signed_in(request: HttpRequest | None, user: Person, **_: Any) -> None:
    if request is not None:
        remember_second_step(request, user)
        start_counting(request, user)
    device = request.headers.get("User-Agent", "") if request is not None else ""
    note_sign_in(person=user, address=_address(request), device=device, by=user, at=timezone.now())


@receiver(user_logged_out, dispatch_uid="web.signed_out")
def signed_out(request: HttpRequest | None, user: Person | None, **_: Any) -> None:
    if user is not None:
        note_sign_out(person=user, address=_address(request), by=user, at=timezone.now())


@receiver(password_changed, dispatch_uid="web.password_changed")
def changed(request: HttpRequest, user: Person, **_: Any) -> None:
    note_changed_password(person=user, address=_address(request), by=user, at=timezone.now())


@receiver(authenticator_added, dispatch_uid="web.second_step_added")
def added(request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any) -> None:
    note_second_step(
        person=user, kind=str(authenticator.type), address=_address(request), by=user, at=timezone.now()
    )


@receiver(authenticator_removed, dispatch_uid="web.second_step_removed")
def removed(request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any) -> None:
    note_removed_second_step(
        person=user, kind=str(authenticator.type), address=_address(request), by=user, at=timezone.now()
    )
