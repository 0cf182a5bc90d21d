"""The letter that people give to a value of each kind: s = softmax(x), r = Ax - b, K = K0 + tI, rho = x'Ax/x'x."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from . import letters
from .algebra import split, transpose
from .nodes import Node, placeholder, walk
from .sizes import is_one
from .values import is_negative


def fresh_symbols(order: Sequence[Node], turned: Mapping[Node, Node], roots: Sequence[Node]) -> list[Node]:
    """A symbol for each named node: a letter by its kind, numbered where several share it."""
    taken = {_spelling(n.name) for n in walk(*roots) if n.op in ("symbol", "item")}
    groups: dict[tuple[str, ...], list[Node]] = {}
    for n in order:
        groups.setdefault(_letters(turned.get(n, n)), []).append(n)
    names: dict[Node, str] = {}
    for choices, nodes in groups.items():
        for n, name in zip(nodes, _names(choices, len(nodes), taken), strict=True):
            names[n] = name
            taken.add(_spelling(name))
    return [placeholder(names[n], n.shape, ("symmetric",) if n._T is n and not n.is_scalar else ()) for n in order]


def _spelling(name: str) -> tuple[str, str, str]:
    n = letters.parse(name)
    return n.base, n.sub, n.accent


def _names(choices: Sequence[str], count: int, taken: set[tuple[str, str, str]]) -> Iterator[str]:
    """`count` free names: a letter, or one letter numbered."""
    free = [c for c in choices if _spelling(c) not in taken]
    if count == 1 and free:
        yield free[0]
        return
    stem = free[0] if free else choices[0]
    k = 0
    while count:
        k += 1
        if _spelling(f"{stem}_{k}") not in taken:
            count -= 1
            yield f"{stem}_{k}"


def _letters(n: Node) -> tuple[str, ...]:
    """The letters that people give to a value of this kind."""
    if n.op == "transpose":
        n = n.args[0]
    if n.is_scalar:
        return _scalar_letters(n)
    if is_one(n.shape[0]) or is_one(n.shape[1]):
        return _vector_letters(n)
    return tuple(c.upper() for c in _vector_letters(n)) if n.op == "call" else _matrix_letters(n)


def _scalar_letters(n: Node) -> tuple[str, ...]:
    if n.op == "had" and is_quotient(n):
        return ("rho", "kappa", "eta")
    if n.op == "call" and n.fn.name in ("sigmoid", "normal_cdf"):
        return ("s", "p")
    if n.op == "add":
        return ("r", "c", "q")
    if n.op == "call" and n.fn.name in ("norm", "sqnorm", "norm1", "pnorm", "logsumexp"):
        return ("nu", "eta", "c")
    return ("c", "q", "t")


def _vector_letters(n: Node) -> tuple[str, ...]:
    if n.op == "call":
        return ("s", "p", "q") if n.fn.name in ("sigmoid", "softmax", "normal_cdf") else ("h", "g", "u")
    if n.op == "add":
        return ("r", "u", "v") if _is_difference(n) else ("z", "u", "v")
    if n.op == "had":
        return ("delta", "u", "v")
    if n.op == "matmul" and any(a.op == "matpow" for a in n.args):
        return ("alpha", "beta", "gamma")
    return ("u", "v", "g")


def _matrix_letters(n: Node) -> tuple[str, ...]:
    if n.op == "add":
        return ("K", "M", "S") if transpose(n) is n else ("R", "M", "P") if _is_difference(n) else ("M", "P", "Q")
    if n.op == "matpow":
        return ("P", "Q", "M")
    if n.op == "had":
        return ("Delta", "G", "H")
    return ("M", "P", "Q")


def _is_difference(n: Node) -> bool:
    return minuses(n) > 0


def is_quotient(n: Node) -> bool:
    """u / v of two scalars that are more than letters."""
    if n.op != "had" or not n.is_scalar or len(n.args) != 2:
        return False
    under = [a for a in n.args if a.op == "pow" and a.args[1].op == "const" and is_negative_constant(a.args[1])]
    return len(under) == 1 and all(a.weight > 3 for a in n.args)


def is_negative_constant(k: Node) -> bool:
    return isinstance(k.param, int | Fraction) and k.param < 0


def minuses(n: Node) -> int:
    return sum(is_negative(split(a)[0]) for a in n.args)
