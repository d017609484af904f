"""S-ketamine, S-norketamine and S-hydroxynorketamine after an oral film and intravenously; arterial.

Simons P, Olofsen E, van Velzen M, et al. S-Ketamine oral thin film, part 1: population pharmacokinetics of
S-ketamine, S-norketamine and S-hydroxynorketamine. Front Pain Res. 2022;3:946486.

Symbols are the paper's. The states hold milligrams of ketamine and, for metabolites, milligrams of ketamine
from which they formed; the outputs convert by molar mass. A film is absorbed twice: F1 through the mucosa,
F2 swallowed, straight into the liver's metabolism. F2 above 100 % is a scale for the fixed fractions
80 % and 70 %, not a bioavailability. The paper prints values "at 70 kg" without exponents; the usual
allometric ones are assumed.
"""

from mooring.pharmacology.constants import (
    HYDROXYNORKETAMINE_PER_KETAMINE,
    NG_PER_ML_PER_MG_PER_L,
    NORKETAMINE_PER_KETAMINE,
    ng_per_ml,
)
from mooring.pharmacology.effect_sites import effect_site
from mooring.pharmacology.model import Flow, Input, Model, ModelCitation, Output, Residual, Route
from mooring.pharmacology.parameters import Parameter

TABLE = "Simons 2022, table 4"
TEXT = "Simons 2022, methods"

COEFFICIENTS = (
    Parameter(
        "VK1", 11.6, "L", "central volume of S-ketamine, and VN1", TABLE, "S", "A", 0.057, 0.0, 1.0, se=0.9
    ),
    Parameter("VK2", 39.0, "L", "shallow peripheral volume", TABLE, "S", "A", 0.0, 0.0, 1.0, se=2.9),
    Parameter("VK3", 174.0, "L", "deep peripheral volume", TABLE, "S", "A", 0.0, 0.0, 1.0, se=11),
    Parameter("CLK1", 1.48, "L/min", "clearance into metabolism", TABLE, "S", "A", 0.029, 0.0, 0.75, se=0.06),
    Parameter("CLK2", 2.43, "L/min", "flow to the shallow volume", TABLE, "S", "A", 0.0, 0.0, 0.75, se=0.24),
    Parameter("CLK3", 1.21, "L/min", "flow to the deep volume", TABLE, "S", "A", 0.026, 0.0, 0.75, se=0.08),
    Parameter(
        "MTT_NK",
        20.1,
        "min",
        "mean transit time, ketamine to norketamine",
        TABLE,
        "S",
        "B",
        0.021,
        se=1.0,
        occasion_omega2=0.751,
    ),
    Parameter(
        "fraction_NK",
        0.8,
        "1",
        "share of metabolism that is norketamine, fixed",
        TEXT,
        "S",
        "C",
        domain="fraction",
    ),
    Parameter("VN2", 221.0, "L", "peripheral volume of norketamine", TABLE, "S", "A", 0.0, 0.0, 1.0),
    Parameter("CLN1", 1.00, "L/min", "clearance of norketamine", TABLE, "S", "A", 0.050, 0.0, 0.75),
    Parameter("CLN2", 2.63, "L/min", "flow to its peripheral volume", TABLE, "S", "A", 0.0, 0.0, 0.75),
    Parameter("MTT_HNK", 1.12, "min", "mean transit time to hydroxynorketamine", TABLE, "S", "B", se=0.51),
    Parameter(
        "fraction_HNK", 0.7, "1", "share that is hydroxynorketamine, fixed", TEXT, "S", "C", domain="fraction"
    ),
    Parameter(
        "VH1", 4.4, "L", "central volume of hydroxynorketamine", TABLE, "S", "B", 1.22, 0.0, 1.0, se=2.0
    ),
    Parameter(
        "VH2",
        87.5,
        "L",
        "its peripheral volume",
        TABLE,
        "S",
        "A",
        0.0,
        0.0,
        1.0,
        se=6.5,
        occasion_omega2=0.152,
    ),
    Parameter(
        "CLH1",
        0.933,
        "L/min",
        "its clearance",
        TABLE,
        "S",
        "A",
        0.103,
        0.0,
        0.75,
        se=0.068,
        occasion_omega2=0.008,
    ),
    Parameter(
        "CLH2", 1.70, "L/min", "flow to its peripheral volume", TABLE, "S", "A", 0.287, 0.0, 0.75, se=0.25
    ),
    Parameter(
        "F1",
        0.263,
        "1",
        "share of the film through the mucosa",
        TABLE,
        "S",
        "A",
        domain="fraction",
        se=0.012,
        occasion_omega2=0.060,
    ),
    Parameter(
        "D1", 13.1, "min", "time of release to the mucosa", TABLE, "S", "A", se=1.0, occasion_omega2=0.154
    ),
    Parameter("KA1", 0.04, "1/min", "mucosal absorption", TABLE, "S", "A", se=0.002, occasion_omega2=0.062),
    Parameter(
        "F2", 1.16, "1", "scale of the swallowed share", TABLE, "S", "B", se=0.06, occasion_omega2=0.057
    ),
    Parameter("D2", 29.9, "min", "time of release to the gut", TABLE, "S", "B", occasion_omega2=0.611),
    Parameter("KA2", 0.049, "1/min", "absorption from the gut", TABLE, "S", "B", occasion_omega2=0.376),
    Parameter(
        "MTT_gut", 10.7, "min", "mean transit time, gut to liver", TABLE, "S", "B", occasion_omega2=0.937
    ),
)

