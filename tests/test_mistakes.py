"""The mistakes that people make, on every identity of the tables: none is accepted, and the diagnosis names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from derive import Verdict, verify
from derive.numeric import evaluate
from tests.tables import ALL, numeric, reading
from tests.tables.mistakes import Mistake, mistakes
from tests.tables.row import Row

ROWS = [
    pytest.param(row, id=f"{table}-{row.name}")
    for table in ("cookbook", "wikipedia", "losses", "magnus", "textbook")
    for row in ALL[table]
    if row.kind == "derivative" and row.layout == "gradient" and row.book
]


def wrong_claims(row: Row) -> Iterator[Mistake]:
    """The mistakes that do change the value, and not only the layout."""
    right = reading.book(row)
    values, sizes = numeric.instance(row, 2)
    truth = evaluate(right, values, sizes)
    for mistake in mistakes(right):
        value = evaluate(mistake.claim, values, sizes)
        if not any(value.shape == t.shape and np.allclose(value, t, rtol=1e-6, atol=1e-9) for t in (truth, truth.T)):
            yield mistake


@cache
def verdicts(row: Row) -> tuple[tuple[Mistake, Verdict], ...]:
    """What verify() says of every mistake in a row."""
    f, x = reading.function(row), reading.variable(row)
    return tuple((mistake, verify(f, x, mistake.claim)) for mistake in wrong_claims(row))


@pytest.mark.parametrize("row", ROWS)
def test_the_book_is_accepted(row: Row) -> None:
    verdict = verify(reading.function(row), reading.variable(row), reading.book(row))
    assert verdict, str(verdict)


@pytest.mark.parametrize("row", ROWS)
def test_no_mistake_is_accepted(row: Row) -> None:
    for mistake, verdict in verdicts(row):
        assert verdict.status == "wrong", f"{mistake.what}: {mistake.claim}"
        assert verdict.counterexample is not None


def test_the_diagnosis_names_the_mistake() -> None:
    named: Counter[str] = Counter()
    others: list[str] = []
    for param in ROWS:
        (row,) = param.values
        assert isinstance(row, Row)
        for mistake, verdict in verdicts(row):
            kind = verdict.diagnosis.kind if verdict.diagnosis else "none"
            named[mistake.what] += kind in mistake.kinds
            if kind not in mistake.kinds:
                others.append(f"{param.id}: {mistake.what} was called {kind}: {mistake.claim}")
    assert sum(named.values()) >= 0.95 * (sum(named.values()) + len(others)), "\n".join(others[:40])


MATRICES = {"X": "n x n invertible", "A": "n x n", "x": "n"}
POINTS = {"w": "d", "x_i": "d, i=1..n", "y_i": "scalar, i=1..n"}


@pytest.mark.parametrize(
    ("f", "x", "claim", "where", "kind", "words"),
    [
        (r"\det X", "X", r"\det(X)\operatorname{tr}(dX)", MATRICES, "missing-chain-factor", "the factor inv(X)"),
        (r"\log|\det X|", "X", r"\operatorname{tr}(X\,dX)", MATRICES, "inverse-vs-transpose", "inv(X) for X"),
        (r"X^\top X", "X", r"2X^\top dX", MATRICES, "missing-transpose", "X.T*dX for dX.T*X"),
        ("softmax(x)", "x", "softmax(x) .* (1 - softmax(x))", MATRICES, "missing-term", "off the diagonal"),
        ("softmax(x)", "x", "diag(softmax(x) .* (1 - softmax(x)))", MATRICES, "missing-term", "off the diag"),
        (r"\sum_{i=1}^n (w^\top x_i-y_i)^2", "w", r"2(w^\top x_1-y_1)x_1", POINTS, "missing-term", "sum is missing"),
    ],
)  # fmt: skip
def test_what_is_left_of_a_derivative_is_named(
    f: str, x: str, claim: str, where: dict[str, str], kind: str, words: str
) -> None:
    verdict = verify(f, x, claim, where=where)
    assert "wrong" == verdict.status and verdict.diagnosis is not None
    assert (kind, True) == (verdict.diagnosis.kind, words in verdict.diagnosis.message)


def test_a_dead_branch_is_drawn_again_until_it_gives_evidence() -> None:
    assert verify(r"\operatorname{ReLU}(x)", "x", r"\mathbf 1[x>0]", where={"x": "scalar"})
    assert verify(r"\operatorname{ReLU}(x)", "x", r"\mathbf 1[x<0]", where={"x": "scalar"}).status == "wrong"


def test_a_claim_for_a_symmetric_matrix_is_named_where_square_instances_show_nothing() -> None:
    where = {"C": "m x m positive definite", "X": "m x n full column rank", "B": "m x m"}
    inverse = r"(X^\top CX)^{-1}"
    claim = f"-2CX{inverse}X^\\top BX{inverse}+2BX{inverse}"
    verdict = verify(f"\\operatorname{{tr}}({inverse}(X^\\top BX))", "X", claim, where=where)
    assert verdict.diagnosis is not None and "assumes-symmetric" == verdict.diagnosis.kind
