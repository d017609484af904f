"""Pages for the credit of one course: its offerings, who made it, what they disclosed, their roles."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import newest_version
from mooring.academy.credits.access import get_course_to_manage
from mooring.academy.credits.actions.offerings import (
    end_maker_role,
    give_maker_role,
    pause_offering,
    record_disclosure,
    record_mitigation,
    resume_offering,
)
from mooring.academy.credits.forms import (
    AcknowledgeForm,
    CertificateReasonForm,
    ContributorRoleForm,
    DisclosureForm,
    MitigationForm,
)
from mooring.academy.credits.models import Disclosure, MakerRole, OfferingPause
from mooring.academy.credits.queries.offerings import (
    ContributorDisclosure,
    day_of,
    disclosures_for,
    offered_on,
    offerings_on,
)
from mooring.work.pages import SignedInRequest, attempt, page, typed


def course(request: SignedInRequest, slug: str) -> HttpResponse:
    """The offerings of the newest version, open or closed and why; its makers and what is missing of them."""
    found = get_course_to_manage(request.user, slug)
    version = newest_version(found)
    on = day_of(request.user, timezone.now())
    disclosed = disclosures_for(version, on)
    held = MakerRole.objects.filter(course=found, ended_at__isnull=True).order_by("maker", "role")
    return page(
        request,
        "academy/credits/course.html",
        {
            "course": found,
            "version": version,
            "offered": offerings_on(version, on, disclosed),
            "disclosed": disclosed,
            "held": held,
        },
    )


def pause(request: SignedInRequest, slug: str, offering: str) -> HttpResponse:
    found = get_course_to_manage(request.user, slug)
    offered = offered_on(newest_version(found), offering, day_of(request.user, timezone.now()))
    form = typed(request, CertificateReasonForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            pause_offering(
                course=found,
                offering=offering,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("The offering is paused."))
            return redirect("credits-course", found.slug)
    return page(request, "academy/credits/pause.html", {"course": found, "offered": offered, "form": form})


def resume(request: SignedInRequest, slug: str, offering: str) -> HttpResponse:
    found = get_course_to_manage(request.user, slug)
    standing = get_object_or_404(OfferingPause, course=found, offering=offering, resumed_at__isnull=True)
    form = typed(request, AcknowledgeForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            resume_offering(pause=standing, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("credits-course", found.slug)
    return page(request, "academy/credits/resume.html", {"course": found, "pause": standing, "form": form})


def disclose(request: SignedInRequest, slug: str, maker: str) -> HttpResponse:
    """Record what a maker of the course signed about the last 24 months."""
    found = get_course_to_manage(request.user, slug)
    version, one = _maker(request, slug, maker)
    form = typed(request, DisclosureForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            record_disclosure(
                course=found,
                maker=maker,
                name=one.maker.name,
                signed_on=form.cleaned_data["signed_on"],
                relationships=form.relationships(),
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("The disclosure is recorded."))
            return redirect("credits-course", found.slug)
    context = {"course": found, "version": version, "one": one, "form": form}
    return page(request, "academy/credits/disclose.html", context)


def mitigate(request: SignedInRequest, slug: str, pk: int, place: int) -> HttpResponse:
    """Record how one relationship was mitigated."""
    found = get_course_to_manage(request.user, slug)
    disclosure = get_object_or_404(Disclosure, pk=pk, course=found)
    if place >= len(disclosure.relationships):
        raise Http404
    form = typed(request, MitigationForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            record_mitigation(
                disclosure=disclosure, place=place, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if tried.done:
            messages.success(request, _("The mitigation is recorded."))
            return redirect("credits-course", found.slug)
    context = {
        "course": found,
        "disclosure": disclosure,
        "relationship": disclosure.relationships[place],
        "form": form,
    }
    return page(request, "academy/credits/mitigate.html", context)


def give_role(request: SignedInRequest, slug: str, maker: str, role: str) -> HttpResponse:
    """Let a maker take up a role that the course names for them."""
    found = get_course_to_manage(request.user, slug)
    version, one = _maker(request, slug, maker)
    if role not in one.facts.roles:
        raise Http404
    form = typed(request, ContributorRoleForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            give_maker_role(
                version=version,
                maker=maker,
                role=role,
                since=form.cleaned_data["since"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("Role assigned."))
            return redirect("credits-course", found.slug)
    context = {"course": found, "one": one, "role": role, "form": form}
    return page(request, "academy/credits/give_role.html", context)


def end_role(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    found = get_course_to_manage(request.user, slug)
    held = get_object_or_404(MakerRole, pk=pk, course=found)
    form = typed(request, AcknowledgeForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            end_maker_role(held=held, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("credits-course", found.slug)
    return page(request, "academy/credits/end_role.html", {"course": found, "held": held, "form": form})


def _maker(request: SignedInRequest, slug: str, maker: str) -> tuple[CourseVersion, ContributorDisclosure]:
    version = newest_version(get_course_to_manage(request.user, slug))
    for each in disclosures_for(version, day_of(request.user, timezone.now())):
        if each.maker.id == maker:
            return version, each
    raise Http404
