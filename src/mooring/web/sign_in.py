"""Sign-in: nobody signs up, people are invited. In a demonstration one tap signs in as somebody."""

from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from mooring.identity.models import Person, RoleAssignment
from mooring.work.queries import is_demonstration


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """The account adapter of an installation where people are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_display(self, user: Any) -> str:
        return str(user)


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

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**given)
        if is_demonstration():
            context["demonstration_people"] = faces()
            context["demonstration_url"] = reverse("demonstration-sign-in")
        return context


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
