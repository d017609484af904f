"""The page behind an invitation's link: a first password."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from mooring.desk.people.forms import AcceptForm
from mooring.rules.verdict import Refused
from mooring.work.access import cookie_name, get_link_for
from mooring.work.invitations import KIND, accept_invitation
from mooring.work.pages import attempt, page, typed


@login_not_required
@never_cache
def invitation(request: HttpRequest, link_pk: int) -> HttpResponse:
    """Choose a password; it uses the link up, and the sign-in page follows."""
    now = timezone.now()
    try:
        link = get_link_for(request, link_pk, kind=KIND, at=now)
    except Refused as refused:
        return page(request, "desk/people/invitation_over.html", {"reasons": refused.reasons}, status=409)
    form = typed(request, AcceptForm, person=link.person)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            accept_invitation(link=link, password=form.cleaned_data["password"], by=link.person, at=now)
        if tried.done:
            messages.success(request, _("Your password is set. Please sign in with it."))
            answer = redirect("account_login")
            answer.delete_cookie(cookie_name(link), path=link.address)
            return answer
    return page(request, "desk/people/invitation.html", {"form": form, "link": link, "site": link.site})
