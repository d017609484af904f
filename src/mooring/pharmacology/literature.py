"""What is known of effects without a published concentration-effect model: findings, with ranges and n.

These are tables to read, not curves to draw: nothing in the library computes with them.
"""

from dataclasses import dataclass

from mooring.pharmacology.parameters import Grade, Tag


@dataclass(frozen=True)
class PublishedFinding:
    """One published observation; `low` and `high` are its range in `unit`, `people` how many were measured."""

    endpoint: str
    finding: str
    low: float | None
    high: float | None
    unit: str
    people: int | None
    source: str
    tag: Tag
    grade: Grade


FINDINGS = (
    PublishedFinding("heart rate", "highest rise, S-ketamine 159 to 1959 ng/mL, rising with concentration", 0.0, 43.5, "%", 8, "Långsjö 2005", "O", "C"),
    PublishedFinding("mean arterial pressure", "highest rise, S-ketamine 159 to 1959 ng/mL, rising with concentration", 0.0, 27.0, "%", 8, "Långsjö 2005", "O", "C"),
    PublishedFinding("cardiac output", "rise over S-ketamine 0 to 320 ng/mL", 40.0, 50.0, "%", 20, "Sigtermans 2009", "O", "B"),
    PublishedFinding("cardiac output", "S-ketamine raises, S-norketamine lowers, R-ketamine does nothing", None, None, "", 20, "Kamp 2021", "O", "B"),
    PublishedFinding("blood pressure", "esketamine spray: highest at about 40 min, lasting about 4 h", 40.0, 240.0, "min", None, "label of the esketamine spray", "O", "A"),
    PublishedFinding("systolic pressure", "esketamine spray: mean rise (unverified)", 7.0, 9.0, "mmHg", None, "phase 3 studies, from memory", "M", "D"),
    PublishedFinding("diastolic pressure", "esketamine spray: mean rise (unverified)", 4.0, 6.0, "mmHg", None, "phase 3 studies, from memory", "M", "D"),
    PublishedFinding("CADSS", "scale 0 to 92; highest at about 40 min, gone by 1.5 to 2 h, less from session to session (unverified)", 0.0, 92.0, "points", None, "from memory", "M", "D"),
    PublishedFinding("dissociation", "esketamine spray: patients who reported it in week 1, falling later", 16.7, 16.7, "%", 928, "phase 3 studies", "O", "B"),
    PublishedFinding("altered perception", "13 visual scales linear in venous concentration 50 to 200 ng/mL, R 0.93 to 0.99", 50.0, 200.0, "ng/mL", 10, "Bowdle 1998", "O", "B"),
    PublishedFinding("analgesia", "concentrations", 70.0, 160.0, "ng/mL", None, "Zanos 2018, table 1", "O", "B"),
    PublishedFinding("induction of anaesthesia", "peak after 1 to 2 mg/kg intravenously", 1200.0, 2400.0, "ng/mL", None, "Zanos 2018, table 1", "O", "B"),
)  # fmt: skip


def findings(endpoint: str | None = None) -> tuple[PublishedFinding, ...]:
    """All findings, or those of one endpoint."""
    return tuple(each for each in FINDINGS if endpoint in (None, each.endpoint))
