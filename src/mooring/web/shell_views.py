"""Two small answers of the shell: the theme that a person chose, and the clock in the foot of the page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

THEMES = ("day", "room")
THEME_COOKIE = "theme"
THEME_KEPT_S = 365 * 24 * 3600


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie of this browser and go back to where the person was."""
    chosen = request.POST.get("theme", "day")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    answer: HttpResponse = (
        HttpResponse(status=204) if request.headers.get("HX-Request") else HttpResponseRedirect(back)
    )
    if chosen in THEMES:
        answer.set_cookie(
            THEME_COOKIE, chosen, max_age=THEME_KEPT_S, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )
    return answer


@require_GET
def clock(request: HttpRequest) -> HttpResponse:
    """The line in the foot that says when the clock last ran; pages fetch it again every 15 seconds."""
    return render(request, "components/clock.html")
