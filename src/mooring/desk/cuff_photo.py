"""A photograph of the cuff from the chaperone's phone: the phone is the session's, the file is among the papers."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mooring.care.papers.actions import photograph_cuff
from mooring.care.sessions.access import get_console_for
from mooring.work.documents.incoming import LARGEST_BYTES
from mooring.work.pages import attempt


@login_not_required
@require_POST
def cuff_photo(request: HttpRequest) -> HttpResponse:
    """Take the picture, or say on the phone that it did not arrive; one that is too large is never read."""
    console = get_console_for(request)
    if console is None:
        raise Http404
    sent, came = request.FILES.get("file"), False
    if sent is not None and (sent.size or 0) <= LARGEST_BYTES:
        with attempt(request) as tried:
            photograph_cuff(console=console, data=sent.read(), by=console.person, at=timezone.now())
        came = tried.done
    return redirect(f"{reverse('chaperone')}?photo={'sent' if came else 'not-sent'}")
