"""The page on which a second person confirms or rejects a role."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.identity.access import must_hold
from mooring.identity.models import RoleProposal
from mooring.identity.roles import Permission
from mooring.work.granting import confirm_role, reject_role
from mooring.work.pages import KeyedForm, SignedInRequest, attempt, page

MANAGE = Permission.PEOPLE_MANAGE


def proposal(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who gets which role, by whose proposal."""
    must_hold(request.user, MANAGE)
    sites = request.user.sites_where(MANAGE)
    found = (
        RoleProposal.objects.filter(pk=pk, site__in=sites)
        .select_related("person", "site", "proposed_by", "decided_by")
        .first()
    )
    if found is None:
        raise Http404
    form = KeyedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act, said = (
            (reject_role, _("The role is not given."))
            if "reject" in request.POST
            else (confirm_role, _("The role is given and holds from now on."))
        )
        with attempt(request, form) as tried:
            act(proposal=found, by=request.user, at=timezone.now())
        if tried.done:
            messages.success(request, said)
            return redirect("people")
    context = {
        "proposal": found,
        "form": form,
        "may_confirm": request.user not in (found.proposed_by, found.person),
    }
    return page(request, "desk/people/proposal.html", context)
