"""A package of a few facts and one rule: what stands around a test of the loader or the lint, read in no time."""

import shutil
from pathlib import Path

from mooring.content.loader import PACKAGE_ROOT

FACTS = """\
- {key: stroke, title: Stroke or mini-stroke ever, type: yes-no}
- {key: age_years, title: Age, type: number, unit: years, least: 0, most: 120}
- {key: resting_systolic_mmhg, title: Systolic pressure at rest, type: number, unit: mmHg, least: 50, most: 300}
- {key: spo2_percent, title: Oxygen saturation, type: number, unit: "%", least: 50, most: 100}
"""
RULE = """\
- id: OLD-STROKE
  version: 1
  title: A stroke
  group: Ours
  effective_from: 2026-01-01
  next_review: 2027-01-01
  author: Clinical editor
  checker: Second reader
  question: {about: stroke, text: Have you ever had a stroke or a mini-stroke?}
  confirm: The letter.
  when: stroke is yes
  effect: CAUTION
  override: prescriber
  says: A stroke.
  asks: Look at it.
  evidence: design-default
  basis: An example.
"""


def small_package(folder: Path, *kinds: str) -> Path:
    """A package root with four facts and one rule, and these kinds copied from the real one."""
    for kind, text in (("data", FACTS), ("eligibility", RULE)):
        (folder / kind).mkdir(parents=True)
        (folder / kind / "few.yaml").write_text(text, "utf-8")
    for kind in kinds:
        shutil.copytree(PACKAGE_ROOT / kind, folder / kind)
    return folder
