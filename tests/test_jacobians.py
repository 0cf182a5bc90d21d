"""Matrix by matrix: d vec F / d(vec X)' in closed form, and the array of four indices."""

from __future__ import annotations

import numpy as np
import pytest

from derive.numeric import evaluate
from derive.text import unicode
from tests.agreement import SEEDS, agrees, derivation, tolerance
from tests.tables import magnus, numeric, textbook
from tests.tables.form import form
from tests.tables.paper import python_syntax
from tests.tables.row import Row

ROWS = [row for row in magnus.ROWS + textbook.ROWS if row.kind == "vec"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_kronecker_form_is_right(row: Row) -> None:
    d = derivation(row)
    for seed in SEEDS:
        values, sizes = numeric.instance(row, seed)
        wanted = numeric.derivative(row, {**sizes, **values})
        got = evaluate(d.result, values, sizes)
        np.testing.assert_allclose(got, wanted, atol=1e-9 * (1 + np.abs(wanted).max()), err_msg=str(d.result))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_array_has_the_shape_of_f_then_of_x_reversed(row: Row) -> None:
    d = derivation(row)
    for seed in SEEDS:
        error, values = agrees(row, d, seed)
        assert error < tolerance(row), values


@pytest.mark.parametrize("row", [row for row in magnus.SCALARS if row.analytic], ids=lambda row: row.name)
def test_scalar_functions_of_the_same_tables(row: Row) -> None:
    d = derivation(row)
    for seed in SEEDS:
        error, values = agrees(row, d, seed)
        assert error < tolerance(row), values


@pytest.mark.parametrize("row", textbook.MATRIX, ids=lambda row: row.name)
def test_kronecker_form_is_printed_as_in_the_textbook(row: Row) -> None:
    shapes = {name: numeric.shape_of(declaration)[:2] for name, declaration in row.declarations.items()}
    printed = unicode(derivation(row).result)
    wanted = row.printed.partition(";")[0]
    assert form(python_syntax(wanted, shapes), shapes) == form(python_syntax(printed, shapes), shapes), printed
