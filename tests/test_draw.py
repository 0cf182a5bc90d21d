"""Drawn instances: sizes tell transposes apart, values have their properties and lie inside every domain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from derive import errors, functions
from derive.draw import Instance, directions, draw_instances, member, value, with_value
from derive.nodes import const
from derive.sizes import as_size
from derive.symbols import PROPERTIES, Family, declare, matrix, scalar, vector

Array = np.ndarray[Any, Any]
A, X, b, x, t = matrix("A", "m", "n"), matrix("X", "n", "n"), vector("b", "m"), vector("x", "n"), scalar("t")
i, FOUR = scalar("i", "integer"), matrix("F", 4, 4)


def eigenvalues(m: Array) -> Array:
    return np.linalg.eigvals(m)


def ones_and_zeros(m: Array) -> bool:
    return bool(np.isin(m, (0, 1)).all())


# What each property means, said independently of how it is drawn; of a column or a square matrix.
HOLDS: dict[str, Callable[[Array], Any]] = {
    "symmetric": lambda m: np.allclose(m, m.T),
    "skew": lambda m: np.allclose(m, -m.T),
    "orthogonal": lambda m: np.allclose(m.T @ m, np.eye(m.shape[1])),
    "invertible": lambda m: np.linalg.cond(m) < 1e8,
    "positive definite": lambda m: np.allclose(m, m.T) and eigenvalues(m).min() > 0,
    "positive semidefinite": lambda m: np.allclose(m, m.T) and eigenvalues(m).real.min() > -1e-12,
    "positive determinant": lambda m: np.linalg.det(m) > 0,
    "positive eigenvalues": lambda m: np.abs(eigenvalues(m).imag).max() < 1e-12 and eigenvalues(m).real.min() > 0,
    "identity": lambda m: np.array_equal(m, np.eye(len(m))),
    "diagonal": lambda m: np.array_equal(m, np.diag(np.diag(m))),
    "full row rank": lambda m: np.linalg.matrix_rank(m) == m.shape[0],
    "full column rank": lambda m: np.linalg.matrix_rank(m) == m.shape[1],
    "lower triangular": lambda m: np.array_equal(m, np.tril(m)),
    "upper triangular": lambda m: np.array_equal(m, np.triu(m)),
    "positive": lambda m: bool((m > 0).all()),
    "nonnegative": lambda m: bool((m >= 0).all()),
    "integer": lambda m: np.array_equal(m, np.round(m)),
    "binary": ones_and_zeros,
    "one-hot": lambda m: ones_and_zeros(m) and (m.sum() == 1 if m.shape[1] == 1 else (m.sum(axis=1) == 1).all()),
    "unit interval": lambda m: bool(((m > 0) & (m < 1)).all()),
    "unit norm": lambda m: np.isclose(np.linalg.norm(m), 1),
    "simplex": lambda m: (m > 0).all() and np.allclose(m.sum() if m.shape[1] == 1 else m.sum(axis=1), 1),
    "plus or minus one": lambda m: bool(np.isin(m, (-1, 1)).all()),
    "toeplitz": lambda m: np.array_equal(m[1:, 1:], m[:-1, :-1]),
    "nonzero": lambda m: bool((m != 0).all()),
    "random": lambda m: True,
    "independent": lambda m: True,  # of random variables
    "gaussian": lambda m: True,
}


def test_every_property_is_tested() -> None:
    assert set(PROPERTIES) == set(HOLDS)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", PROPERTIES)
def test_a_drawn_matrix_has_its_property(name: str, seed: int) -> None:
    m = matrix("M", 4, 4, name)
    (instance,) = draw_instances([functions.tr(m * FOUR)], 1, seed)
    assert HOLDS[name](instance.values[m]), instance.values[m]


VECTOR_PROPERTIES = (
    "positive", "nonnegative", "integer", "binary", "one-hot", "unit interval", "unit norm", "simplex",
    "plus or minus one", "nonzero",
)  # fmt: skip


@pytest.mark.parametrize("name", VECTOR_PROPERTIES)
def test_a_drawn_vector_has_its_property(name: str) -> None:
    for seed in range(5):
        drawn = value(frozenset((name,)), (5, 1), np.random.default_rng(seed))
        assert drawn.shape == (5, 1)
        assert HOLDS[name](drawn), drawn


PAIRS = [
    ("positive definite", "diagonal"),
    ("positive definite", "positive"),
    ("diagonal", "positive"),
    ("lower triangular", "invertible"),
    ("symmetric", "positive"),
    ("symmetric", "toeplitz"),
    ("skew", "toeplitz"),
    ("lower triangular", "toeplitz"),
    ("positive definite", "toeplitz"),
    ("symmetric", "orthogonal"),
    ("symmetric", "invertible"),
    ("integer", "positive"),
    ("orthogonal", "positive determinant"),
    ("upper triangular", "nonnegative"),
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_two_properties_hold_together(first: str, second: str) -> None:
    m = matrix("M", 4, 4, first, second)
    for instance in draw_instances([functions.tr(m * FOUR)], 5, 3):
        drawn = instance.values[m]
        assert HOLDS[first](drawn), drawn
        assert HOLDS[second](drawn[drawn != 0] if first == "diagonal" else drawn), drawn


def test_free_entries_have_both_signs_and_square_matrices_are_not_symmetric() -> None:
    for instance in draw_instances([x.T * X * x], 6, 1):
        m = instance.values[X]
        assert m.min() < 0 < m.max()
        assert not np.allclose(m, m.T)
    determinants = [np.linalg.det(k.values[X]) for k in draw_instances([functions.det(X)], 12, 1)]
    assert min(determinants) < 0 < max(determinants)


# --- directions -------------------------------------------------------------------------------------------------
LINEAR = ("symmetric", "skew", "diagonal", "lower triangular", "upper triangular", "toeplitz")


def off_stiefel(m: Array) -> Array:
    """M^T M - I of a tall matrix, M M^T - I of a wide one."""
    tall = m if m.shape[0] >= m.shape[1] else m.T
    return tall.T @ tall - np.eye(tall.shape[1])


# How far a matrix is from having the property.
CURVED: dict[str, Callable[[Array], Any]] = {
    "orthogonal": off_stiefel,
    "unit norm": lambda m: np.linalg.norm(m) - 1,
    "simplex": lambda m: (m.sum() if m.shape[1] == 1 else m.sum(axis=1)) - 1,
}
MANIFOLDS = (*LINEAR, *CURVED)


@pytest.mark.parametrize("shape", [(4, 4), (5, 1), (4, 3), (3, 4)])
@pytest.mark.parametrize("name", MANIFOLDS)
def test_directions_are_tangent_and_of_length_one(name: str, shape: tuple[int, int]) -> None:
    if shape[0] != shape[1] and name in ("symmetric", "skew", "diagonal"):
        return
    rng = np.random.default_rng(4)
    properties = frozenset((name,))
    at = value(properties, shape, rng)
    found = directions(properties, at, rng, 3)
    assert found.shape == (3, *shape)
    np.testing.assert_allclose(np.sqrt((found**2).sum(axis=(1, 2))), 1)
    for d in found:
        if name in CURVED:
            assert np.abs(CURVED[name](at + 1e-6 * d)).max() < 1e-11  # second order in the step
        else:
            assert HOLDS[name](d)


def test_directions_fill_the_tangent_space() -> None:
    rng = np.random.default_rng(2)
    dimension = {
        "symmetric": 10,
        "skew": 6,
        "orthogonal": 6,
        "diagonal": 4,
        "lower triangular": 10,
        "unit norm": 15,
        "toeplitz": 7,
    }
    for name, wanted in dimension.items():
        properties = frozenset((name,))
        found = directions(properties, value(properties, (4, 4), rng), rng, 30)
        assert np.linalg.matrix_rank(found.reshape(30, 16)) == wanted, name


# --- sizes ------------------------------------------------------------------------------------------------------
def test_sizes_are_distinct_but_for_one_square_instance() -> None:
    f = functions.tr(matrix("P", "k", "m") * A * matrix("Q", "n", "k"))
    found = [tuple(k.sizes.values()) for k in draw_instances([f], 6, 5)]
    assert [len(set(s)) for s in found] == [3, 3, 1, 3, 3, 3]
    assert min(map(min, found)) > 1
    assert max(map(max, found)) <= 5


def test_given_sizes_are_respected() -> None:
    for k in draw_instances([b.T * A * x], 3, 1, {"n": 7}):
        assert k.sizes["n"] == 7
        assert k.values[A].shape == (k.sizes["m"], 7)
    assert draw_instances([matrix("F", 2, 3) * vector("z", 3)], 1)[0].sizes == {}


def test_sizes_follow_from_rank_and_from_the_domain() -> None:
    tall = matrix("T", "m", "n", "full column rank")
    assert all(k.sizes["m"] >= k.sizes["n"] for k in draw_instances([functions.sum(tall)], 8, 1))
    assert all(k.sizes["m"] >= k.sizes["n"] for k in draw_instances([functions.logdet(A.T * A)], 6, 1))


def test_composed_sizes_fit() -> None:
    n = as_size("n")
    y = vector("y", n + 1)
    (instance,) = draw_instances([y.T * y + functions.sum(functions.vec(X))], 1, 2)
    assert instance.values[y].shape == (instance.sizes["n"] + 1, 1)


# --- domains ----------------------------------------------------------------------------------------------------
DOMAINS = [
    functions.sum(functions.log(A * x + b)),
    functions.sum(functions.sqrt(A * x)),
    functions.log(1 - x.T * x),
    functions.sum(functions.atanh(A * x)),
    functions.sum(functions.acosh(A * x)),
    functions.sum(functions.asin(A * x)),
    functions.sum(functions.log1p(-x)),
    functions.logdet(X),
    functions.logdet(X.T * X - functions.eye("n")),
    functions.logdet(-X),
    functions.tr(functions.logm(X)),
    functions.tr(functions.sqrtm(X)),
    functions.tr(X.I * X.T),
    functions.sum(functions.tan(A * x)),
    functions.power(x.T * X * x, t),
    functions.tr(X**t),
    functions.eigenvalue(X + X.T, 1),
    functions.norm(A, "nuc") + functions.norm(A, "spectral"),
    functions.sum(functions.pinv(A)),
    functions.max(A * x) + functions.norm(x, "inf"),
    functions.sum(functions.divide(b, A * x)),
    functions.logdet(X) + functions.sum(functions.log(functions.vec(X))),
]


@pytest.mark.parametrize("f", DOMAINS, ids=str)
def test_instances_lie_inside_the_domain(f: Any) -> None:
    found = draw_instances([f], 6, 11)
    assert len(found) == 6
    for instance in found:
        assert np.isfinite(instance.value(f)).all()
        assert np.abs(instance.value(f)).max() < 1e8


def test_the_argument_is_made_positive_and_not_the_variable() -> None:
    signs = [np.sign(k.values[x]).ravel() for k in draw_instances([functions.sum(functions.log(A * x + b))], 6, 1)]
    assert -1 in np.concatenate(signs)
    determinants = draw_instances([functions.logdet(X)], 6, 1)
    assert not any(np.allclose(k.values[X], k.values[X].T) for k in determinants)


def test_kinks_are_kept_at_a_distance() -> None:
    f = functions.sum(functions.relu(A * x - b)) + functions.norm(x, 1) + functions.sum(functions.maximum(x, 0.5))
    for k in draw_instances([f], 10, 1):
        z = k.values[A] @ k.values[x] - k.values[b]
        assert min(np.abs(z).min(), np.abs(k.values[x]).min(), np.abs(k.values[x] - 0.5).min()) > 0.01


IMPOSSIBLE = [
    (functions.log(-x.T * x), "in log(-x.T*x), no values were found for which -x.T*x is positive"),
    (functions.logdet(x * x.T), "in logdet(x*x.T), no values were found for which x*x.T has a positive determinant"),
    (
        t + functions.acosh(functions.sin(t)),
        "in acosh(sin(t)), no values were found for which sin(t) is greater than 1",
    ),
]


@pytest.mark.parametrize(("f", "text"), IMPOSSIBLE)
def test_an_empty_domain_is_an_error_that_names_the_part(f: Any, text: str) -> None:
    with pytest.raises(errors.DomainError) as caught:
        draw_instances([f])
    assert f"could not find a valid instance: {text}" == str(caught.value)


# --- families and moves -----------------------------------------------------------------------------------------
def test_families_have_as_many_members_as_their_range_and_sums_see_their_domain() -> None:
    w = declare("w", "n, i=1..N")
    assert isinstance(w, Family)
    f = functions.sumover(functions.log(x.T * w[i]), i, const(1), const(as_size("N")))
    for k in draw_instances([f], 6, 1):
        assert len(k.values[w]) == k.sizes["N"]
        assert np.isfinite(k.value(f)).all()
        moved = with_value(k, w[2], np.ones_like(k.values[x]))
        assert member(k, w[2]) == 1
        np.testing.assert_array_equal(moved[w][1], np.ones_like(k.values[x]))


def test_a_rerun_equals_an_evaluation_at_the_moved_values() -> None:
    f = functions.logdet(X) + x.T * X.I * x
    (k,) = draw_instances([f, X], 1, 4)
    new = k.values[X] + 0.01
    again, _ = k.rerun(f, X, new)
    np.testing.assert_allclose(again, Instance(k.sizes, {**k.values, X: new}).value(f))


def test_the_same_seed_draws_the_same_instance() -> None:
    f = functions.logdet(X) + x.T * x
    first, second = (draw_instances([f], 3, 9) for _ in range(2))
    for one, two in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.values[X], two.values[X])
