"""Racemic ketamine, its enantiomers and metabolites, by many routes; arterial and venous. Composed.

No published model holds all of this. Composed from: the S-ketamine disposition and metabolism of Simons
2022 (the best of the open adult sets on arterial data that it was not fitted to); R-ketamine with the same
volumes and flows and 0.87 of the clearance (Henthorn 2018: distribution is shared; 0.86 Wang 2019, 0.83
Persson 2002, 0.94 Hasan 2021); two venous delays in parallel, the form of Kamp 2020, fitted here to the
venous medians of Otto 2021; a first pass in which all of a swallowed dose that does not reach the blood
unchanged passes through the liver's metabolism. Reasons: docs/algorithms/pharmacology-mooring-racemic.md.
"""

import math

import numpy as np

from mooring.pharmacology.constants import (
    HYDROXYNORKETAMINE_PER_KETAMINE,
    NG_PER_ML_PER_MG_PER_L,
    NORKETAMINE_PER_KETAMINE,
)
from mooring.pharmacology.effect_sites import effect_site
from mooring.pharmacology.model import Covariate, Flow, Follower, Formula, Model, ModelCitation, Output
from mooring.pharmacology.models import simons_2022
from mooring.pharmacology.models._racemic_routes import ROUTE_COEFFICIENTS, ROUTES, depots
from mooring.pharmacology.parameters import Parameter

HERE = "fitted here to Otto 2021"
SHARED = tuple(
    each
    for each in simons_2022.COEFFICIENTS
    if each.symbol not in {"F1", "D1", "KA1", "F2", "D2", "KA2", "MTT_gut"}
)
COEFFICIENTS = (
    *SHARED,
    Parameter(
        "R_to_S", 0.87, "1", "clearance of R over that of S", "Wang 2019, Persson 2002, Hasan 2021", "O", "B"
    ),
    Parameter("venous_fast", 0.42, "1", "share of the fast venous path", HERE, "C", "C", domain="fraction"),
    Parameter("fast_half_life", 1.0, "min", "delay of the fast path", HERE, "design", "D"),
    Parameter("slow_half_life", 45.0, "min", "delay of the slow path", HERE, "C", "C"),
    *ROUTE_COEFFICIENTS,
)
NK = NG_PER_ML_PER_MG_PER_L * NORKETAMINE_PER_KETAMINE
HNK = NG_PER_ML_PER_MG_PER_L * HYDROXYNORKETAMINE_PER_KETAMINE


def chain(x: str) -> tuple[Flow, ...]:
    """Disposition and metabolism of one enantiomer, `x` = "s" or "r"."""
    relative: Formula = (lambda p: 1.0) if x == "s" else (lambda p: p.R_to_S)
    return (
        Flow(f"{x}_1", f"{x}_2", lambda p: 60 * p.CLK2 / p.VK1),
        Flow(f"{x}_2", f"{x}_1", lambda p: 60 * p.CLK2 / p.VK2),
        Flow(f"{x}_1", f"{x}_3", lambda p: 60 * p.CLK3 / p.VK1),
        Flow(f"{x}_3", f"{x}_1", lambda p: 60 * p.CLK3 / p.VK3),
        Flow(f"{x}_1", f"{x}_liver_1", lambda p: 60 * p.CLK1 * relative(p) / p.VK1),
        Flow(f"{x}_liver_1", f"{x}_liver_2", lambda p: 60 * 2 / p.MTT_NK),
        Flow(f"{x}_liver_2", f"{x}_nk_1", lambda p: 60 * 2 / p.MTT_NK, lambda p: p.fraction_NK),
        Flow(f"{x}_nk_1", f"{x}_nk_2", lambda p: 60 * p.CLN2 / p.VK1),
        Flow(f"{x}_nk_2", f"{x}_nk_1", lambda p: 60 * p.CLN2 / p.VN2),
        Flow(f"{x}_nk_1", f"{x}_liver_3", lambda p: 60 * p.CLN1 / p.VK1),
        Flow(f"{x}_liver_3", f"{x}_liver_4", lambda p: 60 * 2 / p.MTT_HNK),
        Flow(f"{x}_liver_4", f"{x}_hnk_1", lambda p: 60 * 2 / p.MTT_HNK, lambda p: p.fraction_HNK),
        Flow(f"{x}_hnk_1", f"{x}_hnk_2", lambda p: 60 * p.CLH2 / p.VH1),
        Flow(f"{x}_hnk_2", f"{x}_hnk_1", lambda p: 60 * p.CLH2 / p.VH2),
        Flow(f"{x}_hnk_1", None, lambda p: 60 * p.CLH1 / p.VH1),
    )


BODY = ("1", "2", "3", "liver_1", "liver_2", "nk_1", "nk_2", "liver_3", "liver_4", "hnk_1", "hnk_2")


def per_volume(state: str, symbol: str, scale: float) -> tuple[str, Formula]:
    return state, lambda p: scale / getattr(p, symbol)


def arterial(x: str) -> tuple[tuple[str, Formula], ...]:
    return (per_volume(f"{x}_1", "VK1", NG_PER_ML_PER_MG_PER_L),)


