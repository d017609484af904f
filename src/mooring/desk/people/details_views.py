"""Pages of a site's and a person's details: opening a further site, changing one, names and pronouns."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.desk.people.details_forms import (
    ColleagueForm,
    ComparedForm,
    NewSiteForm,
    OwnDetailsForm,
    SiteForm,
)
from mooring.identity.access import get_colleague_for, get_site_for, must_hold
from mooring.identity.actions import add_site, change_person, change_site
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.identity.time_zones import time_zones
from mooring.work.pages import SignedInRequest, attempt, page, typed

MANAGE = Permission.SITES_MANAGE


def new_site(request: SignedInRequest) -> HttpResponse:
    """Open a further site of the organisation."""
    must_hold(request.user, MANAGE)
    form = typed(request, NewSiteForm)
    return _answer(
        request,
        form,
        lambda: add_site(site=form.instance, by=request.user, at=timezone.now()),
        title=_("Open a further site"),
        said=_("The site is open. Its medical director signs a policy and a knowledge pack next."),
        back=reverse("people"),
        act=_("Open the site"),
    )


def site(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a site's name, phone, hours and crisis lines."""
    found = get_site_for(request.user, pk, to=MANAGE)
    form = typed(request, SiteForm, instance=found)
    return _answer(
        request,
        form,
        lambda: change_site(
            site=found, was=form.cleaned_data["was"], new=form.new, by=request.user, at=timezone.now()
        ),
        title=_("Details of {site}").format(site=found),
        said=_("Saved. Pages show it from now on."),
        back=reverse("people"),
        act=_("Save"),
    )


def me(request: SignedInRequest) -> HttpResponse:
    """What one is called, one's pronouns, phone and time zone."""
    form = typed(request, OwnDetailsForm, instance=Person.objects.get(pk=request.user.pk))
    return _person(request, request.user, form, title=_("My details"), back=reverse("my-work"))


def colleague(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same of a colleague, with the legal name."""
    found = get_colleague_for(request.user, pk, to=Permission.PEOPLE_MANAGE)
    form = typed(request, ColleagueForm, instance=found)
    title = _("Details of {name}").format(name=found.legal_name)
    return _person(request, found, form, title=title, back=reverse("person", args=[pk]))


def _person(
    request: SignedInRequest, person: Person, form: ComparedForm, *, title: str, back: str
) -> HttpResponse:
    return _answer(
        request,
        form,
        lambda: change_person(
            person=person, was=form.cleaned_data["was"], new=form.new, by=request.user, at=timezone.now()
        ),
        title=title,
        said=_("Saved."),
        back=back,
        act=_("Save"),
    )


def _answer(
    request: SignedInRequest,
    form: ComparedForm,
    do: Callable[[], object],
    *,
    title: str,
    said: str,
    back: str,
    act: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            do()
        if tried.done:
            messages.success(request, said)
            return redirect(back)
    context: dict[str, Any] = {"form": form, "title": title, "act": act, "back_url": back}
    if "time_zone" in form.fields:
        context["zones"] = sorted(each for each in time_zones() if "/" in each)
    return page(request, "desk/people/details.html", context)
