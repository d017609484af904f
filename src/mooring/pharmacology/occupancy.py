r"""NMDA receptor occupancy, as a band, because nobody knows the number.

\(\theta = \sum c_i/K_i \,/\, (1 + \sum c_i/K_i)\), with free brain concentrations \(c = C f_u K_{p,uu}\).
Published affinities of the racemate span 17-fold (0.119 µmol/L, Sałat 2015; 2 µmol/L, an open model of
plasticity); the middle is Ebert 1997, by enantiomer. Binding is taken at equilibrium, although ketamine is
a trapping, use-dependent blocker: that alone forbids reading a single line.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mooring.pharmacology.constants import MOLAR_MASS_G_PER_MOL
from mooring.pharmacology.effects import Curves
from mooring.pharmacology.errors import PharmacologyError

Array = npt.NDArray[np.float64]

# Ki in µmol/L at rat [3H]MK-801 sites: Ebert 1997, quoted on a vendor's page.
KI_UMOL_PER_L = {"esketamine": 0.3, "arketamine": 1.4, "esnorketamine": 1.7, "arnorketamine": 13.0}
RACEMIC_KI_UMOL_PER_L = 2 / (1 / KI_UMOL_PER_L["esketamine"] + 1 / KI_UMOL_PER_L["arketamine"])
STRONGEST_KI_UMOL_PER_L = 0.119
WEAKEST_KI_UMOL_PER_L = 2.0
FREE_FRACTION = 0.57  # label of the nasal spray: 43 to 45 % bound
BRAIN_TO_PLASMA_UNBOUND = 0.6  # secondary source
REASON = (
    "Published affinities of ketamine for the NMDA receptor differ 17-fold (0.12 to 2 µmol/L), and "
    "binding is taken at equilibrium although ketamine is trapped in the open channel."
)
SOURCES = ("ebert1997",)


@dataclass(frozen=True)
class Band:
    """Occupancy from 0 to 1: `low`, `middle` and `high` in the shape of the curves, and why it is a band."""

    low: Array
    middle: Array
    high: Array
    reason: str = REASON
    grade: str = "D"


def occupancy(curves: Curves) -> Band:
    """The occupancy band of a simulation. Racemate alone counts with the affinity of the racemate."""
    outputs = tuple(curves.outputs)
    relative: Array | None = None
    for analyte, ki in (*KI_UMOL_PER_L.items(), ("ketamine", RACEMIC_KI_UMOL_PER_L)):
        if analyte == "ketamine" and relative is not None:
            continue
        for site in ("arterial", "venous"):
            if f"{analyte}.{site}" in outputs:
                free_umol_per_l = curves[f"{analyte}.{site}"] / MOLAR_MASS_G_PER_MOL[analyte]
                part = free_umol_per_l * FREE_FRACTION * BRAIN_TO_PLASMA_UNBOUND / ki
                relative = part if relative is None else relative + part
                break
    if relative is None:
        raise PharmacologyError("occupancy needs a concentration of ketamine or of an enantiomer")
    low, middle, high = (
        scaled / (1 + scaled)
        for ki in (WEAKEST_KI_UMOL_PER_L, RACEMIC_KI_UMOL_PER_L, STRONGEST_KI_UMOL_PER_L)
        for scaled in (relative * (RACEMIC_KI_UMOL_PER_L / ki),)
    )
    return Band(low, middle, high)
