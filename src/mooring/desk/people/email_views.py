"""Pages of the address that signs in: asking for another one, for oneself or a colleague, and proving it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from mooring.desk.people.forms import PasswordField
from mooring.identity.access import get_colleague_for
from mooring.identity.actions import confirm_signature
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.access import cookie_name, get_link_for
from mooring.work.email_change import KIND, ask_email_change, prove_email
from mooring.work.pages import KeyedForm, SignedInRequest, attempt, page, typed

MANAGE = Permission.PEOPLE_MANAGE


class EmailForm(forms.Form):
    """The new address, signed with the password of whoever asks."""

    email = forms.EmailField(
        label=gettext_lazy("New e-mail address"),
        help_text=gettext_lazy("It counts once the link that we send there is opened."),
    )
    password = PasswordField()


def own(request: SignedInRequest) -> HttpResponse:
    """Ask for another address of one's own."""
    return _ask(request, request.user, back=reverse("my-details"))


def colleague(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for a colleague who lost the old mailbox."""
    found = get_colleague_for(request.user, pk, to=MANAGE)
    return _ask(request, found, back=reverse("person", args=[pk]))


def _ask(request: SignedInRequest, person: Person, *, back: str) -> HttpResponse:
    if not person.standing:
        raise Http404
    form = typed(request, EmailForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            confirm_signature(request.user, form.cleaned_data["password"])
            ask_email_change(
                person=person,
                email=form.cleaned_data["email"],
                site=person.standing[0].site,
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(
                request, _("A link is on its way to the new address. Until then nothing changes.")
            )
            return redirect(back)
    title = _("E-mail address of {name}").format(name=person.legal_name)
    context = {
        "form": form,
        "title": title,
        "act": _("Send the link"),
        "back_url": back,
        "own": person == request.user,
    }
    return page(request, "desk/people/details.html", context)


@login_not_required
@never_cache
def prove(request: HttpRequest, link_pk: int) -> HttpResponse:
    """Behind the link in the new mailbox: one button confirms the address. Opening the page changes nothing."""
    now = timezone.now()
    try:
        link = get_link_for(request, link_pk, kind=KIND, at=now)
    except Refused as refused:
        return page(request, "desk/people/invitation_over.html", {"reasons": refused.reasons}, status=409)
    form = KeyedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            prove_email(link=link, by=link.person, at=now)
        if tried.done:
            messages.success(request, _("The address is confirmed. Please sign in with it."))
            answer = redirect("account_login")
            answer.delete_cookie(cookie_name(link), path=link.address)
            return answer
    return page(request, "desk/people/email_prove.html", {"form": form, "link": link, "site": link.site})
