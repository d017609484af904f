"""The page on which one kind of record is erased, for every room that holds one."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mooring.care.disclosures.forms import EraseForm
from mooring.care.disclosures.queries import kept_kinds
from mooring.care.patients.models import Patient
from mooring.identity.actions import confirm_signature
from mooring.work.pages import SignedInRequest, attempt, page


def erase_page(
    request: SignedInRequest,
    patient: Patient,
    kind: str,
    act: Callable[..., object],
    *,
    words: str,
    done: str,
) -> HttpResponse:
    """What would go (`words`), the rule that holds it, and the signature; `act` erases it and refuses before its day."""
    form, now = EraseForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            confirm_signature(request.user, form.cleaned_data["password"])
            act(patient=patient, by=request.user, at=now)
        if tried.done:
            messages.success(request, done)
            return redirect("record-keeping", patient.pk)
    context = {"patient": patient, "form": form, "kind": kept_kinds(patient, now)[kind], "words": words}
    return page(request, "care/disclosures/erase.html", context)
