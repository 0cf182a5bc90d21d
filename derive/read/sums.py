"""Sums over an index, over all entries, over all eigenvalues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import scripts
from .scripts import Script
from .syntax import BigSum, Call, Index, Name, Syntax

if TYPE_CHECKING:
    from .brackets import Brackets


def python_sum(p: Brackets, args: tuple[Syntax, ...], start: int) -> Syntax:
    """sumover(body, i, lo, hi), as the engine prints it in Python."""
    if len(args) != 4 or not isinstance(args[1], Name):
        raise p.error(p.since(start), "sumover wants a body, an index and two limits", "sumover(body, i, 1, n)")
    return BigSum(p.since(start), args[1].text, args[2], args[3], args[0])


def extreme(p: Brackets, fn: str, args: tuple[Syntax, ...], over: str, start: int) -> Syntax:
    r"""\max_i x_i is the largest entry of x."""
    body = args[0]
    if len(args) == 1 and isinstance(body, Index) and [getattr(i, "text", None) for i in body.indices] == [over]:
        return Call(p.since(start), fn, (body.body,))
    raise p.error(p.since(start), f"cannot read the {fn} over {over} of this", f"\\{fn}_{over} x_{over}")


def big_sum(p: Brackets) -> Syntax:
    r"""\sum_{i=1}^n body: the body is the product that follows."""
    start = p.i
    p.take()
    found = scripts.gather(p)
    sub = next((s for s in found if s.kind == "sub"), None)
    sup = next((s for s in found if s.kind == "sup"), None)
    if sub is None:
        return total(p, start, "sum", p.expression(19))
    indices, low, high = _range(p, sub)
    high = high if sup is None else p.within(sup.piece)
    p.bound.extend(indices)
    body = p.expression(19)
    del p.bound[len(p.bound) - len(indices) :]
    for index in reversed(indices):
        body = BigSum(p.since(start), index, low, high, body)
    return body


def total(p: Brackets, start: int, fn: str, body: Syntax) -> Syntax:
    """The sum or product of all entries; of all eigenvalues it is the trace or the determinant."""
    inner = body
    while isinstance(inner, Index):
        inner = inner.body
    if isinstance(inner, Call) and inner.function == "eigenvalues":
        return Call(p.since(start), "tr" if fn == "sum" else "det", inner.args)
    if fn == "prod":
        raise p.error(p.since(start), "cannot read a product without its index", "\\prod_{k=1}^{n}")
    return Call(p.since(start), "sum", (body,))


def is_range(p: Brackets) -> bool:
    """Σ_(i=1..n): the sum as the Unicode printer writes it."""
    return p.peek().kind == "sub" and p.peek(1).text == "(" and p.peek(2).kind == "symbol" and p.peek(3).text == "="


def unicode_sum(p: Brackets, start: int) -> Syntax:
    """The rest of Σ_(i=1..n) body."""
    p.i += 2
    index = p.take().text
    p.take()
    low = p.expression(0)
    p.expect(".", "the range of the sum")
    p.expect(".", "the range of the sum")
    high = p.expression(0)
    p.expect(")", "the range of the sum")
    p.bound.append(index)
    body = p.expression(19)
    p.bound.pop()
    return BigSum(p.since(start), index, low, high, body)


def _range(p: Brackets, sub: Script) -> tuple[list[str], Syntax | None, Syntax | None]:
    r"""The indices below a sum and its limits: i=1, i,j=1, i, i \in V, 1 \le i \le n."""
    first, last = sub.piece
    tokens = p.tokens[first:last]
    bounds = [k for k, t in enumerate(tokens) if t.text == "≤"]
    if len(bounds) == 2 and bounds[1] == bounds[0] + 2 and tokens[bounds[0] + 1].kind == "symbol":
        low, high = p.within((first, first + bounds[0])), p.within((first + bounds[1] + 1, last))
        return [tokens[bounds[0] + 1].text], low, high
    indices: list[str] = []
    for k, token in enumerate(tokens):
        if token.kind == "symbol":
            indices.append(token.text)
        elif token.text == "=" and indices:
            return indices, p.within((first + k + 1, last)), None
        elif token.text == "∈" and indices:
            return indices, None, None
        elif token.text != ",":
            raise p.error(token, f"cannot read {token.text} below a sum", "i=1 or i,j")
    return indices, None, None
