"""One participant for who leads: how they stand, what was agreed about money, the certificate."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.academy.cohorts.access import get_participant_for
from mooring.academy.cohorts.actions.applying import plan_instalments, record_instalment
from mooring.academy.cohorts.actions.practice import issue_cohort_certificate
from mooring.academy.cohorts.forms import InstalmentPaidForm, InstalmentsForm
from mooring.academy.cohorts.queries.progress import lack_words, standing_of
from mooring.academy.cohorts.queries.rubric import ITEMS
from mooring.academy.cohorts.views.learner import act_page
from mooring.work.pages import SignedInRequest, attempt, page, typed


def participant(request: SignedInRequest, pk: int) -> HttpResponse:
    """How one participant stands in every week, and what was agreed."""
    found = get_participant_for(request.user, pk)
    standing = standing_of(found)
    slots = list(found.cohort.slots.order_by("place"))
    return page(
        request,
        "academy/cohorts/participant.html",
        {
            "place": found,
            "cohort": found.cohort,
            "standing": standing,
            "missing": lack_words(found.cohort, standing),
            "weeks": [
                (
                    slot,
                    standing.present.get(slot.pk),
                    standing.pre_work_of(slot),
                    standing.practice.get(slot.pk),
                )
                for slot in slots
            ],
            "sheets": found.sheets.select_related("rater", "slot").order_by("slot__place", "at"),
            "items": ITEMS,
            "written": found.pre_work_answers.select_related("pre_work__slot").order_by("sent_at"),
            "instalments": found.instalments.order_by("due_on"),
        },
    )


@require_POST
def certificate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Issue the cohort's certificate, when its rule is met."""
    found = get_participant_for(request.user, pk)
    with attempt(request) as tried:
        issue_cohort_certificate(place=found, by=request.user, at=timezone.now())
    if tried.done:
        messages.success(request, _("The certificate is issued."))
    else:
        messages.warning(request, " ".join(tried.reasons))
    return redirect("cohort-participant", pk)


def instalments(request: SignedInRequest, pk: int) -> HttpResponse:
    """Agree on instalments."""
    found = get_participant_for(request.user, pk)
    form = typed(request, InstalmentsForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            plan_instalments(place=found, days=form.cleaned_data["days"], by=request.user, at=timezone.now())
        if tried.done:
            return redirect("cohort-participant", pk)
    facts = _("{amount} {currency} to pay, after the scholarship.").format(
        amount=found.to_pay, currency=found.cohort.currency
    )
    return act_page(
        request, found.cohort, form, title=_("Instalments of {person}").format(person=found.person), facts=facts,
        act=_("Save"), back=reverse("cohort-participant", args=[pk]),
    )  # fmt: skip


def instalment_paid(request: SignedInRequest, pk: int, instalment: int) -> HttpResponse:
    """Record that a part came in."""
    found = get_participant_for(request.user, pk)
    row = found.instalments.filter(pk=instalment).first()
    if row is None:
        raise Http404
    form = typed(request, InstalmentPaidForm, initial={"paid_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            record_instalment(instalment=row, by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.done:
            return redirect("cohort-participant", pk)
    facts = f"{row.amount} {found.cohort.currency}"
    return act_page(
        request, found.cohort, form, title=_("An instalment came"), facts=facts, act=_("Record it"),
        back=reverse("cohort-participant", args=[pk]),
    )  # fmt: skip
