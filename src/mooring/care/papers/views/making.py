"""A patient's papers: which there are, making one, reading what it will say, signing, printing, sending it."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mooring.audit.looking import looking_at
from mooring.audit.models import AccessKind
from mooring.care.papers import actions
from mooring.care.papers.access import get_paper_for, get_trial_for
from mooring.care.papers.forms import AskedForm, SendPaperForm, SignPaperForm, TrialForm
from mooring.care.papers.kinds import EVENT, KINDS, PATIENT, SESSION, KindOfPaper
from mooring.care.papers.models import EarlierTreatment, IssuedPaper
from mooring.care.papers.queries import kinds_for, papers_of, session_with, sheet_of, subject_of
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.patients.models import Patient
from mooring.care.safety.access import get_event_for
from mooring.care.safety.models import AdverseEvent
from mooring.care.safety.queries import events_of
from mooring.care.sessions.access import get_session_for
from mooring.care.sessions.models import Session
from mooring.identity.actions import confirm_signature
from mooring.identity.roles import Permission
from mooring.work.documents.answering import sheet_file
from mooring.work.documents.sheet import Sheet
from mooring.work.pages import SignedInRequest, attempt, page

OPEN, WRITE, SEND = Permission.PATIENTS_OPEN, Permission.OBSERVATIONS_WRITE, Permission.DISCLOSURES_WRITE


def of_patient(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Papers of the patient: what may be made, what was issued, and the earlier treatments that packets are made of."""
    patient = get_patient_for(request.user, patient_pk, to=OPEN)
    sessions = Session.objects.filter(patient__in=patient.records, cycle__dosed_at__isnull=False)
    may_write = may_on(request.user, patient, WRITE)
    form = TrialForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        get_patient_for(request.user, patient_pk, to=WRITE)
        if form.is_valid():
            with attempt(request, form) as tried:
                actions.record_trial(
                    trial=EarlierTreatment(patient=patient, **form.cleaned_data),
                    by=request.user,
                    at=timezone.now(),
                )
            if tried.done:
                messages.success(request, _("Saved."))
                return redirect("papers", patient.pk)
    with timezone.override(patient.site.zone):
        context = {
            "patient": patient,
            "kinds": kinds_for(request.user, patient, PATIENT),
            "sessions": sessions.select_related("cycle").order_by("-cycle__dosed_at")
            if may_on(request.user, patient, Permission.SESSIONS_READ)
            else [],
            "papers": papers_of(request.user, patient),
            "trials": EarlierTreatment.objects.filter(patient__in=patient.records).order_by(
                "started_on", "pk"
            ),
            "form": form,
            "may_write": may_write,
        }
        return page(request, "care/papers/of_patient.html", context)


def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back an earlier treatment that was recorded in error."""
    trial = get_trial_for(request.user, pk)
    if request.method == "POST":
        with attempt(request) as tried:
            actions.withdraw_trial(trial=trial, by=request.user, at=timezone.now())
        if tried.refused:
            messages.error(request, " ".join(tried.reasons))
    return redirect("papers", trial.patient_id)


def of_session(request: SignedInRequest, session_pk: int) -> HttpResponse:
    """Papers of one session."""
    session = get_session_for(request.user, session_pk)
    with timezone.override(session.patient.site.zone):
        context = {
            "patient": session.patient,
            "session": session,
            "kinds": kinds_for(request.user, session.patient, SESSION),
            "events": events_of(session.cycle)
            if may_on(request.user, session.patient, Permission.SAFETY_READ)
            else [],
            "papers": papers_of(request.user, session.patient, session),
            "may_month": session.patient.site_id in request.user.sites_where(Permission.SESSIONS_SIGN_OFF),
        }
        return page(request, "care/papers/of_session.html", context)


def make_of_patient(request: SignedInRequest, patient_pk: int, code: str) -> HttpResponse:
    """Make a paper of the patient's record."""
    kind = _kind(code, PATIENT)
    return _making(request, kind, get_patient_for(request.user, patient_pk, to=kind.permission), None)


def make_of_session(request: SignedInRequest, session_pk: int, code: str) -> HttpResponse:
    """Make a paper of a session."""
    kind = _kind(code, SESSION)
    session = get_session_for(request.user, session_pk, to=kind.permission)
    return _making(request, kind, session.patient, session)


def make_of_event(request: SignedInRequest, event_pk: int, code: str) -> HttpResponse:
    """Make a paper of an event of the register, with the session of its dose where there is one."""
    kind = _kind(code, EVENT)
    event = get_event_for(request.user, event_pk, to=Permission.SAFETY_WRITE)
    return _making(request, kind, event.patient, session_with(event), event)


def _kind(code: str, about: str) -> KindOfPaper:
    kind = KINDS.get(code)
    if kind is None or kind.about != about:
        raise Http404
    return kind


