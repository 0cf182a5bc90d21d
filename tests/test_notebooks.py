"""The notebooks run from top to bottom, and lie in the repository without outputs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks_and_they_are_numbered() -> None:
    assert [f"{number:02d}" for number in range(1, len(NOTEBOOKS) + 1)] == [path.name[:2] for path in NOTEBOOKS]
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    shown = [number for number, cell in enumerate(cells) if cell.get("outputs") or cell.get("execution_count")]
    assert [] == shown, "strip the outputs: jupyter nbconvert --clear-output --inplace"


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=100, kernel_name="python3", resources={"metadata": {"path": path.parent}})
    client.execute()
    # An assertion in a cell raises above; a cell that shows an image must have shown it.
    assert all(cell.get("execution_count") for cell in notebook.cells if cell.cell_type == "code")
