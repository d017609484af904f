"""The panels of the open page, fetched with it once a stage, so that they open without a network."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html_join

from mooring.care.sessions.access import get_session_again
from mooring.care.sessions.kinds import KINDS
from mooring.care.sessions.queries import chart_of
from mooring.care.sessions.views.emergency import crew_context, scripts_alone
from mooring.care.sessions.views.live import panel_context
from mooring.care.sessions.views.offers import Offers
from mooring.care.sessions.views.session import page_context
from mooring.rules.session_entry import EntryKind
from mooring.work.pages import SignedInRequest

ALONE = (
    EntryKind.SYMPTOM,
    EntryKind.INTERVENTION,
    EntryKind.NOTE,
    EntryKind.PART,
    EntryKind.DOSING_ENDED,
    EntryKind.DISCHARGE_CHECK,
    EntryKind.ACKNOWLEDGEMENT,
    EntryKind.WATCH,
)
"""The panels that open without a network; what their forms record waits until it is sent."""


def panels(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every panel that this page may show, under the opening that the page came with: no opening of its own."""
    record = get_session_again(request.user, pk, opening=request.GET.get("opening", ""))
    chart = chart_of(record, timezone.now())
    offers = Offers(request.user, chart)
    found = []
    with timezone.override(record.patient.site.zone):
        shared = {**crew_context(chart), **page_context(chart, offers)}
        for code in ALONE if offers.open else ():
            if KINDS[code].recorded_in(chart.stage) and (code != EntryKind.PART or chart.next_part):
                context = {**shared, **panel_context(chart, offers, code, None)}
                found.append((code.value, render_to_string("care/sessions/panel.html", context, request)))
        if offers.open:
            context = {**shared, **scripts_alone(chart)}
            name = "care/sessions/panels/emergency.html"
            found.append((EntryKind.EMERGENCY.value, render_to_string(name, context, request)))
    return HttpResponse(format_html_join("", '<template data-panel-of="{}">{}</template>', found))
