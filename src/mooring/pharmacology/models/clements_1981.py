"""Racemic ketamine intravenously in healthy adults, two compartments, venous.

Clements JA, Nimmo WS. Pharmacokinetics and analgesic effect of ketamine in man. Br J Anaesth.
1981;53(1):27-30. The arm of 250 µg/kg, per kilogram of body weight; read in a transcription.
"""

from mooring.pharmacology.model import Model, ModelCitation
from mooring.pharmacology.models._classic import COMPARTMENTS, intravenous, micro_constants, plasma
from mooring.pharmacology.parameters import Parameter

SOURCE = "Clements 1981, arm of 250 µg/kg"

MODEL = Model(
    registered=True,
    id="clements_1981",
    title="racemic ketamine, intravenous, two compartments, venous",
    citations=(
        ModelCitation(
            "clements1981",
            "Clements JA, Nimmo WS. Pharmacokinetics and analgesic effect of ketamine in man. "
            "Br J Anaesth. 1981;53(1):27-30. doi:10.1093/bja/53.1.27",
            "10.1093/bja/53.1.27",
        ),
    ),
    drug="ketamine",
    coefficients=(
        Parameter(
            "V1", 1.7522 * 70, "L", "central volume, 1.7522 L/kg", SOURCE, "S", "C", weight_exponent=1.0
        ),
        Parameter("k10", 0.0109, "1/min", "elimination", SOURCE, "S", "C"),
        Parameter("k12", 0.0186, "1/min", "to the peripheral compartment", SOURCE, "S", "C"),
        Parameter("k21", 0.0137, "1/min", "back from it", SOURCE, "S", "C"),
    ),
    compartments=COMPARTMENTS[:2],
    flows=micro_constants(1),
    responses=(plasma("ketamine.venous", "C"),),
    routes_table=(intravenous(SOURCE, "C"),),
    ranges={"age_years": (18, 60)},
    population="healthy adults, venous samples; no spread between people was to be had",
    notes=("venous_bias",),
)
