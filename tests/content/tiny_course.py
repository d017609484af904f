"""The smallest whole course, written into a folder, for tests that then break one thing in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILES = {
    "course.yaml": """\
id: tiny
title: A tiny course
version: "1"
language: en
level: introductory
released: 2026-01-05
review_due: 2029-01-05
description: One lesson about one thing.
audience: [Testers]
what_it_is_not: [Not reviewed by a clinician.]
method: Reading.
licence: CC-BY-4.0
accommodations: Write to the provider.
grievances: Write to the provider.
reading_grade_max: 20
people:
  - {id: ada, name: Ada Example, roles: [author], fictional: true}
modules: [m1]
""",
    "modules/m1/module.yaml": """\
id: m1
title: The only module
summary: All there is.
objectives:
  - {id: lo1, verb: name, text: Name the thing.}
lessons: [m1-l1]
""",
    "modules/m1/first.md": """\
---
id: m1-l1
title: The thing
summary: It is a thing.
objectives: [lo1]
complete_when: {check: m1-l1-check, min_correct: 1}
---
## What it is

The thing is a thing {cite}`doe-2020`. It stays a thing, and a thing it is, whatever the day brings to it.

:::{contested}
Some say that it is *two* things {cite}`doe-2020,roe-2021`.
:::

:::{explorable}
ref: band
:::

:::{case}
ref: the-case
:::

:::{predict}
ref: how-many
:::

:::{check}
ref: m1-l1-check
:::
""",
    "modules/m1/first.checks.yaml": """\
id: m1-l1-check
items:
  - id: thing-01
    type: single
    objective: lo1
    family: thing
    stem: What is it?
    cite: [doe-2020]
    options:
      a: {text: A thing, right: true, why: It is.}
      b: {text: No thing, why: It is one.}
      c: {text: Two things, why: Only one.}
  - id: thing-02
    type: explorable
    objective: lo1
    family: thing
    stem: How much, in the middle?
    cite: [doe-2020]
    explorable: band
    settings: {concentration_ng_per_ml: 100}
    output: occupancy_mid_percent
    tolerance: 0.1
    why: Read it off.
""",
    "explorables/band.yaml": """\
id: band
kind: occupancy-band
title: A band
question: How wide is it?
controls:
  concentration_ng_per_ml: {label: Concentration, minimum: 0, maximum: 400, step: 10, start: 100}
outputs: [occupancy_low_percent, occupancy_mid_percent, occupancy_high_percent]
table:
  - {concentration_ng_per_ml: 0}
  - {concentration_ng_per_ml: 100}
  - {concentration_ng_per_ml: 400}
analyte: ketamine, both forms
site: arterial blood
alt: A band that widens.
caution: It is a model.
grade: Weak.
cite: [doe-2020]
""",
    "predictions/how-many.yaml": """\
id: how-many
question: How many of ten are things?
setting: Ten of them were counted.
scale: {minimum: 0, maximum: 10, step: 1, unit: of 10}
answer: 4
found: Four of ten are things.
cite: [doe-2020]
""",
    "cases/the.case.yaml": """\
id: the-case
title: A case
objectives: [lo1]
minutes: 2
introduction: Somebody comes.
start: at-the-door
nodes:
  at-the-door:
    text: They knock.
    minutes: -10
    choices:
      a: {text: Open, to: in, judgement: sound, because: They wait.}
      b: {text: Do not open, to: out, judgement: unsafe, because: They wait.}
  in: {text: They sit., minutes: 0, outcome: All is well.}
  out: {text: They left., minutes: 0, outcome: Nobody is helped.}
debrief: Open doors.
cite: [doe-2020]
""",
    "post-test.yaml": """\
id: tiny-post-test
introduction: The pass mark is 75 per cent.
pass_mark: 0.75
attempts: 3
draw: 1
items:
  - id: post-01
    type: numeric
    objective: lo1
    family: thing
    stem: How many things?
    cite: [doe-2020]
    answer: 1
    tolerance: 0
    unit: things
    why: There is one.
""",
    "evaluation.yaml": """\
id: tiny-evaluation
introduction: Tell us.
questions:
  - {id: eval-free, kind: text, text: Anything else?, required: false}
""",
    "accreditation/offerings.yaml": """\
provider: {id: nobody, name: Nobody (fictional), address: Nowhere, fictional: true}
basis: {difficulty: 2, difficulty_reason: Short words.}
offerings:
  - id: tiny-completion
    credit_type: completion
    title: Certificate of completion
    max_amount: "0.00"
    valid_from: 2026-01-05
    valid_through: 2028-01-05
    statement: "{provider} is fictional and grants nothing."
""",
    "changes.yaml": """\
changes:
  - {version: "1", released: 2026-01-05, kind: substantive, summary: First version.}
""",
}


@dataclass(frozen=True)
class Paper:
    """A bibliography record as the lint sees it."""

    doi: str | None = "10.1000/1"
    pmid: str | None = None
    pmcid: str | None = None
    kind: str | None = "article"
    supersedes: str = ""


REFERENCES = {"doe-2020": Paper(), "roe-2021": Paper()}


def write_tiny_course(folder: Path) -> Path:
    """Write the tiny course and answer its folder."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replace one passage of one file; it must stand there exactly once."""
    path = folder / name
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1, f"{old!r} stands {content.count(old)} times in {name}"
    path.write_text(content.replace(old, new), encoding="utf-8")
