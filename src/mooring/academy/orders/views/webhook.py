"""Where the payment provider reports: signed messages, each taken once."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mooring.academy.orders.actions.payments import take_message
from mooring.academy.orders.queries.provider import NotFromProvider, read_message
from mooring.audit.recording import CLOCK

LARGEST_BYTES = 300_000


@csrf_exempt
@login_not_required
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """A message of the provider; anything whose signature does not hold is refused and changes nothing."""
    now = timezone.now()
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BYTES:
        return HttpResponse(status=413)
    try:
        event = read_message(request.body, request.headers.get("Stripe-Signature", ""), at=now)
    except (NotFromProvider, RawPostDataException):  # the second: a browser's form with a file
        return HttpResponse(status=400)
    take_message(event=event, body=request.body, by=CLOCK, at=now)
    return HttpResponse(status=200)
