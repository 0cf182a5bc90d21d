"""What a claim says of its own layout: x^T or vec(X)^T below counts the columns, and vec stacks columns.

Right are the Jacobians and gradients of Magnus and Neudecker, chapters 9 and 10; wrong is each with its Kronecker factors
changed about, or transposed.
"""

from __future__ import annotations

import re

import pytest

from derive import verify

# ruff: noqa: E501 -- tables keep a claim on one line
SHAPES = {
    "A": "m x n", "X": "n x p", "B": "p x q", "C": "n x p", "Y": "n x n", "M": "n x n", "x": "n", "u": "p", "Q": "n x n",
    "P": "p x p", "S": "n x n symmetric", "T": "n x n positive definite",
}  # fmt: skip

CLAIMS = [
    (r"\frac{\partial \operatorname{tr}(M Y)}{\partial Y^\top}= M", "correct"),
    (r"\frac{\partial \operatorname{tr}(M Y)}{\partial Y^\top}= M^\top", "wrong"),
    (r"\frac{\partial \|M x - u\|^2}{\partial x^\top}= 2(M x - u)^\top M", "correct"),
    (r"\frac{\partial \|M x - u\|^2}{\partial x^\top}= 2M^\top(M x - u)", "wrong"),
    (r"\frac{\partial \operatorname{vec}(AXB)}{\partial \operatorname{vec}(X)^\top}= A \otimes B^\top", "wrong"),
    (r"\frac{\partial \operatorname{vec}(AXB)}{\partial \operatorname{vec}(X)^\top}= B^\top \otimes A", "correct"),
    (r"\frac{\partial \operatorname{vec}(AXB)}{\partial \operatorname{vec}(X)^\top}= B \otimes A^\top", "wrong"),
    (r"\frac{\partial \operatorname{vec}(AXB)}{\partial \operatorname{vec}(X)}= B \otimes A^\top", "correct"),
    (r"\frac{\partial \operatorname{vec}(AXB)}{\partial \operatorname{vec}(X)}= B^\top \otimes A", "correct"),
    (r"\frac{\partial \operatorname{vec}(X^\top)}{\partial \operatorname{vec}(X)^\top}= K_{p,n}", "wrong"),
    (r"\frac{\partial \operatorname{vec}(X^\top)}{\partial \operatorname{vec}(X)^\top}= K_{n,p}", "correct"),
    (r"\frac{\partial Ax}{\partial x^\top}= A^\top", "wrong"),
    (r"\frac{\partial Ax}{\partial x^\top}= A", "correct"),
    (r"\frac{\partial x^\top M x}{\partial x^\top}= (M+M^\top)x", "wrong"),
    (r"\frac{\partial x^\top M x}{\partial x^\top}= x^\top(M+M^\top)", "correct"),
    (r"\frac{\partial \operatorname{vec}(AX)}{\partial \operatorname{vec}(X)^\top}= A \otimes I_p", "wrong"),
    (r"\frac{\partial \operatorname{vec}(AX)}{\partial \operatorname{vec}(X)^\top}= I_p \otimes A", "correct"),
    (r"\frac{\partial \operatorname{vec}(XB)}{\partial \operatorname{vec}(X)^\top}= I_n \otimes B^\top", "wrong"),
    (
        r"\frac{\partial \operatorname{vec}(X\odot C)}{\partial \operatorname{vec}(X)^\top}= \operatorname{diag}(\operatorname{vec}(C^\top))",
        "wrong",
    ),
    (
        r"\frac{\partial \operatorname{vec}(X\odot C)}{\partial \operatorname{vec}(X)^\top}= \operatorname{diag}(\operatorname{vec}(C))",
        "correct",
    ),
    (r"\frac{\partial Xu}{\partial \operatorname{vec}(X)^\top}= I_n \otimes u^\top", "wrong"),
    (r"\frac{\partial Xu}{\partial \operatorname{vec}(X)^\top}= u^\top \otimes I_n", "correct"),
    (
        r"\frac{\partial \operatorname{vec}(Y^2)}{\partial \operatorname{vec}(Y)^\top}= Y \otimes I_n + I_n \otimes Y^\top",
        "wrong",
    ),
    (
        r"\frac{\partial \operatorname{vec}(Y^2)}{\partial \operatorname{vec}(Y)^\top}= Y^\top \otimes I_n + I_n \otimes Y",
        "correct",
    ),
    (r"\frac{\partial \log\det Y}{\partial \operatorname{vec}(Y)}=\operatorname{vec}(Y^{-\top})", "correct"),
    (r"\frac{\partial \log\det Y}{\partial \operatorname{vec}(Y)}=\operatorname{vec}(Y^{-1})", "wrong"),
    (r"\frac{\partial \log\det Y}{\partial \operatorname{vec}(Y)^\top}=\operatorname{vec}(Y^{-\top})^\top", "correct"),
    (r"\frac{\partial \operatorname{tr}(Q^\top Y)}{\partial \operatorname{vec}(Y)}=\operatorname{vec}(Q)", "correct"),
    (
        r"\frac{\partial \operatorname{tr}(X^\top Q X P)}{\partial \operatorname{vec}(X)}=\operatorname{vec}(QXP+Q^\top X P^\top)",
        "correct",
    ),
    (
        r"\frac{\partial \operatorname{tr}(X^\top Q X P)}{\partial \operatorname{vec}(X)}=(P^\top\otimes Q + P\otimes Q^\top)\operatorname{vec}(X)",
        "correct",
    ),
    (
        r"\frac{\partial \operatorname{tr}(X^\top Q X P)}{\partial \operatorname{vec}(X)}=(P\otimes Q + P^\top\otimes Q^\top)\operatorname{vec}(X)",
        "wrong",
    ),
    (r"\frac{\partial \log\det T}{\partial \operatorname{vech}(T)}= D_n^\top \operatorname{vec}(T^{-1})", "correct"),
    (
        r"\frac{\partial \log\det T}{\partial \operatorname{vech}(T)^\top}= \operatorname{vec}(T^{-1})^\top D_n",
        "correct",
    ),
    (r"\frac{\partial \log\det T}{\partial \operatorname{vech}(T)^\top}= D_n^\top\operatorname{vec}(T^{-1})", "wrong"),
    (r"\frac{\partial \operatorname{vec}(S)}{\partial \operatorname{vech}(S)^\top}= D_n", "correct"),
    (
        r"\frac{\partial \operatorname{vec}(T^{-1})}{\partial \operatorname{vech}(T)^\top}= -(T^{-1}\otimes T^{-1}) D_n",
        "correct",
    ),
    (
        r"\frac{\partial \operatorname{vec}(AXB)}{\partial \operatorname{vec}(X)^\top}= (B\otimes A^\top)^\top",
        "correct",
    ),
    (
        r"\left(\frac{\partial \operatorname{vec}(AXB)}{\partial \operatorname{vec}(X)^\top}\right)^\top= B\otimes A^\top",
        "correct",
    ),
]


