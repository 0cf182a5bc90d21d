"""Bad input: each a short error of the package's own tree, with what was found and what was wanted."""

# ruff: noqa: E501 -- a table, one case a line
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy

import derive as d
from derive import derive, matrix, scalar, vector

A, B = matrix("A", "m", "n"), matrix("B", "n", "n")
x, y, t = vector("x", "n"), vector("y", "m"), scalar("t")
Z = matrix("Z", "n", "n")

# fmt: off
CASES: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: A + A.T,                 d.ShapeError, "cannot add A (m, n) and A.T (n, m)"),
    (lambda: A * A,                   d.ShapeError, "cannot multiply A (m, n) by A (m, n)"),
    (lambda: B + t,                   d.ShapeError, "cannot add t (scalar) and B (n, n); write t*eye(n) or t*ones(n, n)"),
    (lambda: x.T * B * y,             d.ShapeError, "cannot multiply B (n, n) by y (m, 1)"),
    (lambda: A / x,                   d.ShapeError, "cannot divide by x (n, 1); use divide(a, b) entrywise or inv(b)"),
    (lambda: x**2,                    d.ShapeError, "cannot take a power of x (n, 1): it is not square; use power(x, p) entrywise"),
    (lambda: t**x,                    d.ShapeError, "an exponent must be a scalar, found x (n, 1)"),
    (lambda: d.hadamard(A, B),        d.ShapeError, "cannot multiply A (m, n) and B (n, n) elementwise"),
    (lambda: d.tr(A),                 d.ShapeError, "cannot take the trace of A (m, n): it is not square"),
    (lambda: d.det(A),                d.ShapeError, "det wants a square matrix, found A (m, n)"),
    (lambda: d.inv(A),                d.ShapeError, "cannot invert A (m, n): it is not square"),
    (lambda: d.softmax(A),            d.BadInput,   "softmax of the matrix A (m, n) wants axis=0 (columns) or axis=1 (rows)"),
    (lambda: matrix("Q", 0, 3),       d.BadInput,   "a size must be at least 1, found 0"),
    (lambda: matrix("Q", 2.5, 3),     d.BadInput,   "a size must be a positive integer or a symbol, found 2.5"),
    (lambda: matrix("Q", "m", "n", "symmetric"), d.BadInput, "Q is declared symmetric, but m x n is not square; declare it m x m, or without 'symmetric'"),
    (lambda: vector("v", 3)[5],       d.BadInput,   "index 6 is outside 1..3"),
    (lambda: derive(d.sum(d.floor(x)), x), d.NotDifferentiable, "floor is not differentiable, in floor(x)"),
    (lambda: derive(d.expm(B), B).result, d.NoRule, "no closed form for d(expm(B)) outside of a trace"),
    (lambda: derive(x.T * x, 3),      d.BadInput,   "can only differentiate by a symbol, found 3"),
    (lambda: derive(x.T * x, x.T * x), d.BadInput,  "can only differentiate by a symbol, found x.T*x"),
    (lambda: derive(None, x),         d.BadInput,   "not an expression: None"),
    (lambda: derive(x.T * x, "x"),    d.BadInput,   "f and wrt must both be text or both be expressions: text has symbols of its own"),
    (lambda: derive(x.T * x, [x, y]), d.BadInput,   "several variables at once must be scalars; for others use backprop(f, [W, b]) or hessian(f, [W, b])"),
    (lambda: derive(x.T * x, x, layout="rows"), d.BadInput, "unknown layout 'rows'; wanted one of numerator, numerator-strict, denominator"),
    (lambda: derive(x.T * x, x, order=0), d.BadInput, "order must be a whole number from 1 on, found 0"),
    (lambda: derive(sympy.I * x.T * x, x), d.BadInput, "cannot read ImaginaryUnit, I: derive works over the reals"),
    (lambda: derive(x.T * x, x).evaluate({x: [1 + 2j, 3]}), d.BadInput, "the value of x is complex; wanted real numbers"),
    (lambda: derive(x.T * x, x).evaluate({}), d.UnknownName, "no value for x (n, 1)"),
    (lambda: derive(x.T * B * x, x).evaluate({x: [1, 2], B: [[1, 2, 3], [3, 4, 5]]}), d.ShapeError, "the value of B has shape (2, 3); wanted (n, n) with n = 2 (from x)"),
    (lambda: d.kron(),                d.BadInput,   "kron wants at least one factor, found none"),
    (lambda: d.basis("n", 0),         d.BadInput,   "index 0 is outside 1..n"),
    (lambda: derive(r"\sum_{i=2}^{5} x_i", "x", where={"x": "3"}), d.ReadError, "index 5 is outside 1..3\n  \\sum_{i=2}^{5} x_i\n  ^^^^^^^^^^^^^^^^^^"),
    (lambda: derive("x_{ij}", "x", where={"x": "n"}), d.ReadError, "two indices of the vector x (n, 1); expected one index\n  x_{ij}\n  ^^^^^^"),
    (lambda: derive("x^T f(x)", "x", where={"x": "n"}), d.ReadError, "f is not declared, so f(...) may be a product or a function; expected a declaration of f, or its definition\n  x^T f(x)\n      ^"),
]
# fmt: on


@pytest.mark.parametrize(("ask", "kind", "message"), CASES, ids=[m[:40] for _, _, m in CASES])
def test_the_error_says_what_was_found_and_wanted(ask: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        ask()
    assert message == str(caught.value)
    assert isinstance(caught.value, d.DeriveError)


def test_a_variable_that_does_not_occur_gives_zero_and_a_note() -> None:
    found = derive(x.T * x, t)
    assert found.result == 0
    assert found.notes == ("t does not occur in f, so the derivative is 0",)


def test_a_hessian_without_a_closed_form_is_still_evaluated_as_a_hessian() -> None:
    lower = matrix("L", 2, 2, "lower triangular")
    value = np.array([[0.3, 0.0], [-0.7, 0.2]])
    found = derive(d.sum(d.exp(lower)), lower, order=2).evaluate({lower: value})
    np.testing.assert_allclose(found, np.diag(np.tril(np.exp(value)).T.ravel()))
