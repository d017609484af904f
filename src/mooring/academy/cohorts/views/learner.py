"""Pages of a participant: the cohorts, one cohort, applying, a week with its pre-work, attendance, practice."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.academy.cohorts.access import (
    cohorts_for,
    get_cohort_for,
    get_own_seat,
    get_pre_work_for,
    get_seat_of_slot,
    leads,
    own_place,
)
from mooring.academy.cohorts.actions.applying import apply_to_cohort, leave_cohort, withdraw_application
from mooring.academy.cohorts.actions.weeks import attend_slot, send_make_up, send_pre_work, tell_absence
from mooring.academy.cohorts.forms import (
    AttendanceCodeForm,
    CohortApplicationForm,
    GiveBackForm,
    OwnWordsForm,
)
from mooring.academy.cohorts.models import ApplicationState, Cohort, CohortPlace, LiveSlot
from mooring.academy.cohorts.queries.certificates import rule_words
from mooring.academy.cohorts.queries.letters import with_places
from mooring.academy.cohorts.queries.progress import (
    ParticipantStanding,
    current_slot,
    lack_words,
    standing_of,
)
from mooring.academy.cohorts.queries.slots import calendar_of_cohort, room_is_open, triads_in, zones_of
from mooring.academy.events.queries import is_running
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, typed


def cohorts(request: SignedInRequest) -> HttpResponse:
    """Cohorts that take applications, those one is in, and those one leads."""
    now, person = timezone.now(), request.user
    found = cohorts_for(person)
    mine = Q(places__person=person, places__left_at__isnull=True)
    return page(
        request,
        "academy/cohorts/cohorts.html",
        {
            "mine": found.filter(mine).distinct().order_by("-pk"),
            "open": found.filter(apply_until__gt=now, cancelled_at__isnull=True).order_by("apply_until"),
            "led": found.filter(site__in=person.sites_where(Permission.COURSES_TEACH)).order_by("-pk")[:50],
            "plans": person.may(Permission.COURSES_TEACH),
        },
    )


def cohort(request: SignedInRequest, pk: int) -> HttpResponse:
    """One cohort: what it is, when, what it costs and asks; and how one stands with it."""
    found = get_cohort_for(request.user, pk)
    now = timezone.now()
    place = own_place(request.user, found)
    application = found.applications.filter(person=request.user).order_by("-pk").first()
    return page(
        request,
        "academy/cohorts/cohort.html",
        {
            "cohort": found,
            "slots": found.slots.order_by("place"),
            "rule": rule_words(found),
            "place": place,
            "application": application,
            "applies": application is None or application.state == ApplicationState.WITHDRAWN,
            "open": now <= found.apply_until and found.cancelled_at is None,
            "leads": leads(request.user, found),
            "free": found.seats - found.seats_taken,
            "letters": found.letters.order_by("-sent_at")[:10] if place else [],
        },
    )


def apply(request: SignedInRequest, pk: int) -> HttpResponse:
    """Apply to a cohort."""
    found = get_cohort_for(request.user, pk)
    form = typed(request, CohortApplicationForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            apply_to_cohort(cohort=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            messages.success(request, _("Sent. You read the decision here and by e-mail."))
            return redirect("cohort", pk)
    return act_page(request, found, form, title=_("Apply"), act=_("Send my application"))


def act_page(
    request: SignedInRequest,
    cohort: Cohort,
    form: Any,
    *,
    title: str,
    act: str,
    facts: str = "",
    back: str = "",
    **more: Any,
) -> HttpResponse:
    """A page with one form about a cohort."""
    return page(
        request,
        "academy/cohorts/act.html",
        {
            "cohort": cohort,
            "form": form,
            "heading": title,
            "facts": facts,
            "act": act,
            "back": back or reverse("cohort", args=[cohort.pk]),
            **more,
        },
    )


def leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """Withdraw an application, or give a place back."""
    found = get_cohort_for(request.user, pk)
    place = own_place(request.user, found)
    application = found.applications.filter(person=request.user, state=ApplicationState.SENT).first()
    if place is None and application is None:
        raise Http404
    form = typed(request, GiveBackForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            if place is not None:
                leave_cohort(
                    place=place, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
                )
            elif application is not None:
                withdraw_application(application=application, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("cohort", pk)
    title = _("Give my place back") if place else _("Withdraw my application")
    facts = _("The first on the waiting list gets your seat. What you did in the course stays saved.")
    return act_page(request, found, form, title=title, act=title, facts=facts if place else "")


def week(request: SignedInRequest, pk: int, number: int | None = None) -> HttpResponse:
    """One's week: what is due, when the live meeting is for everyone, the triad, attendance, make-up work."""
    place = get_own_seat(request.user, pk)
    found, now = place.cohort, timezone.now()
    slot = current_slot(found, now) if number is None else found.slots.filter(place=number).first()
    if slot is None:
        raise Http404
    form = typed(request, AttendanceCodeForm)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        with attempt(request, form) as tried:
            attend_slot(slot=slot, participant=place, code=code, by=request.user, at=now)
        if tried.done:
            return redirect("cohort-week", pk, slot.place)
    return page(request, "academy/cohorts/week.html", _week(request, place, slot, form))


