"""Every identity is read from its LaTeX, function and derivative as the source prints them, to what NumPy gives."""

from __future__ import annotations

import numpy as np
import pytest

from derive.nodes import Node
from derive.numeric import evaluate
from derive.read import read
from tests.tables import ALL, numeric, reading
from tests.tables.row import Row, latex_name

UNREADABLE = {
    "67": "lambda(A) names no function",
    "scalar lambda": "as 67",
    "batch normalisation by X": "its s is explained in words",
}
NO_SIZE = {  # I, 0 or e_k alone: nothing in the formula tells its size
    "65", "73", "74", "75", "79", "99", "105", "120", "120 product", "vector-by-vector 1", "vector-by-vector 2",
    "scalar-by-vector 1 numerator", "scalar-by-vector 1 denominator", "scalar-by-vector 17", "vector-by-scalar 1",
    "scalar-by-matrix 1 numerator", "scalar-by-matrix 1 denominator", "scalar-by-matrix 12", "Hessian a'x", "X**2 by X",
}  # fmt: skip
IN_WORDS = {  # the source names something that it explains in words
    "8.1.1 density", "8.1.1 density by mean", "ten layers by W1", "ten layers by W5", "ten layers by W10",
    "squared attention by Q", "Gaussian by triangular Cholesky factor", "matrix adj X", "Hessian |X|",
}  # fmt: skip
LISTED = [(f"{table}-{row.name}", row) for table, rows in ALL.items() for row in rows if row.name not in UNREADABLE]
FUNCTIONS = [pytest.param(row, id=name) for name, row in LISTED]
DERIVATIVES = [
    pytest.param(row, id=name)
    for name, row in LISTED
    if row.kind not in ("differential", "tied") and not row.named and row.name not in NO_SIZE | IN_WORDS
]
BOOKS = [pytest.param(row, id=name) for name, row in LISTED if row.kind != "differential" and row.book]


def agree(node: Node, expression: str, row: Row) -> None:
    """A node and a NumPy expression have one value at a random instance."""
    values, sizes = numeric.instance(row, 1)
    wanted = np.squeeze(numeric.evaluate(expression, {**sizes, **values}))
    by_latex_name = {latex_name(name): value for name, value in values.items()}
    got = np.squeeze(evaluate(node, {**by_latex_name, **values}, sizes))
    assert got.shape == wanted.shape, str(node)
    np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-12, err_msg=str(node))


@pytest.mark.parametrize("row", FUNCTIONS)
def test_function_is_read_from_latex(row: Row) -> None:
    agree(read(row.latex, where=row.latex_declarations).expression, row.numpy_f, row)


@pytest.mark.parametrize("row", DERIVATIVES)
def test_derivative_is_read_from_latex(row: Row) -> None:
    agree(read(row.book_latex, where=row.latex_declarations).expression, row.numpy_df, row)


@pytest.mark.parametrize("row", FUNCTIONS)
def test_function_over_our_names_is_the_same(row: Row) -> None:
    agree(reading.function(row), row.numpy_f, row)


@pytest.mark.parametrize("row", BOOKS)
def test_derivative_over_our_names_is_the_same(row: Row) -> None:
    agree(reading.book(row), row.numpy_df, row)
