"""The lists of conditions and instruments in the words for people agree with the content."""

import re
from datetime import date
from pathlib import Path

import pytest

from mooring.content.loader import PACKAGE_ROOT, load

WORDS = (Path(__file__).parents[2] / "docs" / "content.md").read_text("utf-8")
CODE = re.compile("`([A-Z0-9-]+)`")
PACK = load([PACKAGE_ROOT])
IDS = {item.id for item in PACK.everything.values()}
ELIGIBILITY = {item.id for item in PACK.eligibility.values()}
DAY = date(2026, 11, 2)


def section(title: str) -> str:
    return WORDS.partition(f"## {title}")[2].partition("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_each_of_the_75_conditions_has_an_item():
    found = rows("The 75 conditions")
    assert len({row[0] for row in found}) == len(found) == 75
    for row in found:
        named = CODE.findall(row[2])
        assert named, row
        assert set(named) <= IDS, row


def test_every_rule_of_eligibility_and_readiness_is_in_the_list():
    named = set(CODE.findall(section("The 75 conditions")))
    ours = {item.id for shelf in (PACK.eligibility, PACK.readiness) for item in shelf.values()}
    assert ours - named == set()


def test_each_of_the_35_instruments_is_in_or_left_out_with_a_reason():
    found = rows("The 35 instruments")
    assert len(found) == 35
    named = [code for row in found for code in CODE.findall(row[1])]
    assert sorted([*named, "MOAA-S", "MISUSE-SIGNS", "MOCA", "CHECK-AFTER-DOSE"]) == sorted(
        each.id for each in PACK.instruments.values()
    )
    for name, code, why in found:
        assert code != "–" or why.startswith("left out: "), name


def test_the_list_says_truly_which_texts_ship():
    ships = {each.id for each in PACK.instruments.values() if any(item.text for item in each.items)}
    for _, codes, why in rows("The 35 instruments"):
        for code in CODE.findall(codes):
            assert (code in ships) == why.startswith("text"), code


def test_esketamine_has_no_protocol_at_home():
    assert not [
        each.id
        for each in PACK.protocols.values()
        if each.product == "esketamine" and each.setting == "at-home"
    ]


def test_nobody_is_said_to_have_checked_who_has_not():
    checked = (
        "no clinician has checked",
        "no lawyer has checked",
        "no coder has checked",
        "no one has compared",
    )
    assert all(any(words in item.checker for words in checked) for item in PACK.everything.values())


@pytest.mark.parametrize(
    ("said", "effect"),
    [
        ("To a caution: ", "CAUTION"),
        ("To information: ", "INFO"),
        ("it clears in minutes or belongs to the day: ", ""),
    ],
)
def test_every_row_marked_as_a_precaution_weighs_what_the_list_says(said: str, effect: str):
    named = WORDS.replace("\n", " ").partition(said)[2].partition(".")[0].split(", ")
    items = {row[0]: CODE.findall(row[2]) for row in rows("The 75 conditions")}
    assert len(named) >= 4
    for row in named:
        found = {PACK.eligibility.find(code, DAY).effect for code in items[row] if code in ELIGIBILITY}
        assert found == ({effect} if effect else set()), row


def test_every_protocol_of_a_clinic_or_a_home_has_a_consent_of_its_route():
    texts = {
        (each.product, each.route, setting)
        for each in PACK.consents.values()
        for setting in (("clinic", "inpatient", "at-home") if each.setting == "any" else (each.setting,))
    }
    lacking = {
        each.id
        for each in PACK.protocols.values()
        if (each.product, each.route, each.setting) not in texts and each.setting != "inpatient"
    }
    assert not lacking


def test_every_consent_asks_back_and_lets_touch_and_recording_be_chosen():
    for consent in PACK.consents.values():
        codes = {section.code for section in consent.sections}
        said = {
            "why",
            "what-happens",
            "effects",
            "risks",
            "long-term",
            "alternatives",
            "pregnancy",
            "prepare",
        }
        said |= {"going-home", "recording", "privacy", "stopping", "emergency", "cost", "questions"}
        assert said <= codes, consent.id
        assert sum(section.teach_back is not None for section in consent.sections) >= 4
        assert {section.code for section in consent.sections if section.choice} <= {"touch", "recording"}
