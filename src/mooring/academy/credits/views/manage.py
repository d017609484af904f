"""Pages for who manages credit: certificates, revoking and issuing anew, batches, what is recognised."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.academy.courses.queries import catalogue
from mooring.academy.credits.access import (
    certificates_for,
    get_batch_for,
    get_certificate_for,
    get_course_to_manage,
)
from mooring.academy.credits.actions.batches import start_batch
from mooring.academy.credits.actions.certificates import (
    change_name,
    reissue_certificate,
    revoke_certificate,
)
from mooring.academy.credits.actions.credentials import end_recognition, recognise
from mooring.academy.credits.forms import (
    AcknowledgeForm,
    CertificateReasonForm,
    FindCertificateForm,
    RecognitionForm,
    ReissueForm,
)
from mooring.academy.credits.models import Batch, Recognition
from mooring.academy.credits.queries.certificates import found_among
from mooring.identity.access import must_hold, sites_for
from mooring.identity.packs import credential_kinds
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, typed

PAGE = 50


def credits(request: SignedInRequest) -> HttpResponse:
    """Certificates to find, courses whose credit is managed, batches."""
    certificates = certificates_for(request.user)
    form = FindCertificateForm(request.GET)
    words = form.cleaned_data["find"] if form.is_valid() else ""
    shown = Paginator(found_among(certificates, words), PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "academy/credits/manage.html",
        {
            "find": form,
            "words": words,
            "shown": shown,
            "versions": catalogue(),
            "batches": Batch.objects.select_related("course", "asked_by").order_by("-asked_at")[:10],
        },
        status=200,
    )


def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a certificate back, with the reason that its verification page shows."""
    found = get_certificate_for(request.user, pk, to_manage=True)
    form = typed(request, CertificateReasonForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            revoke_certificate(
                certificate=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        if tried.done:
            messages.success(request, _("The certificate is revoked. Its page says so from now on."))
            return redirect("certificate", found.pk)
    return page(request, "academy/credits/revoke.html", {"certificate": found, "form": form})


def reissue(request: SignedInRequest, pk: int) -> HttpResponse:
    """Issue a certificate anew: as it was, or in the learner's legal name of today."""
    found = get_certificate_for(request.user, pk, to_manage=True)
    form = typed(request, ReissueForm)
    if request.method == "POST" and form.is_valid():
        act = change_name if form.cleaned_data["new_name"] == "yes" else reissue_certificate
        with attempt(request, form) as tried:
            found = act(
                certificate=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        if tried.done:
            messages.success(request, _("Certificate reissued. The old one links to it."))
            return redirect("certificate", found.pk)
    return page(request, "academy/credits/reissue.html", {"certificate": found, "form": form})


def batch_start(request: SignedInRequest, slug: str, offering: str) -> HttpResponse:
    """Make the certificates of completion of everyone who finished, in the background."""
    course = get_course_to_manage(request.user, slug)
    form = typed(request, AcknowledgeForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            batch = start_batch(course=course, offering=offering, by=request.user, at=timezone.now())
        if tried.repeated:
            return redirect("credits")
        if tried.done:
            return redirect("batch", batch.pk)
    return page(
        request, "academy/credits/batch_start.html", {"course": course, "offering": offering, "form": form}
    )


def batch(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far a batch is; the page asks again by itself until it is done."""
    found = get_batch_for(request.user, pk)
    template = "batch_progress.html" if request.htmx else "batch.html"
    return page(request, f"academy/credits/{template}", {"batch": found})


def recognised(request: SignedInRequest) -> HttpResponse:
    """Whose badges are believed here, and what they count as."""
    must_hold(request.user, Permission.CREDENTIALS_MANAGE)
    kinds = credential_kinds(sites_for(request.user, Permission.CREDENTIALS_MANAGE))
    form = typed(request, RecognitionForm, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            recognise(**form.cleaned_data, by=request.user, at=timezone.now())
        if tried.done:
            messages.success(request, _("Recognised from now on."))
            return redirect("recognised")
    rows = Recognition.objects.filter(ended_at__isnull=True).select_related("by")
    return page(
        request,
        "academy/credits/recognised.html",
        {"form": form, "rows": rows.order_by("issuer_name", "pk"), "kinds": kinds},
    )


def recognition_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop recognising an issuer for an achievement."""
    must_hold(request.user, Permission.CREDENTIALS_MANAGE)
    found = get_object_or_404(Recognition, pk=pk)
    form = typed(request, AcknowledgeForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            end_recognition(recognition=found, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("recognised")
    return page(request, "academy/credits/recognition_end.html", {"recognition": found, "form": form})
