"""Second derivatives of the tables and of every loss: closed forms, against central differences of complex steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from derive import Hessian, hessian, log, matrix, sqrt, vector
from derive.naming import named
from derive.text import unicode
from tests.agreement import SEEDS, derivation
from tests.tables import ALL, numeric, textbook
from tests.tables.form import form, named_forms
from tests.tables.paper import python_syntax
from tests.tables.row import Row

TABLES = [row for rows in ALL.values() for row in rows if row.kind == "hessian"]
SCALAR = [row for row in ALL["losses"] + ALL["gaussians"] if row.kind == "derivative" and row.name != "sigmoid layer"]
LOSSES = [replace(row, kind="hessian") for row in SCALAR]


def on_the_structure(h: NDArray[Any], row: Row) -> NDArray[Any]:
    """A Hessian as the bilinear form on symmetric or triangular directions, where the variable is one."""
    declaration = row.declarations[row.wrt]
    if "lower triangular" in declaration:
        kept = np.diag(np.tril(np.ones((int(np.sqrt(len(h))),) * 2)).T.reshape(-1))
        return kept @ h @ kept
    if "symmetric" not in declaration and "positive definite" not in declaration:
        return h
    n = int(np.sqrt(len(h)))
    projector = (np.eye(n * n) + numeric.commutation(n, n)) / 2
    return projector @ h @ projector


@pytest.mark.parametrize("row", TABLES + LOSSES, ids=lambda row: f"{row.name} by {row.wrt}")
def test_hessian_is_right_and_symmetric(row: Row) -> None:
    d = derivation(row)
    for seed in SEEDS[:2]:
        values, sizes = numeric.instance(row, seed)
        wanted = on_the_structure(numeric.derivative(row, {**sizes, **values}), row)
        got = on_the_structure(np.asarray(d.evaluate(values), dtype=float).reshape(wanted.shape), row)
        scale = 1 + np.abs(wanted).max()
        np.testing.assert_allclose(got / scale, wanted / scale, atol=1e-5, err_msg=f"seed {seed}: {d.result}")
        np.testing.assert_allclose(got / scale, got.T / scale, atol=1e-9)


@pytest.mark.parametrize("row", textbook.SECOND, ids=lambda row: row.name)
def test_hessian_is_printed_as_in_the_textbook(row: Row) -> None:
    shapes = {name: numeric.shape_of(declaration)[:2] for name, declaration in row.declarations.items()}
    shapes = named_forms(row.named, shapes)[1]
    d = derivation(row)
    printed = named(d.result, unicode, hints=[d.function])
    body, wanted = (text.partition(" where ")[0] for text in (printed, row.printed))
    assert form(python_syntax(wanted, shapes), shapes) == form(python_syntax(body, shapes), shapes), printed


QUOTIENTS = [
    ("x.T*S*x/(x.T*x)", "2(S − gxᵀ − xgᵀ − ρI)/xᵀx  where ρ = xᵀSx/xᵀx, g = ∇f"),
    ("(a.T*x)/(b.T*x)", "−(bgᵀ + gbᵀ)/bᵀx  where ρ = aᵀx/bᵀx, g = ∇f"),
    ("log(1 + x.T*S*x)", "2S/(xᵀSx + 1) − ggᵀ  where g = ∇f"),
    ("sqrt(1 + x.T*S*x)", "(S − ggᵀ)/√(xᵀSx + 1)  where g = ∇f"),
]


@pytest.mark.parametrize(("f", "printed"), QUOTIENTS)
def test_a_quotient_has_its_hessian_in_the_names_of_the_gradient(f: str, printed: str) -> None:
    names = {"x": vector("x", "n"), "a": vector("a", "n"), "b": vector("b", "n"), "log": log, "sqrt": sqrt}
    d = hessian(eval(f, names | {"S": matrix("S", "n", "n", "symmetric")}), names["x"])
    assert isinstance(d, Hessian)
    assert printed == d.named()
    assert d.in_names.T is d.in_names
    assert all(s.check for s in d.steps)
    assert d.check()
