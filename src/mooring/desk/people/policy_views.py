"""A site's policy: the one in force in words, and signing a new one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms.models import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.desk.people.forms import PolicyForm
from mooring.identity.actions import confirm_signature, sign_policy
from mooring.identity.models import Person, Site, SitePolicy
from mooring.identity.packs import newest_signed_pack
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, typed

SIGN = Permission.POLICY_SIGN


def policy(request: SignedInRequest, pk: int) -> HttpResponse:
    """The policy in force, in words, for everyone of the site; its director signs the next one here."""
    site = _site_of(request.user, pk)
    may_sign = site.pk in request.user.sites_where(SIGN)
    if request.method == "POST" and not may_sign:
        raise PermissionDenied
    policies = list(site.policies.select_related("signed_by").order_by("-number"))
    newest = policies[0] if policies else None
    initial = model_to_dict(newest, PolicyForm.Meta.fields) if newest else {}
    form = typed(request, PolicyForm, initial=initial)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        new = SitePolicy(
            site=site, in_force_from=now, **{n: form.cleaned_data[n] for n in PolicyForm.Meta.fields}
        )
        with attempt(request, form) as tried:
            confirm_signature(request.user, form.cleaned_data["password"])
            sign_policy(policy=new, by=request.user, at=now)
        if tried.done:
            messages.success(request, _("The policy is signed and in force from now on."))
            return redirect("site-policy", site.pk)
    context = {
        "site": site,
        "policy": newest,
        "pack": newest_signed_pack(site),
        "earlier": policies[1:],
        "form": form if may_sign else None,
    }
    return page(request, "desk/people/policy.html", context)


def _site_of(person: Person, pk: int) -> Site:
    for each in person.standing:
        if each.site_id == pk:
            return each.site
    raise Http404
