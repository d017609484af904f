"""What height and weight say together: body mass index, ideal and adjusted weight.

Ideal weight is Devine's rule: 50 kg for men and 45.5 kg for women at 5 ft, and 2.3 kg for each inch above
(Devine BJ. Gentamicin therapy. Drug Intell Clin Pharm 1974;8:650-655). Adjusted weight adds 0.4 of the excess (as in
Pai MP, Paloucek FP. The origin of the "ideal" body weight equations. Ann Pharmacother 2000;34:1066-1069,
doi:10.1345/aph.19381). Both are shown beside a dose and never replace the measured weight.
"""

from dataclasses import dataclass

CM_PER_INCH = 2.54
FIVE_FEET_IN = 60
KG_PER_INCH = 2.3
AT_FIVE_FEET_KG = {"male": 50.0, "female": 45.5}
EXCESS_COUNTED = 0.4


@dataclass(frozen=True)
class Body:
    """`ideal_kg` and `adjusted_kg` are None below 5 ft and where the sex at birth is not known."""

    weight_kg: float
    height_cm: float
    bmi_kg_per_m2: float
    ideal_kg: float | None
    adjusted_kg: float | None


def body_of(weight_kg: float, height_cm: float, sex: str) -> Body:
    """The measures of a body; `sex` at birth is "male", "female" or anything else.

    >>> body = body_of(100, 180, "male")
    >>> round(body.bmi_kg_per_m2, 1), round(body.ideal_kg, 1), round(body.adjusted_kg, 1)
    (30.9, 75.0, 85.0)
    """
    start, inches = AT_FIVE_FEET_KG.get(sex), height_cm / CM_PER_INCH - FIVE_FEET_IN
    ideal = None if start is None or inches < 0 else start + KG_PER_INCH * inches
    adjusted = None if ideal is None else ideal + EXCESS_COUNTED * max(weight_kg - ideal, 0)
    return Body(weight_kg, height_cm, weight_kg / (height_cm / 100) ** 2, ideal, adjusted)
