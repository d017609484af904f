"""What the shell answers when a lesson stays closed: the access is over, or the disclosures come first."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from mooring.academy.checks.access import DisclosuresFirst
from mooring.academy.learning.access import AccessExpired
from mooring.academy.learning.queries import open_offer


class GatesMiddleware:
    """A closed lesson is no fault: the page says what stays, and what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if isinstance(fault, AccessExpired):
            answer = render(
                request,
                "academy/learning/over.html",
                {
                    "enrolment": fault.enrolment,
                    "reasons": fault.reasons,
                    "now": timezone.now(),
                    "offer": open_offer(fault.enrolment.course),
                },
                status=403,
            )
        elif isinstance(fault, DisclosuresFirst):
            messages.info(request, " ".join(map(str, fault.reasons)))
            answer = redirect("disclosures", fault.enrolment.pk)
        else:
            return None
        if getattr(request, "htmx", False):
            address = answer.headers.get("Location", request.headers.get("HX-Current-URL", request.path))
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return answer
