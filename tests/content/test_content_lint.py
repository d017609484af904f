"""Lint: our own content is clean, and each check finds its own bad file, at its line."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mooring.content.lint import CHECKS, WARNINGS, Remark, due_for_review, lint
from mooring.content.loader import PACKAGE_ROOT, load, load_with_places
from mooring.content.reach import loinc_is_sound, outcomes
from mooring.content.trigger import parse
from tests.content.small_package import small_package

DAY = date(2026, 3, 2)
RULE = """
- id: "clinic:RULE-1"
  version: 1
  title: A rule of this clinic
  group: Own
  effective_from: 2026-01-01
  next_review: 2027-01-01
  author: Dr One
  checker: Dr Two
  question: {about: stroke, text: Have you ever had a stroke or a mini-stroke?}
  confirm: Something.
  when: age_years < 30
  effect: CAUTION
  override: prescriber
  says: Said.
  asks: Asked.
  evidence: design-default
  basis: Ours.
"""
INSTRUMENT = """
- id: "clinic:SCALE"
  version: 1
  title: A scale
  short: Scale
  effective_from: 2026-01-01
  next_review: 2027-01-01
  author: Dr One
  checker: Dr Two
  respondent: patient
  items: [{code: a, least: 0, most: 10}, {code: b, least: 0, most: 10, loinc: 44261-6}]
  scales: [{code: total, title: Total, parts: [{take: sum, items: [a, b]}], least: 0, most: 20}]
  bands: [{least: 0, most: 9, label: low}, {least: 10, most: 20, label: high}]
  licence: {standing: open, line: Ours.}
  evidence: design-default
  basis: Ours.
"""
SCRIPT = """
- id: "clinic:SCRIPT"
  version: 1
  title: A script
  effective_from: 2026-01-01
  next_review: 2027-01-01
  author: Dr One
  checker: Dr Two
  recognise: [Something]
  steps: [{words: Call for help.}]
  evidence: design-default
  basis: Ours.
"""
PLAN = """
- id: "clinic:PLAN"
  version: 1
  title: A plan
  effective_from: 2026-01-01
  next_review: 2027-01-01
  author: Dr One
  checker: Dr Two
  product: racemic ketamine
  route: intravenous
  points: [{minute: 0, signs: [spo2_percent]}]
  early_min: 3
  grace_min: 3
  floor_after_end_min: 60
  thresholds: THRESHOLDS-ADULT
  discharge: DISCHARGE-CLINIC
  evidence: design-default
  basis: Ours.
"""
TRIAL = """
- id: "clinic:TRIAL"
  version: 1
  title: A trial
  effective_from: 2026-01-01
  next_review: 2027-01-01
  author: Dr One
  checker: Dr Two
  study: One
  year: 2020
  design: parallel
  indication: depression
  product: esketamine
  route: intranasal
  comparator: placebo
  blinding: double
  finding: for
  says: Something.
  outcomes:
  - {name: response, instrument: MADRS, timepoint: day 28, higher_is: better, treated: {name: drug, people: 10, events: 5}}
  evidence: design-default
  basis: Ours.
"""
SYMPTOM = """
- id: "clinic:SYMPTOM"
  version: 1
  title: A symptom
  code: shivering
  words: Shivering
  nature: unwanted
  group: General
  effective_from: 2026-01-01
  next_review: 2027-01-01
  author: Dr One
  checker: Dr Two
  evidence: design-default
  basis: Ours.
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_package(tmp_path_factory.mktemp("package"), "thresholds", "discharge")


def remarks(small: Path, folder: Path, kind: str, text: str) -> list[Remark]:
    (folder / kind).mkdir(parents=True)
    (folder / kind / "own.yaml").write_text(text, "utf-8")
    return [each for each in lint(load_with_places([small, folder]), DAY) if "clinic" in each.item]


def test_our_own_content_is_clean():
    found = [str(each) for each in lint(load_with_places([PACKAGE_ROOT]), DAY) if not each.warning]
    assert found == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("eligibility", RULE),
        ("instruments", INSTRUMENT),
        ("scripts", SCRIPT),
        ("monitoring", PLAN),
        ("trials", TRIAL),
        ("symptoms", SYMPTOM),
    ],
)
def test_the_examples_are_clean_before_they_are_spoiled(small: Path, tmp_path: Path, kind: str, text: str):
    assert remarks(small, tmp_path, kind, text) == []