def _making(
    request: SignedInRequest,
    kind: KindOfPaper,
    patient: Patient,
    session: Session | None,
    event: AdverseEvent | None = None,
) -> HttpResponse:
    """First what is asked, then the paper as it will be with what is missing, then the signature."""
    now = timezone.now()
    old = _old(request, kind)
    with timezone.override(patient.site.zone):
        sending = request.POST if request.method == "POST" else None
        asked = AskedForm(sending, kind=kind)
        context = {"patient": patient, "session": session, "kind": kind, "form": asked, "old": old}
        if kind.asks and not asked.is_valid():
            return page(request, "care/papers/ask.html", context)
        answers = (
            {name: str(value) for name, value in asked.cleaned_data.items()}
            if asked.is_bound and asked.is_valid()
            else {}
        )
        subject = subject_of(patient, session, answers, by=request.user, now=now, event=event)
        made = kind.make(subject)
        signing = request.method == "POST" and "password" in request.POST
        form = SignPaperForm(
            sending if signing else None, kind=kind, initial={**answers, "seen": made.digest}
        )
        if signing and form.is_valid():
            with attempt(request, form) as tried:
                confirm_signature(request.user, form.cleaned_data["password"])
                paper = actions.issue_paper(
                    kind=kind,
                    subject=subject,
                    seen=form.cleaned_data["seen"],
                    replaces=old,
                    by=request.user,
                    at=now,
                )
            if tried.done:
                messages.success(request, _("Signed and kept."))
                return redirect("paper", paper.pk) if not tried.repeated else redirect("papers", patient.pk)
            form = _read_again(form, kind, answers, made)
        return page(request, "care/papers/read.html", {**context, "sheet": made, "form": form})


def _read_again(
    form: SignPaperForm, kind: KindOfPaper, answers: dict[str, str], made: Sheet
) -> SignPaperForm:
    """The refused form with the digest of the paper as it is shown now, so that it can be signed after reading."""
    shown = SignPaperForm({**answers, "seen": made.digest, "password": ""}, kind=kind)
    shown.is_valid()
    shown.errors.clear()
    for reason in form.non_field_errors():
        shown.add_error(None, str(reason))
    return shown


def _old(request: SignedInRequest, kind: KindOfPaper) -> IssuedPaper | None:
    """The paper that this one corrects, where the address names one."""
    number = request.GET.get("instead", "")
    if not number.isdigit():
        return None
    old = get_paper_for(request.user, int(number))
    return old if old.kind == kind.code and not hasattr(old, "replaced_by") else None


def paper(request: SignedInRequest, pk: int) -> HttpResponse:
    """An issued paper as it was signed; sending it is recorded here."""
    record = get_paper_for(request.user, pk)
    patient, now = record.patient, timezone.now()
    if request.method == "POST":
        get_patient_for(request.user, patient.pk, to=SEND)
    with timezone.override(patient.site.zone):
        form = SendPaperForm(request.POST if request.method == "POST" else None, patient=patient)
        if request.method == "POST" and form.is_valid():
            with attempt(request, form) as tried:
                actions.send_paper(paper=record, by=request.user, at=now, **form.cleaned_data)
            if tried.done:
                messages.success(request, _("Recorded in the register of disclosures."))
                return redirect("paper", record.pk)
        context = {
            "paper": record,
            "patient": patient,
            "sheet": sheet_of(record),
            "form": form,
            "newer": getattr(record, "replaced_by", None),
            "again": _address(record),
            "may_send": may_on(request.user, patient, SEND),
        }
        return page(request, "care/papers/paper.html", context)


def _address(record: IssuedPaper) -> str:
    """Where a correction of this paper is made."""
    if record.event_id is not None:
        return reverse("paper-of-event", args=[record.event_id, record.kind])
    if record.session_id is not None:
        return reverse("paper-of-session", args=[record.session_id, record.kind])
    return reverse("paper-of-patient", args=[record.patient_id, record.kind])


def as_pdf(request: SignedInRequest, pk: int) -> FileResponse | HttpResponse:
    """The paper as a tagged PDF; making it is a print in the patient's access history."""
    with looking_at(request.path[:120], kind=AccessKind.PRINT):
        record = get_paper_for(request.user, pk)
    name, back = f"{slugify(record.title)}-{record.pk}.pdf", reverse("paper", args=[record.pk])
    return sheet_file(request, sheet_of(record), name, back=back)


def as_data(request: SignedInRequest, pk: int) -> JsonResponse:
    """The data beside the paper: what it says, with the digest that stands on every page; an export."""
    with looking_at(request.path[:120], kind=AccessKind.EXPORT):
        record = get_paper_for(request.user, pk)
    answer = JsonResponse({"kind": record.kind, "digest": record.digest, "sheet": record.sheet})
    answer["Content-Disposition"] = f'attachment; filename="{record.kind}-{record.pk}.json"'
    return answer