FLOWS = (
    Flow("mucosa", "ketamine_1", lambda p: 60 * p.KA1),
    Flow("gut", "gut_to_liver", lambda p: 60 * p.KA2),
    Flow("gut_to_liver", "liver_1", lambda p: 60 / p.MTT_gut),
    Flow("ketamine_1", "ketamine_2", lambda p: 60 * p.CLK2 / p.VK1),
    Flow("ketamine_2", "ketamine_1", lambda p: 60 * p.CLK2 / p.VK2),
    Flow("ketamine_1", "ketamine_3", lambda p: 60 * p.CLK3 / p.VK1),
    Flow("ketamine_3", "ketamine_1", lambda p: 60 * p.CLK3 / p.VK3),
    Flow("ketamine_1", "liver_1", lambda p: 60 * p.CLK1 / p.VK1),
    Flow("liver_1", "liver_2", lambda p: 60 * 2 / p.MTT_NK),
    Flow("liver_2", "norketamine_1", lambda p: 60 * 2 / p.MTT_NK, lambda p: p.fraction_NK),
    Flow("norketamine_1", "norketamine_2", lambda p: 60 * p.CLN2 / p.VK1),
    Flow("norketamine_2", "norketamine_1", lambda p: 60 * p.CLN2 / p.VN2),
    Flow("norketamine_1", "liver_3", lambda p: 60 * p.CLN1 / p.VK1),
    Flow("liver_3", "liver_4", lambda p: 60 * 2 / p.MTT_HNK),
    Flow("liver_4", "hydroxynorketamine_1", lambda p: 60 * 2 / p.MTT_HNK, lambda p: p.fraction_HNK),
    Flow("hydroxynorketamine_1", "hydroxynorketamine_2", lambda p: 60 * p.CLH2 / p.VH1),
    Flow("hydroxynorketamine_2", "hydroxynorketamine_1", lambda p: 60 * p.CLH2 / p.VH2),
    Flow("hydroxynorketamine_1", None, lambda p: 60 * p.CLH1 / p.VH1),
)

NK = NG_PER_ML_PER_MG_PER_L * NORKETAMINE_PER_KETAMINE
HNK = NG_PER_ML_PER_MG_PER_L * HYDROXYNORKETAMINE_PER_KETAMINE
EFFECT_FOLLOWER, EFFECT_OUTPUT = effect_site(of="esketamine.arterial")

MODEL = Model(
    registered=True,
    id="simons_2022",
    title="S-ketamine, oral thin film and intravenous, arterial",
    citations=(
        ModelCitation(
            "simons2022",
            "Simons P, Olofsen E, van Velzen M, et al. S-ketamine oral thin film—part 1: population "
            "pharmacokinetics of S-ketamine, S-norketamine and S-hydroxynorketamine. Front Pain Res. "
            "2022;3:946486. doi:10.3389/fpain.2022.946486",
            "10.3389/fpain.2022.946486",
        ),
    ),
    drug="esketamine",
    coefficients=COEFFICIENTS,
    compartments=(
        "mucosa",
        "gut",
        "gut_to_liver",
        "ketamine_1",
        "ketamine_2",
        "ketamine_3",
        "liver_1",
        "liver_2",
        "norketamine_1",
        "norketamine_2",
        "liver_3",
        "liver_4",
        "hydroxynorketamine_1",
        "hydroxynorketamine_2",
    ),
    flows=FLOWS,
    followers=(EFFECT_FOLLOWER,),
    responses=(
        Output("esketamine.arterial", (("ketamine_1", lambda p: NG_PER_ML_PER_MG_PER_L / p.VK1),), "A"),
        Output("esnorketamine.arterial", (("norketamine_1", lambda p: NK / p.VK1),), "A"),
        Output("eshydroxynorketamine.arterial", (("hydroxynorketamine_1", lambda p: HNK / p.VH1),), "B"),
        EFFECT_OUTPUT,
    ),
    routes_table=(
        Route("iv", (Input("ketamine_1", lambda p, d: 1.0),), lambda p, d: 1.0, TABLE, "A", infusible=True),
        Route(
            "oral_film",
            (
                Input("mucosa", lambda p, d: p.F1, over_h=lambda p: p.D1 / 60),
                Input("gut", lambda p, d: p.F2, over_h=lambda p: p.D2 / 60),
            ),
            lambda p, d: p.F1,
            TABLE,
            "A",
            note="held_ten_minutes",
        ),
    ),
    residuals={
        "esketamine.arterial": Residual(proportional=0.1095, source=TABLE),
        # 0.058 and 0.020 nmol/mL of the metabolites.
        "esnorketamine.arterial": Residual(
            0.102, ng_per_ml(nmol_per_ml=0.058, analyte="esnorketamine"), source=TABLE
        ),
        "eshydroxynorketamine.arterial": Residual(
            0.079, ng_per_ml(nmol_per_ml=0.020, analyte="eshydroxynorketamine"), source=TABLE
        ),
    },
    ranges={"weight_kg": (53, 93), "age_years": (19, 32)},
    population="20 healthy volunteers, 10 women and 10 men, arterial samples",
    notes=(
        "varies_by_occasion",
        "read_in_transcription",
    ),
)
