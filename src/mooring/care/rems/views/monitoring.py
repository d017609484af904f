"""The board by days left, a session's form, its sending."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mooring.audit.looking import looking_at, saw
from mooring.audit.models import AccessKind
from mooring.care.patients.access import may_on
from mooring.care.rems import actions
from mooring.care.rems.access import READ, get_form_for, get_session_with_form, sites_with_board
from mooring.care.rems.forms.monitoring import ConfirmedForm, SentForm, SignMonitoringForm
from mooring.care.rems.models import MonitoringForm
from mooring.care.rems.queries import (
    board_of,
    clock_for,
    edition_for,
    filled,
    monitored,
    standing_form,
    treated_on,
)
from mooring.care.rems.queries.board import MONITORING, sent_forms
from mooring.care.rems.queries.sheets import answer_words, edition_of, monitoring_sheet
from mooring.care.safety.queries.rems import certification_of
from mooring.care.sessions.models import Session
from mooring.content.schema.regulation import FormField, PaperForm
from mooring.identity.actions import confirm_signature
from mooring.identity.roles import Permission
from mooring.work.documents.answering import sheet_file
from mooring.work.pages import SignedInRequest, attempt, page, typed

SIGN, SEND = Permission.REMS_SIGN, Permission.REMS_SEND
SENT_SHOWN = 20


def board(request: SignedInRequest) -> HttpResponse:
    """Every session that owes a form, fewest days first, then those sent last."""
    sites = sites_with_board(request.user)
    now = timezone.now()
    rows = board_of([site.pk for site in sites], now)
    sent = sent_forms([site.pk for site in sites], SENT_SHOWN)
    saw(request.user, [row.session.subject_ref for row in rows] + [form.subject_ref for form in sent])
    zone = sites[0].zone if sites else timezone.get_current_timezone()
    with timezone.override(zone):
        standing = [(site, certification_of(site, now) is not None) for site in sites]
        return page(request, "care/rems/board.html", {"rows": rows, "sent": sent, "sites": standing})


def session_form(request: SignedInRequest, pk: int) -> HttpResponse:
    """The form of a session before it is signed: what the record says, what it leaves open, and the signature."""
    record = get_session_with_form(request.user, pk)
    signed = standing_form(record)
    if signed is not None:
        return redirect("rems-form", signed.pk)
    return _to_sign(request, record, None)


def correct_form(request: SignedInRequest, pk: int) -> HttpResponse:
    """A correction: a new form out of the record as it stands now, which names the old one."""
    old = get_form_for(request.user, pk, to=SIGN)
    if hasattr(old, "replaced_by"):
        return redirect("rems-form", old.pk)
    return _to_sign(request, get_session_with_form(request.user, old.session_id, to=SIGN), old)


def _edition(record: Session) -> PaperForm:
    edition = edition_for(record.patient.site, MONITORING, treated_on(record))
    if edition is None:
        raise Http404
    return edition


def _to_sign(request: SignedInRequest, record: Session, old: MonitoringForm | None) -> HttpResponse:
    if request.method == "POST":
        get_session_with_form(request.user, record.pk, to=SIGN)
    now, edition = timezone.now(), _edition(record)
    with timezone.override(record.patient.site.zone):
        known = monitored(record, now)
        found = filled(known, edition)
        asked = [field for field in edition.fields if field in found.missing]
        earlier = {code: old.facts.get(code, "") for code in old.asked} if old else {}
        form = typed(request, SignMonitoringForm, asked=asked, corrects=old is not None, initial=earlier)
        if request.method == "POST" and form.is_valid():
            with attempt(request, form) as tried:
                confirm_signature(request.user, form.cleaned_data["password"])
                actions.sign_form(
                    session=record,
                    edition=edition,
                    answered=form.answered(),
                    replaces=old,
                    why=form.cleaned_data.get("why", ""),
                    by=request.user,
                    at=now,
                )
            if tried.done:
                messages.success(request, _("The form is signed. It is not sent yet."))
                return redirect("rems-session", record.pk)
        context = {
            "session": record,
            "patient": record.patient,
            "edition": edition,
            "lines": _lines(edition, found.values),
            "missing": asked,
            "clock": clock_for(record, record.patient.site.today(now), sent=False),
            "over": known.chart.state.discharged_at is not None,
            "form": form,
            "old": old,
            "may_sign": may_on(request.user, record.patient, SIGN),
        }
        return page(request, "care/rems/session.html", context)


def _lines(edition: PaperForm, values: Mapping[str, str]) -> list[tuple[FormField, str]]:
    return [(field, answer_words(field, values.get(field.code, ""))) for field in edition.fields]


def form(request: SignedInRequest, pk: int) -> HttpResponse:
    """A signed form with what became of it; sending and the programme's confirmation are recorded here."""
    record = get_form_for(request.user, pk, to=READ if request.method == "GET" else SEND)
    now = timezone.now()
    with timezone.override(record.patient.site.zone):
        data = request.POST if request.method == "POST" else None
        sent_form = SentForm(data if record.sent_at is None else None, now=now)
        confirmed_form = ConfirmedForm(data if record.sent_at is not None else None)
        bound = sent_form if record.sent_at is None else confirmed_form
        if request.method == "POST" and bound.is_valid():
            with attempt(request, bound) as tried:
                if record.sent_at is None:
                    actions.send_form(form=record, by=request.user, at=now, **sent_form.cleaned_data)
                else:
                    actions.confirm_form(form=record, by=request.user, at=now, **confirmed_form.cleaned_data)
            if tried.done:
                messages.success(request, _("Saved."))
                return redirect("rems-form", record.pk)
        edition = edition_of(record)
        context = {
            "record": record,
            "patient": record.patient,
            "edition": edition,
            "lines": _lines(edition, record.facts),
            "clock": clock_for(
                record.session, record.patient.site.today(now), sent=record.sent_at is not None
            ),
            "sent_form": sent_form,
            "confirmed_form": confirmed_form,
            "may_send": may_on(request.user, record.patient, SEND),
            "may_sign": may_on(request.user, record.patient, SIGN),
            "newer": getattr(record, "replaced_by", None),
        }
        status = 422 if request.method == "POST" else 200
        return page(request, "care/rems/form.html", context, status=status)


def form_paper(request: SignedInRequest, pk: int) -> FileResponse | HttpResponse:
    """The signed form as a tagged PDF; making it is a print in the patient's access history."""
    with looking_at(request.path[:120], kind=AccessKind.PRINT):
        record = get_form_for(request.user, pk)
    with timezone.override(record.patient.site.zone):
        number, back = record.patient.record_number, reverse("rems-form", args=[record.pk])
        sheet = monitoring_sheet(record)
        return sheet_file(request, sheet, f"{slugify(sheet.title)}-{number}.pdf", back=back)
