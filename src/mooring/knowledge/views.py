"""Pages of the knowledge: what is in force, and signing a pack."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.content.loader import ContentRefused, load
from mooring.content.pack import Pack
from mooring.identity.access import get_site_for, sites_for
from mooring.identity.actions import confirm_signature, sign_pack
from mooring.identity.models import SignedPack, Site
from mooring.identity.packs import newest_signed_pack, parsed
from mooring.identity.roles import Permission
from mooring.knowledge.forms import SignPackForm
from mooring.knowledge.queries import changes_between, overdue_reviews, shelves_of
from mooring.work.pages import SignedInRequest, attempt, page, typed

SIGN = Permission.PACK_SIGN


def index(request: SignedInRequest) -> HttpResponse:
    """The knowledge in force at each of one's sites, and what it holds."""
    sites = list({each.site_id: each.site for each in request.user.standing}.values())
    signed = [(site, newest_signed_pack(site)) for site in sites]
    in_force = next((each for _, each in signed if each is not None), None)
    context = {
        "signed": signed,
        "shelves": shelves_of(parsed(in_force)) if in_force else [],
        "may_sign": sites_for(request.user, SIGN),
    }
    return page(request, "knowledge/index.html", context)


def sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a site's next pack holds and changes; its medical director signs it with the password."""
    site = get_site_for(request.user, pk, to=SIGN)
    try:
        pack = load()
    except ContentRefused as refused:
        context = {"site": site, "problems": [str(each) for each in refused.problems]}
        return page(request, "knowledge/refused.html", context, status=409)
    newest = newest_signed_pack(site)
    form = typed(request, SignPackForm, initial={"digest": pack.digest})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["digest"] != pack.digest:
            form.add_error(None, _("The content changed while you read. Look at it again, then sign."))
            form.data = {**request.POST.dict(), "digest": pack.digest}
        elif _signed(request, form, site, pack):
            return redirect("knowledge")
    return page(request, "knowledge/sign.html", _shown(site, pack, newest) | {"form": form})


def _signed(request: SignedInRequest, form: SignPackForm, site: Site, pack: Pack) -> bool:
    with attempt(request, form) as tried:
        confirm_signature(request.user, form.cleaned_data["password"])
        sign_pack(site=site, digest=pack.digest, body=pack.dump(), by=request.user, at=timezone.now())
    if tried.done:
        messages.success(
            request, _("The pack is signed. New acts at %(site)s use it from now on.") % {"site": site}
        )
    return tried.done


def _shown(site: Site, pack: Pack, newest: SignedPack | None) -> dict[str, object]:
    in_force = newest is not None and newest.digest == pack.digest
    return {
        "site": site,
        "pack": pack,
        "newest": newest,
        "in_force": in_force,
        "shelves": shelves_of(pack),
        "changes": changes_between(parsed(newest) if newest else None, pack),
        "overdue": overdue_reviews(pack, site.today(timezone.now())),
    }
