"""`mooring content`: lint, show, diff, schema, screen — good, refused and unknown."""

import argparse
import json
from pathlib import Path

import pytest

from mooring.content.command_line import add_content
from mooring.content.history import diff, json_schema
from mooring.content.loader import PACKAGE_ROOT, SITE_ROOT_VARIABLE, load
from mooring.content.pack import KINDS
from mooring.rules.command_line import add_screen

FACTS = """\
on: 2026-03-02
setting: {product: racemic ketamine, route: intravenous, jurisdiction: UK}
facts:
  stroke: {value: "yes", standing: reported}
  epilepsy: "no"
  resting_systolic_mmhg: {value: 190, standing: measured}
"""


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_screen(add_content(parser.add_subparsers()))
    arguments = parser.parse_args(["content", *words])
    return int(arguments.run(arguments))


def test_lint_of_our_own(capsys: pytest.CaptureFixture[str]):
    run("lint")
    assert " 0 errors" in capsys.readouterr().out


def test_lint_of_a_bad_site(tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "eligibility").mkdir()
    (tmp_path / "eligibility" / "own.yaml").write_text("- id: X\n  efect: 3\n")
    monkeypatch.setenv(SITE_ROOT_VARIABLE, str(tmp_path))
    assert run("lint") == 2
    told = capsys.readouterr().err
    assert "nothing was loaded" in told
    assert "own.yaml:2" in told


def test_show(capsys: pytest.CaptureFixture[str]):
    assert run("show", "STROKE") == 0
    told = capsys.readouterr().out
    assert told.startswith("STROKE@1  Stroke or mini-stroke  (eligibility, grade A, label)")
    assert "Summary of product characteristics: Ketalar" in told
    assert run("show", "NOTHING") == 1


def test_diff(capsys: pytest.CaptureFixture[str]):
    assert run("diff", "STROKE@1", "EPILEPSY@1") == 0
    assert "~ effect: BLOCK → SPECIALIST_REVIEW" in capsys.readouterr().out
    assert run("diff", "STROKE@1", "STROKE@9") == 1


def test_a_version_against_itself_differs_in_nothing():
    rule = load([PACKAGE_ROOT]).item("STROKE@1")
    assert diff(rule, rule) == ()
    changed = rule.model_copy(update={"version": 2, "changed": "Reworded."})
    assert [str(each) for each in diff(rule, changed)] == ["~ version: 1 → 2", "+ changed: Reworded."]


@pytest.mark.parametrize("kind", ["data", *KINDS])
def test_every_kind_publishes_its_schema(kind: str, capsys: pytest.CaptureFixture[str]):
    assert run("schema", kind) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema == json_schema(kind)
    assert schema["additionalProperties"] is False


def test_screen(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "facts.yaml"
    file.write_text(FACTS)
    assert run("screen", str(file)) == 0
    told = capsys.readouterr().out
    assert "Established: BLOCK. Worst possible: BLOCK." in told
    assert "BLOCK  HTN-SEVERE@1  settled" in told
    assert "BLOCK  STROKE@1  open, missing stroke" in told
    assert "EPILEPSY" not in told


@pytest.mark.parametrize(
    ("good", "bad", "expected"),
    [
        ("stroke:", "strok:", "'strok' is not in the data dictionary"),
        ("standing: reported", "standing: guessed", "reported, confirmed or measured"),
        ("on: 2026-03-02", "on: soon", "is a date"),
        ("jurisdiction: UK", "country: UK", "holds product, route"),
        ("facts:", "fakts:", "expected `facts`"),
        ("standing: reported", "standin: reported", "unknown standin"),
        ("facts:", "facts: [", "plain YAML"),
    ],
)
def test_bad_facts_are_refused(tmp_path: Path, capsys, good: str, bad: str, expected: str):
    file = tmp_path / "facts.yaml"
    file.write_text(FACTS.replace(good, bad))
    assert run("screen", str(file)) == 2
    assert expected in capsys.readouterr().err
