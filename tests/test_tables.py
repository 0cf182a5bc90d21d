"""The tables are right before the engine sees them: each derivative agrees with the numerical one of its function."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from .tables import ALL, numeric
from .tables.row import Row

SEEDS = (1, 2, 3)
LISTED = [(f"{table}-{row.name}", row) for table, rows in ALL.items() for row in rows]
ROWS = [pytest.param(row, id=name) for name, row in LISTED]


@pytest.mark.parametrize("row", ROWS)
def test_book_derivative_agrees_with_the_numerical_one(row: Row) -> None:
    for seed in SEEDS:
        values, sizes = numeric.instance(row, seed)
        scope = {**sizes, **values}
        direction = np.random.default_rng(seed).normal(size=np.shape(values[row.wrt]))
        got, wanted = numeric.expected(row, scope, direction), numeric.derivative(row, scope, direction)
        scale = 1 + np.max(np.abs(wanted))
        assert got.shape == wanted.shape, f"seed {seed}, sizes {sizes}"
        precision = 1e-9 if row.analytic and row.kind != "hessian" else 1e-5
        np.testing.assert_allclose(got / scale, wanted / scale, atol=precision, err_msg=f"seed {seed}, {values}")


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in LISTED if row.published])
def test_what_the_source_misprints_is_wrong(row: Row) -> None:
    values, sizes = numeric.instance(row, 1)
    scope = {**sizes, **values}
    assert not np.allclose(numeric.evaluate(row.published, scope), numeric.derivative(row, scope), rtol=1e-3)


@pytest.mark.parametrize("row", ROWS)
def test_every_name_is_declared(row: Row) -> None:
    assert row.wrt in row.declarations
    for text in filter(None, (row.f, row.book, row.numpy_f, row.numpy_df)):
        ast.parse(text, mode="eval")
    assert row.latex and row.book_latex
    braces = [text.count("{") - text.count("}") for text in (row.latex, row.book_latex)]
    assert braces == [0, 0]


def test_names_are_unique() -> None:
    for table, rows in ALL.items():
        names = [row.name for row in rows]
        assert len(names) == len(set(names)), table
