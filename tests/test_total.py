"""The total differential, by several variables at once: against the function itself, read, printed and judged."""

from __future__ import annotations

import numpy as np
import pytest

from derive import (
    BadInput,
    Node,
    ShapeError,
    differential,
    directional,
    hadamard,
    inv,
    kron,
    logdet,
    matrix,
    norm,
    softmax,
    tangent,
    tr,
    vector,
    verify,
)
from derive.draw import draw_instances
from derive.numeric import evaluate

X, Y, V, U = matrix("X", "m", "n"), matrix("Y", "n", "k"), matrix("V", "m", "n"), matrix("U", "n", "k")
A, W, b, t = matrix("A", "n", "n"), matrix("W", "m", "n"), vector("b", "m"), vector("t", "m")
x, y, mu, S = vector("x", "n"), vector("y", "n"), vector("mu", "n"), matrix("S", "n", "n", "positive definite")

# Magnus and Neudecker, chapter 8: the differentials of products, of a bilinear form, and of a Gaussian likelihood
FUNCTIONS = [
    (X * Y, [X, Y], "df = dX Y + X dY"),
    (hadamard(x, y), [x, y], "df = x⊙dy + y⊙dx"),
    (kron(X, Y), [X, Y], "df = dX⊗Y + X⊗dY"),
    (x.T * A * y, [x, y], "df = xᵀA dy + yᵀAᵀdx"),
    (norm(W * x + b - t) ** 2, [W, b], "df = 2 tr(x(Wx + b − t)ᵀdW) + 2(Wx + b − t)ᵀdb"),
    (softmax(W * x), [W, x], ""),
    (logdet(S) + (x - mu).T * inv(S) * (x - mu), [mu, S], ""),
]


@pytest.mark.parametrize(("f", "variables", "text"), FUNCTIONS, ids=[str(f) for f, _, _ in FUNCTIONS])
def test_total_differential(f: Node, variables: list[Node], text: str) -> None:
    found = differential(f, variables)
    assert not text or text == found.text()
    assert found.check()
    assert all(step.check for step in found.steps)
    for instance in draw_instances([f], 2):
        rng = np.random.default_rng(1)
        moves = {v: rng.standard_normal(instance.values[v].shape) for v in variables}
        if S in moves:
            moves[S] = moves[S] + moves[S].T
        values = {**instance.values, **{tangent(v): d for v, d in moves.items()}}
        h = 1e-5
        ends = [evaluate(f, {**values, **{v: values[v] + s * h * d for v, d in moves.items()}}) for s in (1, -1)]
        wanted = (ends[0] - ends[1]) / (2 * h)
        np.testing.assert_allclose(evaluate(found.result, values), wanted, rtol=1e-6, atol=1e-6)
        parts = sum(evaluate(part, values) for part in found.parts.values())
        np.testing.assert_allclose(parts, wanted, rtol=1e-6, atol=1e-6)


def test_along_several_directions() -> None:
    found = directional(X * Y, [X, Y], [V, U])
    assert "Df [V, U] = VY + XU" == found.text()
    assert found.steps[-1].check


def test_text_is_read() -> None:
    where = {"X": "m x n", "Y": "n x m"}
    assert "df = tr(X dY) + tr(Y dX)" == differential("tr(X Y)", ["X", "Y"], where=where).text()


CLAIMS = [
    (r"d(XY) = (dX)Y + X\,dY", True),
    (r"\mathrm{d}(XY) = \mathrm{d}X\, Y + X\, \mathrm{d}Y", True),
    (r"\partial(XY) = (\partial X)Y + X(\partial Y)", True),  # Matrix Cookbook 37
    (r"\partial(X \otimes Y) = (\partial X) \otimes Y + X \otimes (\partial Y)", True),  # Matrix Cookbook 39
    (r"d(x^T A y) = y^T A^T dx + x^T A dy + x^T dA\, y", True),
    (r"d(XY) = (dX)Y - X\,dY", False),
    (r"d(x^T A y) = y^T A dx + x^T A dy", False),
    (r"d(x^T A y) = y^T A^T dx + x^T A dy + 2 x^T dA\, y", False),
]


@pytest.mark.parametrize(("equation", "right"), CLAIMS, ids=[c for c, _ in CLAIMS])
def test_claims_about_several_differentials(equation: str, right: bool) -> None:
    verdict = verify(equation, where={"X": "m x n", "Y": "n x k", "A": "p x p", "x": "p", "y": "p"})
    assert ("correct" if right else "wrong") == verdict.status, str(verdict)


def test_a_variable_that_is_forgotten_is_missed() -> None:
    verdict = verify(X * Y, [X, Y], tangent(X) * Y)
    assert "missing-term" == verdict.diagnosis.kind
    assert verify(X * Y, [X, Y], tangent(X) * Y + X * tangent(Y))
    assert verify("X Y", ["X", "Y"], "(dX) Y + X dY", where={"X": "m x n", "Y": "n x k"})


def test_bad_variables_and_directions_are_refused() -> None:
    for variables in ([], [X, X], [X.T]):
        with pytest.raises(BadInput):
            differential(tr(X.T * X), variables)
    with pytest.raises(BadInput, match="as many directions"):
        directional(X * Y, [X, Y], [V])
    with pytest.raises(ShapeError, match="the shape of Y"):
        directional(X * Y, [X, Y], [V, V])
