"""LaTeX of a result: microseconds a node, and that they do not grow with the size."""

from __future__ import annotations

from collections.abc import Iterator

import sympy

from benchmarks.timing import Figure, fresh, seconds
from derive import Node, hadamard, matrix, tanh
from derive.nodes import walk


def tower(n: int) -> Node:
    """A nested expression of about 4n nodes, every name new."""
    x = matrix(fresh("X"), "n", "n")
    for _ in range(n):
        a = matrix(fresh("A"), "n", "n")
        x = hadamard(a, tanh(a * x + a.T))
    return x


def plain_tower(n: int) -> sympy.Expr:
    """As much in scalar SymPy, whose printer is iterative on sums."""
    return sympy.Add(*(sympy.Symbol(fresh("x")) * sympy.sin(sympy.Symbol(fresh("y"))) for _ in range(n)))


def microseconds(n: int) -> float:
    """LaTeX of a tower, per node."""
    x = tower(n)
    size = len(walk(x))
    return 1e6 * seconds(lambda: x, lambda e: e._repr_latex_(), 3) / size


def figures() -> Iterator[Figure]:
    small, large = microseconds(250), microseconds(2500)
    yield Figure("LaTeX, microseconds a node at 10^4 nodes", large, 20)
    yield Figure("LaTeX, a node at 10^4 nodes / a node at 10^3", large / small, 1.5)
    size = 2500 * 4
    theirs = 1e6 * seconds(lambda: plain_tower(2500), sympy.latex, 1) / size
    yield Figure("SymPy's printer, microseconds a node at 10^4 nodes", theirs)


if __name__ == "__main__":
    for figure in figures():
        print(figure)
