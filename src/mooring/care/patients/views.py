"""Pages of patients: search, details, care team and support people, access history.

The page of the whole record is `desk/record.py`, because it shows every room.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.audit.looking import saw
from mooring.audit.models import AccessKind
from mooring.audit.queries import events_of, openings_of
from mooring.care.patients import actions
from mooring.care.patients.access import (
    get_own_record,
    get_patient_for,
    may_on,
    own_patients_for,
    patients_for,
)
from mooring.care.patients.duplicates import possible_duplicates
from mooring.care.patients.forms import (
    AddressForm,
    BirthDateForm,
    DetailsForm,
    FindPatientForm,
    JoinTeamForm,
    MergeForm,
    OtherRecordForm,
    SeparateForm,
    SupportForm,
    as_it_was,
)
from mooring.care.patients.models import BirthDateCorrection, Patient, RecordMerge, SupportPerson
from mooring.care.patients.queries import (
    access_in_words,
    address_of,
    events_in_words,
    matching,
    team_of,
)
from mooring.identity.access import must_hold
from mooring.identity.models import CareTeamMember, Person
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.words.phones import region_of
from mooring.work.pages import KeyedForm, SignedInRequest, attempt, page, typed

ON_A_PAGE = 25
LINES_ON_A_PAGE = 40
NOW_ON_TEAM = CareTeamMember.objects.filter(until__isnull=True).select_related("person").order_by("pk")


def patients(request: SignedInRequest) -> HttpResponse:
    """Find a patient. Every record that a search shows is recorded as seen."""
    must_hold(request.user, Permission.PATIENTS_OPEN)
    form = FindPatientForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    patients, near = _found(request.user, words)
    patients = patients.select_related("person", "site", "care_team", "merged_into").prefetch_related(
        Prefetch("care_team__members", queryset=NOW_ON_TEAM, to_attr="now_on_team")
    )
    shown = Paginator(patients, ON_A_PAGE).get_page(request.GET.get("page"))
    kind = AccessKind.SEARCH if words else AccessKind.VIEW
    saw(request.user, [patient.subject_ref for patient in shown], kind=kind)
    context = {"find": form, "shown": shown, "words": words, "near": near}
    context["may_in_emergency"] = request.user.may(Permission.EMERGENCY_OPEN)
    context["may_merge"] = bool(request.user.sites_where(Permission.PATIENTS_MERGE))
    return page(request, "care/patients/patients.html", context)


def _found(person: Person, words: str) -> tuple["QuerySet[Patient]", bool]:
    """Who fits the words; where no one does, who has similar names (True)."""
    patients = own_patients_for(person)
    if not words:
        return patients, False
    regions = {region_of(each.site.jurisdiction) for each in person.standing}
    today = timezone.localdate()
    exact = matching(patients, words, regions=regions, today=today)
    if exact.exists():
        return exact, False
    return matching(patients, words, regions=regions, today=today, near=True), True


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change names, pronouns and contact."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_WRITE)
    initial = {"sex_at_birth": patient.sex_at_birth, "was": as_it_was(patient)}
    form = typed(request, DetailsForm, instance=patient.person, initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            actions.change_details(
                patient=patient,
                person=form.instance,
                sex_at_birth=form.cleaned_data["sex_at_birth"],
                was=form.cleaned_data["was"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("Saved."))
            return redirect("patient", pk)
    may_merge = may_on(request.user, patient, Permission.PATIENTS_MERGE)
    context = {"patient": patient, "form": form, "may_merge": may_merge}
    return page(request, "care/patients/edit.html", context)


def address(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where the patient gets post."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_WRITE)
    form = typed(request, AddressForm, initial={"lines": address_of(patient)})
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            actions.save_address(
                patient=patient, lines=form.cleaned_data["lines"], by=request.user, at=timezone.now()
            )
        if tried.done:
            messages.success(request, _("Saved."))
            return redirect("patient", pk)
    return page(request, "care/patients/address.html", {"patient": patient, "form": form})


def birth_date(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct a date of birth: one colleague proposes, another one confirms or rejects."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_WRITE)
    open_now = BirthDateCorrection.objects.filter(patient=patient, decided_at__isnull=True)
    correction = open_now.select_related("proposed_by", "patient__person", "patient__site").first()
    form = KeyedForm(request.POST or None) if correction else typed(request, BirthDateForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            _correct(request, patient, correction, form)
        if tried.done:
            messages.success(request, _("Saved."))
            return redirect("patient-birth-date" if correction is None else "patient", pk)
    context = {
        "patient": patient,
        "correction": correction,
        "form": form,
        "decided": patient.birth_date_corrections.filter(decided_at__isnull=False)
        .select_related("proposed_by", "decided_by")
        .order_by("-pk"),
        "may_confirm": correction is not None and correction.proposed_by_id != request.user.pk,
    }
    return page(request, "care/patients/birth_date.html", context)


def _correct(
    request: SignedInRequest, patient: Patient, correction: BirthDateCorrection | None, form: BaseForm
) -> None:
    now, by = timezone.now(), request.user
    if correction is None:
        typed_date, reason = form.cleaned_data["birth_date"], form.cleaned_data["reason"]
        actions.propose_birth_date(patient=patient, birth_date=typed_date, reason=reason, by=by, at=now)
    elif "reject" in request.POST:
        actions.reject_birth_date(correction=correction, by=by, at=now)
    else:
        actions.confirm_birth_date(correction=correction, by=by, at=now)


def duplicates(request: SignedInRequest) -> HttpResponse:
    """Records that may be of one person, and those that were merged."""
    must_hold(request.user, Permission.PATIENTS_MERGE)
    patients = patients_for(request.user, Permission.PATIENTS_MERGE)
    pairs = possible_duplicates(patients)
    merges = RecordMerge.objects.filter(merged__in=patients.values("pk"), separated_at__isnull=True)
    merges = merges.select_related("merged__person", "kept__person", "by").order_by("-pk")
    shown = [*((pair.older, pair.newer) for pair in pairs), *((each.merged, each.kept) for each in merges)]
    saw(request.user, [patient.subject_ref for two in shown for patient in two], kind=AccessKind.SEARCH)
    return page(request, "care/patients/duplicates.html", {"pairs": pairs, "merges": merges})


def merge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Compare two records, and merge them when they are of one person."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_MERGE)
    find = OtherRecordForm(request.GET if "other" in request.GET else None)
    other = _other_record(request, patient, find)
    if other is None:
        return page(request, "care/patients/merge.html", {"patient": patient, "find": find})
    records = tuple(sorted((patient, other), key=lambda record: record.pk))
    form = typed(request, MergeForm, records=records)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            actions.merge_records(
                merged=form.merged,
                kept=form.kept,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("Merged. Nothing was lost: both records stay."))
            return redirect("patient-duplicates")
    context = {"patient": patient, "find": find, "other": other, "records": records, "form": form}
    return page(request, "care/patients/merge.html", context)


def _other_record(request: SignedInRequest, patient: Patient, find: OtherRecordForm) -> Patient | None:
    """The record that the number names, among those that this person may merge."""
    if not find.is_valid():
        return None
    number = find.cleaned_data["other"].strip().upper()
    number = f"R-{number}" if number.isdecimal() else number
    allowed = patients_for(request.user, Permission.PATIENTS_MERGE).exclude(pk=patient.pk)
    other = allowed.filter(record_number=number).first()
    if other is None:
        find.add_error(
            "other", _("There is no other record with this number at your site. Check the number.")
        )
        return None
    return get_patient_for(request.user, other.pk, to=Permission.PATIENTS_MERGE)


def separate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Two people after all: each record is again what stands in it."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_MERGE)
    open_now = RecordMerge.objects.filter(merged=patient, separated_at__isnull=True)
    standing = open_now.select_related("merged__person", "kept__person", "by").first()
    if standing is None:
        raise Http404
    saw(request.user, [standing.kept.subject_ref])
    form = typed(request, SeparateForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            actions.separate_records(
                merge=standing, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        if tried.done:
            messages.success(request, _("Separated. Each record is again what stands in it."))
            return redirect("patient-duplicates")
    since = events_of([standing.kept.subject_ref]).filter(at__gt=standing.at)
    added = events_in_words(since[:LINES_ON_A_PAGE])
    context = {"patient": patient, "merge": standing, "form": form, "added": added}
    return page(request, "care/patients/separate.html", context)


def people(request: SignedInRequest, pk: int) -> HttpResponse:
    """The care team and the support people."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_OPEN)
    context = {
        "patient": patient,
        "team": team_of(patient),
        "support": SupportPerson.objects.filter(patient__in=patient.records, ended_at__isnull=True).order_by(
            "pk"
        ),
        "may_write": may_on(request.user, patient, Permission.PATIENTS_WRITE),
    }
    return page(request, "care/patients/people.html", context)