HESSIANS = [  # the power of a denominator, a missing term, and a zero with its size
    (r"\nabla_x^2 \sqrt{1+\|x\|^2} = \frac{I}{\sqrt{1+\|x\|^2}} - \frac{xx^\top}{1+\|x\|^2}", "wrong"),
    (r"\nabla_x^2 \sqrt{1+\|x\|^2} = \frac{I}{\sqrt{1+\|x\|^2}} - \frac{xx^\top}{(1+\|x\|^2)^{3/2}}", "correct"),
    (r"\nabla_x^2 e^{x^\top M x} = e^{x^\top M x}(M+M^\top)", "wrong"),
    (r"\nabla_x^2 x^\top M x = 0_{n\times n}", "wrong"),
    (r"\nabla_x^2 x^\top X u = 0_{n\times n}", "correct"),
]


@pytest.mark.parametrize(("claim", "status"), HESSIANS)
def test_a_hessian_is_judged_and_what_refutes_it_is_seen(claim: str, status: str) -> None:
    verdict = verify(claim, where={"x": "n", "M": "n x n", "X": "n x p", "u": "p"})
    assert status == verdict.status, verdict
    if verdict.counterexample is not None:
        found, wanted = (a.round(5).tolist() for a in (verdict.counterexample.found, verdict.counterexample.wanted))
        assert found != wanted


@pytest.mark.parametrize(("claim", "status"), CLAIMS)
def test_a_claim_is_judged_in_the_layout_that_it_writes(claim: str, status: str) -> None:
    letters = set(re.findall(r"[A-Za-z]", re.sub(r"\\[A-Za-z]+", " ", claim)))
    where = {name: shape for name, shape in SHAPES.items() if name in letters}
    verdict = verify(claim, where={**where, "u": "n"} if "M x - u" in claim else where)
    assert status == verdict.status, verdict
