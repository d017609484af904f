"""The example notebooks run from top to bottom: one in a real kernel, all five cell by cell in a process."""

import json
import os
from pathlib import Path

import pytest

pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore")]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


def test_the_first_notebook_runs_in_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), str(ROOT)]))
    notebook = nbformat.read(FOLDER / "from-a-dose-to-a-curve.ipynb", as_version=4)
    done = nbclient.NotebookClient(
        notebook, timeout=600, startup_timeout=600, kernel_name="python3"
    ).execute()
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("image/svg+xml" in output.get("data", {}) for output in outputs)
    assert any("text/html" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_runs(name: str) -> None:
    """Without a kernel, which takes seconds to start; the numbers of the cells are asserted elsewhere."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    pyplot = pytest.importorskip("matplotlib.pyplot")
    cells = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    names: dict[str, object] = {}
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for number, source in enumerate(code):
        exec(compile(source, f"{name}, cell {number}", "exec"), names)
    pyplot.close("all")
    assert len(code) >= 3


def test_there_are_five() -> None:
    assert len(NAMES) == 5
    for name in NAMES:
        text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
        assert '"outputs": []' in text or "from-a-dose" in name
