"""What a model does not hold for a person, and what it leaves open, in words.

The codes of `mooring.pharmacology.limits.ModelLimit` and of `mooring.pharmacology.notes`.
"""

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
MODEL_NOTES = {
    "venous_bias": gettext_lazy(
        "Venous: too low during an infusion, too high after it, beside arterial data."
    ),
    "paper_not_settled": gettext_lazy("Which of two papers the numbers come from is not settled."),
    "site_unverified": gettext_lazy("Sampling site unverified."),
    "intensive_care_children": gettext_lazy(
        "Only for children's intensive care; the central volume is too small for single doses."
    ),
    "ages_from_sd": gettext_lazy("Ages 1.5 to 14 are the mean and two standard deviations."),
    "intensive_care": gettext_lazy("Only for intensive care."),
    "composed": gettext_lazy("Composed from several studies; it was never fitted as a whole."),
    "metabolites_arterial": gettext_lazy("Metabolites are arterial only: no data link them to venous blood."),
    "no_effect_found": gettext_lazy(
        "Sex, weight, liver and kidney tests and disease were tested and had no effect."
    ),
    "renal_factor": gettext_lazy(
        "Renal impairment: a study of its own, one factor of 1.22 on exposure (published 1.13 to 1.36)."
    ),
    "hepatic_no_number": gettext_lazy(
        "Hepatic impairment: the label says that exposure is higher when moderate; no number was to be had."
    ),
    "varies_by_occasion": gettext_lazy(
        "Absorption and transit vary between occasions: they are drawn for each occasion of a person."
    ),
    "read_in_transcription": gettext_lazy(
        "The coefficients were read in a transcription of table 4, not in the paper."
    ),
    "time_course_chosen": gettext_lazy("Bioavailability published, time course chosen."),
    "no_human_data": gettext_lazy("No human data: borrowed from the muscle, slower, with a wide spread."),
    "studies_disagree": gettext_lazy("Studies disagree four-fold; the preparation matters."),
    "release_assumed": gettext_lazy("Bioavailability published, release over eight hours assumed."),
    "absorption_borrowed": gettext_lazy(
        "Bioavailability of 11 men; the time course of absorption is borrowed."
    ),
    "below_arterial": gettext_lazy("28 mg of one study; below arterial data by 40 %."),
    "one_study_84": gettext_lazy("84 mg of one study."),
    "wafer_eight_men": gettext_lazy("Wafer of 25 mg, eight men."),
    "three_people": gettext_lazy("Three people; as the tablet."),
    "held_ten_minutes": gettext_lazy(
        "Held under the tongue or in the cheek for ten minutes; the rest is swallowed."
    ),
}


def model_note_words(code: str) -> str:
    """What a model or one of its routes leaves open."""
    return str(MODEL_NOTES[code])


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
