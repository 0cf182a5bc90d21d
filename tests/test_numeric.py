"""Expressions mean on arrays what NumPy and SciPy say, and every function is safe for complex steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.special
from mpmath import mp

from derive import errors, functions, kernels, precise, spectra
from derive.nodes import Function, const
from derive.numeric import compile, evaluate
from derive.sizes import as_size
from derive.symbols import Family, declare, matrix, scalar, vector

A, B, S = matrix("A", "n", "n"), matrix("B", "m", "n"), matrix("S", "n", "n", "symmetric")
x, y, t = vector("x", "n"), vector("y", "m"), scalar("t")
i, j = scalar("i", "integer"), scalar("j", "integer")
n = as_size("n")

rng = np.random.default_rng(7)
VALUES = {
    A: rng.normal(size=(3, 3)) + 2 * np.eye(3),
    B: rng.normal(size=(2, 3)),
    S: (lambda m: m + m.T)(rng.normal(size=(3, 3))),
    x: rng.normal(size=(3, 1)),
    y: rng.normal(size=(2, 1)),
    t: np.array([[0.7]]),
}
a, b, s, u, v = VALUES[A], VALUES[B], VALUES[S], VALUES[x], VALUES[y]

MEANINGS = [
    ("product", B * A * x, b @ a @ u),
    ("quadratic form", x.T * A * x, u.T @ a @ u),
    ("sum", A + 2 * A.T - t * S, a + 2 * a.T - 0.7 * s),
    ("inverse", A.I * x, np.linalg.solve(a, u)),
    ("power", A**3, a @ a @ a),
    ("symbolic power", A**t, scipy.linalg.fractional_matrix_power(a, 0.7)),
    ("elementwise power", functions.power(A, 2) * x, (a * a) @ u),
    ("hadamard", functions.hadamard(A, S), a * s),
    ("kronecker", functions.kron(A, B), np.kron(a, b)),
    ("vec", functions.vec(B), b.reshape(-1, 1, order="F")),
    ("diag of a vector", functions.diag(x), np.diag(u[:, 0])),
    ("diag of a matrix", functions.diag(A), np.diag(a).reshape(-1, 1)),
    ("trace", functions.tr(A * S), np.trace(a @ s)),
    ("det", functions.det(A), np.linalg.det(a)),
    ("logdet", functions.logdet(A * A.T), np.linalg.slogdet(a @ a.T)[1]),
    ("adjugate", functions.adjugate(A), np.linalg.det(a) * np.linalg.inv(a)),
    ("pinv, wide", functions.pinv(B), np.linalg.pinv(b)),
    ("pinv, rank one", functions.pinv(y * x.T), np.linalg.pinv(v @ u.T)),
    ("norm", functions.norm(A), np.linalg.norm(a)),
    ("1-norm", functions.norm(x, 1), np.abs(u).sum()),
    ("3-norm", functions.norm(x, 3), np.linalg.norm(u[:, 0], 3)),
    ("max norm", functions.norm(x, "inf"), np.abs(u).max()),
    ("nuclear norm", functions.norm(B, "nuc"), np.linalg.norm(b, "nuc")),
    ("spectral norm", functions.norm(B, "spectral"), np.linalg.norm(b, 2)),
    ("sum of columns", functions.sum(B, 0), b.sum(axis=0, keepdims=True)),
    ("mean of rows", functions.mean(B, 1), b.mean(axis=1, keepdims=True)),
    ("softmax", functions.softmax(x), scipy.special.softmax(u)),
    ("softmax of rows", functions.softmax(B, 1), scipy.special.softmax(b, axis=1)),
    ("log-softmax of columns", functions.log_softmax(B, 0), scipy.special.log_softmax(b, axis=0)),
    ("logsumexp", functions.logsumexp(x), scipy.special.logsumexp(u)),
    ("sigmoid", functions.sigmoid(A), scipy.special.expit(a)),
    ("gelu", functions.gelu(A), a * scipy.special.ndtr(a)),
    ("erf", functions.erf(A), scipy.special.erf(a)),
    ("maximum", functions.maximum(A, S), np.maximum(a, s)),
    ("expm", functions.expm(3 * A), scipy.linalg.expm(3 * a)),
    ("logm", functions.logm(A * A.T), scipy.linalg.logm(a @ a.T)),
    ("sqrtm", functions.sqrtm(A * A.T), scipy.linalg.sqrtm(a @ a.T)),
    ("sinm", functions.sinm(A), scipy.linalg.sinm(a)),
    ("cosm", functions.cosm(A), scipy.linalg.cosm(a)),
    ("eigenvalue", functions.eigenvalue(S, 2), np.linalg.eigvalsh(s)[1]),
    ("size as a number", const(n) * x, 3 * u),
    ("identity", functions.eye("n") + A, np.eye(3) + a),
    ("unit vector", functions.basis("n", 2).T * x, u[1]),
    ("entry", A[0, 2], a[0, 2]),
    ("explicit", functions.stack([[t, 1], [2, t]]), [[0.7, 1], [2, 0.7]]),
    ("sum over an index", functions.sumover(i * A[i - 1, i - 1], i, const(1), const(n)), np.arange(1, 4) @ np.diag(a)),
]  # fmt: skip


@pytest.mark.parametrize(("node", "wanted"), [pytest.param(f, w, id=name) for name, f, w in MEANINGS])
def test_value_is_that_of_numpy(node: Any, wanted: Any) -> None:
    np.testing.assert_allclose(evaluate(node, VALUES), np.atleast_2d(wanted), rtol=1e-12, atol=1e-12)


# --- complex steps ----------------------------------------------------------------------------------------------
def positive_matrix(m: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Near the identity, not symmetric, eigenvalues off the negative axis."""
    return np.eye(len(m)) * 2 + 0.3 * m


