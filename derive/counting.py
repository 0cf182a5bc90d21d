"""Symbols that count, the exponent of a matrix power and the ends of a sum: they are positive integers."""

from __future__ import annotations

from .nodes import BINDERS, Node, symbol, walk
from .rebuilding import substitute

WHOLE = frozenset(("integer", "positive"))


def counted(*roots: Node) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """The expressions with every symbol that counts as a positive integer, and what is assumed so, in words."""
    whole = _counting_symbols(*roots)
    said = (f"{k} counts (an exponent of a matrix, the end of a sum): taken as a positive integer" for k in whole)
    return tuple(substitute(r, whole) for r in roots) if whole else roots, tuple(said)


def _counting_symbols(*roots: Node) -> dict[Node, Node]:
    """For each symbol that counts and is not declared so, the same symbol as a positive integer."""
    order = walk(*roots)
    bound = {n.param for n in order if n.op in BINDERS}
    counts = [n.args[1] for n in order if n.op == "matpow" and n.args[1].op != "const"]
    counts += [end for n in order if n.op in BINDERS for end in n.args[1:]]
    free = [s for s in walk(*counts) if s.op == "symbol" and s not in bound and s.param.serial == -1]
    symbols = [s for s in free if not s.properties >= WHOLE]
    return {s: symbol(s.name, s.shape, s.properties | WHOLE, s.param.latex) for s in symbols}