def venous(x: str) -> tuple[tuple[str, Formula], ...]:
    return (f"{x}_arm_fast", lambda p: p.venous_fast), (f"{x}_arm_slow", lambda p: 1 - p.venous_fast)


def delays(x: str, of: str) -> tuple[Follower, Follower]:
    return (
        Follower(f"{x}_arm_fast", of, lambda p: math.log(2) * 60 / p.fast_half_life),
        Follower(f"{x}_arm_slow", of, lambda p: math.log(2) * 60 / p.slow_half_life),
    )


def by_sex(symbol: str) -> Covariate:
    """Women clear 20 % more than men; centred, so that as many women as men have the published mean."""
    factor = 1.2 / 1.1, 1.0 / 1.1
    return Covariate(
        symbol,
        "sex",
        lambda p, who: getattr(p, symbol) * np.select([who.female == 1, who.female == 0], factor, 1.0),
        "Sigtermans 2009",
        "B",
    )


EFFECT_FOLLOWER, EFFECT_OUTPUT = effect_site(of="esketamine.arterial")
S_NK, R_NK = per_volume("s_nk_1", "VK1", NK), per_volume("r_nk_1", "VK1", NK)
S_HNK, R_HNK = per_volume("s_hnk_1", "VH1", HNK), per_volume("r_hnk_1", "VH1", HNK)

MODEL = Model(
    registered=True,
    id="mooring_racemic",
    title="racemic ketamine, enantiomers and metabolites, arterial and venous (composed)",
    citations=(
        *simons_2022.MODEL.citations,
        ModelCitation(
            "kamp2020meta",
            "Kamp J, Olofsen E, Henthorn TK, van Velzen M, Niesters M, Dahan A. Ketamine pharmacokinetics: a "
            "systematic review of the literature, meta-analysis, and population analysis. Anesthesiology. "
            "2020;133(6):1192-1213. doi:10.1097/ALN.0000000000003577",
            "10.1097/ALN.0000000000003577",
        ),
        ModelCitation(
            "henthorn2018",
            "Henthorn TK, Avram MJ, Dahan A, et al. Combined recirculatory-compartmental population "
            "pharmacokinetic modeling of arterial and venous plasma S(+) and R(−) ketamine concentrations. "
            "Anesthesiology. 2018;129(2):260-270",
        ),
        ModelCitation(
            "otto2021",
            "Otto ME, Bergmann KR, Jacobs G, van Esdonk MJ. Predictive performance of parent-metabolite "
            "population pharmacokinetic models of (S)-ketamine in healthy volunteers. Eur J Clin Pharmacol. "
            "2021;77(8):1181-1192. doi:10.1007/s00228-021-03104-1",
            "10.1007/s00228-021-03104-1",
        ),
    ),
    drug="ketamine",
    coefficients=COEFFICIENTS,
    compartments=tuple(name for x in "sr" for name in (*depots(x)[0], *(f"{x}_{part}" for part in BODY))),
    flows=(*depots("s")[1], *chain("s"), *depots("r")[1], *chain("r")),
    followers=(*delays("s", "esketamine.arterial"), *delays("r", "arketamine.arterial"), EFFECT_FOLLOWER),
    responses=(
        Output("ketamine.venous", (*venous("s"), *venous("r")), "C", "the venous delays are fitted here"),
        Output("ketamine.arterial", (*arterial("s"), *arterial("r")), "B"),
        Output("norketamine.arterial", (S_NK, R_NK), "C", "R-norketamine is taken to behave as S"),
        Output("hydroxynorketamine.arterial", (S_HNK, R_HNK), "C", "R is taken to behave as S"),
        Output("esketamine.venous", venous("s"), "C", "the venous delays are fitted here"),
        Output("esketamine.arterial", arterial("s"), "A"),
        Output("esnorketamine.arterial", (S_NK,), "B"),
        Output("eshydroxynorketamine.arterial", (S_HNK,), "B"),
        Output("arketamine.venous", venous("r"), "C", "the venous delays are fitted here"),
        Output("arketamine.arterial", arterial("r"), "B"),
        Output("arnorketamine.arterial", (R_NK,), "D", "taken to behave as S-norketamine"),
        Output("arhydroxynorketamine.arterial", (R_HNK,), "D", "taken to behave as the S-form"),
        EFFECT_OUTPUT,
    ),
    routes_table=ROUTES,
    covariates=(
        by_sex("CLK1"),
        by_sex("CLN1"),
        Covariate(
            "F_oral",
            "cyp2b6_inhibited",
            lambda p, who: np.minimum(p.F_oral * np.where(who.cyp2b6_inhibited > 0, 2.4, 1.0), 1.0),
            "Peltoniemi 2011, ticlopidine",
            "B",
        ),
    ),
    ranges={"weight_kg": (45, 120), "age_years": (18, 65)},
    population="composed; its core is 20 healthy volunteers of Simons 2022",
    notes=(
        "composed",
        "metabolites_arterial",
    ),
    composed=True,
)
