"""Expectations against the average over a discrete distribution with the same mean and covariance, which is exact."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

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
D = matrix("D", "n", "n")
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


JOINT = {
    "x": "n random mean mu cov S", "y": "scalar random mean nu cov s cov(x) c", "w": "n", "mu": "n", "nu": "scalar",
    "S": "n x n positive definite", "s": "scalar positive", "c": "n",
}  # fmt: skip
SQUARE = r"\mathbb{E}[(y - w^\top x)^2]"


def test_the_loss_of_linear_regression_with_joint_moments() -> None:
    assert verify(SQUARE, "w", "2 (S w - c) - 2 (nu - mu' w) mu", where=JOINT)
    rng = np.random.default_rng(0)
    z = rng.normal(size=(50, 4))  # x and y, jointly; its own mean and covariance are those of the formula
    cov = np.cov(z.T, bias=True)
    w, mean = rng.normal(size=3), z.mean(axis=0)
    values = {"mu": mean[:3], "nu": mean[3], "S": cov[:3, :3], "s": cov[3, 3], "c": cov[:3, 3], "w": w}
    wanted = -2 * np.mean((z[:, 3] - z[:, :3] @ w)[:, None] * z[:, :3], axis=0)
    assert np.allclose(derive(SQUARE, "w", where=JOINT).evaluate(values).ravel(), wanted)
    apart = {**JOINT, "y": "scalar random independent mean nu cov s"}
    wanted_apart = 2 * (cov[:3, :3] @ w - (mean[3] - mean[:3] @ w) * mean[:3])
    assert np.allclose(derive(SQUARE, "w", where=apart).evaluate(values).ravel(), wanted_apart)
    unsaid = {**JOINT, "y": "scalar random mean nu cov s"}
    with pytest.raises(NoRule, match=r"joint moments of x and y: declare one of them 'independent'.*'cov\(x\) C'"):
        derive(SQUARE, "w", where=unsaid)


# f and its gradient by the first of the symbols, as a mean over the sample
UNKNOWN = [
    (r"\mathbb{E}[\log(1 + e^{w^\top x})]", r"\mathbb{E}[\sigma(w^\top x) x]",
     lambda w, x: np.log(1 + np.exp(x @ w)).mean()),
    (r"\mathbb{E}[x^\top w w^\top x]", r"2 \mathbb{E}[x x^\top] w", lambda w, x: ((x @ w) ** 2).mean()),
    (r"\log \mathbb{E}[e^{w^\top x}]", r"\frac{\mathbb{E}[e^{w^\top x} x]}{\mathbb{E}[e^{w^\top x}]}",
     lambda w, x: np.log(np.exp(x @ w).mean())),
    (r"\operatorname{Var}(w^\top x)", "", lambda w, x: ((x @ w - (x @ w).mean()) ** 2).mean()),
    (r"\|\mathbb{E}[\sigma(w^\top x) x]\|^2", "",
     lambda w, x: (((1 / (1 + np.exp(-x @ w)))[:, None] * x).mean(axis=0) ** 2).sum()),
]  # fmt: skip


@pytest.mark.parametrize(("f", "claim", "numpy"), UNKNOWN, ids=[f for f, _, _ in UNKNOWN])
def test_a_gradient_passes_into_an_expectation(f: str, claim: str, numpy: Callable[[Any, Any], Any]) -> None:
    where = {"x": "n random", "w": "n"}
    found = derive(f, "w", where=where)
    assert found.check().status == "correct"
    assert ["correct"] * len(found.steps) == [s.check.status for s in found.steps]
    assert not claim or verify(f, "w", claim, where=where).status == "correct"
    assert not claim or verify(f, "w", f"2 ({claim})", where=where).status == "wrong"
    assert verify(f, "w", str(found.result), where=where).status == "correct"
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(7, 3)), rng.normal(size=3)
    wanted = [np.imag(numpy(w + 1e-30j * e, x)) / 1e-30 for e in np.eye(3)]
    assert np.allclose(found.evaluate({"x": list(x), "w": w}).ravel(), wanted, rtol=1e-9)


def test_the_product_of_two_expectations_is_not_the_expectation_of_the_product() -> None:
    f, where = UNKNOWN[0][0], {"x": "n random", "w": "n"}
    assert verify(f, "w", r"\mathbb{E}[\sigma(w^\top x)] \mathbb{E}[x]", where=where).status == "wrong"


GAUSSIAN = [
    ((x.T * C * x) * (x.T * D * x), "Matrix Cookbook 8.2.4"),
    ((a.T * x) ** 4, ""),
    ((a.T * x) ** 3 * x, "Matrix Cookbook 8.2.3"),
    (x * x.T * C * x, "Matrix Cookbook 8.2.3"),
    ((a.T * x) ** 6, ""),
]


@pytest.mark.parametrize("f", [f for f, _ in GAUSSIAN], ids=str)
def test_gaussian_moments_against_quadrature(f: Node) -> None:
    found = expectation(f, x, m, S, gaussian=True)
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    for instance in draw_instances([f, S, m], 2, sizes={"n": 2}):
        root = np.linalg.cholesky(instance.values[S])
        total: Any = 0
        for (s, p), (t, q) in product(zip(nodes, weights, strict=True), repeat=2):
            point = instance.values[m] + root @ np.array([[s], [t]])
            total = total + p * q * evaluate(f, {**instance.values, x: point}, instance.sizes)
        wanted = total / (2 * np.pi)
        np.testing.assert_allclose(evaluate(found, instance.values, instance.sizes), wanted, rtol=1e-9, atol=1e-9)


def test_the_advice_of_the_errors_works() -> None:
    f, where = r"\mathbb{E}[x^\top A x]", {"x": "n", "A": "n x n"}
    with pytest.raises(
        NoRule, match=r"nothing in E\[x.T\*A\*x\] is declared random; declare what is, such as x"
    ) as caught:
        derive(f, "A", where=where)
    assert str(derive(f, "A", where={**where, "x": "n random"}).result) == "E[x*x.T]"
    advice = "n random mean mu cov Sigma"
    assert advice in str(caught.value)
    assert verify(f, "A", "mu*mu' + Sigma", where={**where, "x": advice, "mu": "n", "Sigma": "n x n symmetric"})
    assert str(derive(f, "A", where={**where, "x": advice}).result) == "mu*mu.T + Sigma"
    assert str(derive("E[x'*A*x]", "A", where={**where, "x": advice}).result) == "mu*mu.T + Sigma"


def test_what_no_expectation_can_have_is_refused() -> None:
    with pytest.raises(BadInput, match="x is random: E"):
        derive(r"\mathbb{E}[x^\top A x]", "x", where={"x": "n random", "A": "n x n"})
    with pytest.raises(BadInput, match="a covariance is symmetric"):
        expectation(x.T * C * x, x, m, matrix("R", "n", "n"))
    with pytest.raises(ShapeError, match="the mean of x"):
        expectation(x.T * C * x, x, b, S)


def test_members_of_a_family_are_no_random_symbols() -> None:
    with pytest.raises(NoRule, match="is over one symbol"):
        derive(r"\sum_{i=1}^N \mathbb{E}[(x_i^\top w)^2]", "w", where={"x_i": "n random, i=1..N", "w": "n"})


def test_the_hessian_of_an_expectation() -> None:
    found = derive(r"\mathbb{E}[e^{w^\top x}]", "w", where={"x": "n random", "w": "n"}, order=2)
    assert str(found.result) == "E[exp(w.T*x)*x*x.T]"
    assert found.check().status == "correct"


def test_a_matrix_of_expectations_by_a_matrix() -> None:
    where = {"X": "m x n random", "W": "n x p"}
    found = derive(r"\mathbb{E}[X^\top X W W^\top]", "W", where=where)
    assert found.check().status == "correct"
    assert derive(r"\mathbb{E}[\|X W\|^2]", "W", where=where).check().status == "correct"


def test_independence_is_never_judged_on_a_sample() -> None:
    where = {"x": "n random", "y": "n random independent", "w": "n"}
    assert verify("E[(w' x)(w' y)]", "w", "E[x]*(w'*E[y]) + E[y]*(w'*E[x])", where=where)
    with pytest.raises(NoRule, match="of the independent x and y needs more than what is declared"):
        verify("E[exp(w' x) exp(w' y)]", "w", "E[exp(w' x) exp(w' y) x]", where=where)


DECLARED = {"x": "n random mean mu cov Sigma", "mu": "n", "Sigma": "n x n positive definite", "b": "n", "w": "n"}
NORMAL = {**DECLARED, "x": "n random gaussian mean mu cov Sigma"}
MGF = r"\exp(b^T\mu+\frac12b^T\Sigma b)"


@pytest.mark.parametrize("f", [r"E[\|x\|^4]", r"E[\log(1+\exp(b^Tx))]", r"b^T E[x \exp(b^Tx)]"])
@pytest.mark.parametrize("by", ["mu", "Sigma"])
def test_an_expectation_moves_with_the_moments_of_its_variable(f: str, by: str) -> None:
    with pytest.raises(NoRule, match="a moment of x"):
        derive(f, by, where=DECLARED)
    with pytest.raises(NoRule, match="a moment of x"):
        verify(f, by, "zeros(n)" if by == "mu" else "zeros(n, n)", where=DECLARED)


CLAIMS = [  # claims of books, and whether they hold for every distribution with these moments, and for a Gaussian
    (r"E[\exp(b^Tx)] = " + MGF, "wrong", "correct"),
    (r"E[\exp(b^Tx)] = 2" + MGF, "wrong", "wrong"),
    (r"\nabla_w \log E[\exp(w^Tx)] = \mu + \Sigma w", "wrong", "correct"),
    (r"\nabla_w \log E[\exp(w^Tx)] = \mu + 2\Sigma w", "wrong", "wrong"),
    (r"\nabla_\mu E[\exp(b^Tx)] = b E[\exp(b^Tx)]", "", "correct"),
    (r"E[(x-\mu)\exp(b^Tx)] = \Sigma b E[\exp(b^Tx)]", "wrong", "correct"),
    (r"E[(x-\mu)\exp(b^Tx)] = b E[\exp(b^Tx)]", "wrong", "wrong"),
    (r"E[x x^T\exp(b^Tx)] = (\Sigma + (\mu+\Sigma b)(\mu+\Sigma b)^T)" + MGF, "wrong", "correct"),
    (r"E[(b^Tx)^3] = E[(b^T(x-\mu))^3] + 3 b^T\mu\, b^T\Sigma b + (b^T\mu)^3", "correct", "correct"),
    (r"E[(b^Tx)^3] = E[(b^T(x-\mu))^3] + 2 b^T\mu\, b^T\Sigma b + (b^T\mu)^3", "wrong", "wrong"),
    (r"\nabla_w E[\log(1+\exp(w^Tx))] = E[\sigma(w^Tx) x]", "correct", "correct"),
    (r"\nabla_w E[\log(1+\exp(w^Tx))] = 2E[\sigma(w^Tx) x]", "wrong", "inconclusive"),
    (r"E[\log(1+\exp(w^Tx))] = E[\log(1+\exp(-w^Tx))] + w^T\mu", "correct", "correct"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "of_all", "of_gaussian"), CLAIMS, ids=[c for c, *_ in CLAIMS])
def test_claims_about_expectations_with_declared_moments(claim: str, of_all: str, of_gaussian: str) -> None:
    assert not of_all or verify(claim, where=DECLARED).status == of_all
    assert verify(claim, where=NORMAL).status == of_gaussian


@pytest.mark.parametrize(
    ("x", "claim"),
    [
        ("n random mean mu", r"E[b^Tx] = b^T\mu"),
        ("n random mean mu", r"E[x x^T] = E[(x-\mu)(x-\mu)^T] + \mu\mu^T"),
        ("n random cov Sigma", r"E[x x^T] = \Sigma + E[x]E[x]^T"),
    ],
)
def test_one_moment_says_what_it_can(x: str, claim: str) -> None:
    assert verify(claim, where={**DECLARED, "x": x}).status == "correct"
    assert verify(claim.replace("= ", "= 2 "), where={**DECLARED, "x": x}).status == "wrong"


INDEPENDENT = {"x": "n random independent", "y": "n random independent", "t": "scalar random independent",
               "A": "n x n", "w": "n"}  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        (r"E[x^T A y] = E[x]^T A E[y]", "correct"),
        (r"E[x^T A y] = E[y]^T A E[x]", "wrong"),
        (r"\nabla_w E[(t-w^Tx)^2] = -2E[t]E[x]+2E[xx^T]w", "correct"),
        (r"\nabla_w E[(t-w^Tx)^2] = -2E[t]E[x]+2E[x]E[x]^Tw", "wrong"),
        (r"E[\|x + y\|^2] = E[\|x\|^2] + 2E[x]^TE[y] + E[\|y\|^2]", "correct"),
    ],
)
def test_expectations_of_independent_variables(claim: str, status: str) -> None:
    assert verify(claim, where=INDEPENDENT).status == status


def test_exponentials_of_a_gaussian_against_quadrature() -> None:
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    f = exp(a.T * x) * (x.T * C * x)
    found = expectation(f, x, m, S, gaussian=True)
    for instance in draw_instances([f, S, m], 2, sizes={"n": 2}):
        root = np.linalg.cholesky(instance.values[S])
        total: Any = 0
        for (s, p), (t, q) in product(zip(nodes, weights, strict=True), repeat=2):
            point = instance.values[m] + root @ np.array([[s], [t]])
            total = total + p * q * evaluate(f, {**instance.values, x: point}, instance.sizes)
        wanted = total / (2 * np.pi)
        np.testing.assert_allclose(evaluate(found, instance.values, instance.sizes), wanted, rtol=1e-6)


def test_the_terms_that_moments_give_are_worked_out() -> None:
    where = {"x": "n random mean mu cov S", "w": "n"}
    assert verify("E[exp(w' x) + w' x]", "w", "E[exp(w' x) x] + E[x]", where=where).status == "correct"
    assert str(derive("E[exp(w' x) + w' x]", "w", where=where).result) in (
        "E[exp(w.T*x)*x] + mu",
        "mu + E[exp(w.T*x)*x]",
    )
