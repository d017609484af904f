"""The letterhead of a site."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.papers.actions import save_practice
from mooring.care.papers.forms import PracticeForm
from mooring.care.papers.models import PracticeDetails
from mooring.care.papers.queries import practice_of
from mooring.identity.access import get_site_for
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page


def letterhead(request: SignedInRequest, pk: int) -> HttpResponse:
    """Name, address and numbers as they stand on papers; what is saved is a new row, the earlier ones stay."""
    site = get_site_for(request.user, pk, to=Permission.SITES_MANAGE)
    saved = practice_of(site)
    known = (
        {name: getattr(saved, name) for name in PracticeForm.Meta.fields}
        if saved
        else {"legal_name": site.name}
    )
    form = PracticeForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            save_practice(
                details=PracticeDetails(site=site, **form.cleaned_data), by=request.user, at=timezone.now()
            )
        if tried.done:
            messages.success(request, _("Saved. New papers bear it."))
            return redirect("letterhead", site.pk)
    return page(request, "care/papers/letterhead.html", {"site": site, "form": form, "saved": saved})
