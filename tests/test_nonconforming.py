"""Claims whose shapes do not fit are amended where they are wrong: in the person's own expression."""

from __future__ import annotations

import pytest

from derive import verify

AX = {"A": "m x n", "x": "n", "b": "m", "B": "k x m", "C": "m x m", "W": "m x n", "t": "m"}
CHAIN = {"A": "k x n", "X": "n x m", "B": "m x k"}
ROWS = [
    # f, variable, shapes, claim, kind, what is said
    (r"\|A x - b\|^2", "x", AX, "2 A (A x - b)", "missing-transpose", "A^T for A"),
    (r"\|A x - b\|^2", "x", AX, "2 (A x - b) A^T", "product-order", "2 A^T (A x - b) for 2 (A x - b) A^T"),
    (r"\|A x - b\|^2", "x", AX, "(A x - b) A", "missing-transpose", "multiplied by 2"),
    (r"\frac12 \|W x - t\|^2", "W", AX, "(W x - t) x", "missing-transpose", "x^T for x"),
    (r"\frac12 \|W x - t\|^2", "W", AX, "x^T (W x - t)", "product-order", "(W x - t) x^T for x^T (W x - t)"),
    ("x^T A x", "x", {"A": "n x n", "x": "n"}, "x^T A + A x", "transposed", "(x^T A)^T for x^T A"),
    (r"\operatorname{tr}(A X B)", "X", CHAIN, "A B^T", "missing-transpose", "A^T for A"),
    (r"\operatorname{tr}(A X B)", "X", CHAIN, "A B", "missing-transpose",
     "A^T for A, and B^T for B"),
    (r"\|R - U V^\top\|_F^2", "U", {"R": "m x n", "U": "m x k", "V": "n x k"}, r"-2 V (R - U V^\top)", "product-order",
     r"2 (R - U V^\top) V"),
    (r"W x", "x", AX, "W^T x", "wrong-shape", "right is W"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "x", "where", "claim", "kind", "said"), ROWS, ids=[row[3] for row in ROWS])
def test_the_change_that_fits_is_named(f: str, x: str, where: dict[str, str], claim: str, kind: str, said: str) -> None:
    verdict = verify(f, x, claim, where=where)
    assert "wrong" == verdict.status
    assert verdict.diagnosis is not None
    assert kind == verdict.diagnosis.kind, verdict.diagnosis.message
    assert said in verdict.diagnosis.message


@pytest.mark.parametrize(
    ("f", "x", "where", "claim"), [row[:4] for row in ROWS[:-1]], ids=[row[3] for row in ROWS[:-1]]
)
def test_the_repair_is_right(f: str, x: str, where: dict[str, str], claim: str) -> None:
    diagnosis = verify(f, x, claim, where=where).diagnosis
    assert diagnosis is not None
    assert "correct" == verify(f, x, str(diagnosis.repaired), where=where).status


def test_a_repair_in_another_layout_names_the_layout() -> None:
    square = dict.fromkeys("AXB", "n x n")
    diagnosis = verify(r"\operatorname{tr}(A X B)", "X", "A B", where=square).diagnosis
    assert diagnosis is not None
    assert "in numerator layout" in diagnosis.message


def test_the_gradient_is_rather_repaired_than_another_layout() -> None:
    """Matrix Cookbook (92), where the first summand is printed transposed: Lean's notes on it say so."""
    where = {"a": "m", "b": "m", "X": "m x m"}
    claim = r"X a b^T (X^2)^T + a b^T (X^2)^T X + X^T X^2 a b^T + X^2 a b^T X^T"
    diagnosis = verify(r"a^T (X^2)^T X^2 b", "X", claim, where=where).diagnosis
    assert diagnosis is not None
    assert "layout" not in diagnosis.message
    assert (
        "correct" == verify(r"a^T (X^2)^T X^2 b", "X", str(diagnosis.repaired), where=where, layout="gradient").status
    )
