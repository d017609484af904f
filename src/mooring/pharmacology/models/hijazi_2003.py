"""Racemic ketamine in adults on a ventilator in intensive care, two compartments.

Hijazi Y, Bodonian C, Bolon M, Salord F, Boulieu R. Pharmacokinetics and haemodynamics of ketamine in
intensive care patients with brain or spinal cord injury. Br J Anaesth. 2003;90(2):155-160. Per kilogram of
body weight; read in a transcription that does not say where the blood was drawn.
"""

from mooring.pharmacology.model import Model, ModelCitation
from mooring.pharmacology.models._classic import COMPARTMENTS, intravenous, micro_constants, plasma
from mooring.pharmacology.parameters import Parameter

SOURCE = "Hijazi 2003"

MODEL = Model(
    registered=True,
    id="hijazi_2003",
    title="racemic ketamine, intensive care, two compartments",
    citations=(
        ModelCitation(
            "hijazi2003",
            "Hijazi Y, Bodonian C, Bolon M, Salord F, Boulieu R. Pharmacokinetics and haemodynamics of "
            "ketamine in intensive care patients with brain or spinal cord injury. Br J Anaesth. "
            "2003;90(2):155-160. doi:10.1093/bja/aeg028",
            "10.1093/bja/aeg028",
        ),
    ),
    drug="ketamine",
    coefficients=(
        Parameter("V1", 1.08 * 70, "L", "central volume, 1.08 L/kg", SOURCE, "S", "C", weight_exponent=1.0),
        Parameter("k10", 0.0333, "1/min", "elimination", SOURCE, "S", "C"),
        Parameter("k12", 0.0088, "1/min", "to the peripheral compartment", SOURCE, "S", "C"),
        Parameter("k21", 0.0030, "1/min", "back from it", SOURCE, "S", "C"),
    ),
    compartments=COMPARTMENTS[:2],
    flows=micro_constants(1),
    responses=(plasma("ketamine.venous", "C", "the site of sampling was not established"),),
    routes_table=(intravenous(SOURCE, "C"),),
    ranges={"age_years": (18, 75)},
    population="adults on a ventilator; no spread between people was to be had",
    notes=("intensive_care", "site_unverified"),
)