def _week(
    request: SignedInRequest, place: CohortPlace, slot: LiveSlot, form: AttendanceCodeForm
) -> dict[str, Any]:
    now, found = timezone.now(), place.cohort
    standing = standing_of(place)
    triads = triads_in(slot)
    own = next((each for each in triads if each.holds(place)), None)
    members = [each.person for each in with_places(found)]
    return {
        "cohort": found,
        "place": place,
        "slot": slot,
        "weeks": [_step(each, slot, standing) for each in found.slots.order_by("place")],
        "pre_work": standing.pre_work_of(slot),
        "done": sum(each.done_at is not None for each in standing.pre_work_of(slot)),
        "zones": zones_of(slot, members, request.user),
        "people": len(members),
        "triad": own,
        "triads": len(triads),
        "others": [each for each in own.places if each.pk != place.pk] if own else [],
        "present": standing.present.get(slot.pk),
        "attended": sorted(standing.present.values(), key=lambda each: each.slot_id),
        "missing": lack_words(found, standing),
        "rule": rule_words(found),
        "absent": slot.absences.filter(participant=place).exists(),
        "make_up": slot.make_ups.filter(participant=place).order_by("-pk").first(),
        "over": slot.is_over(now),
        "begun": now >= slot.starts_at,
        "room_open": room_is_open(slot, now),
        "running": is_running(slot, now),
        "rated": set(slot.sheets.filter(rater=request.user).values_list("participant", flat=True)),
        "form": form,
        "letters": found.letters.order_by("-sent_at")[:3],
    }


def _step(each: LiveSlot, shown: LiveSlot, standing: ParticipantStanding) -> dict[str, Any]:
    state = "now" if each.pk == shown.pk else "done" if each.pk in standing.present else "open"
    return {"slot": each, "state": state}


def pre_work(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write what is due."""
    piece, place = get_pre_work_for(request.user, pk)
    back = reverse("cohort-week", args=[place.cohort_id, piece.slot.place])
    form = typed(request, OwnWordsForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            send_pre_work(
                pre_work=piece,
                participant=place,
                words=form.cleaned_data["words"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect(back)
    return act_page(
        request, place.cohort, form, title=piece.title, facts=piece.words, act=_("Send"), back=back
    )


@require_POST
def absent(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that one cannot come."""
    slot, place = get_seat_of_slot(request.user, pk)
    with attempt(request) as tried:
        tell_absence(slot=slot, participant=place, by=request.user, at=timezone.now())
    if not tried.done:
        messages.warning(request, " ".join(tried.reasons))
    return redirect("cohort-week", slot.cohort_id, slot.place)


def make_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send make-up work for a missed meeting."""
    slot, place = get_seat_of_slot(request.user, pk)
    back = reverse("cohort-week", args=[slot.cohort_id, slot.place])
    form = typed(request, OwnWordsForm)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        with attempt(request, form) as tried:
            send_make_up(slot=slot, participant=place, words=words, by=request.user, at=timezone.now())
        if tried.done:
            return redirect(back)
    facts = _("Watch the recording or read the material of the meeting; then write what you take from it.")
    return act_page(
        request, slot.cohort, form, title=_("Make up: {slot}").format(slot=slot.title),
        facts=facts, act=_("Send"), back=back,
    )  # fmt: skip


def calendar(request: SignedInRequest, pk: int) -> HttpResponse:
    """The live meetings as a calendar file."""
    place = get_own_seat(request.user, pk)
    return HttpResponse(calendar_of_cohort(place.cohort, at=timezone.now()), content_type="text/calendar")
