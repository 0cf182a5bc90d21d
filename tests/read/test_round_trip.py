"""What we print we read back: LaTeX, Python text and Unicode of the expressions of all tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy

from derive.errors import ReadError
from derive.latex import latex
from derive.nodes import Node, walk
from derive.read import read
from derive.text import text, unicode
from tests.tables import ALL, reading

from .test_table import _equal_in_value


def _expressions() -> dict[str, Node]:
    """Every function and derivative of the tables whose sizes all occur in its own symbols."""
    found: dict[str, Node] = {}
    for rows in ALL.values():
        for row in rows:
            for side in (reading.function, reading.book):
                try:
                    node: Any = side(row)
                except Exception:  # a row that the tables give as a formula of NumPy only
                    continue
                if isinstance(node, Node) and _sizes(node) <= {
                    d for s in walk(node) if s.op == "symbol" for d in s.shape
                }:
                    found[text(node)] = node
    return found


def _sizes(node: Node) -> set[Any]:
    """The sizes of the identities, ones and structured matrices in an expression: they must be known from elsewhere."""
    loose = [n for n in walk(node) if n.op in ("eye", "ones", "zeros", "commutation", "kron", "basis")]
    return {d for n in loose for d in n.shape if isinstance(d, sympy.Basic)}


EXPRESSIONS = _expressions()
PRINTERS = {"latex": latex, "text": text, "unicode": unicode}
# Two column-wise logsumexp print as transposed row-wise ones, which a formula cannot tell apart; two LaTeX formulas
# leave the size of I or e_k to their context; Unicode has no sign for a differential and writes some long names as
# products.
KNOWN = {"latex": 4, "text": 2, "unicode": 8}


def test_there_are_many() -> None:
    assert len(EXPRESSIONS) > 300


@pytest.mark.parametrize("printer", PRINTERS)
def test_printed_expressions_are_read_back(printer: str) -> None:
    failed = [
        f"{PRINTERS[printer](n)}: {why}" for n in EXPRESSIONS.values() if (why := _difference(PRINTERS[printer], n))
    ]
    assert len(failed) <= KNOWN[printer], "\n".join(failed)


def _difference(printer: Callable[[Node], str], node: Node) -> str:
    where: dict[str, Any] = {s.name: s for s in walk(node) if s.op == "symbol"}
    try:
        again = read(printer(node), where).expression
    except ReadError as error:
        return str(error)
    return "" if again is node or _equal_in_value(again, node) else f"{again} is not {node}"
