"""Symbols that count, the exponent of a matrix power and the ends of a sum: they are positive integers."""

from __future__ import annotations

from collections.abc import Iterable

from .nodes import BINDERS, Node, symbol, walk

WHOLE = frozenset(("integer", "positive"))


def counting_symbols(*roots: Node) -> dict[Node, Node]:
    """For each symbol that counts and is not declared so, the same symbol as a positive integer."""
    order = walk(*roots)
    bound = {n.param for n in order if n.op in BINDERS}
    counts = [n.args[1] for n in order if n.op == "matpow" and n.args[1].op != "const"]
    counts += [end for n in order if n.op in BINDERS for end in n.args[1:]]
    free = [s for s in walk(*counts) if s.op == "symbol" and s not in bound and s.param.serial == -1]
    symbols = [s for s in free if not s.properties >= WHOLE]
    return {s: symbol(s.name, s.shape, s.properties | WHOLE, s.param.latex) for s in symbols}


def counting_notes(symbols: Iterable[Node]) -> list[str]:
    """What is assumed of them, in words."""
    return [f"{k} counts (an exponent of a matrix, the end of a sum): taken as a positive integer" for k in symbols]
