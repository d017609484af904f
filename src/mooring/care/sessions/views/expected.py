"""What a model expects of this dose, in its own panel: off until somebody opens it, and never in the log."""

from django.http import HttpResponse
from django.utils import timezone

from mooring.care.sessions.access import get_session_for
from mooring.care.treatments.queries import protocol_of
from mooring.care.treatments.queries.expected import expected_figure
from mooring.work.pages import SignedInRequest, page


def expected(request: SignedInRequest, pk: int) -> HttpResponse:
    """The expected curve of what was ordered, with its model and its grade; words where no model answers."""
    record = get_session_for(request.user, pk)
    order, patient = record.order, record.patient
    figure = None
    if order.weight is not None:
        figure = expected_figure(
            patient=patient,
            protocol=protocol_of(record.cycle.treatment),
            dose_mg=order.dose_mg,
            weight_kg=order.weight.value,
            duration_min=order.ordered.form.planned_min or None,
            at=timezone.now(),
        )
    context = {"session": record, "patient": patient, "expected": figure}
    name = "expected_panel" if request.htmx else "expected"
    return page(request, f"care/sessions/{name}.html", context)
