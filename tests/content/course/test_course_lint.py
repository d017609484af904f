"""Each rule of the lint finds its own mistake, and finds nothing in a sound course."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path

import pytest

from mooring.content.course.lint import LintReport, all_ids, lint_course
from mooring.content.course.loader import load_course
from tests.content.tiny_course import REFERENCES, Paper, change, write_tiny_course

pytestmark = pytest.mark.pure
DAY = date(2026, 3, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_course(tmp_path / "tiny")


def lint(folder: Path, **other: object) -> LintReport:
    return lint_course(load_course(folder), **({"references": REFERENCES, "day": DAY} | other))  # type: ignore[arg-type]


def problems_of(folder: Path, **other: object) -> str:
    return "\n".join(map(str, lint(folder, **other).problems))


def test_a_sound_course_is_publishable(folder: Path) -> None:
    report = lint(folder)
    assert report.problems == ()
    assert report.publishable


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("post-test.yaml", "id: post-01", "id: thing-01", "the id thing-01 is used twice"),
        ("course.yaml", "modules: [m1]", "modules: [m1]\nretired: [post-01]", "post-01 is retired"),
        ("modules/m1/first.md", "ref: band", "ref: bend", "explorable bend does not exist"),
        ("modules/m1/first.md", ":::{case}\nref: the-case\n:::", "", "case the-case is shown in no lesson"),
        (
            "modules/m1/first.checks.yaml",
            "_ml: 100}",
            "_ml: 999}",
            "thing-02: settings or output lie outside",
        ),
        ("modules/m1/first.checks.yaml", "explorable: band", "explorable: bond", "bond does not exist"),
        ("modules/m1/first.md", "min_correct: 1", "min_correct: 9", "asks for 9 right answers of 2"),
        (
            "modules/m1/first.md",
            "{check: m1-l1-check,",
            "{check: other,",
            "names check other, which is not in",
        ),
        ("post-test.yaml", "objective: lo1", "objective: lo9", "objective lo1 is not tested"),
        ("modules/m1/first.md", "[lo1]", "[lo2]", "objective lo1 is not taught"),
        (
            "modules/m1/module.yaml",
            "objectives:\n",
            "objectives:\n  - {id: lo2, verb: b, text: B.}\n",
            "lo2 is not checked",
        ),
        ("modules/m1/module.yaml", "id: lo1", "id: lo5", "thing-01: objective lo1 does not exist"),
        (
            "modules/m1/first.md",
            "thing {cite}`doe-2020`.",
            "thing {cite}`zoe-1999`.",
            "first.md:10: reference zoe",
        ),
        ("accreditation/offerings.yaml", '"0.00"', '"9.00"', "9.00 h offered"),
        (
            "accreditation/offerings.yaml",
            "is fictional and",
            "gladly",
            "a fictional provider must be called so",
        ),
        ("accreditation/offerings.yaml", "2028-01-05", "2026-02-01", "expired on 2026-02-01"),
        ("course.yaml", "2029-01-05", "2026-02-05", "its review was due on 2026-02-05"),
        ("course.yaml", "Not reviewed by a clinician.", "Not a licence.", "no clinician has reviewed it"),
        ("course.yaml", 'version: "1"', 'version: "2"', "does not start with version 2"),
        (
            "cases/the.case.yaml",
            "Somebody comes.",
            "Somebody, MRN 12345, comes.",
            "looks like a record number",
        ),
        ("cases/the.case.yaml", "Somebody comes.", "Born on 1.2.1980.", "looks like a date of birth"),
        ("cases/the.case.yaml", "Somebody comes.", "Call 1-503-555-0142.", "looks like a telephone number"),
        ("cases/the.case.yaml", "Somebody comes.", "Mrs Calloway comes.", "looks like a person's name"),
        ("post-test.yaml", "There is one.", "078-05-1120.", "looks like a social security number"),
        ("course.yaml", "Write to the provider.\ngr", "Write to jo@clinic.org.\ngr", "looks like an e-mail"),
    ],
)
def test_each_rule_finds_its_mistake(folder: Path, file: str, old: str, new: str, expected: str) -> None:
    change(folder, file, old, new)
    assert expected in problems_of(folder)


def test_a_reference_needs_doi_or_pmid(folder: Path) -> None:
    bare = REFERENCES | {"doe-2020": Paper(doi=None)}
    assert "reference doe-2020 has neither DOI nor PMID" in problems_of(folder, references=bare)
    label = REFERENCES | {"doe-2020": Paper(doi=None, kind="label")}
    assert problems_of(folder, references=label) == ""


def test_a_ce_offering_needs_six_items_an_hour(folder: Path) -> None:
    change(folder, "accreditation/offerings.yaml", "credit_type: completion", "credit_type: ce")
    change(folder, "accreditation/offerings.yaml", '"0.00"', '"0.25"')
    assert "needs 2 post-test items, draws too few" in problems_of(folder)


def test_an_id_that_vanishes_needs_a_tombstone(folder: Path) -> None:
    before = load_course(folder)
    change(folder, "post-test.yaml", "id: post-01", "id: post-02")
    assert "the id post-01 is gone; list it under retired" in problems_of(folder, previous=before)
    change(folder, "course.yaml", "modules: [m1]", "modules: [m1]\nretired: [post-01]")
    assert problems_of(folder, previous=before) == ""


def add_medium(folder: Path, entry: str) -> None:
    (folder / "media").mkdir(exist_ok=True)
    (folder / "media.yaml").write_text(f"media:\n  - {entry}\n")
    path = folder / "modules/m1/first.md"
    path.write_text(path.read_text() + "\n:::{media}\nref: pic\n:::\n")


def test_media_need_their_digest_and_alternatives(folder: Path) -> None:
    digest = hashlib.sha256(b"<svg/>").hexdigest()
    add_medium(folder, f"{{id: pic, kind: image, file: p.svg, sha256: {digest}}}")
    assert "pic: no file media/p.svg" in problems_of(folder)
    (folder / "media/p.svg").write_bytes(b"<svg/>")
    assert "pic: an image needs alt text" in problems_of(folder)
    (folder / "media/p.svg").write_bytes(b"<svg />")
    assert "the file is not the one whose sha256 is given" in problems_of(folder)


@pytest.mark.parametrize(
    "hostile",
    [
        "<svg><script>x()</script></svg>",
        "<svg onload='x()'/>",
        "<svg><a href='https://x.example'><rect/></a></svg>",
        "<svg><foreignObject><p>x</p></foreignObject></svg>",
    ],
)
def test_a_picture_that_acts_is_refused(folder: Path, hostile: str) -> None:
    digest = hashlib.sha256(hostile.encode()).hexdigest()
    add_medium(folder, f"{{id: pic, kind: image, file: p.svg, alt: A picture, sha256: {digest}}}")
    (folder / "media/p.svg").write_text(hostile)
    assert "pic: the picture holds a script, a handler or a link" in problems_of(folder)


def test_video_needs_captions_and_a_transcript(folder: Path) -> None:
    digest = hashlib.sha256(b"v").hexdigest()
    entry = f"{{id: pic, kind: video, file: v.mp4, sha256: {digest}, captions: v.vtt, transcript: v.md}}"
    add_medium(folder, entry)
    (folder / "media/v.mp4").write_bytes(b"v")
    assert "pic: needs captions beside it" in problems_of(folder)
    (folder / "media/v.vtt").write_text("00:00 hello")
    (folder / "media/v.md").write_text("Hello.")
    assert "v.vtt is not WebVTT" in problems_of(folder)
    (folder / "media/v.vtt").write_text("WEBVTT\n\nNOTE nothing is said\n")
    assert "v.vtt is not WebVTT with at least one caption" in problems_of(folder)
    (folder / "media/v.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n")
    (folder / "media/v.md").unlink()
    assert "pic: needs transcript beside it" in problems_of(folder)
    (folder / "media/v.md").write_text("Hello.")
    (folder / "media/v.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n")
    assert problems_of(folder) == ""


def test_captions_are_not_read_outside_the_folder(folder: Path) -> None:
    digest = hashlib.sha256(b"v").hexdigest()
    add_medium(folder, f"{{id: pic, kind: video, file: v.mp4, sha256: {digest}, captions: ../../v.vtt}}")
    (folder / "media/v.mp4").write_bytes(b"v")
    (folder.parent / "v.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n")
    assert "pic: needs captions beside it" in problems_of(folder)


def test_a_page_is_not_a_picture(folder: Path) -> None:
    digest = hashlib.sha256(b"<html>").hexdigest()
    add_medium(folder, f"{{id: pic, kind: image, file: p.html, alt: A picture, sha256: {digest}}}")
    (folder / "media/p.html").write_bytes(b"<html>")
    assert "pic: image comes as .svg, .png, .jpg, .webp" in problems_of(folder)


def test_a_lesson_that_cites_nothing_is_found(folder: Path) -> None:
    path = folder / "modules/m1/first.md"
    path.write_text(re.sub(r" \{cite\}`[^`]+`", "", path.read_text()))
    assert "first.md:0: makes claims and cites nothing" in problems_of(folder)


def test_a_medium_cannot_lie_outside(folder: Path) -> None:
    add_medium(folder, f"{{id: pic, kind: image, file: ../../x, alt: X, sha256: {'a' * 64}}}")
    (folder.parent / "x").write_bytes(b"")
    assert "pic: no file media/../../x" in problems_of(folder)


def test_a_label_that_a_newer_one_replaces_is_advice(folder: Path) -> None:
    assert not any("superseded" in problem.message for problem in lint(folder).advice)
    books = REFERENCES | {"doe-2027": Paper(kind="label", supersedes="doe-2020")}
    report = lint(folder, references=books)
    assert report.problems == ()
    said = [problem.message for problem in report.advice if "superseded" in problem.message]
    assert said
    assert set(said) == {"doe-2020 is superseded by doe-2027; read that one and cite it"}


def test_an_objective_without_a_family_of_three_is_advice(folder: Path) -> None:
    change(folder, "post-test.yaml", "family: thing", "family: other")
    report = lint(folder)
    assert report.publishable
    assert any("objective lo1: its largest family has 2 questions" in each.message for each in report.advice)


def test_long_sentences_are_advice(folder: Path) -> None:
    long = "Incomprehensible terminological considerations " * 20
    change(folder, "modules/m1/first.md", "It stays a thing", long)
    report = lint(folder)
    assert report.publishable
    assert any("reading grade" in problem.message for problem in report.advice)


def test_all_ids_covers_every_kind(folder: Path) -> None:
    ids = all_ids(load_course(folder))
    assert {
        "tiny",
        "m1",
        "lo1",
        "m1-l1",
        "m1-l1-check",
        "thing-01",
        "post-01",
        "band",
        "the-case",
    } <= ids.keys()
    assert {"tiny-completion", "tiny-evaluation", "eval-free", "tiny-post-test"} <= ids.keys()
