"""Doors for learners alone: asking for an account by oneself, and signing in by OpenID Connect. Both off by default."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect import views as oidc
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mooring.audit.recording import VISITOR
from mooring.identity.actions import add_person, give_role
from mooring.identity.models import Person, Site
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.pages import attempt, page
from mooring.work.registering import register_learner, wait_for_turn

PROVIDER = "learners"


class RegisterForm(forms.Form):
    """A name and a mailbox; the password is chosen behind the link that goes there."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=160,
        help_text=gettext_lazy("As certificates show it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


@login_not_required
def register(request: HttpRequest) -> HttpResponse:
    """Ask for a learner's account. The answer is the same for everybody: look into your mailbox."""
    site = Site.objects.order_by("pk").first()
    if not settings.SELF_REGISTRATION or site is None:
        raise Http404
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        with attempt(request, form) as tried:
            wait_for_turn(email=said["email"], address=str(request.META.get("REMOTE_ADDR", "")), at=now)
            register_learner(name=said["name"], email=said["email"], site=site, by=VISITOR, at=now)
        if tried.done:
            return redirect("register-sent")
    return page(request, "account/register.html", {"form": form, "site": site})


@login_not_required
def register_sent(request: HttpRequest) -> HttpResponse:
    """What to do next."""
    if not settings.SELF_REGISTRATION:
        raise Http404
    return render(request, "account/register_sent.html")


@login_not_required
@require_POST
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the provider; it exists only where the site has set one up."""
    if not settings.OIDC_ISSUER or provider_id != PROVIDER:
        raise Http404
    answer: HttpResponse = oidc.login(request, provider_id)
    return answer


@login_not_required
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider, with what it says about the person."""
    if not settings.OIDC_ISSUER or provider_id != PROVIDER:
        raise Http404
    answer: HttpResponse = oidc.callback(request, provider_id)
    return answer


@login_not_required
def not_signed_in(request: HttpRequest) -> HttpResponse:
    """The person stopped at the provider, or it refused."""
    return _refusal(request, _("The sign-in was stopped. You can try it again."))


def _refusal(request: HttpRequest, said: str) -> HttpResponse:
    return render(request, "account/not_signed_in.html", {"said": said}, status=403)


class LearnersOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whom a provider may sign in: learners, by an e-mail address that it has verified. Nobody else, ever.

    Staff keep their password and second step: who controls the provider must not become a prescriber by it.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find or make the learner before the library looks; refuse everybody else with a page that says why."""
        if sociallogin.is_existing:
            self._only_learner(request, sociallogin.user)
            return
        verified = [each.email.strip().lower() for each in sociallogin.email_addresses if each.verified]
        if not verified:
            self._refuse(request, _("The provider has not verified your e-mail address."))
        person = Person.objects.filter(email=verified[0]).first()
        if person is None:
            person = self._make(request, sociallogin, verified[0])
        self._only_learner(request, person)
        sociallogin.connect(request, person)

    def _only_learner(self, request: HttpRequest, person: Person) -> None:
        held = {each.role for each in person.standing}
        if held != {Role.LEARNER}:
            self._refuse(request, _("This sign-in is for learners. Sign in with your password."))

    def _make(self, request: HttpRequest, sociallogin: SocialLogin, email: str) -> Person:
        site = Site.objects.order_by("pk").first()
        if site is None:
            self._refuse(request, _("No site takes learners yet."))
            raise Http404
        told: dict[str, Any] = sociallogin.account.extra_data.get("userinfo") or {}
        name = str(told.get("name") or email.partition("@")[0])[:160]
        now = timezone.now()
        try:
            person = add_person(
                person=Person(legal_name=name, email=email, time_zone=site.time_zone), by=VISITOR, at=now
            )
            give_role(person=person, role=Role.LEARNER, site=site, by=VISITOR, at=now)
        except Refused as refused:
            self._refuse(request, " ".join(refused.reasons))
            raise
        return Person.objects.get(pk=person.pk)

    def _refuse(self, request: HttpRequest, said: str) -> None:
        raise ImmediateHttpResponse(_refusal(request, said))
