"""Second steps as the sign-in library stores them, and what is recorded when one comes or goes."""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mooring.audit.no_room import if_there_is_room
from mooring.audit.prepared import Prepared
from mooring.identity.ciphers import SECOND_STEP, open_text, seal_text
from mooring.identity.models import Person
from mooring.identity.passkeys import begin, relying_party
from mooring.identity.resuming import forget_pins
from mooring.identity.second_step import is_asked_of
from mooring.identity.signing import FormSent
from mooring.identity.signing_in import (
    note_changed_password,
    note_removed_second_step,
    note_second_step,
    note_sign_in,
    note_sign_out,
)
from mooring.rules.verdict import Refused
from mooring.web.idle import start_counting
from mooring.work.pages import SignedInRequest
from mooring.work.queries import is_in_use

SEEN = "second_step_seen"
PASSKEY = "has_passkey"
SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class OwnSecondSteps(DefaultMFAAdapter):  # type: ignore[misc]
    """How the sign-in library keeps second steps here: its secrets sealed, passkeys for the public address."""

    def encrypt(self, text: str) -> str:
        return seal_text(SECOND_STEP, text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_text(SECOND_STEP, encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return relying_party()

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:
        return str(gettext_lazy("Passkey"))


def note_passkeys(request: HttpRequest, person: Person) -> None:
    """The sign-in remembers whether its person has a passkey, so that pages offer it and ask no database."""
    request.session[PASSKEY] = (Authenticator.Type.WEBAUTHN,) in KINDS.rows((person.pk,))


KINDS = Prepared(lambda keys, moments: Authenticator.objects.filter(user__in=keys).values_list("type"))


@require_POST
def passkey_challenge(request: SignedInRequest) -> HttpResponse:
    """What a passkey is asked to sign now: the form that was sent here, for the `address` that it will go to.

    `who` is a colleague who signs second on this device; without it, one's own passkey answers.
    """
    who, address = request.GET.get("who", ""), request.GET.get("address", "")
    person = request.user
    if who.isdecimal() and int(who) != person.pk:
        sites = {held.site_id for held in person.standing}
        colleagues = Person.objects.filter(pk=int(who), roles__site__in=sites, is_active=True)
        person = get_object_or_404(colleagues.distinct())
    form = FormSent(address, lambda: request.POST.lists())
    try:
        return JsonResponse(begin(person, signs=form, at=timezone.now()))
    except Refused as refused:
        return HttpResponse(" ".join(refused.reasons), status=409, content_type="text/plain; charset=utf-8")


def has_second_step(person: Person) -> bool:
    """Whether the person has one, or needs none: a demonstration and an installation not yet set up ask nobody."""
    if not is_in_use():
        return True
    return any(kind in SECOND_STEPS for (kind,) in KINDS.rows((person.pk,)))


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
        note_passkeys(request, user)
    device = request.headers.get("User-Agent", "") if request is not None else ""
    with if_there_is_room(f"sign-in:{user.actor_ref}"):
        note_sign_in(person=user, address=_address(request), device=device, by=user, at=timezone.now())


@receiver(user_logged_out, dispatch_uid="web.signed_out")
def signed_out(request: HttpRequest | None, user: Person | None, **_: Any) -> None:
    if user is None:
        return
    with if_there_is_room(f"sign-out:{user.actor_ref}"):
        note_sign_out(person=user, address=_address(request), by=user, at=timezone.now())


@receiver(password_changed, dispatch_uid="web.password_changed")
def changed(request: HttpRequest, user: Person, **_: Any) -> None:
    note_changed_password(person=user, address=_address(request), by=user, at=timezone.now())
    forget_pins(person=user, by=user, at=timezone.now())


@receiver(authenticator_added, dispatch_uid="web.second_step_added")
def added(request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any) -> None:
    note_second_step(
        person=user, kind=str(authenticator.type), address=_address(request), by=user, at=timezone.now()
    )
    note_passkeys(request, user)


@receiver(authenticator_removed, dispatch_uid="web.second_step_removed")
def removed(request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any) -> None:
    note_removed_second_step(
        person=user, kind=str(authenticator.type), address=_address(request), by=user, at=timezone.now()
    )
    note_passkeys(request, user)
