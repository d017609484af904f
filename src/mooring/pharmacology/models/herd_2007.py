"""Racemic ketamine intravenously in children, two compartments.

Herd D, Anderson BJ. Ketamine disposition in children presenting for procedural sedation and analgesia in a
children's emergency department. Paediatr Anaesth. 2007;17(7):622-629. 54 children of 8.3 (SD 3.5) years and
32.5 kg, 1 to 1.5 mg/kg. Standardised to 70 kg by allometry; the abstract was read.
"""

from mooring.pharmacology.model import Model, ModelCitation
from mooring.pharmacology.models._classic import COMPARTMENTS, intravenous, mammillary, plasma
from mooring.pharmacology.parameters import Parameter, omega2_from_cv

SOURCE = "Herd 2007, abstract"

MODEL = Model(
    registered=True,
    id="herd_2007",
    title="racemic ketamine, children, intravenous",
    citations=(
        ModelCitation(
            "herd2007",
            "Herd D, Anderson BJ. Ketamine disposition in children presenting for procedural sedation and "
            "analgesia in a children's emergency department. Paediatr Anaesth. 2007;17(7):622-629. "
            "PMID 17564643",
        ),
    ),
    drug="ketamine",
    coefficients=(
        Parameter("V1", 38.7, "L", "central volume", SOURCE, "O", "B", omega2_from_cv(64), 0.0, 1.0),
        Parameter("V2", 102.0, "L", "peripheral volume", SOURCE, "O", "B", omega2_from_cv(51.7), 0.0, 1.0),
        Parameter("CL", 90.0, "L/h", "clearance", SOURCE, "O", "B", omega2_from_cv(38.1), 0.0, 0.75),
        Parameter("Q2", 215.0, "L/h", "flow to it", SOURCE, "O", "B", omega2_from_cv(19), 0.0, 0.75),
    ),
    compartments=COMPARTMENTS[:2],
    flows=mammillary(1),
    responses=(plasma("ketamine.venous", "B", "the abstract does not say where the blood was drawn"),),
    routes_table=(intravenous(SOURCE, "B"),),
    ranges={"age_years": (1.5, 14), "weight_kg": (10, 60)},
    population="54 children in an emergency department",
    notes=("ages_from_sd", "site_unverified"),
)
