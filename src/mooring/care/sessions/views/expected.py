"""What a model expects of this dose, in its own panel or behind the vital signs: off until somebody asks for it."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.sessions.access import get_session_for
from mooring.care.treatments.queries import protocol_of
from mooring.care.treatments.queries.expected import expected_figure
from mooring.words.numbers import whole_number
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
    if "in" in request.GET:
        name = "expected_words"
        context["curve"] = _behind_the_signs(figure) if figure else None
    return page(request, f"care/sessions/{name}.html", context)


def _behind_the_signs(figure: dict[str, Any]) -> dict[str, Any]:
    """The band as the chart of the vital signs draws it: minutes since the start, a scale of its own, its peak (ng/mL)."""
    minutes, band = figure["chart"]["x"], figure["chart"]["series"][0]
    curve = {"low": band["low"], "middle": band["values"], "high": band["high"]}
    place = max(range(len(minutes)), key=lambda each: curve["middle"][each])
    return {
        "x": minutes,
        **curve,
        "label": _("expected, grade {grade}").format(grade=figure["grade"]),
        "peak_min": minutes[place],
        "peak": {name: whole_number(values[place]) for name, values in curve.items()},
    }
