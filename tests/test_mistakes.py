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
