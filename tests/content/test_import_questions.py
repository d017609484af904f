"""Questions from elsewhere: taken when they have all that a course asks for, else named by their row; hostile files held."""

import io
import zipfile

import pytest
import yaml

from mooring.content.course.gift import read_gift
from mooring.content.course.imported import Import, as_check, id_from
from mooring.content.course.importing import NoReader, read_questions
from mooring.content.course.items import CheckFile
from mooring.content.course.markdown_questions import read_markdown
from mooring.content.course.moodle_xml import read_moodle_xml

MOODLE = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
  <question type="category"><category><text>$course$/Ketamine</text></category></question>
  <question type="multichoice">
    <name><text>Half-life</text></name>
    <questiontext format="html"><text><![CDATA[<p>How long is the <b>half-life</b>?</p>]]></text></questiontext>
    <generalfeedback format="html"><text>It was measured.</text></generalfeedback>
    <single>true</single>
    <answer fraction="100"><text>2 to 3 h</text><feedback><text>Yes.</text></feedback></answer>
    <answer fraction="0"><text>A minute</text><feedback><text></text></feedback></answer>
    <answer fraction="0"><text>A week</text><feedback><text>No.</text></feedback></answer>
  </question>
  <question type="truefalse">
    <name><text>True?</text></name>
    <questiontext format="html"><text>True?</text></questiontext>
  </question>
  <question type="multichoice">
    <name><text>No feedback</text></name>
    <questiontext format="html"><text>Which?</text></questiontext>
    <single>true</single>
    <answer fraction="100"><text>A</text></answer>
    <answer fraction="0"><text>B</text></answer>
    <answer fraction="0"><text>C</text></answer>
  </question>
  <question type="numerical">
    <name><text>Delay</text></name>
    <questiontext format="html"><text>How long?</text></questiontext>
    <generalfeedback format="html"><text>Eight.</text></generalfeedback>
    <answer fraction="100"><text>8</text><tolerance>1</tolerance></answer>
    <units><unit><multiplier>1</multiplier><unit_name>min</unit_name></unit></units>
  </question>
  <question type="matching">
    <name><text>Pairs</text></name>
    <questiontext format="html"><text>Match.</text></questiontext>
    <generalfeedback format="html"><text>So they belong.</text></generalfeedback>
    <subquestion><text>S</text><answer><text>left</text></answer></subquestion>
    <subquestion><text>R</text><answer><text>right</text></answer></subquestion>
    <subquestion><text>racemate</text><answer><text>both</text></answer></subquestion>
  </question>
</quiz>
"""


def taken(found: Import) -> CheckFile:
    made = as_check(found, check="m1-check", objective="lo1", cite=["domino-2010-tiger"])
    return CheckFile.model_validate(yaml.safe_load(made.text))


def codes(found: Import) -> list[tuple[int, str]]:
    made = as_check(found, check="m1-check", objective="lo1", cite=["domino-2010-tiger"])
    return [(each.row, each.code) for each in made.faults]


def test_a_moodle_export_becomes_a_check_and_what_is_left_out_is_named_by_its_row() -> None:
    found = read_moodle_xml(MOODLE.encode())
    check = taken(found)
    assert [(item.id, item.type) for item in check.items] == [
        ("half-life", "single"),
        ("delay", "numeric"),
        ("pairs", "match"),
    ]
    assert check.items[0].stem == "How long is the half-life?"
    assert codes(found) == [(13, "kind"), (17, "no-explanation")]


HOSTILE = {
    "entities": '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><quiz>&b;</quiz>',
    "an outside file": '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
    "a document type": '<?xml version="1.0"?><!DOCTYPE quiz SYSTEM "http://x.example/q.dtd"><quiz/>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_brings_one_fault_and_no_question(name: str) -> None:
    found = read_moodle_xml(HOSTILE[name].encode())
    assert [each.code for each in found.faults] == ["hostile"]
    assert not found.questions


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<quiz><question></quiz>", "not-xml"),
        (b"nothing", "not-xml"),
        (b"<html/>", "no-quiz"),
        (b"\xff\xfe<", "not-xml"),
        (b'<?xml version="1.0" encoding="x-none"?><quiz/>', "not-xml"),
        (b"<quiz>" + b" " * 10_000_001 + b"</quiz>", "too-large"),
    ],
)
def test_what_is_no_export_says_so(body: bytes, code: str) -> None:
    assert [each.code for each in read_moodle_xml(body).faults] == [code]


GIFT = """// a comment
$CATEGORY: Ketamine

::Half-life::How long is it? {
  =2 to 3 h#Yes.
  ~A minute#No.
  ~A week#No.
}

::Delay::How long is the delay? [unit:min] {#8:1#The half-time.}

::Signs::Which rise? {
  ~%50%Pressure#Yes.
  ~%50%Pulse#Yes.
  ~%-100%Weight#No. A \\~ and a \\: are signs.
}

True or false? {T}

::Pairs::Match. {=S -> left =R -> right =racemate -> both ####So they belong.}

Who? {=Domino =Chen}

No braces at all.

::Few::Two only? {=a#x ~b#y}
"""


def test_a_gift_file_becomes_a_check_and_what_is_left_out_is_named_by_its_row() -> None:
    found = read_gift(GIFT)
    check = taken(found)
    assert [(item.id, item.type) for item in check.items] == [
        ("half-life", "single"),
        ("delay", "numeric"),
        ("signs", "multiple"),
        ("pairs", "match"),
    ]
    assert codes(found) == [(18, "kind"), (22, "kind"), (24, "no-braces"), (26, "too-few-options")]
    assert "A ~ and a : are signs." in str(check.items[2])


MARKDOWN = """# Delay

## How long is the delay?
- [ ] A second :: The blood is not the brain.
- [x] Minutes :: The half-time is about eight minutes.
- [ ] A day :: The effect does not last as long.

## How many minutes is the half-time?
Answer: 8 ± 1 min
Why: It was measured.

## Which is right?
- [ ] One :: No.
- [ ] Two :: No.
- [ ] Three :: No.

## Broken
what is this
"""


def test_markdown_becomes_a_check() -> None:
    found = read_markdown({"delay.md": MARKDOWN, "empty.md": "words"})
    assert [item.type for item in taken(found).items] == ["single", "numeric"]
    assert codes(found) == [(1, "no-questions"), (12, "no-right-answer"), (18, "line")]


def test_twins_get_ids_of_their_own_and_names_lose_their_accents() -> None:
    found = read_gift("::A::One? {=1#x ~2#x ~3#x}\n\n::A::Two? {=1#x ~2#x ~3#x}")
    assert [item.id for item in taken(found).items] == ["a", "a-2"]
    assert id_from("Naïve Zürich") == "naive-zurich"
    assert id_from("???") == "question"


def packed(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_the_reader_is_chosen_by_the_ending() -> None:
    assert read_questions("x.xml", MOODLE.encode()).questions
    assert read_questions("x.GIFT", GIFT.encode()).questions
    assert read_questions("x.zip", packed({"../../delay.md": MARKDOWN})).questions
    for name, body, code in (
        ("x.docx", b"", "kind"),
        ("x.gift", b"\xff\xff", "encoding"),
        ("x.zip", b"no zip", "zip"),
        ("x.zip", packed({f"{n}.md": "x" for n in range(501)}), "zip"),
        ("x.zip", packed({"bomb.md": "x" * 10_000_001}), "zip"),
    ):
        with pytest.raises(NoReader) as refused:
            read_questions(name, body)
        assert refused.value.code == code
