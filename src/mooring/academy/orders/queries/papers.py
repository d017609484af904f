"""Invoice and receipt of an order as PDF, from the same words."""

from django.template.loader import render_to_string

from mooring.academy.orders.models import Order
from mooring.identity.models import Organisation
from mooring.work.documents import paper


def invoice(order: Order) -> bytes:
    """The invoice; once the order is paid, the receipt."""
    return paper.render(invoice_html(order))


def invoice_html(order: Order) -> str:
    context = {"order": order, "seller": Organisation.objects.first()}
    return render_to_string("academy/orders/invoice.html", context)
