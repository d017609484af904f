"""The lists of conditions and instruments in the words for people agree with the content."""

import re
from pathlib import Path

from mooring.content.loader import PACKAGE_ROOT, load

WORDS = (Path(__file__).parents[2] / "docs" / "content.md").read_text("utf-8")
CODE = re.compile("`([A-Z0-9-]+)`")
PACK = load([PACKAGE_ROOT])
IDS = {item.id for item in PACK.everything.values()}


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
    assert sorted([*named, "MOAA-S"]) == sorted(each.id for each in PACK.instruments.values())
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
    assert all("no clinician has checked" in item.checker for item in PACK.everything.values())
