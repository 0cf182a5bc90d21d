"""Products multiplied out, with traces of products counted up to rotation and transposition: tr(HXH) = tr(H^2 X)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from . import algebra as al
from . import maps
from .nodes import Node, const, walk
from .normal import collect
from .rebuilding import rebuild

TERMS = 200  # an expression that would have more terms stays as it is
_MULTILINEAR = ("add", "scale", "matmul", "had", "transpose", "trace", "diag", "kron", "diagonal", "vec")


def multiplied_out(root: Node, keep: set[Node], last: Sequence[Node] = ()) -> Node:
    """The sum of products that `root` is; the nodes of `keep` and the arguments of functions are letters.

    Of the rotations of a trace, one that ends in a matrix of `last` is preferred.
    """
    found: dict[Node, list[Node]] = {}
    for n in walk(root):
        found[n] = [n] if n in keep else _terms(n, [found[a] for a in n.args], last)
    return _collected(found[root])


def _terms(n: Node, parts: Sequence[list[Node]], last: Sequence[Node]) -> list[Node]:
    if n.op == "add":
        terms = [t for p in parts for t in p]
        return _like_terms(terms) if len(terms) < TERMS else [n]
    power = _power(n)
    if power:
        parts = [parts[0]] * power
        choices = [al.had(list(c)) for c in product(*parts)] if len(parts[0]) ** power <= TERMS else [n]
        return _like_terms(choices)
    args = [p if n.op in _MULTILINEAR else [_collected(p)] for p in parts]
    count = 1
    for p in args:
        count *= len(p)
    if count > TERMS:
        return [n]
    made = [rebuild(n.op, c, n.param, n.shape) for c in product(*args)] if n.args else [n]
    return _like_terms([t for m in made for t in _addends(_turned(m, last))])


def _power(n: Node) -> int:
    """k for a k-th power of a sum that is worth multiplying out."""
    if n.op == "pow" and n.args[1].op == "const" and isinstance(n.args[1].param, int) and 1 < n.args[1].param < 6:
        return n.args[1].param
    return 0


def _addends(n: Node) -> Sequence[Node]:
    """The terms of a sum, also of a transposed one."""
    if n.op == "transpose" and n.args[0].op == "add":
        return tuple(map(al.transpose, n.args[0].args))
    return n.args if n.op == "add" else (n,)


def _like_terms(terms: list[Node]) -> list[Node]:
    return list(_addends(al.add(terms))) if len(terms) > 1 else terms


def _collected(terms: list[Node]) -> Node:
    """Scalar terms stay apart: h^T a + h^T b is a polynomial in h^T a and h^T b."""
    if len(terms) == 1:
        return terms[0]
    return al.add(terms) if terms[0].is_scalar else collect(terms)


def _turned(n: Node, last: Sequence[Node]) -> Node:
    """A multiple of tr(A B ...) as the multiple of the one trace that stands for all its rotations."""
    c, rest = al.split(n)
    factors = rest.args if rest.op == "had" and rest.is_scalar else (rest,)
    if not any(f.op == "trace" for f in factors):
        return n
    return al.had([const(c), *(rotated(f, last) if f.op == "trace" else f for f in factors)])


def rotated(t: Node, last: Sequence[Node] = ()) -> Node:
    """One trace for all its rotations and transposes: the one with the fewest factors and transposes, `last` last."""
    (body,) = t.args
    chain = _chain(body)
    if len(chain) > 12:
        return t
    turns = [al.matmul([*chain[i:], *chain[:i]]) for i in range(len(chain))]
    forms = [m for turn in turns for m in (turn, al.transpose(turn))]
    return maps.trace(min(forms, key=lambda m: (len(_chain(m)), m.flips, _last(m) not in last, m.digest)))


def _last(m: Node) -> Node:
    """The last factor, or what it is a power of."""
    end = _chain(m)[-1]
    return end.args[0] if end.op == "matpow" else end


def _chain(m: Node) -> Sequence[Node]:
    return m.args if m.op == "matmul" else (m,)
