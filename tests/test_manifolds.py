"""Gradients of structured variables: tangent to the structure, and <gradient, xi> is the derivative along each xi."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from derive import Node, derive, logdet, matrix, norm, sum, tr, vector
from derive.draw import draw_instances
from derive.functions import power
from derive.numeric import evaluate
from derive.oracle import complex_step

Array = np.ndarray[Any, Any]
A, B, b = matrix("A", "n", "n"), matrix("B", "n", "p"), vector("b", "n")


def sym(m: Array) -> Array:
    return (m + m.T) / 2


def stiefel(x: Array, z: Array) -> Array:
    return z - x @ sym(x.T @ z)


def toeplitz(z: Array) -> Array:
    n = len(z)
    return np.array([[z[0, j - i] if j >= i else z[i - j, 0] for j in range(n)] for i in range(n)])


# The structure, the name of the form, how a random matrix becomes tangent at X, and the metric <U, xi> at X
Tangent = Callable[[Array, Array], Array]
Metric = Callable[[Array, Array, Array], float]


def flat(x: Array, u: Array, v: Array) -> float:
    return float(np.vdot(u, v))


CASES: list[tuple[str, str, Tangent, Metric]] = [
    ("symmetric", "symmetric", lambda x, z: sym(z), flat),
    ("skew", "skew", lambda x, z: (z - z.T) / 2, flat),
    ("diagonal", "diagonal", lambda x, z: np.diag(np.diag(z)), flat),
    ("lower triangular", "lower triangular", lambda x, z: np.tril(z), flat),
    ("upper triangular", "upper triangular", lambda x, z: np.triu(z), flat),
    ("toeplitz", "Toeplitz", lambda x, z: toeplitz(z), flat),
    ("orthogonal", "Stiefel, embedded metric", stiefel, flat),
    ("orthogonal", "Stiefel, canonical metric", stiefel,
     lambda x, u, v: float(np.vdot(u, v - x @ (x.T @ v) / 2))),
    ("positive definite", "affine-invariant metric", lambda x, z: sym(z),
     lambda x, u, v: float(np.trace(np.linalg.solve(x, u) @ np.linalg.solve(x, v)))),
]  # fmt: skip


@pytest.mark.parametrize(("structure", "name", "tangent", "metric"), CASES, ids=[f"{s}: {n}" for s, n, *_ in CASES])
def test_gradient_in_the_structure(structure: str, name: str, tangent: Tangent, metric: Metric) -> None:
    x = matrix("X", "n", "n", structure)
    for f in (tr(A * x), tr(x.T * A * x * A), norm(A * x - A.T) ** 2):
        _agrees(f, x, name, tangent, metric)


def test_gradient_on_a_stiefel_manifold_of_tall_matrices() -> None:
    x = matrix("X", "n", "p", "orthogonal")
    for name, metric in ((c[1], c[3]) for c in CASES if c[0] == "orthogonal"):
        for f in (tr(B.T * x), tr(x.T * A * x)):
            _agrees(f, x, name, stiefel, metric, {"n": 5, "p": 3})


VECTORS: list[tuple[str, str, Tangent, Metric]] = [
    ("unit norm", "sphere", lambda x, z: z - x * float(np.vdot(x, z)), flat),
    ("simplex", "simplex, projected", lambda x, z: z - z.mean(), flat),
    ("simplex", "simplex, Fisher metric", lambda x, z: z - z.mean(), lambda x, u, v: float(np.sum(u * v / x))),
]


@pytest.mark.parametrize(("structure", "name", "tangent", "metric"), VECTORS, ids=[n for _, n, *_ in VECTORS])
def test_gradient_on_a_manifold_of_vectors(structure: str, name: str, tangent: Tangent, metric: Metric) -> None:
    x = vector("x", "n", structure)
    for f in (x.T * A * x, b.T * x, sum(power(x, 3))):
        _agrees(f, x, name, tangent, metric)


def _agrees(f: Node, x: Node, name: str, tangent: Tangent, metric: Metric, sizes: dict[str, int] | None = None) -> None:
    form = derive(f, x).forms[name]
    rng = np.random.default_rng(3)
    for instance in draw_instances([f], 4, sizes=sizes):
        at = instance.values[x]
        found = np.broadcast_to(evaluate(form, instance.values, instance.sizes), at.shape)
        np.testing.assert_allclose(tangent(at, found), found, atol=1e-8 * (1 + abs(found).max()))
        for _ in range(3):
            xi = tangent(at, rng.standard_normal(at.shape))
            wanted, _ = complex_step(f, x, instance, xi[None])
            assert np.isclose(metric(at, found, xi), wanted.item(), rtol=1e-8, atol=1e-8 * (1 + abs(found).max()))


# Matrix Cookbook 138-143 and the tied derivative, entry by entry: equal entries move together
TIED = [
    ("symmetric", "vech", lambda i, j, n: _units(n, {(i, j), (j, i)})),
    ("toeplitz", "tied", lambda i, j, n: _units(n, {(a, c) for a in range(n) for c in range(n) if c - a == j - i})),
    ("diagonal", "diagonal", lambda i, j, n: _units(n, {(i, j)} if i == j else set())),
    ("skew", "tied", lambda i, j, n: _units(n, {(i, j)}) - _units(n, {(j, i)})),
    ("symmetric toeplitz", "tied", lambda i, j, n: _units(
        n, {(a, c) for a in range(n) for c in range(n) if abs(c - a) == abs(j - i)})),
]  # fmt: skip


def _units(n: int, places: set[tuple[int, int]]) -> Array:
    out = np.zeros((n, n))
    for place in places:
        out[place] = 1
    return out


@pytest.mark.parametrize(("structure", "name", "direction"), TIED, ids=[s for s, *_ in TIED])
def test_entries_that_move_together(structure: str, name: str, direction: Callable[[int, int, int], Array]) -> None:
    x = matrix("X", "n", "n", *structure.split())
    for f in (tr(A * x), tr(x * A * x), norm(A * x) ** 2):
        form = derive(f, x).forms[name]
        for instance in draw_instances([f], 3):
            n = len(instance.values[x])
            found = evaluate(form, instance.values, instance.sizes)
            directions = np.array([direction(i, j, n) for i in range(n) for j in range(n)])
            wanted, _ = complex_step(f, x, instance, directions)
            np.testing.assert_allclose(found, wanted.reshape(n, n), atol=1e-8 * (1 + abs(wanted).max()))


def test_forms_are_printed_as_in_books() -> None:
    q, p = matrix("X", "n", "p", "orthogonal"), matrix("P", "n", "n", "positive definite")
    x = vector("x", "n", "unit norm")
    assert "B - X*B.T*X" == str(derive(tr(B.T * q), q).forms["Stiefel, canonical metric"])
    assert "P" == str(derive(logdet(p), p).forms["affine-invariant metric"])
    assert "(eye(n) - x*x.T)*b" == str(derive(b.T * x, x).forms["sphere"])
