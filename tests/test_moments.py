"""Expectations against the average over a discrete distribution with the same mean and covariance, which is exact."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from derive import (
    BadInput,
    Node,
    NoRule,
    ShapeError,
    abs,
    derive,
    exp,
    expectation,
    hadamard,
    matrix,
    norm,
    relu,
    scalar,
    sum,
    vector,
    verify,
)
from derive.draw import draw_instances
from derive.numeric import evaluate

S, m, x = matrix("S", "n", "n", "positive definite"), vector("m", "n"), vector("x", "n")
A, B, C = matrix("A", "k", "n"), matrix("B", "k", "n"), matrix("C", "n", "n")
a, b, c = vector("a", "n"), vector("b", "k"), vector("c", "n")

# f and E[f] as the Matrix Cookbook (8.2.2) prints it
ROWS = [
    (a.T * x, "a.T*m"),
    (A * x + b, "A*m + b"),
    (x.T * C * x, "tr(C*S) + m.T*C*m"),
    (x * x.T, "m*m.T + S"),
    (norm(A * x - b) ** 2, "norm(A*m - b)**2 + tr(A.T*A*S)"),
    ((A * x + b) * (B * x - b).T, "(A*m + b)*(B*m - b).T + A*S*B.T"),
    ((a.T * x) * (c.T * x), "(a.T*m)*(c.T*m) + a.T*S*c"),
    ((a.T * x) * x, "a.T*m*m + S*a"),
    (norm(x - m) ** 2, "tr(S)"),
    ((x - m) * (x - m).T, "S"),
    (hadamard(A * x, B * x), ""),
    ((A * x - b).T * (B * x - b), "(B*m - b).T*(A*m - b) + tr(B.T*A*S)"),
    (sum(x) ** 2, ""),
]  # fmt: skip


@pytest.mark.parametrize(("f", "printed"), ROWS, ids=[str(f) for f, _ in ROWS])
def test_expectation(f: Node, printed: str) -> None:
    found = expectation(f, x, m, S)
    if printed:
        assert set(printed.split(" + ")) == set(str(found).split(" + "))
    for instance in draw_instances([f, S, m], 3):
        n = len(instance.values[x])
        root = np.linalg.cholesky(instance.values[S]) * np.sqrt(n)
        points = [instance.values[m] + sign * root[:, [i]] for i, sign in product(range(n), (-1, 1))]
        wanted = np.mean([evaluate(f, {**instance.values, x: p}, instance.sizes) for p in points], axis=0)
        np.testing.assert_allclose(evaluate(found, instance.values, instance.sizes), wanted, rtol=1e-9, atol=1e-9)


REFUSED = [exp(a.T * x), (a.T * x) * (x.T * C * x), relu(a.T * x), norm(x), abs(a.T * x) * (c.T * x)]


@pytest.mark.parametrize("f", REFUSED, ids=str)
def test_what_needs_more_moments_is_refused(f: Node) -> None:
    with pytest.raises(NoRule, match="more than the mean and the covariance"):
        expectation(f, x, m, S)


def test_of_a_random_scalar() -> None:
    t, mu, v = scalar("t"), scalar("mu"), scalar("v", "positive")
    assert str(expectation((t - 3) ** 2, t, mu, v)) == "(mu - 3)**2 + v"


WHERE = {
    "x": r"n random mean \mu cov \Sigma", r"\mu": "n", r"\Sigma": "n x n positive definite", "W": "m x n", "b": "m",
}  # fmt: skip
LOSS = r"\mathbb{E}[\|W x - b\|^2]"


@pytest.mark.parametrize(
    ("f", "by", "claim"),
    [
        (LOSS, "W", r"2 (W \mu - b) \mu^\top + 2 W \Sigma"),
        (LOSS, "b", r"2 (b - W \mu)"),
        (LOSS, r"\Sigma", r"W^\top W"),
        (r"\mathbb{E}[b^\top W x x^\top W^\top b]", "W", r"2 b b^\top W (\Sigma + \mu \mu^\top)"),
    ],
)
def test_gradient_of_an_expected_loss(f: str, by: str, claim: str) -> None:
    assert derive(f, by, where=WHERE).check()
    assert verify(f, by, claim, where=WHERE)
    assert verify(f, by, f"3 ({claim})", where=WHERE).status == "wrong"


def test_an_expectation_without_moments_is_refused() -> None:
    with pytest.raises(NoRule, match="declare it as 'n random mean mu cov Sigma'"):
        derive(r"\mathbb{E}[x^\top A x]", "A", where={"x": "n random", "A": "n x n"})
    with pytest.raises(BadInput, match=r"Sigma, a moment of a random variable, is not declared"):
        derive(r"\mathbb{E}[x^\top A x]", "A", where={"x": "n random mean mu cov Sigma", "A": "n x n", "mu": "n"})
    with pytest.raises(BadInput, match="a covariance is symmetric"):
        expectation(x.T * C * x, x, m, matrix("R", "n", "n"))
    with pytest.raises(ShapeError, match="the mean of x"):
        expectation(x.T * C * x, x, b, S)
