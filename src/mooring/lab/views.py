"""Pages of this floor."""

from django.http import HttpResponse

from mooring.work.pages import SignedInRequest, page


def index(request: SignedInRequest) -> HttpResponse:
    return page(request, "lab/index.html")
