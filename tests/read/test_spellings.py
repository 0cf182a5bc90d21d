"""The LaTeX of the derivative tables, typed by other hands, is read as the value of their NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from derive.numeric import evaluate
from derive.read import read
from tests.tables import ALL, numeric
from tests.tables.row import Row, latex_name

# What these rows write is not a formula in general use: the reader asks.
ASKS = {"67", "scalar lambda", "cross entropy", "batch normalisation by X"}
LISTED = [(f"{table}-{row.name}", row) for table, rows in ALL.items() for row in rows if row.name not in ASKS]


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in LISTED])
def test_latex_has_the_value_of_numpy(row: Row) -> None:
    values, sizes = numeric.instance(row, 1)
    node = read(row.latex, row.latex_declarations).expression
    got = evaluate(node, {latex_name(k): v for k, v in values.items()}, sizes)
    wanted = np.asarray(numeric.evaluate(row.numpy_f, {**values, **sizes}))
    np.testing.assert_allclose(np.squeeze(got), np.squeeze(wanted), rtol=1e-8, atol=1e-9)
