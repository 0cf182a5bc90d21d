"""No result is longer than it need be: symbols printed, against the books' own forms."""

from __future__ import annotations

import numpy as np
import pytest

from derive.latex import latex
from tests.agreement import derivation
from tests.tables import cookbook, losses, wikipedia
from tests.tables.form import symbols
from tests.tables.row import Row

OTHER_FORM = {
    # TEXTBOOK.md asks for 2X(X'X)^{-1}, which needs no pseudo-inverse; the books write 2(X^+)'.
    "55", "scalar-by-matrix 30 numerator", "scalar-by-matrix 30 denominator",
    # The same table has det(X) X^{-T} for the adjugate.
    "scalar-by-matrix 26 adjugate numerator", "scalar-by-matrix 26 adjugate denominator",
}  # fmt: skip


def ratio(row: Row) -> float:
    """Symbols of our result by symbols of the book's form."""
    return symbols(latex(derivation(row).result)) / max(1, symbols(row.book_latex))


@pytest.mark.parametrize("table", [cookbook.ROWS, wikipedia.ROWS, losses.ROWS], ids=["cookbook", "wikipedia", "losses"])
def test_results_are_as_short_as_the_books(table: tuple[Row, ...]) -> None:
    rows = [
        row for row in table if row.kind == "derivative" and row.book and not row.named and row.name not in OTHER_FORM
    ]
    ratios = {row.name: ratio(row) for row in rows}
    longest = sorted(ratios.items(), key=lambda item: -item[1])[:8]
    values = np.array(list(ratios.values()))
    assert np.median(values) <= 1.0, longest
    assert np.quantile(values, 0.95) <= 1.3, longest


@pytest.mark.parametrize(
    ("formula", "count"),
    [
        (r"2 A^\top \left(A x - b\right)", 5),
        (r"-X^{-\top} a b^\top X^{-\top}", 6),
        (r"\log \det X", 2),
        (r"\lvert X \rvert", 1),
        (r"|X|", 2),
        (r"\frac{1}{2} \operatorname{tr}(X^{-1} A)", 6),
    ],
)
def test_symbols_are_counted_as_a_person_writes_them(formula: str, count: int) -> None:
    assert count == symbols(formula)
