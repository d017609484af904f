"""Everyone's first page, fitted to the role; and the small addresses of the shell."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mooring.web.shell import THEMES
from mooring.work.models import Task
from mooring.work.pages import SignedInRequest, page
from mooring.work.queries import clock_state, tasks_of, unread_messages


@dataclass(frozen=True)
class Section:
    """Tasks that are due in the same stretch of the day."""

    title: str
    tasks: list[Task]


def my_work(request: SignedInRequest) -> HttpResponse:
    """What is mine today: overdue, due, later."""
    now = timezone.now()
    tasks = list(tasks_of(request.user, now))
    soon = now + timedelta(hours=24)
    sections = [
        Section("Overdue", [task for task in tasks if task.due_at < now]),
        Section("Due within a day", [task for task in tasks if now <= task.due_at < soon]),
        Section("Later", [task for task in tasks if task.due_at >= soon]),
    ]
    context = {"sections": sections, "count": len(tasks), "unread": list(unread_messages(request.user))}
    return page(request, "web/my_work.html", context)


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
