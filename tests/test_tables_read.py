"""Every identity's function is read from its LaTeX, as the source prints it, to the function that NumPy evaluates."""

from __future__ import annotations

import numpy as np
import pytest

from derive.numeric import evaluate
from derive.read import read
from tests.tables import ALL, numeric
from tests.tables.row import Row, latex_name

UNREADABLE = {
    "67": "lambda(A) names no function",
    "scalar lambda": "as 67",
    "batch normalisation by X": "its s is explained in words",
}
ROWS = [
    pytest.param(row, id=f"{table}-{row.name}")
    for table, rows in ALL.items()
    for row in rows
    if row.name not in UNREADABLE and row.declarations[row.wrt] != "n x n toeplitz"
]


@pytest.mark.parametrize("row", ROWS)
def test_latex_is_read_as_the_function(row: Row) -> None:
    node = read(row.latex, where=row.latex_declarations).expression
    values, sizes = numeric.instance(row, 1)
    wanted = np.squeeze(numeric.evaluate(row.numpy_f, {**sizes, **values}))
    got = np.squeeze(evaluate(node, {latex_name(name): value for name, value in values.items()}, sizes))
    assert got.shape == wanted.shape, str(node)
    np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-12, err_msg=str(node))
