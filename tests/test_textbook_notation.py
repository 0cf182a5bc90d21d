"""Claims as textbooks write them, judged by what the books say; a false one is a true one with one slip."""

from __future__ import annotations

import pytest

from derive import verify
from derive.errors import ReadError

# ruff: noqa: E501 -- tables keep a claim on one line
# Undeclared capitals that only a number can be: C of a support vector machine, the number N or T of observations.
COEFFICIENTS = [
    (r"\nabla_x \frac N2 x^\top x = N x", {"x": "n"}, r"\nabla_x \frac N2 x^\top x = 2 N x"),
    (r"\nabla_x \frac{C}{2}\|x\|^2 = Cx", {"x": "n"}, r"\nabla_x \frac{C}{2}\|x\|^2 = C^2 x"),
    (r"\frac{\partial}{\partial X} N\log\det X = N X^{-\top}", {"X": "n x n"}, r"\frac{\partial}{\partial X} N\log\det X = N X"),
    (r"\frac{\partial}{\partial X}\frac T2\operatorname{tr}(XX^\top) = TX", {"X": "n x m"}, r"\frac{\partial}{\partial X}\frac T2\operatorname{tr}(XX^\top) = -TX"),
    (r"\nabla_x N C x^\top x = 2NCx", {"x": "n"}, r"\nabla_x N C x^\top x = 2Nx"),
    (r"\nabla_x^2 \frac N2 x^\top x = N I", {"x": "n"}, r"\nabla_x^2 \frac N2 x^\top x = I"),
    (r"\frac{\partial}{\partial\Lambda}\left(\frac N2\log\det\Lambda - \frac N2\operatorname{tr}(S\Lambda)\right) = \frac N2\left(\Lambda^{-1} - S\right)",
     {r"\Lambda": "d x d symmetric", "S": "d x d symmetric"},
     r"\frac{\partial}{\partial\Lambda}\left(\frac N2\log\det\Lambda - \frac N2\operatorname{tr}(S\Lambda)\right) = \frac N2\left(\Lambda^{-1} + S\right)"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "where", "wrong"), COEFFICIENTS)
def test_a_capital_that_only_a_number_can_be_is_a_number(right: str, where: dict[str, str], wrong: str) -> None:
    found = verify(right, where=where)
    assert "correct" == found.status, str(found)
    assert any("read as a scalar" in a for a in found.assumptions)
    assert "wrong" == verify(wrong, where=where).status


def test_a_capital_that_a_matrix_may_be_stays_one() -> None:
    found = verify(r"\frac{\partial AX}{\partial X} = I \otimes A")
    assert ("correct", True) == (
        found.status,
        any("A is not declared; read as a matrix" in a for a in found.assumptions),
    )


def test_what_was_assumed_is_said_of_a_wrong_claim() -> None:
    assert "N is not declared; read as a scalar" in str(verify(r"\nabla_x \frac N2 x^\top x = 2Nx", where={"x": "n"}))


