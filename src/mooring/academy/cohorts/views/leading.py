"""Pages of who leads: planning, the desk of a week, applications, a meeting's page, participants, letters."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mooring.academy.cohorts.access import get_application_for, get_cohort_for, get_make_up_for, get_slot_for
from mooring.academy.cohorts.actions.applying import decide_application
from mooring.academy.cohorts.actions.letters import remind_of_pre_work, write_to_group
from mooring.academy.cohorts.actions.planning import CohortTerms, WeeklySlots, cancel_cohort, plan_cohort
from mooring.academy.cohorts.actions.practice import make_triads
from mooring.academy.cohorts.actions.weeks import decide_make_up
from mooring.academy.cohorts.forms import (
    ApplicationDecisionForm,
    CohortReasonForm,
    GroupLetterForm,
    MakeUpDecisionForm,
    PlanCohortForm,
)
from mooring.academy.cohorts.models import ApplicationState, Cohort, LiveSlot, MakeUp, PresenceBy
from mooring.academy.cohorts.queries.letters import with_places
from mooring.academy.cohorts.queries.progress import (
    ParticipantStanding,
    current_slot,
    lack_words,
    standings_of,
)
from mooring.academy.cohorts.queries.slots import triads_in
from mooring.academy.courses.models import Course
from mooring.academy.courses.queries import catalogue
from mooring.audit.looking import saw
from mooring.identity.access import must_hold, sites_for
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, typed

TERMS = (
    "title", "summary", "seats", "apply_until", "needed", "most_made_up", "sheets_needed", "pre_work_required", "currency",
)  # fmt: skip


def plan(request: SignedInRequest, slug: str) -> HttpResponse:
    """Plan a cohort of a course at the first site where one teaches."""
    must_hold(request.user, Permission.COURSES_TEACH)
    course = _course(slug)
    site = sites_for(request.user, Permission.COURSES_TEACH)[0]
    form = typed(request, PlanCohortForm, initial={"zone": site.time_zone})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with attempt(request, form) as tried:
            planned = plan_cohort(
                site=site,
                course=course,
                terms=CohortTerms(price=said["price"] or Decimal(0), **{name: said[name] for name in TERMS}),
                weekly=WeeklySlots(
                    first=said["first"],
                    zone=said["zone"],
                    minutes=said["minutes"],
                    titles=said["title_lines"],
                    live_link=said["live_link"],
                    second_link=said["second_link"],
                ),
                led_by=request.user,
                by=request.user,
                at=timezone.now(),
            )
        if tried.repeated:
            return redirect("cohorts")
        if tried.done:
            return redirect("cohort-desk", planned.pk)
    return page(
        request,
        "academy/cohorts/plan.html",
        {"course": course, "form": form, "site": site, "courses": catalogue()},
    )


def _course(slug: str) -> Course:
    found = Course.objects.filter(slug=slug, published__gt=0).first()
    if found is None:
        raise Http404
    return found


def desk(request: SignedInRequest, pk: int, number: int | None = None) -> HttpResponse:
    """One week of the group: who needs something first, what waits for who leads, triads, attendance."""
    found = get_cohort_for(request.user, pk, to="lead")
    now = timezone.now()
    slot = current_slot(found, now) if number is None else found.slots.filter(place=number).first()
    standings = standings_of(found, with_places(found))
    saw(request.user, sorted({each.place.subject_ref for each in standings}))
    return page(request, "academy/cohorts/desk.html", _desk(found, slot, standings))


def _desk(found: Cohort, slot: LiveSlot | None, standings: list[ParticipantStanding]) -> dict[str, Any]:
    now = timezone.now()
    rows = [_row(found, slot, each) for each in standings]
    rows.sort(key=lambda row: (row["ready"], row["standing"].place.person.legal_name))
    seated = {each.place.pk for each in standings}
    triads = triads_in(slot) if slot else []
    return {
        "cohort": found,
        "slot": slot,
        "slots": found.slots.order_by("place"),
        "rows": rows,
        "ready": sum(row["ready"] for row in rows),
        "pieces": _pieces(slot, standings),
        "present": sum(slot.pk in each.present for each in standings) if slot else 0,
        "made_up": sum(_made_up(slot, each) for each in standings) if slot else 0,
        "triads": triads,
        "without": len(seated - {each.pk for triad in triads for each in triad.places}),
        "absent": slot.absences.select_related("participant__person") if slot else [],
        "begun": slot is not None and now >= slot.starts_at,
        "applications": found.applications.filter(state=ApplicationState.SENT).select_related("person"),
        "make_ups": _make_ups(found),
        "waiting": found.places.filter(waiting=True, left_at__isnull=True).count(),
        "disagreed": [
            (row["standing"].place, slot_pk)
            for row in rows
            for slot_pk, practice in row["standing"].practice.items()
            if practice.disagreed
        ],
    }


def _make_ups(found: Cohort) -> Any:
    return MakeUp.objects.filter(slot__cohort=found, accepted__isnull=True).select_related(
        "participant__person", "slot"
    )


def _row(found: Cohort, slot: LiveSlot | None, standing: ParticipantStanding) -> dict[str, Any]:
    pre_work = standing.pre_work_of(slot) if slot else []
    return {
        "standing": standing,
        "pre_work": pre_work,
        "ready": all(each.done_at is not None for each in pre_work),
        "there": len(standing.present),
        "missing": lack_words(found, standing),
    }


def _pieces(slot: LiveSlot | None, standings: list[ParticipantStanding]) -> list[dict[str, Any]]:
    """Each piece of pre-work with how many did it."""
    if slot is None:
        return []
    return [
        {
            "piece": piece,
            "done": sum(
                one.done_at is not None
                for each in standings
                for one in each.pre_work
                if one.pre_work.pk == piece.pk
            ),
            "of": len(standings),
        }
        for piece in slot.pre_work.order_by("place")
    ]


def _made_up(slot: LiveSlot, standing: ParticipantStanding) -> bool:
    row = standing.present.get(slot.pk)
    return row is not None and row.how == PresenceBy.MADE_UP


def application(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read an application and decide it."""
    found = get_application_for(request.user, pk)
    form = typed(request, ApplicationDecisionForm)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with attempt(request, form) as tried:
            decide_application(
                application=found,
                accepted=said["accepted"] == "yes",
                answer=said["answer"],
                scholarship_percent=said["scholarship_percent"] or 0,
                scholarship_reason=said["scholarship_reason"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect("cohort-desk", found.cohort_id)
    return page(
        request,
        "academy/cohorts/application.html",
        {
            "application": found,
            "cohort": found.cohort,
            "form": form,
            "free": found.cohort.seats - found.cohort.seats_taken,
        },
    )


def make_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read make-up work and decide it."""
    found = get_make_up_for(request.user, pk)
    form = typed(request, MakeUpDecisionForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            decide_make_up(
                make_up=found,
                accepted=form.cleaned_data["accepted"] == "yes",
                answer=form.cleaned_data["answer"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect("cohort-desk", found.slot.cohort_id)
    return page(
        request, "academy/cohorts/make_up.html", {"make_up": found, "cohort": found.slot.cohort, "form": form}
    )


@require_POST
def triads(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make the triads of a meeting, or make them again."""
    slot, _own = get_slot_for(request.user, pk, to="lead")
    with attempt(request) as tried:
        make_triads(slot=slot, by=request.user, at=timezone.now())
    if not tried.done:
        messages.warning(request, " ".join(tried.reasons))
    return redirect("cohort-desk-week", slot.cohort_id, slot.place)


@require_POST
def remind(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write to those who have pre-work open."""
    slot, _own = get_slot_for(request.user, pk, to="lead")
    with attempt(request) as tried:
        told = remind_of_pre_work(slot=slot, by=request.user, at=timezone.now())
    if tried.repeated:
        return redirect("cohort-desk-week", slot.cohort_id, slot.place)
    if tried.done:
        messages.success(
            request,
            ngettext("{n} person is reminded.", "{n} people are reminded.", len(told)).format(n=len(told)),
        )
    else:
        messages.warning(request, " ".join(tried.reasons))
    return redirect("cohort-desk-week", slot.cohort_id, slot.place)


def letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write to everyone in the cohort."""
    found = get_cohort_for(request.user, pk, to="lead")
    form = typed(request, GroupLetterForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            write_to_group(cohort=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            return redirect("cohort-desk", pk)
    readers = len(with_places(found))
    return _act(
        request, found, form, _("Write to the group"), _("Send"),
        ngettext("{n} person reads it.", "{n} people read it.", readers).format(n=readers),
    )  # fmt: skip


def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Cancel a cohort."""
    found = get_cohort_for(request.user, pk, to="lead")
    form = typed(request, CohortReasonForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            cancel_cohort(cohort=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            return redirect("cohort", pk)
    return _act(request, found, form, _("Cancel the cohort"), _("Cancel it"))


def _act(
    request: SignedInRequest, found: Cohort, form: Any, title: str, act: str, facts: str = ""
) -> HttpResponse:
    return page(
        request,
        "academy/cohorts/act.html",
        {
            "cohort": found,
            "form": form,
            "heading": title,
            "facts": facts,
            "act": act,
            "back": reverse("cohort-desk", args=[found.pk]),
        },
    )
