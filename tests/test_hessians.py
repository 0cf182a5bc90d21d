"""Second derivatives of the tables and of every loss: closed forms, against central differences of complex steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from derive import (
    Hessian,
    NoRule,
    ShapeError,
    det,
    eigenvalue,
    hessian,
    hvp,
    log,
    matrix,
    norm,
    power,
    sqnorm,
    sqrt,
    tr,
    vector,
)
from derive import abs as modulus
from derive import sum as total
from derive.latex import latex
from derive.naming import name_intermediates, named
from derive.nodes import Node, walk
from derive.numeric import evaluate
from derive.text import unicode
from tests.agreement import SEEDS, derivation
from tests.tables import ALL, hessians, numeric, reading, textbook
from tests.tables.form import form, named_forms, symbols
from tests.tables.paper import python_syntax
from tests.tables.row import Row

TABLES = [row for rows in ALL.values() for row in rows if row.kind == "hessian"]
SCALAR = [row for row in ALL["losses"] + ALL["gaussians"] if row.kind == "derivative" and row.name != "sigmoid layer"]
LOSSES = [replace(row, kind="hessian") for row in SCALAR]


@pytest.mark.parametrize("row", TABLES + LOSSES, ids=lambda row: f"{row.name} by {row.wrt}")
def test_hessian_is_right_and_symmetric(row: Row) -> None:
    d = derivation(row)
    for seed in SEEDS[:2]:
        values, sizes = numeric.instance(row, seed)
        wanted = numeric.derivative(row, {**sizes, **values})
        got = np.asarray(d.evaluate(values), dtype=float).reshape(wanted.shape)
        got = numeric.on_the_structure(got, row.declarations[row.wrt])
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


def body(d: Hessian) -> Node:
    """What is printed before "where"."""
    return d.in_names if d.names else name_intermediates(d.result, hints=[d.function])[1][0]


def derived(row: Row) -> Hessian:
    d = derivation(row)
    assert isinstance(d, Hessian)
    return d


def test_hessians_are_as_short_as_the_books() -> None:
    ratios = {row.name: symbols(latex(body(derived(row)))) / symbols(row.book_latex) for row in hessians.ROWS}
    longest = sorted(ratios.items(), key=lambda item: -item[1])[:8]
    assert np.median(list(ratios.values())) <= 1.0, longest
    assert np.quantile(list(ratios.values()), 0.9) <= 1.2, longest
    assert longest[0][1] <= 2.3, longest


@pytest.mark.parametrize("row", hessians.ROWS, ids=lambda row: row.name)
def test_hessian_is_symmetric_on_its_face_and_every_step_is_right(row: Row) -> None:
    d = derived(row)
    assert d.in_names.T is d.in_names, d.in_names
    assert [] == [s for s in d.steps if s.check.status == "wrong"]
    assert d.check(), d.check()
    assert row.name in UNSURE or [] == [s for s in d.steps if not s.check]


UNSURE: set[str] = set()


# Convex or concave, but by more than the forms of the parts: two of p-norms and of x log x.
NOT_SEEN = {"p-norm of a positive vector (Boyd 3.1.7)", "xlogx of the squared norm"}


@pytest.mark.parametrize("row", hessians.ROWS, ids=lambda row: row.name)
def test_definiteness_is_said_where_the_eigenvalues_have_it(row: Row) -> None:
    found = derived(row).definiteness
    signs: set[bool] = set()
    for seed in range(6):
        values, sizes = numeric.instance(row, seed)
        h = np.atleast_2d(numeric.expected(row, {**sizes, **values}))
        eigenvalues = np.linalg.eigvalsh((h + h.T) / 2)
        signs |= {bool(e > 0) for e in eigenvalues if abs(e) > 1e-9 * np.abs(eigenvalues).max()}
    if found is not None:
        assert signs == {found.kind.startswith("positive")}, found
    elif row.name not in NOT_SEEN and h.shape != (1, 1):
        assert len(signs) == 2, "definite, and not said"


@pytest.mark.parametrize("row", hessians.ROWS, ids=lambda row: row.name)
def test_products_with_a_direction_agree_with_the_hessian_of_the_book(row: Row) -> None:
    f, x = reading.function(row), reading.variable(row)
    v, w = (matrix(name, *x.shape) for name in ("v'", "w'"))
    product, form = hvp(f, x, v), derived(row).bilinear(v, w)
    for seed in SEEDS[:2]:
        values, sizes = numeric.instance(row, seed)
        given = dict(values)
        for k, n in enumerate((v, w)):
            d = np.random.default_rng(seed + k).normal(size=np.shape(values[row.wrt]) or (1, 1))
            given[n.name] = numeric.project(d, row.declarations[row.wrt])
        h = np.atleast_2d(numeric.expected(row, {**sizes, **values}))
        wanted = h @ numeric.vec(given["v'"])
        got = numeric.vec(numeric.project(np.atleast_2d(product.evaluate(given)), row.declarations[row.wrt]))
        scale = 1 + np.abs(wanted).max()
        np.testing.assert_allclose(got / scale, wanted / scale, atol=1e-9)
        np.testing.assert_allclose(evaluate(form, given), numeric.vec(given["w'"]).T @ wanted, atol=1e-8 * scale)
    assert product.check()


SPECTRAL = [  # f, NumPy's f, the declaration of X
    (lambda x: eigenvalue(x, 2), lambda x: np.linalg.eigvalsh(x)[1], "symmetric"),
    (lambda x: norm(x, 2), lambda x: np.linalg.norm(x, 2), ""),
    (lambda x: norm(x, 2) ** 2, lambda x: np.linalg.norm(x, 2) ** 2, ""),
]


@pytest.mark.parametrize(("f", "value", "kind"), SPECTRAL)
def test_eigenvalues_and_the_spectral_norm_have_hessians(f: Any, value: Any, kind: str) -> None:
    x = matrix("X", *(("n", "n", "symmetric") if kind else ("m", "n")))
    h = hessian(f(x), x)
    rng = np.random.default_rng(3)
    m, v, w = (rng.normal(size=(4, 4) if kind else (4, 3)) for _ in range(3))
    m, v, w = (z + z.T if kind else z for z in (m, v, w))
    e = 1e-4
    wanted = (
        (value(m + e * v + e * w) - value(m + e * v - e * w) - value(m - e * v + e * w) + value(m - e * v - e * w))
        / 4
        / e**2
    )
    got = v.T.reshape(-1) @ h.evaluate({"X": m}) @ w.T.reshape(-1)
    np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)
    assert h.check()


def test_a_hessian_without_a_rule_says_of_which_function() -> None:
    x = matrix("X", "n", "n")
    with pytest.raises(NoRule, match=r'no Hessian of norm\(X, "nuc"\): its gradient is polar\(X\)'):
        hessian(norm(x, "nuc"), x)


def test_a_direction_of_another_shape_is_refused() -> None:
    x = vector("x", "n")
    with pytest.raises(ShapeError, match="left direction must have the shape of x"):
        hessian(norm(x), x).bilinear(1, 2)


ON_SYMMETRIC = [
    "tr(Q*S)*tr(S)",
    "a.T*S*b*tr(S)",
    "(a.T*S*b)**2",
    "sqnorm(S*a - b)",
    "tr(Q*S*S)",
    "det(S)",
    "tr(Q*S*Q*S)",
]


@pytest.mark.parametrize("f", ON_SYMMETRIC)
def test_the_hessian_by_a_symmetric_matrix_is_symmetric(f: str) -> None:
    """dX^T H dX on symmetric directions, against differences of f; H = H^T as numbers."""
    scope = {"S": matrix("S", "n", "n", "symmetric"), "Q": matrix("Q", "n", "n")}
    scope |= {"a": vector("a", "n"), "b": vector("b", "n"), "tr": tr, "sqnorm": sqnorm, "det": det}
    function = eval(f, scope)
    rng = np.random.default_rng(11)
    values = {
        "S": rng.normal(size=(3, 3)),
        "Q": rng.normal(size=(3, 3)),
        "a": rng.normal(size=3),
        "b": rng.normal(size=3),
    }
    values["S"], step = values["S"] + values["S"].T, rng.normal(size=(3, 3))
    step = (step + step.T) * 1e-3
    h = hessian(function, scope["S"])
    found = h.evaluate(values)
    np.testing.assert_allclose(found, found.T, atol=1e-12)

    def at(move: float) -> float:
        known = {**values, "S": values["S"] + move * step}
        return float(
            evaluate(
                function, {scope[n]: v.reshape(3, -1) for n, v in known.items() if scope[n] in walk(function)}
            ).item()
        )

    column = step.reshape(-1)
    np.testing.assert_allclose(column @ found @ column, at(1) - 2 * at(0) + at(-1), rtol=1e-3, atol=1e-9)


MODULI = [  # f, the gradient and the Hessian as NumPy writes them, and what must hold
    (lambda x: norm(x, 4), lambda x: x**3 / (x**4).sum() ** 0.75, "power(x, 3)/norm(x, 4)**3", ["x != 0"]),
    (lambda x: norm(x, 3), lambda x: x * abs(x) / (abs(x) ** 3).sum() ** (2 / 3), "hadamard(x, abs(x))/norm(x, 3)**2",
     ["x has no zero entry"]),
    (lambda x: total(power(modulus(x), 3)), lambda x: 3 * x * abs(x), "3*hadamard(x, abs(x))", ["x has no zero entry"]),
    (lambda x: total(power(modulus(x), 4)), lambda x: 4 * x**3, "4*power(x, 3)", []),
]  # fmt: skip


@pytest.mark.parametrize(("f", "gradient", "printed", "conditions"), MODULI)
def test_powers_of_moduli_are_written_without_signs(f: Any, gradient: Any, printed: str, conditions: list[str]) -> None:
    x = vector("x", "n")
    h = hessian(f(x), x)
    assert (printed, conditions) == (str(h.gradient), [str(c) for c in h.conditions])
    assert "sign" not in str(h.result)
    at = np.array([0.7, -1.3, 0.4])
    np.testing.assert_allclose(h.first.evaluate({"x": at})[:, 0], gradient(at))
    columns = [(gradient(at + e) - gradient(at - e)) / 2e-6 for e in 1e-6 * np.eye(3)]
    np.testing.assert_allclose(h.evaluate({"x": at}), np.array(columns), atol=1e-7)
