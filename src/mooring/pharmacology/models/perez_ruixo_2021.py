"""Esketamine and noresketamine after the nasal spray, intravenously and by mouth; venous.

Perez-Ruixo C, Rossenu S, Zannikos P, et al. Population pharmacokinetics of esketamine nasal spray and its
metabolite noresketamine in healthy subjects and patients with treatment-resistant depression. Clin
Pharmacokinet. 2021;60(4):501-516. 820 subjects of 13 studies.

Symbols are the paper's. Of a spray, FRn is absorbed in the nose and the rest swallowed; the swallowed part
and oral doses pass the gut (Fgut) and the liver. The first 28 mg of a sitting have FRn, later sprays
0.62 FRn. The rate constants, printed in L/h, are 1/h; the printed equations of the two depots disagree with
the figure and are taken from the figure. The variance of kmet is blank in the paper; 30 % stands here as an
assumption. The published AUC of noresketamine cannot be reproduced from the published coefficients
(1.4 times too high), its peak can. The model describes the spray; given intravenously it stays below
arterial data by 40 %, so use another model for infusions.
"""

import numpy as np

from mooring.pharmacology.constants import NG_PER_ML_PER_MG_PER_L
from mooring.pharmacology.effect_sites import effect_site
from mooring.pharmacology.model import (
    Array,
    Covariate,
    Flow,
    Given,
    Input,
    Model,
    ModelCitation,
    Output,
    Residual,
    Route,
    Values,
)
from mooring.pharmacology.parameters import Parameter, omega2_from_cv

TABLE = "Perez-Ruixo 2021, table 3"
FIRST_DEVICE_MG = 28.0

COEFFICIENTS = (
    Parameter(
        "FRn",
        0.54,
        "1",
        "share absorbed in the nose, first 28 mg",
        TABLE,
        "S",
        "A",
        added_sd=0.708,
        domain="fraction",
    ),
    Parameter("later_sprays", 0.62, "1", "factor on FRn after the first 28 mg", TABLE, "S", "A"),
    Parameter("ka_n", 2.93, "1/h", "absorption in the nose", TABLE, "S", "A", omega2_from_cv(61.5)),
    Parameter("Dsw", 0.53, "h", "release of the swallowed part", TABLE, "S", "A"),
    Parameter("ka_sw", 1.45, "1/h", "absorption of the swallowed part", TABLE, "S", "A", omega2_from_cv(132)),
    Parameter("Dpo", 0.32, "h", "release of an oral dose", TABLE, "S", "A"),
    Parameter("ka_po", 0.97, "1/h", "absorption of an oral dose", TABLE, "S", "A", omega2_from_cv(132)),
    Parameter("Fgut", 0.64, "1", "share that escapes the gut", TABLE, "S", "A", domain="fraction"),
    Parameter("Vc", 192.0, "L", "central volume", TABLE, "S", "A", omega2_from_cv(27.5)),
    Parameter("Q1", 84.3, "L/h", "flow to the shallow volume", TABLE, "S", "A"),
    Parameter("Vp1", 143.0, "L", "shallow peripheral volume", TABLE, "S", "A", omega2_from_cv(49.3)),
    Parameter("Q2", 37.6, "L/h", "flow to the deep volume", TABLE, "S", "A"),
    Parameter("Vp2", 417.0, "L", "deep peripheral volume", TABLE, "S", "A"),
    Parameter("Qh", 151.0, "L/h", "blood flow of the liver", TABLE, "S", "A", omega2_from_cv(23.2)),
    Parameter("Vh", 101.0, "L", "volume of the liver compartment", TABLE, "S", "A", omega2_from_cv(34.6)),
    Parameter("kel", 1.11, "1/h", "elimination to other metabolites", TABLE, "S", "A", omega2_from_cv(120)),
    Parameter(
        "kmet",
        2.77,
        "1/h",
        "elimination to noresketamine (its spread of 30 % is assumed)",
        TABLE,
        "S",
        "B",
        omega2_from_cv(30),
    ),
    Parameter("Vcn", 70.0, "L", "apparent volume of noresketamine", TABLE, "S", "A", omega2_from_cv(31.6)),
    Parameter(
        "CLn", 38.0, "L/h", "apparent clearance of noresketamine", TABLE, "S", "A", omega2_from_cv(25.4)
    ),
    Parameter("Vpn", 115.0, "L", "its apparent peripheral volume", TABLE, "S", "A"),
    Parameter("Q3", 26.1, "L/h", "its flow to that volume", TABLE, "S", "A"),
)

FLOWS = (
    Flow("nose", "central", lambda p: p.ka_n),
    Flow("swallowed", "liver", lambda p: p.ka_sw),
    Flow("gut", "liver", lambda p: p.ka_po),
    Flow("central", "shallow", lambda p: p.Q1 / p.Vc),
    Flow("shallow", "central", lambda p: p.Q1 / p.Vp1),
    Flow("central", "deep", lambda p: p.Q2 / p.Vc),
    Flow("deep", "central", lambda p: p.Q2 / p.Vp2),
    Flow("central", "liver", lambda p: p.Qh / p.Vc),
    Flow("liver", "central", lambda p: p.Qh / p.Vh),
    Flow("liver", None, lambda p: p.kel),
    Flow("liver", "noresketamine_1", lambda p: p.kmet),
    Flow("noresketamine_1", "noresketamine_2", lambda p: p.Q3 / p.Vcn),
    Flow("noresketamine_2", "noresketamine_1", lambda p: p.Q3 / p.Vpn),
    Flow("noresketamine_1", None, lambda p: p.CLn / p.Vcn),
)


