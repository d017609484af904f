"""The library from a shell, without a database."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from mooring.pharmacology.command_line import add_models, add_simulate

pytestmark = pytest.mark.pure

BASIC = [
    "simulate",
    "--drug",
    "ketamine",
    "--route",
    "iv",
    "--dose",
    "0.5 mg/kg",
    "--over",
    "40 min",
    "--weight",
    "70",
    "--until",
    "6h",
]


def run(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="mooring")
    subparsers = parser.add_subparsers()
    add_simulate(subparsers)
    add_models(subparsers)
    options = parser.parse_args(words)
    status: int = options.run(options)
    return status


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*BASIC) == 0
    said = capsys.readouterr().out
    assert "ketamine.venous" in said
    assert "Simons P" in said
    assert "no dosing advice" in said


def test_json_and_csv(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*BASIC, "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert len(data["times_h"]) == 361
    assert max(data["ng_per_ml"]["ketamine.venous"]) == pytest.approx(186.4, rel=0.01)
    assert run(*BASIC, "--csv", "--population", "20") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("time_h,ketamine.venous 5% ng/mL")
    assert len(lines) == 362


def test_plot(tmp_path: Path) -> None:
    path = tmp_path / "out.svg"
    assert run(*BASIC, "--population", "20", "--plot", str(path)) == 0
    assert path.read_text().startswith("<svg")


def test_spray_is_given_device_by_device(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run("simulate", "--drug", "esketamine", "--route", "nasal_spray", "--dose", "84 mg", "--until", "4h")
        == 0
    )
    assert capsys.readouterr().out.count("28 mg at once nasal_spray") == 3


def test_refusal_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("simulate", "--route", "iv", "--dose", "0.5 mg/kg") == 2
    assert "weight" in capsys.readouterr().err
    assert run("simulate", "--route", "teleport", "--dose", "5 mg") == 2
    assert "no model here" in capsys.readouterr().err


def test_a_person_outside_the_range_is_answered_with_a_note(capsys: pytest.CaptureFixture[str]) -> None:
    heavy = [*BASIC[:-4], "--weight", "130", "--json"]
    assert run(*heavy) == 0
    said = capsys.readouterr()
    assert "weight_kg 130 lies outside 45 to 120" in said.err
    assert "45 to 120" in json.loads(said.out)["warnings"][0]


def test_a_picture_that_cannot_be_written_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*BASIC, "--plot", "/nowhere/at/all.svg") == 2
    assert "No such file" in capsys.readouterr().err


def test_the_spray_is_not_of_racemate(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("simulate", "--drug", "ketamine", "--route", "nasal_spray", "--dose", "28 mg") == 2
    assert "intranasal" in capsys.readouterr().err


def test_models(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("models") == 0
    assert "perez_ruixo_2021" in capsys.readouterr().out
    assert run("models", "show", "perez_ruixo_2021") == 0
    said = capsys.readouterr().out
    assert "FRn = 0.54" in said
    assert "read in a transcription of the source" in said
    assert run("models", "show") == 2


def test_importing_the_library_is_light() -> None:
    """NumPy and the standard library only: no pandas, no Numba, no Django, no plotting."""
    heavy = "('numba', 'dask', 'xarray', 'polars', 'pandas', 'pyarrow', 'zarr', 'matplotlib', 'pint', 'django', 'scipy')"
    code = f"import sys, mooring.pharmacology; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--dose", "0.5 mg/kg"], "give --weight, in kg"),
        (["--dose", "0,5 mg/kg", "--weight", "70"], "write the decimals with a point"),
        (
            ["--dose", "35 mg", "--weight", "70", "--population", "100000000"],
            "give fewer people or a longer --step",
        ),
        (["--dose", "35 mg", "--weight", "70", "--until", "9000 d", "--step", "1 s"], "give fewer people"),
    ],
)
def test_a_refusal_names_the_option_and_not_the_library(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("simulate", "--route", "iv", *words) == 2
    answer = capsys.readouterr().err
    assert said in answer
    assert "Subject(" not in answer
