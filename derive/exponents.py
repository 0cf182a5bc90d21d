"""Matrix powers with a symbolic exponent: the exponent counts factors, so it is a positive integer."""

from __future__ import annotations

from .nodes import Node, symbol, walk

WHOLE = frozenset(("integer", "positive"))


def whole_exponents(*roots: Node) -> dict[Node, Node]:
    """For each symbol in the exponent of a matrix power that is not declared so, the same symbol as a positive integer."""
    order = walk(*roots)
    bound = {n.param for n in order if n.op == "sumover"}
    exponents = [n.args[1] for n in order if n.op == "matpow" and n.args[1].op != "const"]
    free = [s for s in walk(*exponents) if s.op == "symbol" and s not in bound and s.param.serial == -1]
    symbols = [s for s in free if not s.properties >= WHOLE]
    return {s: symbol(s.name, s.shape, s.properties | WHOLE, s.param.latex) for s in symbols}
