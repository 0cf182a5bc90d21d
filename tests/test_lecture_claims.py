"""Claims as lectures and textbooks write them, each with the status that the mathematics gives it."""

# ruff: noqa: E501 -- a claim stands on a line
from __future__ import annotations

import pytest

from derive import derive, verify
from derive.errors import DeriveError, ReadError

Where = dict[str, str]
BARRIER = {"x": "n", "a_i": "n, i=1..m", "b_i": "scalar, i=1..m"}
LINEAR = {"A": "m x n", "x": "n", "b": "m"}
SYMMETRIC = {"X": "n x n positive definite", "H": "n x n symmetric"}
SOFTMAX = {"o": "K"}
FULL = {"X": "m x n"}
REGRESSION = {"X": "n x k", "y": "n", "\\beta": "k"}
ENTRIES = {"A": "n x n", "x": "n", "a": "n"}


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
        # a derivative of a whole product, and of its first factor
        (r"\frac{\partial e'e}{\partial\beta} = -2X'e, e=y-X\beta", REGRESSION, "correct"),
        (r"\frac{\partial e'e}{\partial\beta} = -X'e, e=y-X\beta", REGRESSION, "wrong"),
        (r"\nabla_\beta e'e = -2X'e, e=y-X\beta", REGRESSION, "correct"),
        (r"\nabla_\beta e'e = -X'e, e=y-X\beta", REGRESSION, "wrong"),
        (r"\frac{\partial^2 e'e}{\partial\beta\partial\beta'} = 2X'X, e=y-X\beta", REGRESSION, "correct"),
        (r"\frac{d(ab)}{dx} = 5x^4, a = x^2, b=x^3", {"x": "scalar"}, "correct"),
        (r"\frac{d(ab)}{dx} = 2x^4, a = x^2, b=x^3", {"x": "scalar"}, "wrong"),
        (r"\nabla_x (gh) = a\,x^\top x, g=a^\top x, h=x^\top x", ENTRIES, "wrong"),
        (r"\nabla_x g\,h = a\,x^\top x + 2a^\top x\,x, g=a^\top x, h=x^\top x", ENTRIES, "correct"),
        (r"\nabla f(x)^\top a = 2x^\top A^\top A a, f(x) = \|Ax\|^2", ENTRIES, "correct"),
        (r"\nabla f(x) g(x) = 2A^\top A x\,a^\top x, f(x) = \|Ax\|^2, g(x)=a^\top x", ENTRIES, "ReadError"),
        # operators of a defined function, derivatives along a direction, gradients at a point
        (r"J_f = A, f(x)=Ax", LINEAR, "correct"),
        (r"J_f = A^\top A, f(x)=Ax", LINEAR, "wrong"),
        (r"H_f = 2A^\top A, f(x)=\|Ax\|^2", LINEAR, "correct"),
        (r"H_f = A^\top A, f(x)=\|Ax\|^2", LINEAR, "wrong"),
        (r"H_f = A + A^\top \text{ where } f(x) = x^\top A x", ENTRIES, "correct"),
        (r"f(x) = x^\top A x, \quad H_f(x) = A+A^\top", ENTRIES, "correct"),
        (r"D_a f(x) = 2x^\top a, f(x) = \|x\|^2", ENTRIES, "correct"),
        (r"D_a f(x) = x^\top a, f(x) = \|x\|^2", ENTRIES, "wrong"),
        (r"\nabla_a f(x) = 2x^\top a, f(x) = \|x\|^2", ENTRIES, "correct"),
        (r"\nabla_x f(Ax) = 2A^\top Ax, f(z)=\|z\|^2", LINEAR, "correct"),
        (r"\nabla f(Ax) = 2Ax, f(z)=\|z\|^2", LINEAR, "ReadError"),
        (r"\nabla f(0) = a, f(x)=\|x\|^2+a^\top x", ENTRIES, "ReadError"),
        (r"\frac{d}{dt}(x^\top x) = 2x^\top A x, \dot x = Ax", ENTRIES, "correct"),
        (r"\frac{\partial S_{ij}}{\partial x_k} = S_{ij}(\delta_{ik} - S_{jk})", None, "ReadError"),
        # the summation convention
        (r"\frac{\partial}{\partial x_k}(A_{ij}x_ix_j) = (A_{kj}+A_{jk})x_j", ENTRIES, "correct"),
        (r"\frac{\partial}{\partial x_k}(A_{ij}x_ix_j) = 2A_{kj}x_j", ENTRIES, "wrong"),
        (r"\frac{\partial}{\partial x_k}(a_ix_i)^2 = 2 a_k a_ix_i", ENTRIES, "correct"),
        (r"\frac{\partial}{\partial x_k}(a_ix_i)^2 = a_k a_ix_i", ENTRIES, "wrong"),
        (r"\frac{\partial}{\partial x_k}(x_ix_i)^{1/2} = x_k/(x_ix_i)^{1/2}", ENTRIES, "correct"),
        (r"\frac{\partial}{\partial x_k}\exp(a_ix_i) = a_k\exp(a_ix_i)", ENTRIES, "correct"),
        # the value of a function times another value of it
        (r"\frac{d\sigma}{dz} = \sigma(1-\sigma), \sigma(z)=\frac{1}{1+e^{-z}}", {"z": "scalar"}, "correct"),
        (r"\frac{d\sigma}{dz} = \sigma(1+\sigma), \sigma(z)=\frac{1}{1+e^{-z}}", {"z": "scalar"}, "wrong"),
        (r"\frac{d g(z)}{dz} = g(z)(1-g(z)), g(z)=\frac{1}{1+e^{-z}}", {"z": "scalar"}, "correct"),
    ],
)  # fmt: skip
def test_claim_of_a_lecture(equation: str, where: Where | None, status: str) -> None:
    try:
        found = verify(equation, where=where).status
    except DeriveError as error:
        found = type(error).__name__
    assert status == found


