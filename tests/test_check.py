"""The oracle accepts what is right, catches what is wrong, and says so when it cannot know."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from derive import errors, functions
from derive.check import check_gradient, check_jacobian, check_linear, equal, numerical_jacobian
from derive.draw import draw_instances
from derive.functions import det, exp, eye, hadamard, logdet, norm, ones, relu, sigmoid, softmax, sqnorm, sumover, tr
from derive.nodes import Function, Node, const
from derive.sizes import as_size
from derive.symbols import Family, declare, matrix, scalar, vector

A, B, X = matrix("A", "n", "n"), matrix("B", "n", "n"), matrix("X", "n", "n")
W, D, S = matrix("W", "m", "n"), matrix("D", "m", "m"), matrix("S", "n", "n", "symmetric")
x, y, b, t = vector("x", "n"), vector("y", "n"), vector("b", "m"), scalar("t")
i = scalar("i", "integer")
n = as_size("n")
half = const(Fraction(1, 2))

# (function, variable, gradient as textbooks print it)
RIGHT = [
    (x.T * A * x, x, (A + A.T) * x),
    (sqnorm(W * x - b), x, 2 * W.T * (W * x - b)),
    (sqnorm(W * x - b), W, 2 * (W * x - b) * x.T),
    (logdet(X), X, X.I.T),
    (det(X), X, det(X) * X.I.T),
    (tr(A * X * B), X, A.T * B.T),
    (tr(X.I * A), X, -(X.I * A * X.I).T),
    (norm(x), x, x / norm(x)),
    (x.T * S * x, S, x * x.T),
    (functions.sum(exp(W * x)), x, W.T * exp(W * x)),
    (functions.sum(relu(W * x)), x, W.T * functions.step(W * x)),
    (functions.logsumexp(x), x, softmax(x)),
    (norm(W, "nuc"), W, functions.polar_(W)),
    (norm(W, "spectral"), W, functions.leading_left_(W) * functions.leading_right_(W).T),
    (functions.eigenvalue(S, 1), S, functions.eigenvector_(S, 1) * functions.eigenvector_(S, 1).T),
    (tr(functions.expm(X)), X, functions.expm(X).T),
    (functions.sum(functions.gelu(x)), x, functions.normal_cdf(x) + hadamard(x, functions.normal_pdf(x))),
    (t**3 + functions.sin(t), t, 3 * t**2 + functions.cos(t)),
    (exp(-50 - x.T * x), x, -2 * exp(-50 - x.T * x) * x),
]  # fmt: skip

# The errors that people make; each agrees at sizes 1, for symmetric matrices, or nearly.
WRONG = [
    (x.T * A * x, x, 2 * A * x),
    (x.T * A * x, x, 2 * A.T * x),
    (logdet(X), X, X.I),
    (tr(A * X * B), X, B * A),
    (tr(A * X * B), X, B.T * A.T),
    (tr(X.I * A), X, -(X.I * A * X.I)),
    (tr(X.I * A), X, -(X.I * X.I * A).T),
    (sqnorm(W * x - b), x, W.T * (W * x - b)),
    (sqnorm(W * x - b), x, -2 * W.T * (W * x - b)),
    (norm(x), x, x),
    (functions.sum(sigmoid(x)), x, hadamard(sigmoid(x), 1 - sigmoid(x)) + const(Fraction(1, 10**6)) * ones("n")),
    (functions.logsumexp(x), x, softmax(2 * x)),
    (tr(A * X) - tr(X * A), X, A - A.T),
    (exp(-50 - x.T * x), x, -4 * exp(-50 - x.T * x) * x),
    (functions.sum(relu(x)), x, ones("n")),
    (functions.sum(functions.abs(x)), x, ones("n")),
]  # fmt: skip


@pytest.mark.parametrize(("f", "variable", "gradient"), RIGHT, ids=lambda node: str(node))
def test_right_gradients_are_correct(f: Node, variable: Node, gradient: Node) -> None:
    for seed in (1, 2):
        result = check_gradient(f, variable, gradient, seed=seed)
        assert result.status == "correct", f"seed {seed}: {result}"
        assert result
        assert result.instances >= 6
        assert result.max_error < 1e-9


@pytest.mark.parametrize(("f", "variable", "gradient"), WRONG, ids=lambda node: str(node))
def test_wrong_gradients_are_caught(f: Node, variable: Node, gradient: Node) -> None:
    for seed in (1, 2):
        result = check_gradient(f, variable, gradient, seed=seed)
        assert result.status == "wrong", f"seed {seed}: {result}"
        assert not result


def test_the_counterexample_can_be_verified_by_hand() -> None:
    result = check_gradient(x.T * A * x, x, 2 * A * x, seed=3)
    assert result.counterexample is not None
    a, u = result.counterexample.values[A], result.counterexample.values[x]
    d = result.counterexample.direction
    np.testing.assert_allclose(result.counterexample.wanted, d.T @ (a + a.T) @ u)
    np.testing.assert_allclose(result.counterexample.found, d.T @ (2 * a) @ u)


def test_a_derivative_that_is_zero_is_proved_with_many_digits() -> None:
    result = check_gradient(tr(A * X) - tr(X * A), X, functions.zeros("n", "n"))
    assert (result.status, result.tier) in (("correct", 3), ("correct", 1))
    assert check_gradient(tr(A * A.T), X, functions.zeros("n", "n")).status == "correct"
    assert check_gradient(tr(A * X * B) - tr(B * A * X), X, functions.zeros("n", "n")).status == "correct"
    assert check_gradient(tr(A * X * B) - tr(A * B * X), X, functions.zeros("n", "n")).status == "wrong"


def test_what_underflows_is_not_taken_for_zero() -> None:
    tiny, tiniest = exp(-300 - x.T * x), exp(-900 - x.T * x)
    for f, verdict in ((tiny, "wrong"), (tiniest, "inconclusive")):
        assert check_gradient(f, x, -2 * f * x).status == "correct"
        assert check_gradient(f, x, -4 * f * x).status == verdict
        assert check_gradient(f, x, functions.zeros("n")).status == verdict


def test_a_structured_variable_is_moved_within_its_structure() -> None:
    assert check_gradient(tr(A * S), S, half * (A + A.T))
    assert check_gradient(tr(A * S), S, A.T)
    q = matrix("Q", "n", "n", "orthogonal")
    assert check_gradient(tr(q.T * q * A), q, functions.zeros("n", "n"))


def test_what_the_claim_needs_and_f_does_not_is_a_condition() -> None:
    result = check_gradient(sqnorm(x), x, 2 * (A + B).I * (A * x + B * x))
    assert result.status == "correct"
    assert result.conditions == ("A + B is invertible",)


# --- other shapes -----------------------------------------------------------------------------------------------
def test_jacobians_of_vectors_are_checked_and_their_transposes_caught() -> None:
    assert check_jacobian(W * x, x, W)
    assert check_jacobian(x.T * W.T, x, W)
    assert check_jacobian(softmax(x), x, functions.diag(softmax(x)) - softmax(x) * softmax(x).T)
    assert check_jacobian(A * x, x, A.T).status == "wrong"
    assert check_jacobian(x.T * A * x, x, x.T * (A + A.T))
    assert check_jacobian(exp(t) * A, t, exp(t) * A)


def test_jacobians_of_matrices_act_on_vec() -> None:
    assert check_jacobian(A * X * B, X, functions.kron(B.T, A))
    assert check_jacobian(A * X * B, X, functions.kron(A, B.T)).status == "wrong"
    assert check_jacobian(X.I, X, -functions.kron(X.I.T, X.I))


def test_a_linear_map_may_be_given_as_a_function() -> None:
    def predict(instance: Any) -> Any:
        return np.linalg.inv(instance.values[X])

    right = check_linear(X.I, X, lambda inverse, d: -inverse @ d @ inverse, predict)
    assert right.status == "correct"
    assert check_linear(X.I, X, lambda inverse, d: inverse @ d @ inverse, predict).status == "wrong"


def test_derivatives_by_other_things_than_symbols() -> None:
    u, v = scalar("u"), scalar("v")
    assert check_gradient(3 * u**2 + 5 * exp(v), functions.stack([u, v]), functions.stack([6 * u, 5 * exp(v)]))
    assert check_gradient(logdet(X), X.I, -X.T)
    assert check_gradient(tr(A * X), X.T, A)
    assert check_gradient(tr(A * X), X.T, A.T).status == "wrong"
    z = W * x - b
    assert check_gradient(sqnorm(z), z, 2 * z)


def test_members_of_a_family() -> None:
    w = declare("w", "n, i=1..N")
    assert isinstance(w, Family)
    k = scalar("k", "integer")
    f = sumover((x.T * w[i]) ** 2, i, const(1), const(as_size("N")))
    gradient = 2 * sumover(w[i] * w[i].T * x, i, const(1), const(as_size("N")))
    assert check_gradient(f, x, gradient)
    assert check_gradient(f, w[k], 2 * (x.T * w[k]) * x)
    assert check_gradient(f, w[k], 2 * sumover((x.T * w[i]) * x, i, const(1), const(as_size("N")))).status == "wrong"


def test_numerical_jacobian_is_the_array_of_partial_derivatives() -> None:
    (instance,) = draw_instances([X.I], 1, 2)
    found = numerical_jacobian(X.I, X, instance)
    inverse = np.linalg.inv(instance.values[X])
    np.testing.assert_allclose(found, -np.einsum("ik,lj->ijkl", inverse, inverse), rtol=1e-10, atol=1e-12)


# --- what cannot be known ---------------------------------------------------------------------------------------
def test_an_empty_domain_is_inconclusive_and_never_a_pass() -> None:
    result = check_gradient(functions.log(-x.T * x), x, x)
    assert result.status == "inconclusive"
    assert not result
    assert result.instances == 0
    assert "no values were found for which -x.T*x is positive" in result.message


def test_a_claim_without_a_finite_value_is_inconclusive() -> None:
    result = check_linear(sqnorm(x), x, lambda g, d: (g * d).sum(axis=(-1, -2)), lambda _: np.full((1, 1), np.nan))
    assert result.status == "inconclusive"


UNSAFE = Function("unsafe_square", functions.same, numeric=lambda z: np.abs(z) ** 2, elementwise=True)
ROUGH = Function("rough", functions.same, numeric=lambda z: np.round(np.asarray(z).real, 3), elementwise=True)


def test_a_users_function_that_complex_steps_would_misjudge_is_checked_by_differences() -> None:
    f = functions.sum(UNSAFE(x))
    right, wrong = check_gradient(f, x, 2 * x), check_gradient(f, x, x)
    assert (right.status, right.tier) == ("correct", 2)
    assert (wrong.status, wrong.tier) == ("wrong", 2)
    assert check_gradient(f, x, functions.zeros("n")).status == "wrong"


def test_a_function_too_rough_for_differences_is_inconclusive() -> None:
    assert (
        check_gradient(functions.sum(ROUGH(x)), x, (1 + const(Fraction(1, 10**4))) * ones("n")).status == "inconclusive"
    )


def test_shapes_that_cannot_be_are_errors() -> None:
    with pytest.raises(errors.ShapeError, match=r"the gradient by x \(n, 1\) cannot be \(1, n\)"):
        check_gradient(sqnorm(x), x, x.T)
    with pytest.raises(errors.ShapeError, match="a gradient is of a scalar"):
        check_gradient(A * x, x, x)


# --- without rounding -------------------------------------------------------------------------------------------
EXACT = [
    (x.T * A * x, x, (A + A.T) * x),
    (det(X), X, det(X) * X.I.T),
    (tr(X.I * A), X, -(X.I * A * X.I).T),
    (x.T * S * x / 3, S, x * x.T / 3),
    (tr(functions.kron(X, A) ** 2), X, 2 * tr(A * A) * X.T),
    (functions.adjugate(X)[0, 0] / (1 + t**2), t, -2 * t * functions.adjugate(X)[0, 0] / (1 + t**2) ** 2),
]


@pytest.mark.parametrize(("f", "variable", "gradient"), EXACT, ids=lambda node: str(node))
def test_rational_gradients_earn_the_exact_badge(f: Node, variable: Node, gradient: Node) -> None:
    result = check_gradient(f, variable, gradient, exactly=True)
    assert result
    assert result.exact
    assert not check_gradient(f, variable, gradient).exact  # only when asked for


def test_a_difference_below_rounding_is_wrong_exactly() -> None:
    nearly = (1 + const(Fraction(1, 10**14))) * (A + A.T) * x
    assert check_gradient(x.T * A * x, x, nearly)
    assert check_gradient(x.T * A * x, x, nearly, exactly=True).status == "wrong"


def test_what_is_not_rational_is_right_without_the_badge() -> None:
    q = matrix("Q", "n", "n", "orthogonal")
    for f, g in ((exp(t), exp(t)), (t**2 * functions.sqrt(2), 2 * t * functions.sqrt(2)), (t * q[0, 0], q[0, 0])):
        result = check_gradient(f, t, g, exactly=True)
        assert result.status == "correct"
        assert not result.exact


# --- equality ---------------------------------------------------------------------------------------------------
EQUAL = [
    (tr(A * B), tr(B * A)),
    ((A * B).I, B.I * A.I),
    (logdet(A * A.T), 2 * functions.log(functions.abs(det(A)))),
    (functions.vec(A * X * B), functions.kron(B.T, A) * functions.vec(X)),
    (A * (eye("n") + B * A).I, (eye("n") + A * B).I * A),
    (functions.log(sigmoid(t)), -functions.softplus(-t)),
    (tr(A * B) - tr(B * A), const(0)),
    (functions.sqrtm(X * X.T) ** 2, X * X.T),
]
DIFFERENT = [
    (A * B, B * A),
    (A, A.T),
    (tr(A * B), tr(A * B.T)),
    (det(A + B), det(A) + det(B)),
    (norm(x + y), norm(x) + norm(y)),
    (t + const(Fraction(1, 10**8)), t),
    (W * x, x),
]


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=lambda node: str(node))
def test_identities_hold_on_random_instances(left: Node, right: Node) -> None:
    assert equal(left, right, seed=1)


@pytest.mark.parametrize(("left", "right"), DIFFERENT, ids=lambda node: str(node))
def test_different_expressions_are_told_apart(left: Node, right: Node) -> None:
    assert not equal(left, right, seed=1)
