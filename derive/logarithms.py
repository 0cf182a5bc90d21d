"""The logarithm of a likelihood: log prod_i f_i = sum_i log f_i, log(a b) = log a + log b, log a^k = k log a.

It is the first line of every maximum likelihood estimate. Each equation holds where every factor is positive.
"""

from __future__ import annotations

from . import algebra as al
from . import maps
from .functions import log, logdet
from .nodes import ONE, Node, depends, walk
from .rebuilding import renewed

NOTE = "the logarithm of a product is taken as the sum of the logarithms, where each factor is positive"


def of_products(f: Node) -> Node:
    """f with each logarithm of a likelihood, a product over an index or one with an exponential, written as a sum.

    >>> from derive import declare, exp, log, prodover, scalar
    >>> x, i = declare("x_i", "scalar, i=1..N"), scalar("i", "integer")
    >>> of_products(log(prodover(exp(-x[i]), i, 1, "N")))
    -sumover(x_i[i], i, 1, N)
    """
    order = walk(f)
    if not any(map(_of_likelihood, order)):
        return f
    done: dict[Node, Node] = {}
    for n in order:
        args = tuple(done[a] for a in n.args)
        done[n] = _log(args[0]) if _of_likelihood(n) else renewed(n, args)
    return done[f]


def _of_likelihood(n: Node) -> bool:
    if n.op != "call" or n.fn is not log or not n.is_scalar:
        return False
    factors = _factors(n.args[0])
    return any(_base(f).op == "prodover" for f in factors) or (
        len(factors) > 1 and any(_base(f).op == "call" and _base(f).fn.name == "exp" for f in factors)
    )


def _factors(n: Node) -> tuple[Node, ...]:
    return n.args if n.op == "had" else (n,)


def _base(n: Node) -> Node:
    return n.args[0] if n.op == "pow" else n


Range = tuple[Node, Node, Node]


def _log(y: Node) -> Node:
    """log y, the products in y taken apart: the terms of each range are one sum."""
    terms: dict[tuple[Range, ...], list[Node]] = {}
    todo: list[tuple[Node, Node, tuple[Range, ...]]] = [(y, ONE, ())]
    while todo:
        f, k, ranges = todo.pop()
        if f.op == "had":
            todo += [(a, k, ranges) for a in f.args]
        elif f.op == "prodover":
            todo.append((f.args[0], k, (*ranges, (f.param, *f.args[1:]))))
        elif f.op == "pow" and not _even(f.args[1]):
            todo.append((f.args[0], al.had([k, f.args[1]]), ranges))
        else:
            terms.setdefault(ranges, []).append(al.had([k, _log_of_factor(f)]))
    return al.add([_summed(al.add(found), ranges) for ranges, found in terms.items()])


def _even(k: Node) -> bool:
    """log a^2 is 2 log |a|."""
    return k.op == "const" and isinstance(k.param, int) and k.param % 2 == 0


def _log_of_factor(f: Node) -> Node:
    name = f.fn.name if f.op == "call" else ""
    return f.args[0] if name == "exp" else logdet(f.args[0]) if name == "det" else log(f)


def _summed(body: Node, ranges: tuple[Range, ...]) -> Node:
    """The sum over every range, of what depends on the index and of what does not."""
    for index, lo, hi in reversed(ranges):
        inside = set(depends(body, [index]))
        parts = body.args if body.op == "add" else (body,)
        moving = [t for t in parts if t in inside]
        still = [maps.sumover(t, index, lo, hi) for t in parts if t not in inside]
        body = al.add([*still, *([maps.sumover(al.add(moving), index, lo, hi)] if moving else [])])
    return body
