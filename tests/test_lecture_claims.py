"""Claims as lectures and textbooks write them, each with the status that the mathematics gives it."""

# ruff: noqa: E501 -- a claim stands on a line
from __future__ import annotations

import pytest

from derive import verify
from derive.errors import DeriveError

Where = dict[str, str]
BARRIER = {"x": "n", "a_i": "n, i=1..m", "b_i": "scalar, i=1..m"}
LINEAR = {"A": "m x n", "x": "n", "b": "m"}
SYMMETRIC = {"X": "n x n positive definite", "H": "n x n symmetric"}
SOFTMAX = {"o": "K"}
FULL = {"X": "m x n"}


def _softmax(pieces: str) -> str:
    return (
        rf"\frac{{\partial p_i}}{{\partial o_j}} = \begin{{cases}}{pieces}\end{{cases}}, p=\operatorname{{softmax}}(o)"
    )


@pytest.mark.parametrize(
    ("equation", "where", "status"),
    [
        # a Hessian where a large step leaves the domain (Boyd and Vandenberghe, 9.1 and 11.2)
        (r"\nabla_x^2 (-\sum_{i=1}^m\log(b_i - a_i^\top x)) = \sum_{i=1}^m \frac{a_ia_i^\top}{(b_i-a_i^\top x)^2}", BARRIER, "correct"),
        (r"\nabla_x^2 (-\sum_{i=1}^m\log(b_i - a_i^\top x)) = -\sum_{i=1}^m \frac{a_ia_i^\top}{(b_i-a_i^\top x)^2}", BARRIER, "wrong"),
        (r"\nabla_x^2 (-\sum_{i=1}^n\log x_i) = \operatorname{diag}(1/x^2)", {"x": "n"}, "correct"),
        (r"\nabla_x^2(-\mathbf 1^\top\log(b-Ax)) = A^\top\operatorname{diag}(b-Ax)^{-2}A", LINEAR, "correct"),
        (r"\nabla_x^2(-\mathbf 1^\top\log(b-Ax)) = A^\top\operatorname{diag}(b-Ax)^{-1}A", LINEAR, "wrong"),
        # a second differential of another form
        (r"D^2f(X)[H,H] = -\operatorname{tr}(X^{-1}HX^{-1}H), f(X)=\log\det X", SYMMETRIC, "correct"),
        (r"D^2f(X)[H,H] = \operatorname{tr}(X^{-1}H)^2, f(X)=\log\det X", SYMMETRIC, "wrong"),
        # pieces by indices
        (_softmax(r"p_i(1-p_i) & \text{if } i=j\\ -p_ip_j & \text{otherwise}"), SOFTMAX, "correct"),
        (_softmax(r"p_i(1-p_i) & i=j\\ -p_ip_j & i\ne j"), SOFTMAX, "correct"),
        (_softmax(r"-p_ip_j & i\ne j \\ p_i(1-p_j) & \text{otherwise}"), SOFTMAX, "correct"),
        (_softmax(r"p_i(1-p_i) & i=j\\ p_ip_j & i\ne j"), SOFTMAX, "wrong"),
        (_softmax(r"p_i(1+p_i) & i=j\\ -p_ip_j & i\ne j"), SOFTMAX, "wrong"),
        (r"\frac{\partial x_i}{\partial x_j} = \begin{cases} 1 & i=j\\ 0 & \text{otherwise}\end{cases}", {"x": "n"}, "correct"),
        (r"\frac{\partial x_i}{\partial x_j} = \begin{cases} 1 & i\ne j\\ 0 & \text{otherwise}\end{cases}", {"x": "n"}, "wrong"),
        (r"\frac{\partial X_{ij}}{\partial X_{kl}} = \begin{cases} 1 & \text{if } i=k \text{ and } j=l\\ 0 & \text{otherwise}\end{cases}", FULL, "correct"),
        (r"\frac{\partial X_{ij}}{\partial X_{kl}} = \begin{cases} 1 & i=k\\ 0 & \text{otherwise}\end{cases}", FULL, "wrong"),
        # the value of a function times another value of it
        (r"\frac{d\sigma}{dz} = \sigma(1-\sigma), \sigma(z)=\frac{1}{1+e^{-z}}", {"z": "scalar"}, "correct"),
        (r"\frac{d\sigma}{dz} = \sigma(1+\sigma), \sigma(z)=\frac{1}{1+e^{-z}}", {"z": "scalar"}, "wrong"),
        (r"\frac{d g(z)}{dz} = g(z)(1-g(z)), g(z)=\frac{1}{1+e^{-z}}", {"z": "scalar"}, "correct"),
    ],
)  # fmt: skip
def test_claim_of_a_lecture(equation: str, where: Where, status: str) -> None:
    try:
        found = verify(equation, where=where).status
    except DeriveError as error:
        found = type(error).__name__
    assert status == found


def test_what_a_differential_holds_constant_is_said() -> None:
    half = verify(r"d(XY) = dX\,Y", where={"X": "m x n", "Y": "n x p"})
    assert half.assumptions == ("Y is constant: the claim has no dY",)
    assert "Y is constant" in str(half)
    whole = verify(r"d(XY) = dX\,Y + X\,dY", where={"X": "m x n", "Y": "n x p"})
    assert whole
    assert not whole.assumptions
