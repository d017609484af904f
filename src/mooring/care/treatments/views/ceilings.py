"""The page of the site's ceilings: what no source prints, the medical director sets and signs."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.treatments.actions import sign_ceiling
from mooring.care.treatments.forms import CeilingForm
from mooring.care.treatments.models import Ceiling
from mooring.content.orderable import needs_ceiling, orderable
from mooring.identity.access import get_site_for, must_hold, sites_for
from mooring.identity.actions import confirm_signature
from mooring.identity.models import Site
from mooring.identity.packs import pack_in_force
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, page, typed


def ceilings(request: SignedInRequest) -> HttpResponse:
    """Every site at which this person signs, with the ceilings that are signed and those that are missing."""
    must_hold(request.user, Permission.PACK_SIGN)
    sites, at = list(sites_for(request.user, Permission.PACK_SIGN)), timezone.now()
    if len(sites) == 1:
        return redirect("ceilings-of-site", sites[0].pk)
    return page(request, "care/treatments/ceilings.html", {"sites": sites, "at": at})


def of_site(request: SignedInRequest, pk: int) -> HttpResponse:
    """The protocols of one site that print no ceiling; sign one of them."""
    site = get_site_for(request.user, pk, to=Permission.PACK_SIGN)
    at = timezone.now()
    protocol = request.POST.get("protocol") or request.GET.get("protocol", "")
    form = typed(request, CeilingForm, initial={"protocol": protocol}) if protocol else None
    if request.method == "POST" and form is not None and form.is_valid():
        given = form.cleaned_data
        with attempt(request, form) as tried:
            confirm_signature(request.user, given["password"])
            sign_ceiling(
                site=site,
                protocol=given["protocol"],
                most_mg=given["most_mg"],
                reason=given["reason"],
                by=request.user,
                at=at,
            )
        if tried.done:
            messages.success(request, _("The ceiling is signed."))
            return redirect("ceilings-of-site", site.pk)
    context = {"site": site, "rows": _rows(site, at), "form": form, "asked": protocol}
    return page(request, "care/treatments/ceilings.html", context)


def _rows(site: Site, at: datetime) -> list[dict[str, Any]]:
    try:
        pack = pack_in_force(site)
    except Refused:
        return []
    signed: dict[str, Ceiling] = {}
    for ceiling in Ceiling.objects.filter(site=site).select_related("signed_by").order_by("id"):
        signed[ceiling.protocol] = ceiling
    rows = [
        {"protocol": each, "ceiling": signed.get(each.id)}
        for each in orderable(pack, site.today(at))
        if needs_ceiling(each)
    ]
    return sorted(rows, key=lambda row: row["ceiling"] is not None)
