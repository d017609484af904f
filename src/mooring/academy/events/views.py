"""Pages of the speaker series: what comes and the archive, one event, registering, attending, planning, calendars."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.academy.events.access import get_event_for, may_take_part
from mooring.academy.events.actions import (
    add_recording,
    attend,
    cancel_event,
    move_event,
    plan_event,
    register,
    set_credit,
    unregister,
)
from mooring.academy.events.forms import (
    AttendForm,
    CancelEventForm,
    EventCreditForm,
    PlanEventForm,
    RecordingForm,
    TimesForm,
)
from mooring.academy.events.models import SpeakerEvent
from mooring.academy.events.queries import (
    archive,
    calendar_of,
    code_of,
    coming,
    is_running,
    registration_of,
)
from mooring.identity.access import must_hold, sites_for
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, typed

FEED = "academy.events.feed"
CALENDAR = "text/calendar"


def events(request: SignedInRequest) -> HttpResponse:
    """What comes, and the archive by topic."""
    if not may_take_part(request.user):
        raise Http404
    now, topic = timezone.now(), request.GET.get("topic", "")
    over = archive(now)
    return page(
        request,
        "academy/events/events.html",
        {
            "coming": coming(now),
            "over": archive(now, topic=topic)[:100],
            "topics": sorted(set(over.values_list("topic", flat=True))),
            "topic": topic,
            "plans": request.user.may(Permission.COURSES_TEACH),
            "feed": signing.dumps(request.user.pk, salt=FEED),
        },
    )


def event(request: SignedInRequest, pk: int) -> HttpResponse:
    """One event: when in one's own time, who speaks and what they disclosed, one's place, attendance."""
    found = get_event_for(request.user, pk)
    now = timezone.now()
    form = typed(request, AttendForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            attend(event=found, person=request.user, code=form.cleaned_data["code"], by=request.user, at=now)
        if tried.done:
            messages.success(request, _("Your attendance is recorded."))
            return redirect("speaker-event", pk)
    plans = request.user.may(Permission.COURSES_TEACH)
    return page(
        request,
        "academy/events/event.html",
        {
            "event": found,
            "registration": registration_of(request.user, found),
            "over": found.is_over(now),
            "running": is_running(found, now) or form.is_bound,
            "form": form,
            "plans": plans,
            "code": code_of(found, now) if plans else "",
            "registered": found.registrations.filter(cancelled_at__isnull=True).select_related("person")
            if plans
            else [],
        },
    )


@require_POST
def register_for(request: SignedInRequest, pk: int) -> HttpResponse:
    """Register, or give the place back."""
    found = get_event_for(request.user, pk)
    held = registration_of(request.user, found)
    with attempt(request) as tried:
        if request.POST.get("place") == "back" and held is not None:
            unregister(registration=held, by=request.user, at=timezone.now())
        else:
            register(event=found, person=request.user, by=request.user, at=timezone.now())
    if not tried.done:
        messages.warning(request, " ".join(tried.reasons))
    return redirect("speaker-event", pk)


def plan(request: SignedInRequest) -> HttpResponse:
    """Plan an event at the first site where one teaches."""
    must_hold(request.user, Permission.COURSES_TEACH)
    site = sites_for(request.user, Permission.COURSES_TEACH)[0]
    form = typed(request, PlanEventForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            planned = plan_event(site=site, by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.repeated:
            return redirect("speaker-events")
        if tried.done:
            return redirect("speaker-event", planned.pk)
    return page(request, "academy/events/plan.html", {"form": form, "site": site})


def move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Move an event; everybody keeps their place."""
    found = get_event_for(request.user, pk, to="plan")
    form = typed(
        request,
        TimesForm,
        initial={
            "starts_at": timezone.localtime(found.starts_at),
            "ends_at": timezone.localtime(found.ends_at),
        },
    )
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            move_event(event=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            return redirect("speaker-event", pk)
    return page(request, "academy/events/move.html", {"event": found, "form": form})


def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Cancel an event; everybody who registered is told why."""
    found = get_event_for(request.user, pk, to="plan")
    form = typed(request, CancelEventForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            cancel_event(event=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            return redirect("speaker-event", pk)
    return page(request, "academy/events/cancel.html", {"event": found, "form": form})


def credit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say which activity gives the credit of the live event."""
    found = get_event_for(request.user, pk, to="plan")
    form = typed(request, EventCreditForm, initial={"course": found.credit_course})
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            set_credit(event=found, course=form.cleaned_data["course"], by=request.user, at=timezone.now())
        if tried.done:
            return redirect("speaker-event", pk)
    return page(request, "academy/events/credit.html", {"event": found, "form": form})


def recording(request: SignedInRequest, pk: int) -> HttpResponse:
    """Link the recording of an event that is over."""
    found = get_event_for(request.user, pk, to="plan")
    form = typed(
        request, RecordingForm, initial={"recording": found.recording, "course": found.recording_course}
    )
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            add_recording(
                event=found,
                recording=form.cleaned_data["recording"],
                course=form.cleaned_data["course"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect("speaker-event", pk)
    return page(request, "academy/events/recording.html", {"event": found, "form": form})


def calendar(request: SignedInRequest, pk: int) -> HttpResponse:
    """One event as a calendar file."""
    found = get_event_for(request.user, pk)
    return HttpResponse(calendar_of([found], at=timezone.now()), content_type=CALENDAR)


@login_not_required
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The series as a feed that a calendar subscribes to, behind an address that is its person's own."""
    try:
        pk = signing.loads(token, salt=FEED)
    except signing.BadSignature as fault:
        raise Http404 from fault
    person = Person.objects.filter(pk=pk, is_active=True).first()
    if person is None or not may_take_part(person):
        raise Http404
    shown = SpeakerEvent.objects.order_by("-starts_at")[:200]
    return HttpResponse(calendar_of(shown, at=timezone.now()), content_type=CALENDAR)
