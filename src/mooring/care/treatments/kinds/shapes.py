"""What a prescriber is asked for each shape of a dose, and how the answers become a choice; one entry a shape."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.content.schema.giving import InjectionGiving
from mooring.content.schema.presentations import Presentation
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.words.numbers import plain_number, with_unit
from mooring.work.fields import DecimalNumberField, NumberText, WholeNumberField

Fields = dict[str, forms.Field]
DRAWN, PRODUCT = "drawn", "product"
AFTERWARDS = [("spit", _("Spit it out")), ("swallow", _("Swallow"))]


def order_fields(protocol: ProtocolTemplate, presentations: Iterable[Presentation]) -> Fields:
    """The fields of an order besides its dose; none for a protocol whose shape is not known."""
    return FIELDS[protocol.given_as.shape](protocol, tuple(presentations)) if protocol.given_as else {}


def chosen_from(answers: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The presentation (`id@version`) and what the shape asks besides, out of the answers of a form."""
    chosen = {name: value for name, value in answers.items() if name not in (DRAWN, PRODUCT)}
    if DRAWN in answers:
        presentation, _space, concentration = str(answers[DRAWN]).partition(" ")
        return presentation, {**chosen, "concentration_mg_per_ml": Decimal(concentration)}
    return str(answers.get(PRODUCT, "")), chosen


def _infusion(protocol: ProtocolTemplate, presentations: tuple[Presentation, ...]) -> Fields:
    return {
        DRAWN: _drawn(protocol, presentations, _("The vial, and the concentration in the bag or syringe.")),
        "duration_min": WholeNumberField(
            label=_("Duration"),
            min_value=1,
            max_value=600,
            widget=NumberText(attrs={"data-unit": "min"}),
        ),
    }


def _injection(protocol: ProtocolTemplate, presentations: tuple[Presentation, ...]) -> Fields:
    giving = protocol.giving
    most = giving.most_sites if isinstance(giving, InjectionGiving) else 1
    fields: Fields = {
        DRAWN: _drawn(protocol, presentations, _("The vial, and the concentration in the syringe.")),
        "sites": forms.TypedChoiceField(
            label=_("Injection sites"),
            choices=[(number, str(number)) for number in range(1, most + 1)],
            coerce=int,
            initial=1,
            widget=forms.RadioSelect,
        ),
    }
    if isinstance(giving, InjectionGiving) and giving.booster is not None:
        fields["booster_mg"] = DecimalNumberField(
            label=_("Booster, at most"),
            help_text=_("Leave empty for none. It counts towards the ceiling of the session."),
            required=False,
            min_value=0,
            max_digits=6,
            decimal_places=1,
            widget=NumberText(attrs={"data-unit": "mg"}),
        )
    return fields


def _devices(protocol: ProtocolTemplate, presentations: tuple[Presentation, ...]) -> Fields:
    return {PRODUCT: _product(presentations)}


def _sprays(protocol: ProtocolTemplate, presentations: tuple[Presentation, ...]) -> Fields:
    return {PRODUCT: _product(presentations), "mg_each": _each(_("Dose in one spray"))}


def _units(protocol: ProtocolTemplate, presentations: tuple[Presentation, ...]) -> Fields:
    return {
        PRODUCT: _product(presentations),
        "mg_each": _each(_("Dose in one")),
        "hold_min": WholeNumberField(
            label=_("Hold for"),
            help_text=_("As the product's label says; 0 where it is swallowed at once."),
            min_value=0,
            max_value=60,
            widget=NumberText(attrs={"data-unit": "min"}),
        ),
        "afterwards": forms.ChoiceField(label=_("Then"), choices=AFTERWARDS, widget=forms.RadioSelect),
    }


FIELDS: Mapping[str, Callable[[ProtocolTemplate, tuple[Presentation, ...]], Fields]] = {
    "infusion": _infusion,
    "injection": _injection,
    "devices": _devices,
    "sprays": _sprays,
    "units": _units,
}


def _drawn(
    protocol: ProtocolTemplate, presentations: tuple[Presentation, ...], help_text: Any
) -> forms.ChoiceField:
    offered = [
        (f"{each.key} {plain_number(mg_per_ml)}", _drawn_words(each, mg_per_ml))
        for each in presentations
        for mg_per_ml in each.concentrations(protocol.route)
    ]
    return forms.ChoiceField(
        label=_("Drawn from"), help_text=help_text, choices=[("", _("Choose")), *offered]
    )


def _drawn_words(presentation: Presentation, mg_per_ml: Decimal) -> str:
    if mg_per_ml == presentation.strength_mg_per_ml:
        return str(_("{name}, undiluted")).format(name=presentation.title)
    return str(_("{name}, diluted to {concentration}")).format(
        name=presentation.title, concentration=with_unit(mg_per_ml, "mg/mL")
    )


def _product(presentations: tuple[Presentation, ...]) -> forms.ChoiceField:
    counted = [(each.key, each.title) for each in presentations if each.counted_as is not None]
    return forms.ChoiceField(label=_("Product"), choices=[("", _("Choose")), *counted])


def _each(label: Any) -> DecimalNumberField:
    return DecimalNumberField(
        label=label,
        help_text=_("Read it on the product's own label."),
        min_value=0.1,
        max_digits=6,
        decimal_places=1,
        widget=NumberText(attrs={"data-unit": "mg"}),
    )
