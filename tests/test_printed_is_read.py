"""What the printers write, the reader reads as the same expression: LaTeX, Unicode and plain text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.errors import ReadError
from derive.functions import eye, hadamard, norm, ones, power, tanh
from derive.latex import latex
from derive.nodes import Node, walk
from derive.read import read
from derive.text import text, unicode
from tests.composed import SYMBOLS, expression
from tests.profiles import examples
from tests.test_text import same_value


def declaration(symbol: Node) -> str:
    rows, columns = symbol.shape
    shape = "scalar" if symbol.is_scalar else str(rows) if str(columns) == "1" else f"{rows} x {columns}"
    return " ".join([shape, *sorted(symbol.properties & {"symmetric", "positive"})])


WHERE = {name: declaration(symbol) for name, symbol in SYMBOLS.items()}


@pytest.mark.parametrize("style", [latex, unicode, text])
@examples(150)
@given(st.integers(0, 10**6))
def test_printed_expression_is_read_as_the_same(style: Callable[[Node], str], seed: int) -> None:
    node = expression(seed)
    if any(n.op == "zeros" for n in walk(node)):  # 0 of any shape is printed 0
        return
    printed = style(node)
    try:
        again = read(printed, where=WHERE).expression
    except ReadError as error:
        if "nothing fixes the size" in str(error):  # a lone 0 or 1: the reader asks, and is never wrong
            return
        raise
    assert again == node or same_value(node, again, seed), f"{printed} was read as {text(again)}"


x, y, mu, b, A, B = (SYMBOLS[name] for name in ("x", "y", "mu", "b", "A", "B"))


@pytest.mark.parametrize("style", [latex, unicode, text])
@pytest.mark.parametrize("node", [
    norm(norm(x) * norm(y - mu) * A.T * b) ** 2,
    norm(norm(x) * norm(y) / norm(b) * mu),
    norm(x / norm(x) - y / norm(y)),
    norm(norm(x) * y),
    norm(SYMBOLS["alpha"] * norm(x) * A.T * b, "inf"),
    hadamard(A, power(tanh(A), 2)),
    (eye("n") - ones("n", "n") / norm(x)) * B,
    B / norm(x) - ones("n", "n") * norm(y),
], ids=str)  # fmt: skip
def test_bars_within_bars_and_ones_beside_identities_are_read_as_they_were_meant(
    style: Callable[[Node], str], node: Node
) -> None:
    assert node == read(style(node), where=WHERE).expression
