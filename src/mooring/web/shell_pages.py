"""The small addresses of the shell: the theme of this device, the clock's line, whether the process answers."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from mooring.web.shell import THEMES
from mooring.work.queries import clock_state


@require_POST
@login_not_required
def theme(request: HttpRequest) -> HttpResponse:
    """Switch between day and room on this device."""
    wanted = request.POST.get("theme", "day")
    back = request.POST.get("next", "/")
    answer = redirect(back if back.startswith("/") and not back.startswith("//") else "/")
    answer.set_cookie("theme", wanted if wanted in THEMES else "day", max_age=365 * 86400, samesite="Lax")
    return answer


@require_GET
def clock(request: HttpRequest) -> HttpResponse:
    """The line in the foot that says when the clock last ran; open pages fetch it again every 15 seconds."""
    return render(request, "components/clock.html")


@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Whether this process answers and its clock runs."""
    return JsonResponse({"answers": True, "clock_silent": clock_state().silent})
