"""Erasing what the register holds of a patient in words."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.disclosures.queries import LEDGER, kept_kinds
from mooring.care.patients.access import get_patient_for
from mooring.care.stock import actions
from mooring.identity.actions import confirm_signature
from mooring.identity.roles import Permission
from mooring.work.pages import EraseForm, SignedInRequest, attempt, page


def erase(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """What would go, the rule that holds it, and the signature."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.RECORDS_ERASE)
    form, now = EraseForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            confirm_signature(request.user, form.cleaned_data["password"])
            actions.erase_ledger_words(patient=patient, by=request.user, at=now)
        if tried.done:
            messages.success(request, _("Words of the register are erased."))
            return redirect("record-keeping", patient.pk)
    words = _(
        "The postal address and the words at the ledger’s lines are erased. The lines stay with their amounts and "
        "digests. This cannot be undone."
    )
    context = {"patient": patient, "form": form, "kind": kept_kinds(patient, now)[LEDGER], "words": words}
    return page(request, "care/disclosures/erase.html", context)
