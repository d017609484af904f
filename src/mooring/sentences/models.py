"""What a model does not hold for a person, in words: the codes of `mooring.pharmacology.population.ModelLimit`."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.words.numbers import plain_number

OUTSIDE_RANGE = {
    "weight_kg": gettext_lazy(
        "Weight {value} kg is outside the model's range of {low} to {high} kg: extrapolated."
    ),
    "age_years": gettext_lazy(
        "Age {value} y is outside the model's range of {low} to {high} y: extrapolated."
    ),
}
LACKS_EFFECT = {
    "cyp2b6_inhibited": gettext_lazy("The model holds no effect of CYP2B6 inhibition."),
    "renal_impairment": gettext_lazy("The model holds no effect of renal impairment."),
    "hepatic_impairment": gettext_lazy("The model holds no effect of hepatic impairment."),
    "pregnant": gettext_lazy("The model holds no effect of pregnancy."),
}


def model_limit_words(limit: Mapping[str, Any]) -> str:
    """One limit (its fields by name) as a sentence for the people who read the curve."""
    if limit["code"] == "lacks_effect":
        return str(LACKS_EFFECT[limit["name"]])
    known = OUTSIDE_RANGE.get(limit["name"])
    words = (
        str(known)
        if known is not None
        else _("{value} is outside the model's range of {low} to {high}: extrapolated.")
    )
    return words.format(**{part: plain_number(limit[part]) for part in ("value", "low", "high")})
