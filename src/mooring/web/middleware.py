"""The three things that every request passes: a sign-in, the clock of one's site, and a named screen."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from mooring.audit.looking import looking_at
from mooring.audit.recording import signing
from mooring.identity.signing import FormSent, form_sent
from mooring.work.pages import keep_typing


class SignedInMiddleware(LoginRequiredMiddleware):
    """Every address asks for a sign-in unless its view says otherwise; what was typed is kept.

    A queue on the device (`js/queue.js`) keeps what it sent itself, for its own person alone.
    """

    def handle_no_permission(  # type: ignore[override]  # htmx is answered with a header, not a redirect
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if request.method == "POST" and "X-Mooring-Queue" not in request.headers:
            keep_typing(request)
        answer = super().handle_no_permission(request, view_func)
        if getattr(request, "htmx", False):
            return HttpResponse(
                status=204, headers={"HX-Redirect": answer["Location"], "X-Mooring-Signed-Out": "yes"}
            )
        return answer


class SiteTimeMiddleware:
    """Times are shown and typed in the time zone of the site where one works.

    A page about a record of another site, or for a visitor, sets that site's zone itself
    (`timezone.override(site.zone)`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        standing = request.user.standing if request.user.is_authenticated else ()
        with timezone.override(standing[0].site.zone if standing else None):
            return self.get_response(request)


class LookingMiddleware:
    """Names the screen for the access log and the form that is sent; records hand themselves out below."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reading = request.method in {"GET", "HEAD"}
        with looking_at(request.path[:120], reading=reading):
            if reading:
                return self.get_response(request)
            with form_sent(FormSent(request.get_full_path(), lambda: request.POST.lists())), signing():
                return self.get_response(request)
