"""A structured variable: the answers in use, by name, and the forms that the Matrix Cookbook prints in (139)-(142)."""

from __future__ import annotations

import numpy as np
import pytest

from derive.numeric import evaluate
from tests.agreement import SEEDS, derivation
from tests.tables import cookbook, numeric
from tests.tables.row import Row

TIED = [row for row in cookbook.STRUCTURED if row.name != "143"]  # Toeplitz: its entries are sums of shifted traces


@pytest.mark.parametrize("row", TIED, ids=lambda row: row.name)
def test_form_of_the_cookbook_is_among_the_named_answers(row: Row) -> None:
    form = derivation(row).forms["own" if row.name == "142" else "vech"]
    for seed in SEEDS:
        values, sizes = numeric.instance(row, seed)
        wanted = numeric.derivative(row, {**sizes, **values})
        np.testing.assert_allclose(evaluate(form, values, sizes), wanted, atol=1e-9 * (1 + np.abs(wanted).max()))


@pytest.mark.parametrize("row", cookbook.STRUCTURED[:3], ids=lambda row: row.name)
def test_symmetric_gradient_is_the_default(row: Row) -> None:
    d = derivation(row)
    assert d.result is d.forms["symmetric"]
    assert d.result.T is d.result