def test_what_a_differential_holds_constant_is_said() -> None:
    half = verify(r"d(XY) = dX\,Y", where={"X": "m x n", "Y": "n x p"})
    assert "Y held constant" in str(half)
    whole = verify(r"d(XY) = dX\,Y + X\,dY", where={"X": "m x n", "Y": "n x p"})
    assert whole
    assert "constant" not in str(whole)


@pytest.mark.parametrize("text", ["x_0", "x_{-1}", "x_{n+1}", "X_{i0}", "X_{m+1,j}"])
def test_number_outside_is_no_index(text: str) -> None:
    with pytest.raises(ReadError, match="is no index of"):
        derive(text, text[0], where={"x": "n", "X": "m x n"})


@pytest.mark.parametrize("text", [r"e^{-x^2/2\sigma^2}", "1/ax", "x^2/ab", "x/2y"])
def test_how_far_a_slash_reaches_is_asked(text: str) -> None:
    with pytest.raises(ReadError, match="how far the / reaches"):
        derive(text, "x", where=dict.fromkeys(["x", "a", "b", "y", "\\sigma"], "scalar"))


@pytest.mark.parametrize(
    ("text", "value"),
    [("1/2x", 0.5), ("1/2 x", 0.5), ("x/2 y", 1.5), ("x/(2y)", 1 / 6), (r"\frac{x}{2}y", 1.5)],
)
def test_slash_that_is_clear(text: str, value: float) -> None:
    d = derive(text, "x", where={"x": "scalar", "y": "scalar"})
    assert d.evaluate({"x": 2.0, "y": 3.0}).item() == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x2", "x2 is not declared"),
        ("x1*x", "x1 is not declared"),
        ("exp2(x)", "exp2 is no function"),
        ("ones' x", "declared, but not as a size"),
    ],
)
def test_program_name_is_never_split(text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        derive(text, "x", where={"x": "n"})


def test_condition_beside_a_derivative_makes_nobody_wrong() -> None:
    equation, where = r"\nabla_x \|Qx\|^2 = 2x, Q^\top Q=I", {"Q": "n x n", "x": "n"}
    verdict = verify(equation, where=where)
    assert (verdict.status, "orthogonal" in verdict.message) == ("inconclusive", True)
    assert verify(equation, where={**where, "Q": "n x n orthogonal"})
