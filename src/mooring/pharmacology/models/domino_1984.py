"""Racemic ketamine intravenously in adults, three compartments.

Domino EF, Domino SE, Smith RE, et al. Ketamine kinetics in unmedicated and diazepam-premedicated subjects.
Clin Pharmacol Ther. 1984;36(5):645-653.

The coefficients were read in two open simulators of anaesthesia that agree on the numbers and disagree on
the paper (1982 or 1984); neither says where the blood was drawn. Per kilogram of body weight.
"""

from mooring.pharmacology.model import Model, ModelCitation
from mooring.pharmacology.models._classic import COMPARTMENTS, intravenous, micro_constants, plasma
from mooring.pharmacology.parameters import Parameter

SOURCE = "Domino 1984, as used in open simulators of anaesthesia"

MODEL = Model(
    registered=True,
    id="domino_1984",
    title="racemic ketamine, intravenous, three compartments",
    citations=(
        ModelCitation(
            "domino1984",
            "Domino EF, Domino SE, Smith RE, et al. Ketamine kinetics in unmedicated and "
            "diazepam-premedicated subjects. Clin Pharmacol Ther. 1984;36(5):645-653.",
        ),
    ),
    drug="ketamine",
    coefficients=(
        Parameter("V1", 4.41, "L", "central volume, 0.063 L/kg", SOURCE, "S", "C", weight_exponent=1.0),
        Parameter("k10", 0.438, "1/min", "elimination", SOURCE, "S", "C"),
        Parameter("k12", 0.592, "1/min", "to the shallow compartment", SOURCE, "S", "C"),
        Parameter("k21", 0.247, "1/min", "back from it", SOURCE, "S", "C"),
        Parameter("k13", 0.590, "1/min", "to the deep compartment", SOURCE, "S", "C"),
        Parameter("k31", 0.0146, "1/min", "back from it", SOURCE, "S", "C"),
    ),
    compartments=COMPARTMENTS,
    flows=micro_constants(2),
    responses=(plasma("ketamine.venous", "C", "the site of sampling was not established"),),
    routes_table=(intravenous(SOURCE, "C"),),
    ranges={"age_years": (18, 75)},
    population="surgical patients and volunteers; no spread between people was to be had",
    notes=("paper_not_settled", "site_unverified"),
)
