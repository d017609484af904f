"""S-ketamine and S-norketamine intravenously and by mouth; venous.

Otto ME, Bergmann KR, Jacobs G, van Esdonk MJ. Predictive performance of parent-metabolite population
pharmacokinetic models of (S)-ketamine in healthy volunteers. Eur J Clin Pharmacol. 2021;77(8):1181-1192.
They kept the S-ketamine coefficients of Fanta S, Kinnunen M, Backman JT, Kalso E. Population
pharmacokinetics of S-ketamine and norketamine in healthy volunteers after intravenous and oral dosing. Eur
J Clin Pharmacol. 2015;71(4):441-447, and estimated S-norketamine anew; all clearance forms it, mass for mass.

The oral route is composed: bioavailability 8 % is Fanta's; the presystemic share follows from Fanta's ratio
of AUCs at steady state, 16.5, as (0.08 + share) / 57.7 : 0.08 / 95.2; the absorption constants are those of
Perez-Ruixo 2021, because Fanta's were not to be had.
"""

import numpy as np

from mooring.pharmacology.constants import NG_PER_ML_PER_MG_PER_L
from mooring.pharmacology.effect_sites import effect_site
from mooring.pharmacology.model import Covariate, Flow, Input, Model, ModelCitation, Output, Residual, Route
from mooring.pharmacology.parameters import Parameter, omega2_from_cv

TABLE = "Otto 2021, table 3"
ABSTRACT = "Fanta 2015, abstract"
STEADY_STATE_RATIO = 16.5
PRESYSTEMIC = STEADY_STATE_RATIO * 0.08 * 57.72 / 95.2 - 0.08

COEFFICIENTS = (
    Parameter("V1", 133.0, "L", "central volume (Fanta, fixed)", TABLE, "S", "B", 0.084177, 0.0, 1.0),
    Parameter("CL", 95.2, "L/h", "clearance (Fanta, fixed)", TABLE, "S", "B", 0.026048, 0.0, 0.75),
    Parameter("V2", 187.0, "L", "peripheral volume (Fanta, fixed)", TABLE, "S", "B"),
    Parameter("Q2", 23.2, "L/h", "flow to it (Fanta, fixed)", TABLE, "S", "B"),
    Parameter("V3", 98.8, "L", "peripheral volume (Fanta, fixed)", TABLE, "S", "B"),
    Parameter("Q3", 157.0, "L/h", "flow to it (Fanta, fixed)", TABLE, "S", "B"),
    Parameter("VN1", 98.638, "L", "central volume of norketamine", TABLE, "S", "B", 0.040426, 0.0, 1.0),
    Parameter("CLN", 57.72, "L/h", "clearance of norketamine", TABLE, "S", "B", 0.10319, 0.0, 0.75),
    Parameter("VN2", 160.04, "L", "its peripheral volume", TABLE, "S", "B"),
    Parameter("QN", 42.778, "L/h", "flow to it", TABLE, "S", "B"),
    Parameter(
        "F", 0.08, "1", "oral bioavailability", ABSTRACT, "O", "B", omega2_from_cv(11), domain="fraction"
    ),
    Parameter(
        "presystemic",
        PRESYSTEMIC,
        "1",
        "share that is norketamine at once",
        ABSTRACT,
        "C",
        "C",
        domain="fraction",
    ),
    Parameter("Dpo", 0.32, "h", "release of an oral dose", "Perez-Ruixo 2021, table 3", "S", "C"),
    Parameter(
        "ka_po",
        0.97,
        "1/h",
        "absorption of an oral dose",
        "Perez-Ruixo 2021, table 3",
        "S",
        "C",
        omega2_from_cv(132),
    ),
)

FLOWS = (
    Flow("gut", "central", lambda p: p.ka_po),
    Flow("first_pass", "norketamine_1", lambda p: p.ka_po),
    Flow("central", "peripheral_1", lambda p: p.Q2 / p.V1),
    Flow("peripheral_1", "central", lambda p: p.Q2 / p.V2),
    Flow("central", "peripheral_2", lambda p: p.Q3 / p.V1),
    Flow("peripheral_2", "central", lambda p: p.Q3 / p.V3),
    Flow("central", "norketamine_1", lambda p: p.CL / p.V1),
    Flow("norketamine_1", "norketamine_2", lambda p: p.QN / p.VN1),
    Flow("norketamine_2", "norketamine_1", lambda p: p.QN / p.VN2),
    Flow("norketamine_1", None, lambda p: p.CLN / p.VN1),
)

EFFECT_FOLLOWER, EFFECT_OUTPUT = effect_site(of="esketamine.venous")
INHIBITED = "Peltoniemi 2011, ticlopidine"

MODEL = Model(
    registered=True,
    id="fanta_otto_2021",
    title="S-ketamine and S-norketamine, intravenous and oral, venous",
    citations=(
        ModelCitation(
            "otto2021",
            "Otto ME, Bergmann KR, Jacobs G, van Esdonk MJ. Predictive performance of parent-metabolite "
            "population pharmacokinetic models of (S)-ketamine in healthy volunteers. Eur J Clin Pharmacol. "
            "2021;77(8):1181-1192. doi:10.1007/s00228-021-03104-1",
            "10.1007/s00228-021-03104-1",
        ),
        ModelCitation(
            "fanta2015",
            "Fanta S, Kinnunen M, Backman JT, Kalso E. Population pharmacokinetics of S-ketamine and "
            "norketamine in healthy volunteers after intravenous and oral dosing. Eur J Clin Pharmacol. "
            "2015;71(4):441-447. doi:10.1007/s00228-015-1826-y",
            "10.1007/s00228-015-1826-y",
        ),
    ),
    drug="esketamine",
    coefficients=COEFFICIENTS,
    compartments=(
        "gut",
        "first_pass",
        "central",
        "peripheral_1",
        "peripheral_2",
        "norketamine_1",
        "norketamine_2",
    ),
    flows=FLOWS,
    followers=(EFFECT_FOLLOWER,),
    responses=(
        Output("esketamine.venous", (("central", lambda p: NG_PER_ML_PER_MG_PER_L / p.V1),), "B"),
        Output("esnorketamine.venous", (("norketamine_1", lambda p: NG_PER_ML_PER_MG_PER_L / p.VN1),), "B"),
        EFFECT_OUTPUT,
    ),
    routes_table=(
        Route("iv", (Input("central", lambda p, d: 1.0),), lambda p, d: 1.0, TABLE, "B", infusible=True),
        Route(
            "oral",
            (
                Input("gut", lambda p, d: p.F, over_h=lambda p: p.Dpo),
                # No more is metabolised on the way than was not absorbed unchanged.
                Input("first_pass", lambda p, d: np.minimum(p.presystemic, 1 - p.F), over_h=lambda p: p.Dpo),
            ),
            lambda p, d: p.F,
            ABSTRACT,
            "C",
            note="absorption_borrowed",
        ),
    ),
    covariates=(
        Covariate(
            "F",
            "cyp2b6_inhibited",
            lambda p, who: np.minimum(p.F * np.where(who.cyp2b6_inhibited > 0, 2.4, 1.0), 1.0),
            INHIBITED,
            "B",
        ),
    ),
    covariances=(("V1", "CL", 0.02261), ("VN1", "CLN", 0.04456)),
    residuals={
        "esketamine.venous": Residual(proportional=0.236, source=TABLE),
        "esnorketamine.venous": Residual(proportional=0.143, source=TABLE),
    },
    ranges={"weight_kg": (50, 100), "age_years": (18, 45)},
    population="48 healthy volunteers of two studies, venous samples; S-ketamine from 11 men",
)
