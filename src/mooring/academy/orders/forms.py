"""What may be typed about orders: seats and a code, an offer, a code's terms, a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.academy.orders.actions.orders import MOST_SEATS
from mooring.academy.orders.models import CodeKind
from mooring.work.fields import DecimalNumberField, WholeNumberField

CURRENCIES = ("USD", "EUR", "GBP", "CAD", "AUD", "CHF")


class OrderForm(forms.Form):
    seats = WholeNumberField(
        label=_("Seats"),
        min_value=1,
        max_value=MOST_SEATS,
        initial=1,
        help_text=_("One is for yourself. For more you get a code for each person."),
    )
    code = forms.CharField(label=_("Discount or scholarship code"), max_length=24, required=False)
    bill_to = forms.CharField(
        label=_("Name and address on the invoice"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SeatForm(forms.Form):
    code = forms.CharField(label=_("Code of your seat"), max_length=24)


class RefundForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    understood = forms.BooleanField(
        label=_("I understand that access ends, and that credit claimed with this purchase is withdrawn.")
    )


class RefundRequestForm(forms.Form):
    words = forms.CharField(label=_("Why"), max_length=600, widget=forms.Textarea(attrs={"rows": 4}))


class RefundDecisionForm(forms.Form):
    granted = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Refund it")), ("no", _("Decline"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer that the buyer reads"), max_length=600, widget=forms.Textarea(attrs={"rows": 4})
    )


class RefundSentForm(forms.Form):
    reference = forms.CharField(label=_("Reference of the transfer"), max_length=200)


class PaidForm(forms.Form):
    payment = forms.CharField(
        label=_("Reference of the bank transfer"), max_length=200, help_text=_("As on the bank statement.")
    )


def _money(label: Any, *, required: bool = True, help_text: Any = "") -> DecimalNumberField:
    return DecimalNumberField(
        label=label,
        min_value=0,
        max_digits=9,
        decimal_places=2,
        required=required,
        help_text=help_text,
    )


class OfferForm(forms.Form):
    price = _money(_("Price without tax"))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(each, each) for each in CURRENCIES])
    tax_name = forms.CharField(label=_("Name of the tax"), max_length=40, required=False)
    tax_percent = DecimalNumberField(
        label=_("Tax, %"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        initial=0,
    )
    access_days = WholeNumberField(
        label=_("Days of access"),
        min_value=1,
        max_value=3660,
        initial=365,
    )
    renewal_price = _money(
        _("Price of renewing an expired access"),
        required=False,
        help_text=_("0 renews it free; empty: it is not renewed."),
    )
    guarantee_days = WholeNumberField(
        label=_("Days in which the buyer may have the money back"),
        min_value=0,
        max_value=365,
        initial=0,
    )


class CodeForm(forms.Form):
    code = forms.RegexField(
        r"^[A-Za-z0-9-]{4,24}$", label=_("Code"), help_text=_("4 to 24 letters, figures or -.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=CodeKind.choices)
    percent = WholeNumberField(
        label=_("Lowers the price by, %"),
        min_value=1,
        max_value=100,
    )
    most_uses = WholeNumberField(
        label=_("How often it may be used"),
        min_value=1,
        max_value=10000,
        initial=1,
    )
    reason = forms.CharField(
        label=_("For whom and why"), max_length=300, required=False, help_text=_("Saved with a scholarship.")
    )
