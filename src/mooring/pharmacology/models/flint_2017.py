"""S-ketamine and S-norketamine in children in intensive care, over days of infusion.

Flint RB, Brouwer CNM, Kränzlin ASC, et al. Pharmacokinetics of S-ketamine during prolonged sedation at the
pediatric intensive care unit. Paediatr Anaesth. 2017;27(11):1098-1107. 25 children of 0.02 to 12.5 years.

In the paper the apparent clearance of S-norketamine rises by 0.87 % an hour (standard error 70 % of that).
A linear model with constant coefficients cannot hold it: the value at the start stands here, so after two
days norketamine comes out about 40 % too high.
"""

from mooring.pharmacology.constants import NG_PER_ML_PER_MG_PER_L
from mooring.pharmacology.model import Flow, Model, ModelCitation, Output
from mooring.pharmacology.models._classic import intravenous, plasma
from mooring.pharmacology.parameters import Parameter

SOURCE = "Flint 2017, table 3"

MODEL = Model(
    registered=True,
    id="flint_2017",
    title="S-ketamine, children in intensive care, infusion",
    citations=(
        ModelCitation(
            "flint2017",
            "Flint RB, Brouwer CNM, Kränzlin ASC, Lie-A-Huen L, Bos AP, Mathôt RAA. Pharmacokinetics of "
            "S-ketamine during prolonged sedation at the pediatric intensive care unit. Paediatr Anaesth. "
            "2017;27(11):1098-1107. doi:10.1111/pan.13239",
            "10.1111/pan.13239",
        ),
    ),
    drug="esketamine",
    coefficients=(
        Parameter("CL", 112.0, "L/h", "clearance", SOURCE, "S", "B", 0.14965, 0.0, 0.75),
        Parameter("V1", 7.73, "L", "central volume", SOURCE, "S", "B", 0.0, 0.0, 1.0),
        Parameter("Q", 196.0, "L/h", "flow to the peripheral volume", SOURCE, "S", "B", 0.0, 0.0, 0.75),
        Parameter("V2", 545.0, "L", "peripheral volume", SOURCE, "S", "B", 0.0, 0.0, 1.0),
        Parameter(
            "CLn", 53.2, "L/h", "apparent clearance of norketamine", SOURCE, "S", "C", 0.73326, 0.0, 0.75
        ),
        Parameter("Vn", 1.0, "L", "apparent volume of norketamine, fixed", SOURCE, "S", "C", 0.0, 0.0, 1.0),
    ),
    compartments=("central", "peripheral", "norketamine"),
    flows=(
        Flow("central", "peripheral", lambda p: p.Q / p.V1),
        Flow("peripheral", "central", lambda p: p.Q / p.V2),
        Flow("central", "norketamine", lambda p: p.CL / p.V1),
        Flow("norketamine", None, lambda p: p.CLn / p.Vn),
    ),
    responses=(
        plasma("esketamine.venous", "B", "the transcription does not say where the blood was drawn"),
        Output(
            "esnorketamine.venous",
            (("norketamine", lambda p: NG_PER_ML_PER_MG_PER_L / p.Vn),),
            "C",
            "apparent volume fixed at 1 L; clearance as at the start of the infusion",
        ),
    ),
    routes_table=(intravenous(SOURCE, "B"),),
    covariances=(("CL", "CLn", 0.16762),),
    ranges={"weight_kg": (3.4, 35), "age_years": (0.02, 12.5)},
    population="25 children on a ventilator",
    notes=("intensive_care_children",),
)