def nasal_share(p: Values, dose: Given) -> Array:
    """The share of this dose that the nose absorbs: FRn of the first 28 mg of a sitting, less of the rest."""
    first_mg = np.clip(FIRST_DEVICE_MG - dose.before_mg, 0.0, dose.mg)
    share: Array = p.FRn * (first_mg + p.later_sprays * (dose.mg - first_mg)) / np.maximum(dose.mg, 1e-300)
    return np.minimum(share, 1.0)


def extraction(p: Values) -> Array:
    """The share that the liver keeps in one pass (well stirred): E = CLint / (Qh + CLint)."""
    intrinsic = p.Vh * (p.kel + p.kmet)
    share: Array = intrinsic / (p.Qh + intrinsic)
    return share


# A study of the spray in 24 people with impaired kidneys (28 mg, NCT02606084): peak 20 to 26 % and area 13 to 36 %
# above normal, mild to severe. One factor inside both ranges stands for all three degrees.
RENAL_EXPOSURE = 1.22
RENAL = "NCT02606084, as the maker's medical information summarises it"


def of_renal_impairment(symbol: str) -> Covariate:
    """All volumes and flows of esketamine smaller by one factor: concentrations rise by it, at every time."""
    return Covariate(
        symbol,
        "renal_impairment",
        lambda p, who: getattr(p, symbol) / np.where(who.renal > 0, RENAL_EXPOSURE, 1.0),
        RENAL,
        "C",
    )


EFFECT_FOLLOWER, EFFECT_OUTPUT = effect_site(of="esketamine.venous")

MODEL = Model(
    registered=True,
    id="perez_ruixo_2021",
    title="esketamine nasal spray, venous",
    citations=(
        ModelCitation(
            "perezruixo2021",
            "Perez-Ruixo C, Rossenu S, Zannikos P, et al. Population pharmacokinetics of esketamine nasal "
            "spray and its metabolite noresketamine in healthy subjects and patients with "
            "treatment-resistant depression. Clin Pharmacokinet. 2021;60(4):501-516. "
            "doi:10.1007/s40262-020-00953-4",
            "10.1007/s40262-020-00953-4",
        ),
    ),
    drug="esketamine",
    coefficients=COEFFICIENTS,
    compartments=(
        "nose",
        "swallowed",
        "gut",
        "central",
        "shallow",
        "deep",
        "liver",
        "noresketamine_1",
        "noresketamine_2",
    ),
    flows=FLOWS,
    followers=(EFFECT_FOLLOWER,),
    responses=(
        Output("esketamine.venous", (("central", lambda p: NG_PER_ML_PER_MG_PER_L / p.Vc),), "A"),
        Output(
            "esnorketamine.venous",
            (("noresketamine_1", lambda p: NG_PER_ML_PER_MG_PER_L / p.Vcn),),
            "B",
            "apparent volume as printed; the published AUC cannot be reproduced with it",
        ),
        EFFECT_OUTPUT,
    ),
    routes_table=(
        Route(
            "nasal_spray",
            (
                Input("nose", nasal_share),
                Input("swallowed", lambda p, d: (1 - nasal_share(p, d)) * p.Fgut, over_h=lambda p: p.Dsw),
            ),
            lambda p, d: nasal_share(p, d) + (1 - nasal_share(p, d)) * p.Fgut * (1 - extraction(p)),
            TABLE,
            "A",
        ),
        Route(
            "iv",
            (Input("central", lambda p, d: 1.0),),
            lambda p, d: 1.0,
            TABLE,
            "C",
            infusible=True,
            note="below_arterial",
        ),
        Route(
            "oral",
            (Input("gut", lambda p, d: p.Fgut, over_h=lambda p: p.Dpo),),
            lambda p, d: p.Fgut * (1 - extraction(p)),
            TABLE,
            "B",
            note="one_study_84",
        ),
    ),
    covariates=(
        *(of_renal_impairment(symbol) for symbol in ("Vc", "Vp1", "Vp2", "Vh", "Q1", "Q2", "Qh")),
        Covariate(
            "Qh",
            "age_years",
            lambda p, who: (
                p.Qh * (151.0 - 2.19 * np.clip(np.nan_to_num(who.age_years) - 60, 0, None)) / 151.0
            ),
            TABLE,
            "A",
        ),
        Covariate("kel", "asian", lambda p, who: p.kel * np.where(who.asian > 0, 0.36, 1.0), TABLE, "A"),
        Covariate("CLn", "asian", lambda p, who: p.CLn * np.where(who.asian > 0, 0.81, 1.0), TABLE, "A"),
        Covariate(
            "FRn",
            "japanese",
            lambda p, who: np.minimum(p.FRn * np.where(who.japanese > 0, 1.34, 1.0), 1.0),
            TABLE,
            "A",
        ),
    ),
    residuals={
        "esketamine.venous": Residual(log_sd=0.276, source=TABLE),
        "esnorketamine.venous": Residual(log_sd=0.422, source=TABLE),
    },
    ranges={"weight_kg": (39, 170), "age_years": (18, 86)},
    population="820 volunteers and patients of 13 studies, venous samples",
    notes=(
        "no_effect_found",
        "renal_factor",
        "hepatic_no_number",
    ),
)
