"""Practices and the journal: the team's page, and the patient's own on their phone."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from mooring.care.integration.access import get_practice_for, get_practices_on_link
from mooring.care.integration.actions.practices import (
    agree_practices,
    end_practice,
    mark_done,
    send_practices,
    share_entry,
    write_journal,
)
from mooring.care.integration.forms.practices import JournalForm, PracticesForm
from mooring.care.integration.models import JournalEntry, Practice
from mooring.care.integration.queries.practices import has_link, journal_of, practices_of
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.patients.models import Patient
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.models import TaskLink
from mooring.work.pages import SignedInRequest, attempt, page, typed

READ, WRITE = Permission.INTEGRATION_READ, Permission.INTEGRATION_WRITE


def of_patient(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """For the team: what is practised and how it goes, and what the patient shares of the journal."""
    patient = get_patient_for(request.user, patient_pk, to=WRITE if request.method == "POST" else READ)
    at = timezone.now()
    form = typed(request, PracticesForm) if may_on(request.user, patient, WRITE) else None
    if form is not None and request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            agree_practices(
                patient=patient, cycle=None, text=form.cleaned_data["text"], by=request.user, at=at
            )
        if tried.done:
            messages.success(request, _("Practices saved."))
            return redirect("practices", patient.pk)
    today = patient.site.today(at)
    with timezone.override(patient.site.zone):
        context = {
            "patient": patient,
            "practices": practices_of(patient, today),
            "ended": practices_of(patient, today, ended=True),
            "journal": journal_of(patient, own=False),
            "sent": has_link(patient, at),
            "form": form,
        }
        return page(request, "care/integration/practices.html", context)


@require_POST
def send(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Send the patient their page, or send it again."""
    patient = get_patient_for(request.user, patient_pk, to=WRITE)
    with attempt(request) as tried:
        send_practices(patient=patient, by=request.user, at=timezone.now())
    if tried.done:
        messages.success(request, _("The link is on its way."))
    for reason in tried.reasons:
        messages.error(request, reason)
    return redirect("practices", patient.pk)


@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one practice."""
    practice = get_practice_for(request.user, pk, to=WRITE)
    with attempt(request) as tried:
        end_practice(practice=practice, by=request.user, at=timezone.now())
    for reason in tried.reasons:
        messages.error(request, reason)
    return redirect("practices", practice.patient_id)


@login_not_required
@never_cache
def mine(request: HttpRequest, link_pk: int) -> HttpResponse:
    """The patient's own page: mark a day, write, choose who reads it."""
    return _on_link(request, link_pk, None)


@login_not_required
@never_cache
@require_POST
def done(request: HttpRequest, link_pk: int) -> HttpResponse:
    """One practice was done today."""

    def act(patient: Patient, link: TaskLink, at: datetime) -> None:
        practice = Practice.objects.filter(
            patient__in=patient.records, pk=_number(request, "practice")
        ).first()
        if practice is None:
            raise Http404
        mark_done(practice=practice, by=link.person, at=at)

    return _on_link(request, link_pk, act)


@login_not_required
@never_cache
@require_POST
def journal(request: HttpRequest, link_pk: int) -> HttpResponse:
    """A new entry."""
    form = JournalForm(data=request.POST)

    def act(patient: Patient, link: TaskLink, at: datetime) -> None:
        shared = form.cleaned_data["who"] == "shared"
        write_journal(patient=patient, text=form.cleaned_data["text"], shared=shared, by=link.person, at=at)

    return _on_link(request, link_pk, act, form)


@login_not_required
@never_cache
@require_POST
def share(request: HttpRequest, link_pk: int) -> HttpResponse:
    """Share one entry, or make it private again."""

    def act(patient: Patient, link: TaskLink, at: datetime) -> None:
        entry = JournalEntry.objects.filter(patient__in=patient.records, pk=_number(request, "entry")).first()
        if entry is None:
            raise Http404
        share_entry(entry=entry, shared=request.POST.get("shared") == "yes", by=link.person, at=at)

    return _on_link(request, link_pk, act)


def _number(request: HttpRequest, name: str) -> int:
    try:
        return int(request.POST.get(name, ""))
    except ValueError as error:
        raise Http404 from error


def _on_link(request: HttpRequest, link_pk: int, act: Any, form: BaseForm | None = None) -> HttpResponse:
    """Do what was sent on the patient's own page, once, and show it again."""
    at = timezone.now()
    try:
        link, patient = get_practices_on_link(request, link_pk, at)
    except Refused as over:
        return page(request, "care/link_over.html", {"reasons": over.reasons}, status=410)
    if act is not None and (form is None or form.is_valid()):
        with attempt(request, form) as tried:
            act(patient, link, at)
        if tried.done:
            return redirect("practices-mine", link.pk)
        for reason in tried.reasons if form is None else []:
            messages.error(request, reason)
    with timezone.override(patient.site.zone):
        context = {
            "link": link,
            "site": patient.site,
            "practices": practices_of(patient, patient.site.today(at)),
            "journal": journal_of(patient, own=True),
            "crisis_lines": patient.site.crisis_lines,
            "form": form or JournalForm(),
        }
        return page(request, "care/integration/mine.html", context)
