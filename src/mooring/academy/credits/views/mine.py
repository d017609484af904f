"""The learner's pages: what is still missing, disclosures, claiming, certificates, transcript, badges."""

from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.academy.checks.queries.study_time import minutes_studied
from mooring.academy.courses.queries import parsed
from mooring.academy.credits.access import get_certificate_for, get_record_for
from mooring.academy.credits.actions.certificates import claim_credit, store_paper
from mooring.academy.credits.actions.credentials import bring_badge
from mooring.academy.credits.actions.profiles import save_profile
from mooring.academy.credits.forms import AcknowledgeForm, BadgeForm, ClaimForm, ProfileForm
from mooring.academy.credits.models import BroughtBadge, Certificate, Paper, Recognition
from mooring.academy.credits.queries.certificates import public_address, second_code, transcript_of
from mooring.academy.credits.queries.completion import completion_record
from mooring.academy.credits.queries.offerings import day_of, disclosures_for, offerings_on
from mooring.academy.credits.queries.papers import drawn_paper
from mooring.academy.credits.queries.profiles import profile_of
from mooring.academy.learning.access import get_enrolment_for
from mooring.academy.learning.actions import see_disclosures
from mooring.content.course.credit import credit_of
from mooring.content.course.schema import CreditType
from mooring.identity.models import Credential
from mooring.identity.roles import Permission
from mooring.work.documents.badge import LARGEST_BADGE_BYTES
from mooring.work.pages import SignedInRequest, attempt, page, typed


def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is still missing, and why there is a certificate or none: for the learner, or who manages credit."""
    enrolment = get_record_for(request.user, pk)
    found = completion_record(enrolment, at=timezone.now())
    return page(
        request,
        "academy/credits/record.html",
        {"record": found, "enrolment": enrolment, "own": enrolment.learner_id == request.user.pk},
    )


def disclosures(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who made the course and what they disclosed; the first lesson opens when this was seen."""
    enrolment = get_enrolment_for(request.user, pk)
    on = day_of(request.user, timezone.now())
    form = typed(request, AcknowledgeForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            see_disclosures(enrolment=enrolment, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("completion-record", enrolment.pk)
    disclosed = disclosures_for(enrolment.version, on)
    return page(
        request,
        "academy/credits/disclosures.html",
        {
            "enrolment": enrolment,
            "disclosed": disclosed,
            "offered": offerings_on(enrolment.version, on, disclosed),
            "form": form,
        },
    )


def claim(request: SignedInRequest, pk: int, offering: str) -> HttpResponse:
    """Claim one offering; the certificate follows at once."""
    enrolment = get_enrolment_for(request.user, pk, open_now=False)
    found = completion_record(enrolment, at=timezone.now())
    one = next((each for each in found.claimables if each.offered.offering.id == offering), None)
    if one is None:
        raise Http404
    if one.certificate is not None and request.method != "POST":
        return redirect("certificate", one.certificate.pk)
    form = typed(request, ClaimForm, offering=one.offered.offering)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            certificate = claim_credit(
                enrolment=enrolment, offering=offering, by=request.user, at=timezone.now(), **form.claim()
            )
        if tried.repeated:
            return redirect("completion-record", enrolment.pk)
        if tried.done:
            messages.success(request, _("Your certificate is issued."))
            return redirect("certificate", certificate.pk)
    calculation = credit_of(parsed(enrolment.version))
    return page(
        request,
        "academy/credits/claim.html",
        {
            "enrolment": enrolment,
            "claimable": one,
            "form": form,
            "profile": profile_of(request.user),
            "asks_who": one.offered.offering.credit_type is not CreditType.COMPLETION,
            "minutes": minutes_studied(enrolment),
            "stated_minutes": round(calculation.minutes),
        },
    )


def profile(request: SignedInRequest) -> HttpResponse:
    """In which profession one claims credit, and the numbers that accreditors ask for."""
    known = profile_of(request.user)
    form = typed(request, ProfileForm, initial=asdict(known) if known else {})
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            save_profile(person=request.user, by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            messages.success(request, _("Profile saved."))
            return redirect("transcript")
    return page(request, "academy/credits/profile.html", {"form": form})


def certificate(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a certificate says, its files, and how others check it."""
    found = get_certificate_for(request.user, pk)
    own = found.learner_id == request.user.pk
    return page(
        request,
        "academy/credits/certificate.html",
        {
            "certificate": found,
            "said": found.says,
            "own": own,
            "second_code": second_code(found) if own else "",
            "address": public_address("certificate-shown", found.code),
            "may_manage": request.user.may(Permission.CREDITS_MANAGE) and found.valid,
        },
    )


def certificate_paper(request: SignedInRequest, pk: int) -> HttpResponse:
    """The signed PDF; made at the first download, the same bytes ever after."""
    found = get_certificate_for(request.user, pk)
    paper = _paper(request, found)
    answer = HttpResponse(bytes(paper.pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="certificate-{found.code}.pdf"'
    return answer


def _paper(request: SignedInRequest, found: Certificate) -> Paper:
    stored = Paper.objects.filter(certificate=found).first()
    if stored is not None:
        return stored
    return store_paper(certificate=found, pdf=drawn_paper(found), by=request.user, at=timezone.now())


def transcript(request: SignedInRequest) -> HttpResponse:
    """Every certificate of the person who is signed in; it outlives every access to a course."""
    return page(request, "academy/credits/transcript.html", {"certificates": transcript_of(request.user)})


def badges(request: SignedInRequest) -> HttpResponse:
    """Add a badge of a recognised issuer; it becomes a credential."""
    form = typed(request, BadgeForm, files=request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            brought = bring_badge(
                data=form.cleaned_data["badge"].read(LARGEST_BADGE_BYTES + 1),
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            if not tried.repeated:
                messages.success(
                    request,
                    _("It now counts as: {credential}.").format(credential=brought.recognition.credential),
                )
            return redirect("badges")
    brought_in = BroughtBadge.objects.filter(person=request.user).select_related("recognition", "credential")
    return page(
        request,
        "academy/credits/badges.html",
        {
            "form": form,
            "brought": brought_in.order_by("-brought_at"),
            "credentials": Credential.objects.filter(person=request.user).order_by("kind", "-valid_from"),
            "recognised": Recognition.objects.filter(ended_at__isnull=True).order_by("issuer_name", "pk"),
            "today": timezone.localdate(),
        },
    )
