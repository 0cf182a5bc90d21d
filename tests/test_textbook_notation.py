"""Claims as textbooks write them, judged by what the books say; a false one is a true one with one slip."""

from __future__ import annotations

import pytest

from derive import verify

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
