"""`{% draw_links order %}`: the way from a session to the ledger, for who may draw where a ledger is kept."""

from typing import Any

from django import template
from django.template import Context

from mooring.care.stock.queries import drawn_mg, keeps_ledger
from mooring.care.treatments.models import DoseOrder
from mooring.identity.roles import Permission
from mooring.words.numbers import with_unit

register = template.Library()


@register.inclusion_tag("care/stock/draw_links.html", takes_context=True)
def draw_links(context: Context, order: DoseOrder) -> dict[str, Any]:
    """Draw for this order, with what is drawn already, and the draw in an emergency."""
    patient = order.cycle.treatment.patient
    may = patient.site_id in context["request"].user.sites_where(Permission.STOCK_WRITE)
    if not may or not keeps_ledger(patient.site):
        return {"order": None}
    drawn = drawn_mg(order)
    return {"order": order, "patient": patient, "drawn": with_unit(drawn, "mg") if drawn else ""}
