"""The small addresses of the shell: the theme of this device, the clock's line, whether the process answers."""

import shutil

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from mooring.web.shell import THEMES
from mooring.work.queries import clock_state

LEAST_FREE_BYTES = 200_000_000
"""With less room than this a backup or a migration may not fit."""


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
    """Whether this process answers at all, and whether the clock is silent: it says so and asks nothing else."""
    return JsonResponse({"answers": True, "clock_silent": clock_state().silent})


@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """Whether a visitor should be sent here: the database answers, the clock runs, the disk has room. 503 if not."""
    state = {"database": _database_answers(), "clock": False, "disk": _disk_has_room()}
    if state["database"]:
        state["clock"] = not clock_state().silent
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _disk_has_room() -> bool:
    place = settings.HOME if settings.HOME.is_dir() else settings.HOME.parent
    return shutil.disk_usage(place).free > LEAST_FREE_BYTES
