"""Sums over a family in matrix form and back; both sides evaluated on the same members."""

from __future__ import annotations

import numpy as np
import pytest

from derive import (
    NoClosedForm,
    Node,
    ShapeError,
    declare,
    diag,
    exp,
    log,
    matrix,
    matrix_form,
    norm,
    relu,
    scalar,
    sigmoid,
    sum_form,
    sumover,
    tr,
    vector,
)
from derive.nodes import const
from derive.numeric import evaluate
from derive.sizes import as_size
from derive.symbols import Family


def family(name: str, declaration: str) -> Family:
    found = declare(name, declaration)
    assert isinstance(found, Family)
    return found


x, y, z = family("x_i", "n, i=1..N"), family("y_i", "scalar, i=1..N"), family("z_i", "m, i=1..N")
X, Y, Z = matrix("X", "N", "n"), vector("y", "N"), matrix("Z", "N", "m")
STACK = {x: X, y: Y, z: Z}
i, w, b, mu = scalar("i", "integer"), vector("w", "n"), scalar("b"), vector("mu", "n")
A, C = matrix("A", "m", "n"), matrix("C", "n", "n")


def total(body: Node) -> Node:
    return sumover(body, i, 1, "N")


def pairs(body: Node) -> Node:
    return total(sumover(body, j, 1, "N"))


j, a, N = scalar("j", "integer"), matrix("a", "N", "N"), const(as_size("N"))
weight = a[i - 1, j - 1]
centre = sumover(x[j], j, 1, "N") / N

ROWS = [
    (total(x[i] * x[i].T), "X.T*X"),
    (total(y[i] * x[i]), "X.T*y"),
    (total(x[i]), "sum(X.T, axis=1)"),
    (total(x[i] * z[i].T), "X.T*Z"),
    (total((w.T * x[i] - y[i]) ** 2), "(X*w - y).T*(X*w - y)"),
    (total(norm(A * x[i] - z[i]) ** 2), "norm(X*A.T - Z)**2"),
    (total(x[i].T * C * x[i]), "tr(X*C*X.T)"),
    (total(y[i] * x[i] * x[i].T), "X.T*diag(y)*X"),
    (total(log(1 + exp(-y[i] * (x[i].T * w)))), ""),
    (total((sigmoid(w.T * x[i]) - y[i]) * x[i]), "X.T*(sigmoid(X*w) - y)"),
    (total((x[i] - mu) * (x[i] - mu).T), ""),
    (total(relu(A * x[i])), ""),
    (total(y[i] * (x[i].T * C * x[i])), ""),
    (tr(total(x[i] * x[i].T) * C), "tr(X.T*X*C)"),
    (total(x[i].T * x[i]), "norm(X)**2"),
    (pairs(norm(x[i] - x[j]) ** 2), "2*N*norm(X)**2 - 2*sum(X*X.T)"),
    (pairs(weight * norm(x[i] - x[j]) ** 2), ""),
    (pairs(weight * x[i].T * x[j]), "tr(a*X*X.T)"),
    (pairs(weight * y[i] * y[j]), "y.T*a*y"),
    (pairs(y[i] * y[j] * exp(x[i].T * x[j])), "y.T*exp(X*X.T)*y"),
    (total((x[i] - centre) * (x[i] - centre).T), ""),
]


@pytest.mark.parametrize(("f", "printed"), ROWS, ids=[str(f) for f, _ in ROWS])
def test_matrix_form(f: Node, printed: str) -> None:
    found = matrix_form(f, STACK)
    if printed:
        assert printed == str(found)
    _agree(f, found)


BACK = [
    (tr(X * C * X.T), "sumover(x_i[i].T*C*x_i[i], i, 1, N)"),
    (X.T * X, "sumover(x_i[i]*x_i[i].T, i, 1, N)"), (X.T * Y, "sumover(y_i[i]*x_i[i], i, 1, N)"), (X.T * Z, ""),
    (norm(X * w - Y) ** 2, "sumover((x_i[i].T*w - y_i[i])**2, i, 1, N)"), (X.T * (sigmoid(X * w) - Y), ""),
    (norm(X * A.T - Z) ** 2, ""), (tr(X.T * X * C), ""), (Y.T * X * w, ""), (Z.T * Z + A * X.T * X * A.T, ""),
    (X.T * X * C * X.T * Y, ""), (X.T * diag(Y) * X, ""),
]  # fmt: skip


@pytest.mark.parametrize(("f", "printed"), BACK, ids=[str(f) for f, _ in BACK])
def test_sum_form(f: Node, printed: str) -> None:
    found = sum_form(f, STACK)
    if printed:
        assert printed == str(found)
    _agree(f, found)


def _agree(f: Node, g: Node) -> None:
    rng = np.random.default_rng(0)
    xs, ys, zs = rng.normal(size=(5, 3, 1)), rng.normal(size=(5, 1, 1)), rng.normal(size=(5, 2, 1))
    values = {
        x: list(xs), y: list(ys), z: list(zs), X: xs[:, :, 0], Y: ys[:, :, 0], Z: zs[:, :, 0],
        "w": rng.normal(size=(3, 1)), "b": 0.3, "mu": rng.normal(size=(3, 1)), "A": rng.normal(size=(2, 3)),
        "C": rng.normal(size=(3, 3)), "N": 5, "a": rng.normal(size=(5, 5)),
    }  # fmt: skip
    sizes = {"N": 5, "n": 3, "m": 2}
    np.testing.assert_allclose(evaluate(f, values, sizes), evaluate(g, values, sizes), rtol=1e-9, atol=1e-9)


def test_what_has_no_matrix_form_is_refused() -> None:
    with pytest.raises(NoClosedForm, match="whole of x_i"):
        matrix_form(sumover(x[i] * x[i].T, i, 2, "N"), STACK)
    with pytest.raises(NoClosedForm, match="not the member of index i"):
        matrix_form(total(x[i] * x[i + 1].T), STACK)
    with pytest.raises(ShapeError, match="stacked in a matrix"):
        matrix_form(total(x[i]), {x: matrix("X", "n", "N")})
    with pytest.raises(NoClosedForm, match="not summed over"):
        sum_form(X * C, STACK)
