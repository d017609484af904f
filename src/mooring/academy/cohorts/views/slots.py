"""One live meeting for who leads it: its code, attendance, moving, links, pre-work, the call's list, sheets."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mooring.academy.cohorts.access import get_pre_work_to_lead, get_slot_for
from mooring.academy.cohorts.actions.planning import add_pre_work, change_links, move_slot, remove_pre_work
from mooring.academy.cohorts.actions.practice import rate_practice
from mooring.academy.cohorts.actions.weeks import (
    cancel_attendance,
    import_attendance,
    record_attendance,
)
from mooring.academy.cohorts.forms import (
    CallListForm,
    CohortReasonForm,
    LiveLinksForm,
    MoveSlotForm,
    PracticeSheetForm,
    PreWorkForm,
)
from mooring.academy.cohorts.models import CohortPlace, LiveSlot
from mooring.academy.cohorts.queries.letters import with_places
from mooring.academy.cohorts.views.learner import act_page
from mooring.academy.courses.queries import newest_version, parsed
from mooring.academy.events.queries import code_of, is_running
from mooring.work.pages import SignedInRequest, attempt, page, typed


def meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    """The meeting's page: the code to show now, who is there, what is due before."""
    slot, _own = get_slot_for(request.user, pk, to="lead")
    now = timezone.now()
    present = {each.participant_id: each for each in slot.attendance.filter(cancelled_at__isnull=True)}
    return page(
        request,
        "academy/cohorts/meeting.html",
        {
            "cohort": slot.cohort,
            "slot": slot,
            "running": is_running(slot, now),
            "code": code_of(slot, now),
            "begun": now >= slot.starts_at,
            "over": slot.is_over(now),
            "rows": [(each, present.get(each.pk)) for each in with_places(slot.cohort)],
            "pre_work": slot.pre_work.order_by("place"),
        },
    )


@require_POST
def present(request: SignedInRequest, pk: int, participant: int) -> HttpResponse:
    """Record that a participant was there."""
    slot, _own = get_slot_for(request.user, pk, to="lead")
    with attempt(request) as tried:
        record_attendance(
            slot=slot, participant=_participant(slot, participant), by=request.user, at=timezone.now()
        )
    if not tried.done:
        messages.warning(request, " ".join(tried.reasons))
    return redirect("live-slot", pk)


def _participant(slot: LiveSlot, pk: int) -> CohortPlace:
    found = (
        slot.cohort.places.filter(pk=pk, waiting=False, left_at__isnull=True).select_related("person").first()
    )
    if found is None:
        raise Http404
    return found


def not_present(request: SignedInRequest, pk: int, participant: int) -> HttpResponse:
    """Take attendance back that was recorded in error."""
    slot, _own = get_slot_for(request.user, pk, to="lead")
    who = _participant(slot, participant)
    row = slot.attendance.filter(participant=who, cancelled_at__isnull=True).first()
    if row is None:
        raise Http404
    form = typed(request, CohortReasonForm)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        with attempt(request, form) as tried:
            cancel_attendance(attendance=row, reason=reason, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("live-slot", pk)
    return act_page(
        request, slot.cohort, form, title=_("Take attendance back"), facts=str(who.person),
        act=_("Take it back"), back=reverse("live-slot", args=[pk]),
    )  # fmt: skip


def from_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the call's own list of who was there; rows that name nobody are shown by their number."""
    slot, _own = get_slot_for(request.user, pk, to="lead")
    form = typed(request, CallListForm)
    unknown: tuple[tuple[int, str], ...] = ()
    if request.method == "POST":
        form = CallListForm(data=request.POST, files=request.FILES)
        if form.is_valid():
            with attempt(request, form) as tried:
                taken = import_attendance(
                    slot=slot,
                    text=form.cleaned_data["listed"],
                    least_minutes=form.cleaned_data["least_minutes"] or 0,
                    by=request.user,
                    at=timezone.now(),
                )
            if tried.repeated:
                return redirect("live-slot", pk)
            if tried.done:
                if not taken.unknown:
                    said = ngettext("{n} person is present.", "{n} people are present.", taken.present)
                    messages.success(request, said.format(n=taken.present))
                    return redirect("live-slot", pk)
                unknown = taken.unknown
    return act_page(
        request, slot.cohort, form, title=_("Attendance from the call’s list"), act=_("Take the list"),
        back=reverse("live-slot", args=[pk]), unknown=unknown, multipart=True,
    )  # fmt: skip


def move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Move a meeting; pre-work moves with it and everyone is told."""
    slot, _own = get_slot_for(request.user, pk, to="lead")
    form = typed(request, MoveSlotForm, initial={"starts_at": slot.starts_at, "ends_at": slot.ends_at})
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            move_slot(slot=slot, by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            return redirect("live-slot", pk)
    return act_page(
        request, slot.cohort, form, title=_("Move: {slot}").format(slot=slot.title),
        act=_("Move it and tell everyone"), back=reverse("live-slot", args=[pk]),
    )  # fmt: skip


def links(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change where the meeting is held."""
    slot, _own = get_slot_for(request.user, pk, to="lead")
    form = typed(
        request, LiveLinksForm, initial={"live_link": slot.live_link, "second_link": slot.second_link}
    )
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            change_links(slot=slot, by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            return redirect("live-slot", pk)
    return act_page(
        request, slot.cohort, form, title=_("Links of the meeting"), act=_("Save"),
        back=reverse("live-slot", args=[pk]),
    )  # fmt: skip


def pre_work(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add what is due before the meeting."""
    slot, _own = get_slot_for(request.user, pk, to="lead")
    content = parsed(newest_version(slot.cohort.course))
    form = typed(request, PreWorkForm, content=content, slot=slot)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        kind, reference = said["part"]
        with attempt(request, form) as tried:
            add_pre_work(
                slot=slot,
                kind=kind,
                reference=reference,
                title=said["title"],
                words=said["words"],
                minutes=said["minutes"],
                due_at=said["due_at"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect("live-slot", pk)
    return act_page(
        request, slot.cohort, form, title=_("Pre-work for {slot}").format(slot=slot.title), act=_("Add it"),
        back=reverse("live-slot", args=[pk]),
    )  # fmt: skip


@require_POST
def pre_work_off(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a piece of pre-work off."""
    piece = get_pre_work_to_lead(request.user, pk)
    slot = piece.slot
    with attempt(request) as tried:
        remove_pre_work(pre_work=piece, by=request.user, at=timezone.now())
    if not tried.done:
        messages.warning(request, " ".join(tried.reasons))
    return redirect("live-slot", slot.pk)


def sheet(request: SignedInRequest, pk: int, participant: int) -> HttpResponse:
    """A rater's sheet about one person's practice: faculty's, or the observer's of the triad."""
    slot, own = get_slot_for(request.user, pk, to="read")
    who = _participant(slot, participant)
    if own is not None and who.pk == own.pk:
        raise Http404
    back = (
        reverse("cohort-week", args=[slot.cohort_id, slot.place])
        if own
        else reverse("cohort-desk-week", args=[slot.cohort_id, slot.place])
    )
    form = typed(request, PracticeSheetForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            rate_practice(
                slot=slot,
                participant=who,
                marks=form.marks,
                words=form.cleaned_data["words"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect(back)
    facts = _("{slot}. Two raters sign a practice off; one of them is faculty.").format(slot=slot.title)
    return act_page(
        request, slot.cohort, form, title=_("Practice of {person}").format(person=who.person), facts=facts,
        act=_("Send the sheet"), back=back,
    )  # fmt: skip
