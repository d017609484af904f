"""The effect site: a compartment of no volume that follows the blood.

Olofsen E, Kamp J, Henthorn TK, et al. Ketamine psychedelic and antinociceptive effects are connected.
Anesthesiology. 2022;136(5):792-801. Seventeen men: the half-life of
equilibration of S-ketamine is 8.3 min (95 % interval 5.1 to 13.0), the same for perception and for pain.
"""

import math

from mooring.pharmacology.model import Follower, Output

HALF_LIFE_MIN = 8.3
HALF_LIFE_INTERVAL_MIN = (5.1, 13.0)
SOURCE = "Olofsen 2022, abstract"


def effect_site(*, of: str) -> tuple[Follower, Output]:
    """The follower and the output `analyte.effect` that it feeds, driven by the output `of`."""
    analyte, site = of.split(".")
    name = f"effect_of_{analyte}"
    note = f"follows the {site} concentration with a half-life of {HALF_LIFE_MIN} min ({SOURCE})"
    if site == "venous":
        note += "; venous blood lags behind arterial, so early effects come out too low"
    rate_per_h = math.log(2) / (HALF_LIFE_MIN / 60)
    return (
        Follower(name, of, lambda p: rate_per_h),
        Output(f"{analyte}.effect", ((name, lambda p: 1.0),), "B" if site == "arterial" else "C", note),
    )
