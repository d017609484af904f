"""The page of what follows a dose, and its three forms."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.integration import actions
from mooring.care.integration.forms import ContactForm, CycleClosingForm, PsychotherapyNoteForm, VisitForm
from mooring.care.integration.models import Reached
from mooring.care.integration.queries import after, own_notes
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.treatments.access import get_cycle_for
from mooring.care.treatments.models import Cycle, CycleOutcome, Phase, Preparation
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, take_kept, typed

READ, WRITE = Permission.INTEGRATION_READ, Permission.INTEGRATION_WRITE


def integration(request: SignedInRequest, pk: int) -> HttpResponse:
    """The days after one dose: the intention that was set, the contact, the visit, the closing."""
    return _shown(request, get_cycle_for(request.user, pk, to=READ))


def contact(request: SignedInRequest, pk: int) -> HttpResponse:
    cycle = get_cycle_for(request.user, pk, to=WRITE)
    form = ContactForm(data=_typed(request), prefix="contact")

    def act() -> None:
        actions.write_contact(
            cycle=cycle,
            result=Reached(form.cleaned_data["result"]),
            safe=form.asked(),
            words=form.cleaned_data["words"],
            by=request.user,
            at=timezone.now(),
        )

    return _answer(request, cycle, "contact", form, act, _("Contact saved."))


def visit(request: SignedInRequest, pk: int) -> HttpResponse:
    cycle = get_cycle_for(request.user, pk, to=WRITE)
    form = VisitForm(data=_typed(request), prefix="visit")

    def act() -> None:
        actions.write_visit(cycle=cycle, by=request.user, at=timezone.now(), **form.cleaned_data)

    return _answer(request, cycle, "visit", form, act, _("Visit saved."))


def close(request: SignedInRequest, pk: int) -> HttpResponse:
    cycle = get_cycle_for(request.user, pk, to=WRITE)
    form = CycleClosingForm(data=_typed(request), prefix="close")

    def act() -> None:
        actions.close_cycle(
            cycle=cycle,
            outcome=CycleOutcome(form.cleaned_data["outcome"]),
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )

    return _answer(request, cycle, "close", form, act, _("Cycle closed."))


def notes(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """One's own psychotherapy notes on a patient, and writing one. Nobody else opens them by a role."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.NOTES_WRITE)
    cycles = Cycle.objects.filter(treatment__patient__in=patient.records).order_by("-target_date")
    form = typed(request, PsychotherapyNoteForm, cycles=cycles)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            actions.write_note(
                patient=patient,
                cycle=form.cleaned_data["cycle"],
                text=form.cleaned_data["text"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("Note saved. You alone can read it."))
            return redirect("psychotherapy-notes", patient.pk)
    context = {"patient": patient, "form": form, "notes": own_notes(request.user, patient)}
    return page(request, "care/integration/notes.html", context)


def _typed(request: SignedInRequest) -> QueryDict | None:
    """What was sent now, or what an expired sign-in kept."""
    return request.POST if request.method == "POST" else take_kept(request)


def _answer(
    request: SignedInRequest, cycle: Cycle, name: str, form: BaseForm, act: Callable[[], None], said: str
) -> HttpResponse:
    """Do the act for a valid form, once; else the page with the form as it was sent."""
    if not form.is_bound:
        return redirect("integration", cycle.pk)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            act()
        if tried.done:
            repeated = _("Already saved; nothing was saved twice.")
            messages.success(request, repeated if tried.repeated else said)
            return redirect("integration", cycle.pk)
    return _shown(request, cycle, sent=name, form=form)


def _shown(
    request: SignedInRequest, cycle: Cycle, *, sent: str = "", form: BaseForm | None = None
) -> HttpResponse:
    now = timezone.now()
    found = after(cycle, now)
    if found is None:
        raise Http404
    patient = cycle.treatment.patient
    forms = _forms(request, cycle)
    if form is not None:
        forms[sent] = form
    with timezone.override(patient.site.zone):
        context = {
            "cycle": cycle,
            "patient": patient,
            "site": patient.site,
            "found": found,
            "state": found.chart.state,
            "safety": found.chart.safety,
            "worst": [
                (each, found.chart.knowledge.symptom(each.code)) for each in found.chart.safety.symptoms
            ],
            "words": [line for line in found.chart.state.lines if line.entry.text and not line.struck],
            "preparation": Preparation.objects.filter(cycle=cycle).first(),
            "next_cycle": cycle.treatment.cycles.filter(number__gt=cycle.number)
            .exclude(phase=Phase.VOID)
            .order_by("number")
            .first(),
            "may_safety": may_on(request.user, patient, Permission.SAFETY_WRITE),
            "may_sessions": may_on(request.user, patient, Permission.SESSIONS_READ),
            "forms": forms,
            "now": now,
        }
        status = 422 if request.method == "POST" and form is not None else 200
        return page(request, "care/integration/integration.html", context, status=status)


def _forms(request: SignedInRequest, cycle: Cycle) -> dict[str, BaseForm]:
    """The forms that this person may send now."""
    if not may_on(request.user, cycle.treatment.patient, WRITE):
        return {}
    forms: dict[str, BaseForm] = {}
    if cycle.phase in (Phase.DISCHARGED, Phase.INTEGRATING):
        forms["contact"] = ContactForm(prefix="contact")
    if cycle.phase == Phase.INTEGRATING:
        forms["visit"] = VisitForm(prefix="visit")
        forms["close"] = CycleClosingForm(prefix="close")
    return forms