SOFTMAX = {"o": "K"}
OF_SOFTMAX = r"\frac{\partial p_i}{\partial o_j} = %s, p=\operatorname{softmax}(o)"
RESIDUALS = {"X": "n x k", "y": "n", r"\beta": "k"}
RIGHT = [
    # a product of residuals that are defined beside the claim: Greene (3-5)
    (r"\frac{\partial e'e}{\partial\beta} = -2X'e, e=y-X\beta", RESIDUALS),
    (r"\nabla_\beta e^\top e = -2X'e, e=y-X\beta", RESIDUALS),
    (r"\frac{\partial f'g}{\partial x} = F'g+G'f, f=Fx, g=Gx", {"F": "m x n", "G": "m x n", "x": "n"}),
    # pieces between indices: Bishop (4.106), the Kronecker delta
    (OF_SOFTMAX % r"\begin{cases} p_i(1-p_i) & \text{if } i=j\\ -p_ip_j & \text{otherwise}\end{cases}", SOFTMAX),
    (OF_SOFTMAX % r"\begin{cases} p_i(1-p_i) & i=j\\ -p_ip_j & i \ne j\end{cases}", SOFTMAX),
    (OF_SOFTMAX % r"p_i(\mathbb{1}\{i=j\} - p_j)", SOFTMAX),
    (r"\frac{\partial x_i}{\partial x_j} = \begin{cases} 1 & i=j\\ 0 & \text{otherwise}\end{cases}", {"x": "n"}),
    (r"\frac{\partial x_i}{\partial x_j} = \mathbf{1}_{i=j}", {"x": "n"}),
    (r"\frac{\partial X_{ij}}{\partial X_{kl}} = \begin{cases} 1 & \text{if } i=k \text{ and } j=l\\ 0 & \text{otherwise}\end{cases}", {"X": "m x n"}),
    (r"\frac{\partial x_i}{\partial x_j} = [i = j]", {"x": "n"}),
    # the value of a function before a bracket with itself
    (r"\frac{d\sigma}{dz} = \sigma(1-\sigma), \sigma(z)=\frac{1}{1+e^{-z}}", {"z": "scalar"}),
    (r"\frac{dp}{dz} = p(1-p), p(z)=\frac{1}{1+e^{-z}}", {"z": "scalar"}),
    (r"\frac{d}{dz}\sigma(\sigma(z)) = \sigma'(\sigma(z))\sigma'(z)", {"z": "scalar"}),
    # the summation convention through brackets, quotients and powers
    (r"\frac{\partial}{\partial x_k}(A_{ij}x_ix_j) = (A_{kj}+A_{jk})x_j", {"A": "n x n", "x": "n"}),
    (r"\frac{\partial}{\partial x_k}\frac{A_{ij}x_ix_j}{2} = \frac{A_{kj}+A_{jk}}{2}x_j", {"A": "n x n", "x": "n"}),
    (r"\frac{\partial}{\partial x_k}(a_ix_i)^2 = 2 a_k a_ix_i", {"a": "n", "x": "n"}),
    (r"\frac{\partial}{\partial x_k}(x_ix_i)^{1/2} = x_k (x_ix_i)^{-1/2}", {"x": "n"}),
]  # fmt: skip
WRONG = [
    (r"\frac{\partial e'e}{\partial\beta} = -X'e, e=y-X\beta", RESIDUALS),
    (r"\frac{\partial f'g}{\partial x} = F'g, f=Fx, g=Gx", {"F": "m x n", "G": "m x n", "x": "n"}),
    (OF_SOFTMAX % r"\begin{cases} p_i(1+p_i) & i=j\\ -p_ip_j & i \ne j\end{cases}", SOFTMAX),
    (OF_SOFTMAX % r"\begin{cases} p_i(1-p_i) & i=j\\ p_ip_j & i \ne j\end{cases}", SOFTMAX),
    (r"\frac{\partial x_i}{\partial x_j} = \mathbb{1}[i \ne j]", {"x": "n"}),
    (r"\frac{\partial X_{ij}}{\partial X_{kl}} = \begin{cases} 1 & i=k\\ 0 & \text{otherwise}\end{cases}", {"X": "m x n"}),
    (r"\frac{d\sigma}{dz} = \sigma(1+\sigma), \sigma(z)=\frac{1}{1+e^{-z}}", {"z": "scalar"}),
    (r"\frac{\partial}{\partial x_k}(A_{ij}x_ix_j) = (A_{kj}-A_{jk})x_j", {"A": "n x n", "x": "n"}),
    (r"\frac{\partial}{\partial x_k}(a_ix_i)^2 = a_k a_ix_i", {"a": "n", "x": "n"}),
]  # fmt: skip
REFUSED = [
    (r"\frac{\partial x_i}{\partial x_j} = \mathbf{1}_{x=0}", {"x": "n"}, "no condition"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where"), RIGHT)
def test_a_right_claim_is_read_as_it_is_meant(text: str, where: dict[str, str]) -> None:
    found = verify(text, where=where)
    assert "correct" == found.status, str(found)


@pytest.mark.parametrize(("text", "where"), WRONG)
def test_a_slip_is_seen(text: str, where: dict[str, str]) -> None:
    found = verify(text, where=where)
    assert "wrong" == found.status, str(found)


@pytest.mark.parametrize(("text", "where", "message"), REFUSED)
def test_what_may_mean_two_things_is_asked_about(text: str, where: dict[str, str], message: str) -> None:
    with pytest.raises(ReadError, match=message):
        verify(text, where=where)
