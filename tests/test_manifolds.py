"""Gradients of structured variables: tangent to the structure, and <gradient, xi> is the derivative along each xi."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from derive import BadInput, Node, derive, hessian, logdet, matrix, norm, sqnorm, sum, tr, vector, verify, zeros
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


X, P = (matrix("X", "n", "n", s) for s in ("orthogonal", "positive definite"))
x, p = vector("x", "n", "unit norm"), vector("p", "n", "simplex")
S, C = matrix("S", "n", "n", "symmetric"), matrix("C", "p", "n")

WITHIN: list[tuple[Node, str, Tangent]] = [  # two structures at once, rows, and matrices of vectors
    (matrix("X", "n", "n", "symmetric", "orthogonal"), "symmetric orthogonal",
     lambda x, z: (sym(z) - x @ sym(z) @ x) / 2),
    (matrix("X", "n", "n", "skew", "orthogonal"), "skew orthogonal",
     lambda x, z: (z - z.T + x @ (z - z.T) @ x) / 4),
    (matrix("X", "n", "n", "symmetric", "unit norm"), "sphere", lambda x, z: sym(z) - x * np.vdot(x, sym(z))),
    (matrix("X", "n", "n", "unit norm"), "sphere", lambda x, z: z - x * np.vdot(x, z)),
    (matrix("X", "n", "n", "simplex"), "simplex, projected", lambda x, z: z - z.mean(axis=1, keepdims=True)),
]  # fmt: skip


@pytest.mark.parametrize(("variable", "name", "tangent"), WITHIN, ids=[" ".join(v.properties) for v, *_ in WITHIN])
def test_gradient_where_two_structures_meet(variable: Node, name: str, tangent: Tangent) -> None:
    for f in (tr(A * variable), tr(A * variable * A * variable)):
        _agrees(f, variable, name, tangent, flat, {"n": 4})


def test_gradient_of_weights_in_rows() -> None:
    w, rows = matrix("w", 1, "n", "simplex"), matrix("W", "n", "p", "simplex")

    def fisher(x: Array, u: Array, v: Array) -> float:
        return float(np.sum(u * v / x))

    for f, v in ((w * A * w.T, w), (tr(C * rows), rows), (tr(rows.T * A * rows), rows)):
        for name, metric in (("simplex, projected", flat), ("simplex, Fisher metric", fisher)):
            _agrees(f, v, name, lambda x, z: z - z.mean(axis=1, keepdims=True), metric)


@pytest.mark.parametrize("f", [norm(x), sqnorm(x), norm(x) ** 3, sum(p), sum(p) ** 2], ids=str)
def test_what_is_constant_on_the_manifold_has_gradient_0_there(f: Node) -> None:
    v = x if "x" in str(f) else p
    for name, form in derive(f, v).forms.items():
        assert name == "entries independent" or form is zeros("n")


REFUSED = [
    ({"diagonal", "orthogonal"}, "a discrete set"),
    ({"toeplitz", "orthogonal"}, "no gradient is known"),
    ({"symmetric", "simplex"}, "no gradient is known"),
]


@pytest.mark.parametrize(("properties", "said"), REFUSED)
def test_structures_without_a_known_gradient_are_refused(properties: set[str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        v = matrix("X", "n", "n", *properties)
        derive(tr(A * v), v)


PRINTED = [
    (p.T * A * p, p, "(I − 11ᵀ/n)(A + Aᵀ)p"),
    (p.T * A * p, p, "(diag(p) − ppᵀ)(A + Aᵀ)p"),
    (x.T * S * x / (x.T * x), x, "2(Sx − (xᵀSx)x)"),
    (sum(x), x, "1 − (1ᵀx)x"),
]


@pytest.mark.parametrize(("f", "v", "line"), PRINTED, ids=str)
def test_gradient_on_a_manifold_uses_what_holds_there(f: Node, v: Node, line: str) -> None:
    assert line in derive(f, v).text()


# Second derivatives along geodesics, t -> X(t) with X(0) = X and X'(0) = V
def _great_circle(x: Array, v: Array, t: float) -> Array:
    r = float(np.linalg.norm(v))
    return np.cos(r * t) * x + np.sin(r * t) / r * v


def _series(a: Array) -> Array:
    """exp of a small matrix."""
    term, total = np.eye(len(a)), np.eye(len(a))
    for k in range(1, 12):
        term = term @ a / k
        total = total + term
    return total


GEODESICS = [
    (x, "sphere", lambda x, z: z - x * np.vdot(x, z), _great_circle),
    (p, "simplex, projected", lambda x, z: z - z.mean(), lambda x, v, t: x + t * v),
    (X, "Stiefel, embedded metric", stiefel, lambda x, v, t: x @ _series(t * x.T @ v)),
    (P, "affine-invariant metric", lambda x, z: sym(z), lambda x, v, t: x @ _series(t * np.linalg.solve(x, v))),
]


@pytest.mark.parametrize(("v", "name", "tangent", "geodesic"), GEODESICS, ids=[n for _, n, *_ in GEODESICS])
def test_a_riemannian_hessian_is_the_second_derivative_along_geodesics(
    v: Node, name: str, tangent: Tangent, geodesic: Callable[[Array, Array, float], Array]
) -> None:
    for f in (v.T * A * v, (b.T * v) ** 3) if v.shape[1] == 1 else (tr(A * v), tr(A * v * S * v)):
        form = hessian(f, v).forms[name]
        rng = np.random.default_rng(5)
        for instance in draw_instances([f, S, A], 3, sizes={"n": 3}):
            at = instance.values[v]
            direction = tangent(at, rng.standard_normal(at.shape))
            values = [
                evaluate(f, {**instance.values, v: geodesic(at, direction, t)}, instance.sizes).item()
                for t in (1e-4, 0.0, -1e-4)
            ]
            wanted = (values[0] - 2 * values[1] + values[2]) / 1e-8
            column = direction.reshape(-1, 1, order="F")
            found = (column.T @ evaluate(form, instance.values, instance.sizes) @ column).item()
            assert np.isclose(found, wanted, rtol=1e-4, atol=1e-5), (f, found, wanted)
        assert verify(f, v, form, order=2)
        assert not verify(f, v, 2 * form, order=2)
