"""Numbers of chemistry that every model shares, each with its source.

Molar masses of the free bases follow from the formulas C13H16ClNO, C12H14ClNO, C12H14ClNO2 and C12H12ClNO
with the standard atomic weights of IUPAC (2021); hydrogen chloride is 36.46 g/mol. The label of the
esketamine nasal spray agrees: 32.3 mg of the hydrochloride are 28 mg of the base.
"""

MOLAR_MASS_G_PER_MOL = {
    "ketamine": 237.73,
    "esketamine": 237.73,
    "arketamine": 237.73,
    "norketamine": 223.70,
    "esnorketamine": 223.70,
    "arnorketamine": 223.70,
    "hydroxynorketamine": 239.70,
    "eshydroxynorketamine": 239.70,
    "arhydroxynorketamine": 239.70,
    "dehydronorketamine": 221.68,
}
HYDROGEN_CHLORIDE_G_PER_MOL = 36.46

# Fraction of the weighed salt that is ketamine base.
BASE_FRACTION = {
    "base": 1.0,
    "hcl": MOLAR_MASS_G_PER_MOL["ketamine"]
    / (MOLAR_MASS_G_PER_MOL["ketamine"] + HYDROGEN_CHLORIDE_G_PER_MOL),
}

# Mass of a metabolite that forms from one unit of mass of ketamine, mole for mole.
NORKETAMINE_PER_KETAMINE = MOLAR_MASS_G_PER_MOL["norketamine"] / MOLAR_MASS_G_PER_MOL["ketamine"]
HYDROXYNORKETAMINE_PER_KETAMINE = (
    MOLAR_MASS_G_PER_MOL["hydroxynorketamine"] / MOLAR_MASS_G_PER_MOL["ketamine"]
)

REFERENCE_WEIGHT_KG = 70.0
NG_PER_ML_PER_MG_PER_L = 1000.0


def ng_per_ml(*, nmol_per_ml: float, analyte: str) -> float:
    """Mass concentration of a molar one: 1 nmol/mL of ketamine is 237.7 ng/mL."""
    return nmol_per_ml * MOLAR_MASS_G_PER_MOL[analyte]


def nmol_per_ml(*, ng_per_ml: float, analyte: str) -> float:
    """Molar concentration of a mass concentration."""
    return ng_per_ml / MOLAR_MASS_G_PER_MOL[analyte]
