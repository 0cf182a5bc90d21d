"""Which entries of an expression are certainly zero: a lower or an upper triangular matrix, or both, a diagonal one."""

from __future__ import annotations

from collections.abc import Iterable

from .nodes import Node, walk

Triangles = frozenset[str]

BOTH: Triangles = frozenset(("lower", "upper"))
NONE: Triangles = frozenset()
_DECLARED = {"lower triangular": "lower", "upper triangular": "upper"}
_OTHER = {"lower": "upper", "upper": "lower"}


def triangles(root: Node) -> Triangles:
    """{"lower"} for a lower triangular matrix, {"upper"} for an upper one, both for a diagonal one."""
    known: dict[Node, Triangles] = {}
    for n in walk(root):
        known[n] = _of(n, known)
    return known[root]


def _of(n: Node, known: dict[Node, Triangles]) -> Triangles:
    match n.op:
        case "symbol" | "item":
            return BOTH if n.properties & {"diagonal", "identity"} else frozenset(_declared(n.properties))
        case "diag" | "eye" | "zeros":
            return BOTH
        case "transpose":
            return frozenset(_OTHER[t] for t in known[n.args[0]])
        case "matmul" | "add":
            return BOTH.intersection(*(known[a] for a in n.args))
        case "had":
            return NONE.union(*(known[a] for a in n.args))
        case "scale":
            return known[n.args[1]]
        case "matpow":
            return known[n.args[0]]
        case "call" if n.fn.name in ("tril", "triu"):
            return known[n.args[0]] | {"lower" if n.fn.name == "tril" else "upper"}
    return NONE


def _declared(properties: Iterable[str]) -> set[str]:
    return {_DECLARED[p] for p in properties if p in _DECLARED}