POINTS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("log", "pnorm"), np.abs),
    **{name: lambda m: 0.5 * np.tanh(m) for name in ("asin", "acos", "atanh", "log1p", "tan")},
    "acosh": lambda m: 1.2 + np.abs(m),
    **dict.fromkeys(("logdet", "logm", "sqrtm", "polar", "pinv", "adjugate"), positive_matrix),
    **{name: lambda m: m + m.T for name in ("eigenvalue", "eigenvector")},
}
PARAMETERS = {
    "pnorm": 3.0,
    "leaky_relu": 0.1,
    "eigenvalue": 2.0,
    "eigenvector": 2.0,
    "maximum": 0.05,
    "minimum": 0.05,
}


def step_case(name: str, seed: int) -> tuple[Any, Any, tuple[Any, ...]]:
    draw = np.random.default_rng(seed)
    point = POINTS.get(name, lambda m: m)(draw.normal(size=(3, 3)))
    direction = draw.normal(size=(4, 3, 3))
    if name in ("eigenvalue", "eigenvector"):
        direction = direction + direction.swapaxes(-1, -2)
    rest = (np.array([[PARAMETERS[name]]]),) if name in PARAMETERS else ()
    return point, direction, rest


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", sorted(kernels.FUNCTIONS))
def test_complex_step_agrees_with_central_differences(name: str, seed: int) -> None:
    kernel = kernels.FUNCTIONS[name]
    point, directions, rest = step_case(name, seed)
    value = kernel(point + 1e-30j * directions, *rest)
    step = np.broadcast_to(value, (4, *value.shape[-2:])).imag / 1e-30
    h = 1e-3  # a five-point formula: truncation h^4, rounding 1e-16 / h
    f = [kernel(point + k * h * directions, *rest) for k in (-2, -1, 1, 2)]
    differences = (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h)
    np.testing.assert_allclose(step, differences, rtol=1e-7, atol=1e-7 * (1 + np.abs(step).max()))
    np.testing.assert_allclose(value.real, np.broadcast_to(kernel(point, *rest), value.shape), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "name", sorted(set(precise.FUNCTIONS) - {"sign", "step", "floor", "ceil", "argmax", "argmax_sign"})
)
def test_complex_step_agrees_with_a_hundred_digits(name: str) -> None:
    point, directions, rest = step_case(name, 3)
    step = kernels.FUNCTIONS[name](point + 1e-30j * directions[0], *rest).imag / 1e-30
    with precise.digits():
        h, kernel = mp.mpf(10) ** -30, precise.FUNCTIONS[name]
        p, d, r = precise.exact(point), precise.exact(directions[0]), tuple(map(precise.exact, rest))
        exact = (kernel(p + h * d, *r) - kernel(p - h * d, *r)) / (2 * h)
    np.testing.assert_allclose(step, exact.astype(float), rtol=1e-11, atol=1e-12 * (1 + np.abs(step).max()))


def test_every_function_of_the_engine_has_a_numerical_meaning() -> None:
    named = {f.numeric for f in vars(functions).values() if isinstance(f, Function) and f.name != "expectation"}
    assert set() == named - set(kernels.FUNCTIONS)


def test_several_directions_are_one_evaluation() -> None:
    f = (
        functions.logdet(A * A.T)
        + x.T * A.I * x
        + functions.tr(functions.kron(A, S))
        + functions.norm(functions.expm(A))
    )
    program = compile(f)
    cells = program.prepare(VALUES)
    directions = np.random.default_rng(1).normal(size=(3, 3, 3))
    cells[program.inputs[A]] = a + 1e-30j * directions
    together = program.run(cells)
    for k in range(3):
        cells[program.inputs[A]] = a + 1e-30j * directions[k]
        np.testing.assert_allclose(together[k], program.run(cells), rtol=1e-12)


