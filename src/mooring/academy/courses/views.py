"""The catalogue, for everybody."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from mooring.academy.courses.queries import catalogue
from mooring.work.pages import page

ON_A_PAGE = 20


@login_not_required
def courses(request: HttpRequest) -> HttpResponse:
    """Every published course in its newest version."""
    shown = Paginator(catalogue(), ON_A_PAGE).get_page(request.GET.get("page"))
    return page(request, "academy/courses/catalogue.html", {"shown": shown})
