"""Ending a role: everything that hangs on the person is listed first, and handed on with the act."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import ngettext

from mooring.audit.looking import saw
from mooring.desk.people.forms import LeavingForm
from mooring.identity.access import must_hold
from mooring.identity.models import Person, RoleAssignment
from mooring.identity.roles import Permission
from mooring.work.leaving import leave, roles_here, what_hangs_on
from mooring.work.pages import SignedInRequest, attempt, page, typed
from mooring.work.queries import may_do

MANAGE = Permission.PEOPLE_MANAGE


def role_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """The checklist of what the role leaves behind; sent, the role ends and everything is handed on."""
    must_hold(request.user, MANAGE)
    sites = request.user.sites_where(MANAGE)
    here = RoleAssignment.objects.filter(site__in=sites, held_until__isnull=True)
    assignment = get_object_or_404(here.select_related("person", "site"), pk=pk)
    person, now = assignment.person, timezone.now()
    every = roles_here(person, assignment.site, now)
    hanging = what_hangs_on(person, every, now)
    saw(request.user, [task.subject for task in hanging.tasks])
    form = typed(request, LeavingForm, colleagues=_colleagues(assignment), several=len(every) > 1)
    if request.method == "POST" and form.is_valid():
        roles = every if form.cleaned_data.get("all_roles") else [assignment]
        with attempt(request, form) as tried:
            leave(person=person, roles=roles, to=form.cleaned_data["to"], by=request.user, at=now)
        if tried.done:
            messages.success(request, _said(person, len(roles)))
            return redirect("people")
    context = {"person": person, "assignment": assignment, "hanging": hanging, "form": form}
    return page(request, "desk/people/leaving.html", context)


def _colleagues(assignment: RoleAssignment) -> list[Person]:
    """Who may take over what this role owes."""
    found = Person.objects.filter(
        roles__site=assignment.site, roles__held_until__isnull=True, is_active=True
    ).exclude(pk=assignment.person_id)
    return [person for person in found.distinct().order_by("legal_name") if may_do(person, assignment)]


def _said(person: Person, roles: int) -> str:
    return ngettext(
        "The role of {person} ended. What was open is handed over.",
        "{count} roles of {person} ended. What was open is handed over.",
        roles,
    ).format(person=person, count=roles)