def test_outside_the_domain_the_value_is_nan_also_for_complex_steps() -> None:
    for f, point in (("log", -1.0), ("asin", 2.0), ("acosh", 0.5), ("atanh", 2.0), ("logdet", -1.0)):
        m = np.array([[point]])
        with np.errstate(all="ignore"):
            assert np.isnan(kernels.FUNCTIONS[f](m)).all(), f
            assert np.isnan(kernels.FUNCTIONS[f](m + 1e-30j)).all(), f


def test_pseudo_inverse_of_constant_rank_moves_with_its_factors() -> None:
    left, right = rng.normal(size=(4, 2)), rng.normal(size=(2, 3))
    d = rng.normal(size=(4, 2))
    step = spectra.pinv((left + 1e-30j * d) @ right).imag / 1e-30
    h = 1e-5
    ahead, behind = (np.linalg.pinv((left + k * h * d) @ right, rcond=1e-9) for k in (1, -1))
    np.testing.assert_allclose(step, (ahead - behind) / (2 * h), rtol=1e-6, atol=1e-6)


# --- sums and families ------------------------------------------------------------------------------------------
def test_nested_sums_and_families() -> None:
    w = declare("w", "n, i=1..N")
    assert isinstance(w, Family)
    members = [rng.normal(size=(3, 1)) for _ in range(4)]
    inner = functions.sumover(w[i].T * w[j], j, const(1), i)
    f = functions.sumover(i * inner + x.T * x, i, const(1), const(as_size("N")))
    wanted = sum(
        k * sum((members[k - 1].T @ members[l - 1]).item() for l in range(1, k + 1)) + (u.T @ u).item()
        for k in range(1, 5)
    )
    np.testing.assert_allclose(evaluate(f, {**VALUES, w: members}), [[wanted]])
    np.testing.assert_allclose(evaluate(f, {**VALUES, "w": np.array(members)}), [[wanted]])


def test_an_index_may_also_stand_outside_of_its_sum() -> None:
    f = i * functions.sumover(i * t, i, const(1), const(3))
    np.testing.assert_allclose(evaluate(f, {i: 5, t: 2.0}), [[60.0]])


def test_an_empty_sum_is_zero_of_its_shape() -> None:
    f = functions.sumover(i * x * y.T, i, const(1), t)
    np.testing.assert_array_equal(evaluate(f, {**VALUES, t: 0.0}), np.zeros((3, 2)))


def test_a_thousand_layers_evaluate() -> None:
    f = x
    for _ in range(1000):
        f = functions.tanh(A * f)
    assert evaluate(f, VALUES).shape == (3, 1)


# --- what users pass --------------------------------------------------------------------------------------------
def test_values_may_be_flat_lists_floats_and_named() -> None:
    f = x.T * A * x * t
    wanted = 2 * np.array([1, 2]) @ np.array([[1, 2], [3, 4]]) @ np.array([1, 2])
    values = {"x": [1, 2], "A": [[1, 2], [3, 4]], "t": 2, "unused": "anything"}
    np.testing.assert_allclose(evaluate(f, values), [[wanted]])


BAD = [
    (
        x.T * A * x,
        {x: [1.0, 2.0]},
        errors.UnknownName,
        "no value for A (n, n)",
    ),
    (
        x.T * A * x,
        {x: [1.0, 2.0], A: np.eye(3)},
        errors.ShapeError,
        "the value of A has shape (3, 3); wanted (n, n) with n = 2 (from x)",
    ),
    (
        A * x,
        {x: np.ones(3), A: np.ones((2, 3))},
        errors.ShapeError,
        "the value of A has shape (2, 3); wanted (n, n) with n = 3 (from x)",
    ),
    (
        t * x,
        {x: [1j, 2], t: 1},
        errors.BadInput,
        "the value of x is complex; wanted real numbers",
    ),
    (
        t * x,
        {x: ["a", "b"], t: 1},
        errors.BadInput,
        "the value of x is not numeric; wanted real numbers",
    ),
    (
        functions.eye("n") * t,
        {t: 1},
        errors.UnknownName,
        "the size n is not the size of any given value; pass sizes={'n': ...}",
    ),
]


@pytest.mark.parametrize(("node", "values", "error", "text"), BAD)
def test_bad_values_are_named(node: Any, values: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        evaluate(node, values)
    assert text == str(caught.value)


def test_sizes_that_occur_in_no_value_are_passed() -> None:
    np.testing.assert_allclose(evaluate(functions.eye("n") * t, {t: 2.0}, {"n": 2}), 2 * np.eye(2))


def test_a_function_without_numbers_is_named() -> None:
    f = Function("mystery", functions.same, elementwise=True)
    with pytest.raises(errors.NoRule, match="no numerical meaning for mystery"):
        evaluate(f(x), VALUES)


def test_a_size_is_known_from_any_symbol_that_is_given() -> None:
    S = matrix("S", "n", "n")
    assert 3 == evaluate(functions.tr(functions.eye("n")), {S: np.ones((3, 3))}).item()
