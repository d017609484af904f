"""Sign-in: nobody signs up, people are invited. In a demonstration one tap signs in as somebody."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView, PasswordChangeView
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mooring.audit.no_room import if_there_is_room
from mooring.audit.recording import VISITOR
from mooring.identity import tries
from mooring.identity.models import Person, RoleAssignment
from mooring.identity.signing_in import knows_address, note_delayed_sign_in, note_refused_sign_in
from mooring.web.idle import DEVICE, REMEMBERED_S, SHARED
from mooring.web.sign_in_forms import SignInForm
from mooring.work.queries import is_demonstration


def _claimed(here: str, anywhere: str | None, now: datetime) -> timedelta | None:
    """Claim a try from this address, and one from anywhere where that is asked; None when it may be judged."""
    counted, wait = False, None
    with if_there_is_room("password-try"):
        wait = tries.claim_try(here, at=now)
        if wait is None and anywhere is not None:
            wait = tries.claim_try(anywhere, at=now)
        counted = True
    return wait if counted else tries.claim_in_memory(here, at=now)


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """The account adapter of an installation where people are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_display(self, user: Any) -> str:
        return str(user)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where the request came from; a trusted proxy's word is applied before (`doors.py`)."""
        return str(request.META.get("REMOTE_ADDR", ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Claim a try of this account from this address before the password is judged.

        Whoever types wrong passwords from elsewhere delays new addresses only: where a person signed in before
        the door stays open to them.
        """
        email = str(credentials.get("email") or credentials.get("username") or "")
        address, now = self.get_client_ip(request), timezone.now()
        here, anywhere = tries.sign_in_keys(email, address)
        person = Person.objects.filter(email=email.strip().lower()).first()
        wait = _claimed(here, None if person and knows_address(person, address) else anywhere, now)
        if wait is None:
            return
        minutes = math.ceil(wait.total_seconds() / 60)
        if person is not None:
            with if_there_is_room(f"sign-in-delayed:{person.actor_ref}"):
                note_delayed_sign_in(
                    person=person,
                    address=address,
                    seconds=math.ceil(wait.total_seconds()),
                    by=VISITOR,
                    at=now,
                )
        raise ValidationError(
            ngettext(
                "Too many wrong passwords. Try again in {minutes} minute, or ask a colleague who manages people.",
                "Too many wrong passwords. Try again in {minutes} minutes, or ask a colleague who manages people.",
                minutes,
            ).format(minutes=minutes)
        )

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        email = str(credentials.get("email") or credentials.get("username") or "")
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            with if_there_is_room("tries-forgotten"):
                for key in tries.sign_in_keys(email, self.get_client_ip(request)):
                    tries.forget(key)
        return user

    def _rollback_login_failed_rl_usage(self) -> None:
        """The library's own counter is not used."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record it for the person whose account it is; of unknown addresses nothing is kept."""
        email = str(credentials.get("email") or credentials.get("username") or "")
        person = Person.objects.filter(email=email.strip().lower()).first()
        if person is None:
            return
        with if_there_is_room(f"sign-in-refused:{person.actor_ref}"):
            note_refused_sign_in(
                person=person,
                address=self.get_client_ip(request),
                device=request.headers.get("User-Agent", ""),
                by=VISITOR,
                at=timezone.now(),
            )


@dataclass(frozen=True)
class Face:
    """One of the demonstration's people, as the sign-in page offers them."""

    id: int
    name: str
    role: str


def faces() -> list[Face]:
    """Everyone with a role in the demonstration, in the order in which they joined."""
    held: dict[Person, list[str]] = {}
    for each in (
        RoleAssignment.objects.filter(held_until__isnull=True).select_related("person").order_by("id")
    ):
        held.setdefault(each.person, []).append(str(each.get_role_display()))
    return [
        Face(id=person.pk, name=person.name, role=", ".join(dict.fromkeys(roles)))
        for person, roles in held.items()
    ]


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; a demonstration offers its people."""

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """The kind of device is remembered on the device, and by the sign-in that begins."""
        device = form.cleaned_data.get(DEVICE) or SHARED
        self.request.session[DEVICE] = device
        answer: HttpResponse = super().form_valid(form)
        answer.set_cookie(DEVICE, device, max_age=REMEMBERED_S, samesite="Lax", httponly=True)
        return answer

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**given)
        context["registration"] = settings.SELF_REGISTRATION
        context["provider"] = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
        if is_demonstration():
            context["demonstration_people"] = faces()
            context["demonstration_url"] = reverse("demonstration-sign-in")
        return context


class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """Change one's own password; every other sign-in of the account ends with it."""

    success_url = reverse_lazy("my-work")


@login_not_required
def password_lost(request: HttpRequest) -> HttpResponse:
    """Whom to ask: a colleague who manages people sends the link. It is the same page for everybody."""
    return render(request, "account/password_lost.html")


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:
    """Nobody signs up here, and a closed account stays closed: who should come in is invited."""
    return render(request, "account/signup_closed.html", status=403)


@require_POST
@login_not_required
def demonstration_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demonstration's people. It exists only in a demonstration's database."""
    if not is_demonstration():
        raise Http404
    person = get_object_or_404(
        Person.objects.filter(roles__isnull=False).distinct(), pk=_number(request.POST.get("person", ""))
    )
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse(settings.LOGIN_REDIRECT_URL)
    return redirect(back)


def _number(value: str) -> int:
    if not value.isdecimal() or len(value) > 12:
        raise Http404
    return int(value)
