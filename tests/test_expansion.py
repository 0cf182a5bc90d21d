"""Differentials, directional derivatives, Hessian-vector products and Taylor polynomials, against numbers."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from derive import (
    BadInput,
    DomainError,
    Node,
    ShapeError,
    differential,
    directional,
    exp,
    hessian,
    hvp,
    inv,
    log,
    logdet,
    logsumexp,
    matrix,
    norm,
    scalar,
    sigmoid,
    softmax,
    sum,
    tanh,
    taylor,
    tr,
    vector,
)
from derive.draw import draw_instances
from derive.numeric import evaluate
from derive.oracle import numerical_hessian

A, W, X, V = matrix("A", "n", "n"), matrix("W", "m", "n"), matrix("X", "n", "n"), matrix("V", "n", "n")
x, v, a, b = vector("x", "n"), vector("v", "n"), vector("a", "n"), vector("b", "m")
P, F = matrix("P", "n", "n", "positive definite"), matrix("F", "m", "n", "full column rank")
t = scalar("t", "positive")

DIFFERENTIALS = [
    (x.T * A * x, x, "df = xᵀ(A + Aᵀ)dx"), (inv(X), X, "df = −X⁻¹dX X⁻¹"), (logdet(X), X, "df = tr(X⁻¹dX)"),
    (X * A * X, X, "df = dX AX + XA dX"), (tr(X.T * A * X), X, "df = tr(Xᵀ(A + Aᵀ)dX)"), (W * x, x, "df = W dx"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "y", "text"), DIFFERENTIALS, ids=[t for _, _, t in DIFFERENTIALS])
def test_differential_is_an_answer_of_its_own(f: Node, y: Node, text: str) -> None:
    found = differential(f, y)
    assert text == found.text()
    assert found.check()
    assert all(s.check for s in found.steps)


def test_text_is_read() -> None:
    assert "df = xᵀ(A + Aᵀ)dx" == differential("x' A x", "x", where={"A": "n x n", "x": "n"}).text()
    assert "∇²f [v] = 2WᵀWv" == hvp(r"\|W x\|^2", "x", "v", where={"W": "m x n", "x": "n", "v": "n"}).text()


FUNCTIONS = [
    (x.T * A * x, x), (norm(W * x - b) ** 2, x), (logsumexp(x), x), (sum(log(1 + exp(W * x))), x), (exp(a.T * x), x),
    (norm(x), x), (logdet(X), X), (tr(X.T * A * X), X), (norm(X * a) ** 2, X),
]  # fmt: skip


@pytest.mark.parametrize(("f", "y"), FUNCTIONS, ids=[f"{f} by {y}" for f, y in FUNCTIONS])
def test_hessian_vector_product_is_the_hessian_times_the_vector(f: Node, y: Node) -> None:
    along = v if y is x else V
    product = hvp(f, y, along)
    assert product.check()
    for instance in draw_instances([f], 2, also=[along]):
        h = numerical_hessian(f, y, instance)
        wanted = h @ instance.values[along].reshape(-1, 1, order="F")
        found = evaluate(product.result, instance.values, instance.sizes).reshape(-1, 1, order="F")
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("f", "y"), FUNCTIONS, ids=[f"{f} by {y}" for f, y in FUNCTIONS])
def test_directional_derivative(f: Node, y: Node) -> None:
    found = directional(f, y, v if y is x else V)
    assert found.check()
    assert all(s.check for s in found.steps)


def test_hessian_vector_product_of_a_chain_grows_linearly() -> None:
    def seconds(layers: int) -> float:
        best = math.inf
        for run in range(3):
            z = x
            for k in range(layers):
                z = tanh(matrix(f"W_{layers}{run}{k}", "n", "n") * z)
            start = time.perf_counter()
            hvp(sum(z), x, v)
            best = min(best, time.perf_counter() - start)
        return best

    short, long = seconds(16), seconds(64)
    assert math.log(long / short, 4) < 1.3, (short, long)


# --- Taylor -----------------------------------------------------------------------------------------------------
PRINTED = [
    (x.T * A * x, x, None, "f(x + h) ≈ xᵀAx + xᵀ(A + Aᵀ)h + ½hᵀ(A + Aᵀ)h"),
    (norm(W * x - b) ** 2, x, None, "f(x + h) ≈ ‖Wx − b‖² + 2(Wx − b)ᵀWh + hᵀWᵀWh"),
    (logdet(X), X, None, "f(X + H) ≈ log det X + tr(X⁻¹H) − ½ tr(X⁻¹HX⁻¹H)"),
    (inv(X), X, None, "f(X + H) ≈ X⁻¹ − X⁻¹HX⁻¹ + X⁻¹HX⁻¹HX⁻¹"),
    (x.T * A * x, x, a, "f(x) ≈ aᵀAa + aᵀ(A + Aᵀ)(x − a) + ½(x − a)ᵀ(A + Aᵀ)(x − a)"),
]


@pytest.mark.parametrize(("f", "y", "at", "text"), PRINTED, ids=[t for *_, t in PRINTED])
def test_taylor_as_in_a_book(f: Node, y: Node, at: Node | None, text: str) -> None:
    assert text == taylor(f, y, 2, at=at).text()


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(("f", "y"), [*FUNCTIONS, (sigmoid(W * x), x), (inv(X), X), (softmax(x), x), (sum(x), x)])
def test_taylor_agrees_with_the_function_along_the_step(f: Node, y: Node, order: int) -> None:
    assert taylor(f, y, order).check()
    assert taylor(f, y, order, at=a if y is x else A).check()


def test_a_wrong_polynomial_is_caught() -> None:
    right = taylor(norm(W * x - b) ** 2, x)
    wrong = type(right)(right.function, x, right.at, right.step, 2, (*right.terms[:2], 2 * right.terms[2]))
    assert not wrong.check()


def test_bad_requests_are_named() -> None:
    with pytest.raises(BadInput, match="whole number"):
        taylor(x.T * x, x, 0)
    with pytest.raises(ShapeError, match="the shape of x"):
        directional(x.T * x, x, b)
    with pytest.raises(ShapeError, match="wants a scalar"):
        hvp(W * x, x, v)
    with pytest.raises(BadInput, match="must not depend"):
        taylor(x.T * x, x, at=A * x)


# --- definiteness -----------------------------------------------------------------------------------------------
DEFINITE = [
    (norm(W * x - b) ** 2, "positive semidefinite"),
    (norm(F * x - b) ** 2, "positive definite"),
    (norm(W * x - b) ** 2 + t * norm(x) ** 2, "positive definite"),
    (x.T * P * x, "positive definite"),
    (sum(log(1 + exp(W * x))), "positive semidefinite"),
    (logsumexp(x), "positive semidefinite"),
    (-logsumexp(x), "negative semidefinite"),
    (norm(x), "positive semidefinite"),
    (sum(exp(x)), "positive definite"),
    (exp(a.T * x), "positive semidefinite"),
    (x.T * A * x, None),
    (sum(tanh(x)), None),
    ((a.T * x) ** 2 - norm(x) ** 2, None),
]


@pytest.mark.parametrize(("f", "kind"), DEFINITE, ids=[str(f) for f, _ in DEFINITE])
def test_definiteness_is_said_when_it_follows(f: Node, kind: str | None) -> None:
    h = hessian(f, x)
    found = h.definiteness
    assert kind == (None if found is None else found.kind)
    if found is not None:
        sign = -1 if kind.startswith("negative") else 1
        for instance in draw_instances([f], 4):
            eigenvalues = np.linalg.eigvalsh(sign * numerical_hessian(f, x, instance))
            assert eigenvalues.min() > -1e-6 * (1 + abs(eigenvalues).max())


def test_a_polynomial_ends_at_its_degree() -> None:
    x = vector("x", "n")
    assert str(taylor(x.T * x, x, 100)) == str(taylor(x.T * x, x, 2))


T, Z = scalar("t"), vector("x", "n")


@pytest.mark.parametrize(("f", "v", "at"), [(log(T), T, -1), (log(T), T, 0), (T**0.5, T, 0), (norm(Z), Z, 0 * Z)])
def test_a_point_without_a_value_is_refused(f: Node, v: Node, at: object) -> None:
    with pytest.raises(DomainError, match=r"no (value|Taylor polynomial) at"):
        taylor(f, v, 2, at=at)
