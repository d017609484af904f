"""The library as a distribution of its own: built, put into an empty environment, and used there."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "numba",
    "scipy",
    "pandas",
    "polars",
    "xarray",
    "zarr",
    "dask",
    "matplotlib",
    "pint",
    "django",
    "yaml",
)
SMOKE = """
import json, sys
from mooring import pharmacology as pk
who = pk.Subject(weight_kg=70, age_years=40)
infusion = pk.Regimen().infuse("0.5 mg/kg", over="40 min")
result = pk.simulate("mooring_racemic", infusion, who, until="2 h", outputs=["ketamine.venous"])
people = pk.population("mooring_racemic", n=20, seed=1, covariates=who)
pk.simulate("mooring_racemic", infusion, people, until="2 h", outputs=["ketamine.venous"])
try:
    result.to_polars()
    refused = ""
except pk.MissingExtra as missing:
    refused = str(missing)
print(json.dumps({
    "peak": result.metrics("ketamine.venous").cmax_ng_per_ml, "refused": refused, "version": pk.__version__,
    "loaded": sorted(sys.modules), "file": pk.__file__,
}))
"""


def built(folder: Path, into: Path) -> Path:
    """The wheel of one of the two distributions."""
    pytest.importorskip("hatchling")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return next(iter(into.glob("*.whl")))


def empty_environment(where: Path) -> Path:
    """An environment that holds NumPy and nothing else; answers its site-packages."""
    venv.create(where, with_pip=False, symlinks=True)
    site = next((where / "lib").glob("python3*/site-packages"))
    numpy = Path(np.__file__).parent
    for folder in (numpy, numpy.with_name("numpy.libs")):
        if folder.exists():
            (site / folder.name).symlink_to(folder)
    return site


def run_in(where: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(where / "bin" / "python"), "-I", *words], env=clean, capture_output=True, text=True, check=True
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT / "packages" / "pharmacology", tmp_path_factory.mktemp("library"))


def test_the_wheel_works_in_an_empty_environment(library: Path, tmp_path: Path) -> None:
    site = empty_environment(tmp_path / "env")
    zipfile.ZipFile(library).extractall(site)
    said = json.loads(run_in(tmp_path / "env", "-c", SMOKE).stdout)
    assert 150 < said["peak"] < 230
    assert "extra 'science'" in said["refused"]
    assert Path(said["file"]).is_relative_to(site)
    assert not {name.split(".")[0] for name in said["loaded"]} & set(HEAVY)
    models = run_in(tmp_path / "env", "-m", "mooring.pharmacology", "models").stdout
    assert "perez_ruixo_2021" in models


def test_the_wheel_needs_numpy_only_and_names_its_extras(library: Path) -> None:
    names = zipfile.ZipFile(library).namelist()
    assert "mooring/__init__.py" not in names
    assert "mooring/pharmacology/py.typed" in names
    metadata = zipfile.ZipFile(library).read(next(n for n in names if n.endswith("METADATA"))).decode()
    needs = [line for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    assert [line for line in needs if "extra ==" not in line] == ["Requires-Dist: numpy>=2.0"]
    extras = {line.split(": ")[1] for line in metadata.splitlines() if line.startswith("Provides-Extra")}
    assert extras == {"fast", "science", "fit", "plot"}


def test_the_clinic_depends_on_the_library_and_shares_its_name(library: Path, tmp_path: Path) -> None:
    clinic = built(ROOT, tmp_path / "clinic")
    names = zipfile.ZipFile(clinic).namelist()
    assert not [name for name in names if name.startswith("mooring/pharmacology/")]
    metadata = zipfile.ZipFile(clinic).read(next(n for n in names if n.endswith("METADATA"))).decode()
    assert "Requires-Dist: mooring-pharmacology" in metadata
    assert "Requires-Dist: django==" in metadata
    assert "mooring/web/static/uplot/uPlot.iife.js" in names
    assert "uplot-python" not in metadata, "its Python side brings IPython"
    # Together, and also where the library lies in another folder.
    here = empty_environment(tmp_path / "env")
    zipfile.ZipFile(clinic).extractall(here)
    elsewhere = tmp_path / "elsewhere"
    zipfile.ZipFile(library).extractall(elsewhere)
    (here / "library.pth").write_text(str(elsewhere), encoding="utf-8")
    said = json.loads(run_in(tmp_path / "env", "-c", SMOKE).stdout)
    assert Path(said["file"]).is_relative_to(elsewhere)
    assert run_in(tmp_path / "env", "-c", "import mooring; print(mooring.__version__)").stdout.strip()


def test_the_version_is_one() -> None:
    from mooring import pharmacology as pk

    citation = (ROOT / "packages" / "pharmacology" / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {pk.__version__}" in citation