def join_team(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a colleague on the care team."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_WRITE)
    form = typed(request, JoinTeamForm, patient=patient)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            actions.join_care_team(
                patient=patient,
                person=form.chosen.person,
                role=form.chosen.role,
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect("patient-people", pk)
    context = {"patient": patient, "form": form, "title": _("Add to care team"), "act": _("Add")}
    return page(request, "care/patients/one_form.html", context)


@require_POST
def leave_team(request: SignedInRequest, pk: int, member_pk: int) -> HttpResponse:
    """Take a colleague off the care team."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_WRITE)
    member = team_of(patient).filter(pk=member_pk).first()
    if member is None:
        raise Http404
    with attempt(request) as tried:
        actions.leave_care_team(patient=patient, member=member, by=request.user, at=timezone.now())
    _show_reasons(request, tried.reasons)
    return redirect("patient-people", pk)


def add_support(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a support person."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_WRITE)
    form = typed(request, SupportForm)
    if request.method == "POST" and form.is_valid():
        form.instance.patient = patient
        with attempt(request, form) as tried:
            actions.add_support_person(support=form.instance, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("patient-people", pk)
    context = {"patient": patient, "form": form, "title": _("Add support person"), "act": _("Save")}
    return page(request, "care/patients/one_form.html", context)


@require_POST
def end_support(request: SignedInRequest, pk: int, support_pk: int) -> HttpResponse:
    """Take a support person off the record."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_WRITE)
    support = SupportPerson.objects.filter(pk=support_pk, patient__in=patient.records).first()
    if support is None:
        raise Http404
    with attempt(request) as tried:
        actions.end_support_person(support=support, by=request.user, at=timezone.now())
    _show_reasons(request, tried.reasons)
    return redirect("patient-people", pk)


def _show_reasons(request: SignedInRequest, reasons: list[str]) -> None:
    for reason in reasons:
        messages.error(request, reason)


def log(request: SignedInRequest, pk: int) -> HttpResponse:
    """The access history and the acts in this record, newest first. The patient may read the history."""
    patient = get_patient_for(request.user, pk, to=Permission.RECORD_LOG_READ)
    show = "done" if request.GET.get("show") == "done" else "opened"
    wanted = request.GET.get("page")
    shown: Page[Any]
    if show == "done":
        done = Paginator(events_of(patient.subject_refs), LINES_ON_A_PAGE).get_page(wanted)
        lines, shown = events_in_words(done), done
    else:
        opened = Paginator(openings_of(patient.subject_refs), LINES_ON_A_PAGE).get_page(wanted)
        lines, shown = access_in_words(opened), opened
    context = {
        "patient": patient,
        "show": show,
        "shown": shown,
        "lines": lines,
        "emergencies": patient.emergency_accesses.select_related("person").order_by("-pk"),
    }
    return page(request, "care/patients/log.html", context)


@require_POST
def send_log(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send the patient a link to the list."""
    patient = get_patient_for(request.user, pk, to=Permission.RECORD_LOG_READ)
    with attempt(request) as tried:
        actions.send_log(patient=patient, by=request.user, at=timezone.now())
    if tried.done:
        messages.success(request, _("Access history sent to {patient}.").format(patient=patient))
    else:
        _show_reasons(request, tried.reasons)
    return redirect("patient-log", patient.pk)


@login_not_required
def own_log(request: HttpRequest, link_pk: int) -> HttpResponse:
    """The patient reads who opened their record, on a phone."""
    now = timezone.now()
    try:
        patient = get_own_record(request, link_pk, now)
    except Refused as over:
        return page(request, "care/link_over.html", {"reasons": over.reasons}, status=410)
    shown = Paginator(openings_of(patient.subject_refs), LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    with timezone.override(patient.site.zone):
        context = {
            "patient": patient,
            "site": patient.site,
            "shown": shown,
            "lines": access_in_words(shown),
            "emergencies": patient.emergency_accesses.select_related("person").order_by("-pk"),
        }
        return page(request, "care/patients/own_log.html", context)
