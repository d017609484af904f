"""How ketamine enters by each route, for the composed model, with the grade of what is known.

Bioavailabilities are published; time courses are chosen here to give the published time of the peak, and
say so. A route without human data (subcutaneous) borrows and carries a wide spread.
"""

from collections.abc import Callable
from typing import Any

from mooring.pharmacology.model import Flow, Formula, Input, Route
from mooring.pharmacology.parameters import Grade, Parameter

CHOSEN = "chosen for the published time of the peak"

ROUTE_COEFFICIENTS = (
    Parameter("F_im", 0.93, "1", "intramuscular bioavailability", "Clements 1982, cited second hand", "O", "B", added_sd=0.4, domain="fraction"),
    Parameter("D_im", 18.0, "min", "release from the muscle", CHOSEN, "design", "C"),
    Parameter("ka_im", 15.0, "1/h", "absorption from the muscle", CHOSEN, "design", "C", 0.25),
    Parameter("F_sc", 0.90, "1", "subcutaneous bioavailability, borrowed from the muscle", "no human data", "design", "D", added_sd=0.8, domain="fraction"),
    Parameter("ka_sc", 2.0, "1/h", "absorption from under the skin", "no human data", "design", "D", 0.5),
    Parameter("F_in", 0.24, "1", "intranasal bioavailability: 0.45 or 0.11 to 0.17", "Yanagihara 2003; Pharmacotherapy 2022;42:298", "C", "C", added_sd=0.58, domain="fraction"),
    Parameter("ka_in", 2.75, "1/h", "absorption in the nose", CHOSEN, "design", "C", 0.25),
    Parameter("F_sl", 0.29, "1", "sublingual bioavailability", "Rolan 2014, abstract", "O", "A", added_sd=0.25, domain="fraction"),
    Parameter("D_sl", 20.0, "min", "release under the tongue", CHOSEN, "design", "C"),
    Parameter("ka_sl", 2.4, "1/h", "absorption under the tongue", CHOSEN, "design", "C", 0.15),
    Parameter("F_oral", 0.20, "1", "oral bioavailability: 0.17, 0.20, 0.23", "Yanagihara 2003; Chong 2009", "O", "B", added_sd=0.5, domain="fraction"),
    Parameter("D_oral", 19.2, "min", "release from the stomach", "Perez-Ruixo 2021, table 3", "S", "C"),
    Parameter("ka_oral", 1.45, "1/h", "absorption from the gut", "Perez-Ruixo 2021, swallowed part", "S", "C", 0.3),
    Parameter("F_pr_s", 0.15, "1", "prolonged-release bioavailability of S", "Hasan 2021, abstract", "O", "B", added_sd=0.6, domain="fraction"),
    Parameter("F_pr_r", 0.19, "1", "prolonged-release bioavailability of R", "Hasan 2021, abstract", "O", "B", added_sd=0.6, domain="fraction"),
    Parameter("D_pr", 480.0, "min", "release of the prolonged-release tablet", "an assumption", "design", "D"),
    Parameter("F_rectal", 0.30, "1", "rectal bioavailability of three people", "Yanagihara 2003, abstract", "O", "D", added_sd=0.6, domain="fraction"),
)  # fmt: skip

DEPOTS: tuple[tuple[str, Formula], ...] = (
    ("muscle", lambda p: p.ka_im),
    ("skin", lambda p: p.ka_sc),
    ("nose", lambda p: p.ka_in),
    ("mouth", lambda p: p.ka_sl),
    ("gut", lambda p: p.ka_oral),
)


def depots(x: str) -> tuple[tuple[str, ...], tuple[Flow, ...]]:
    """The depots of one enantiomer and their flows; `first_pass` empties into the liver's metabolism."""
    flows = tuple(Flow(f"{x}_{name}", f"{x}_1", rate) for name, rate in DEPOTS)
    flows += (Flow(f"{x}_first_pass", f"{x}_liver_1", lambda p: p.ka_oral),)
    return tuple(flow.source for flow in flows), flows


Share = Callable[[Any], Any]


def both(
    into: str, share: Share, share_r: Share | None = None, *, over_h: Formula | None = None
) -> tuple[Input, Input]:
    """The same way in for S and R, each with its part of what was given."""
    of_r = share_r or share
    return (
        Input(f"s_{into}", lambda p, d: share(p), over_h, part=lambda d: d.share_s),
        Input(f"r_{into}", lambda p, d: of_r(p), over_h, part=lambda d: d.share_r),
    )


def swallowed(into: str, share: str, grade: Grade, name: str, source: str, over_min: str, note: str) -> Route:
    """A route of which `share` reaches the blood and the rest meets the liver first."""
    get: Share = lambda p: getattr(p, share)  # noqa: E731
    over: Formula = lambda p: getattr(p, over_min) / 60  # noqa: E731
    inputs = (*both(into, get, over_h=over), *both("first_pass", lambda p: 1 - get(p), over_h=over))
    return Route(name, inputs, lambda p, d: get(p), source, grade, note=note)


ROUTES = (
    Route("iv", both("1", lambda p: 1.0), lambda p, d: 1.0, "Simons 2022, table 4", "A", infusible=True),
    Route(
        "im",
        both("muscle", lambda p: p.F_im, over_h=lambda p: p.D_im / 60),
        lambda p, d: p.F_im,
        "Clements 1982",
        "B",
        note="time_course_chosen",
    ),
    Route(
        "sc",
        both("skin", lambda p: p.F_sc),
        lambda p, d: p.F_sc,
        "no human data",
        "D",
        infusible=True,
        note="no_human_data",
    ),
    Route(
        "intranasal",
        (*both("nose", lambda p: p.F_in), *both("first_pass", lambda p: 1 - p.F_in)),
        lambda p, d: p.F_in,
        "Yanagihara 2003; Pharmacotherapy 2022;42:298",
        "C",
        note="studies_disagree",
    ),
    swallowed("mouth", "F_sl", "A", "sublingual", "Rolan 2014", "D_sl", "wafer_eight_men"),
    swallowed("gut", "F_oral", "B", "oral", "Yanagihara 2003; Chong 2009", "D_oral", ""),
    Route(
        "oral_prolonged_release",
        (
            *both("gut", lambda p: p.F_pr_s, lambda p: p.F_pr_r, over_h=lambda p: p.D_pr / 60),
            *both("first_pass", lambda p: 1 - p.F_pr_s, lambda p: 1 - p.F_pr_r, over_h=lambda p: p.D_pr / 60),
        ),
        lambda p, d: p.F_pr_s * d.share_s + p.F_pr_r * d.share_r,
        "Hasan 2021",
        "C",
        note="release_assumed",
    ),
    swallowed("gut", "F_rectal", "D", "rectal", "Yanagihara 2003", "D_oral", "three_people"),
)