SPOILED = [
    ("overdue-review", "eligibility", RULE, "next_review: 2027-01-01", "next_review: 2026-03-01"),
    ("review-soon", "eligibility", RULE, "next_review: 2027-01-01", "next_review: 2026-05-01"),
    ("overlapping-dates", "eligibility", RULE + RULE.replace("version: 1", "version: 2"), "", ""),
    ("unknown-data", "eligibility", RULE, "age_years", "age_yaers"),
    ("unknown-data", "eligibility", RULE, "about: stroke", "about: strokes"),
    ("unknown-data", "monitoring", PLAN, "spo2_percent", "oxygen"),
    ("wrong-type", "eligibility", RULE, "age_years < 30", "age_years is yes"),
    ("wrong-type", "eligibility", RULE, "age_years < 30", "stroke is maybe"),
    ("wrong-type", "eligibility", RULE, "age_years < 30", "stroke > 3"),
    ("wrong-type", "eligibility", RULE, "age_years < 30", "resting_systolic_mmhg > 24"),
    ("unreachable", "eligibility", RULE, "age_years < 30", "age_years < 30 and age_years > 40"),
    ("unreachable", "eligibility", RULE, "age_years < 30", "age_years < 30 or age_years >= 30"),
    ("contradictory", "eligibility", RULE, "age_years < 30", "stroke is yes"),
    ("two-questions", "eligibility", RULE, "mini-stroke?", "mini-stroke? When?"),
    ("two-questions", "eligibility", RULE, "mini-stroke?", "mini-stroke and do you smoke?"),
    ("two-questions", "eligibility", RULE, "mini-stroke?", "TIA?"),
    ("yes-opens", "eligibility", RULE, "age_years < 30", "stroke is no"),
    ("score-bands", "instruments", INSTRUMENT, "least: 10, most: 20, label", "least: 12, most: 20, label"),
    ("score-bands", "instruments", INSTRUMENT, "most: 20, label", "most: 19, label"),
    ("score-range", "instruments", INSTRUMENT, "least: 0, most: 10}, {", "least: 0, most: 9}, {"),
    ("loinc", "instruments", INSTRUMENT, "44261-6", "44261-5"),
    ("names", "monitoring", PLAN, "THRESHOLDS-ADULT", "THRESHOLDS-CHILD"),
    ("alarms", "symptoms", SYMPTOM, "group: General", "group: General\n  alarm_from: 2"),
    ("alarms", "symptoms", SYMPTOM, "code: shivering", "code: chest-pain"),
    ("alarms", "symptoms", SYMPTOM, "nature: unwanted", "nature: crisis"),
    ("doses-in-scripts", "scripts", SCRIPT, "Call for help.", "Give midazolam 2 mg."),
    ("never-opened", "eligibility", RULE, "  evidence: design-default",
     "  sources: [{reference: bnf-ketamine, kind: secondary}]\n  evidence: secondary"),
    ("counts", "trials", TRIAL, "people: 10, events: 5", "people: 10, events: 11"),
    ("versions", "eligibility", RULE, "version: 1", "version: 2"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "kind", "text", "good", "bad"), SPOILED)
def test_each_check_finds_its_bad_file(
    small: Path, tmp_path: Path, check: str, kind: str, text: str, good: str, bad: str
):
    spoiled = text.replace(good, bad) if good else text
    assert not good or spoiled != text
    found = [each for each in remarks(small, tmp_path, kind, spoiled) if each.check == check]
    assert found
    assert found[0].file.endswith("own.yaml")
    assert found[0].line > 0
    assert found[0].warning == (check in WARNINGS)


def test_every_check_has_its_bad_file():
    by_the_bibliography = {"superseded"}
    assert {check for check, *_ in SPOILED} | by_the_bibliography == set(CHECKS)


def test_a_label_that_a_newer_record_supersedes_is_found():
    loaded = load_with_places([PACKAGE_ROOT])
    assert not [each for each in lint(loaded, date(2026, 11, 1)) if each.check == "superseded"]
    newer = replace(
        loaded.bibliography["us-spravato-label"],
        id="us-spravato-2027",
        issued=2027,
        supersedes="us-spravato-label",
    )
    books = {**loaded.bibliography, newer.id: newer}
    found = [
        each
        for each in lint(replace(loaded, bibliography=books), date(2026, 11, 1))
        if each.check == "superseded"
    ]
    citing = [item for item in loaded.pack.everything.values() if "us-spravato-label" in item.references]
    assert {each.item for each in found} == {item.key for item in citing}
    assert all("us-spravato-2027 (2027)" in each.says for each in found)


def test_what_expires_is_announced_sixty_days_ahead():
    pack = load([PACKAGE_ROOT])
    assert due_for_review(pack, date(2027, 3, 3)) == ()
    announced = due_for_review(pack, date(2027, 3, 4))
    assert {pack.kind_of(item.key) for item in announced} == {"scripts", "thresholds", "symptoms"}


def test_reviews_come_due_a_few_at_a_time():
    pack = load([PACKAGE_ROOT])
    by_month = Counter((item.next_review.year, item.next_review.month) for item in pack.everything.values())
    assert max(by_month.values()) <= 0.15 * len(pack.everything)


def test_what_can_hurt_today_is_reviewed_before_what_is_read_for_comparison():
    pack = load([PACKAGE_ROOT])
    today = {"scripts", "thresholds", "monitoring", "discharge", "readiness", "eligibility", "protocols"}
    read = {"benchmarks", "trials"}
    last = max(item.next_review for kind in today for item in pack.shelves[kind].values())
    first = min(item.next_review for kind in read for item in pack.shelves[kind].values())
    crises = [item.next_review for item in pack.symptoms.values() if item.nature == "crisis"]
    assert last < first
    assert max(crises) <= min(item.next_review for item in pack.eligibility.values())


def test_reach_of_triggers():
    assert outcomes(parse("a is yes and a is no")) == (False, False)
    assert outcomes(parse("not (a is yes and a is no)")) == (True, True)
    assert outcomes(parse("days since a < 3 or b > c")) == (True, False)


@pytest.mark.parametrize("code", ["44249-1", "44261-6", "69725-0", "8480-6", "59408-5"])
def test_published_loinc_codes_are_sound(code: str):
    assert loinc_is_sound(code)
    assert not loinc_is_sound(code[:-1] + str((int(code[-1]) + 1) % 10))
