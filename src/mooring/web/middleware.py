"""The two things that every request passes: a sign-in, and a named screen."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from mooring.audit.looking import looking_at
from mooring.work.pages import keep_typing


class SignedInMiddleware(LoginRequiredMiddleware):
    """Every address asks for a sign-in unless its view says otherwise; what was typed is kept."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseBase:
        if request.method == "POST":
            keep_typing(request)
        answer = super().handle_no_permission(request, view_func)
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
        return answer


class LookingMiddleware:
    """Names the screen for the access log; records hand themselves out below."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with looking_at(request.path[:120]):
            answer = self.get_response(request)
        if request.user.is_authenticated:
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer
