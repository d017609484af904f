"""Pages of what is owed: a link's door, handing a task over, messages, the demonstration's phones."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from mooring.audit.looking import saw
from mooring.identity.models import Person
from mooring.work.access import COOKIE_SECONDS, cookie_for, cookie_name, get_task_for
from mooring.work.actions import (
    WrongBirthDate,
    count_wrong_birth_date,
    hand_over_task,
    hash_of,
    open_link,
    why_closed,
)
from mooring.work.forms import HandOverForm, OpenLinkForm
from mooring.work.models import DemonstrationDelivery, Message, TaskLink
from mooring.work.pages import SignedInRequest, attempt, page, typed
from mooring.work.queries import is_demonstration, may_do, subject_shown


@login_not_required
@never_cache
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The door of a single-task link. Opening it consumes nothing; the form sets a cookie and a clean address."""
    found = get_object_or_404(TaskLink.objects.select_related("person", "site"), token_hash=hash_of(token))
    request.site_shown = found.site  # type: ignore[attr-defined]
    closed = why_closed(found, timezone.now())
    if closed and request.method == "GET":
        return page(request, "care/link_over.html", {"reasons": [closed]}, status=410)
    form = OpenLinkForm(request.POST if request.method == "POST" else None)
    if found.birth_date is None:
        del form.fields["birth_date"]
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        with attempt(request, form) as tried:
            open_link(link=found, birth_date=form.cleaned_data.get("birth_date"), by=found.person, at=now)
        if tried.done:
            opened = redirect(found.address)
            opened.set_cookie(
                cookie_name(found),
                cookie_for(found),
                path=found.address,
                max_age=COOKIE_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
            return opened
        if isinstance(tried.refused, WrongBirthDate):
            count_wrong_birth_date(link=found, by=found.person, at=now)
    context = {"link": found, "form": form, "site": found.site, "crisis_lines": found.site.crisis_lines}
    answer = page(request, "work/link.html", context)
    # The token stays with this site (docs/decisions/0008).
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give one's task to a colleague of the site."""
    now = timezone.now()
    task = get_task_for(request.user, pk, now)
    saw(request.user, [task.subject])
    here = Person.objects.filter(roles__site=task.site, roles__held_until__isnull=True, is_active=True)
    able = [person.pk for person in here.exclude(pk=request.user.pk).distinct() if may_do(person, task)]
    colleagues = Person.objects.filter(pk__in=able).order_by("legal_name")
    form = typed(request, HandOverForm, colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            hand_over_task(task=task, to=form.cleaned_data["to"], by=request.user, at=now)
        if tried.done:
            messages.success(request, _("Handed over to {name}.").format(name=form.cleaned_data["to"]))
            return redirect("my-work")
    context = {**subject_shown(task), "task": task, "form": form}
    return page(request, "work/hand_over.html", context)


@require_POST
def read_message(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark one's own message as read."""
    if Message.objects.filter(pk=pk, person=request.user).update(read_at=timezone.now()) != 1:
        raise Http404
    return redirect("my-work")


def phones(request: SignedInRequest) -> HttpResponse:
    """What patients' phones and mailboxes show. It exists in a demonstration only."""
    if not is_demonstration():
        raise Http404
    shown = DemonstrationDelivery.objects.select_related("message__person", "message__link").order_by("-pk")[
        :60
    ]
    return page(request, "work/phones.html", {"shown": shown})
