"""Plain SymPy, spelled as people spell it, is read and differentiated; a wrong answer is never given."""

from __future__ import annotations

import pytest

from derive import derive
from tests.agreement import SEEDS, agrees
from tests.tables import spellings
from tests.tables.row import Row


@pytest.mark.parametrize("row", spellings.ROWS, ids=lambda row: row.name)
def test_spelling_is_derived(row: Row) -> None:
    f, x = spellings.expression(row)
    d = derive(f, x)
    for seed in SEEDS:
        error, values = agrees(row, d, seed)
        assert error < 1e-9, f"seed {seed}: {d.result} is off by {error:.3g} of its size\n{values}"


def test_there_are_enough_of_them() -> None:
    assert len(spellings.ROWS) >= 150
