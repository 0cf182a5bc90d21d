"""Sums over an index, over all entries, over all eigenvalues."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from . import scripts
from .scripts import Script
from .syntax import BigSum, Call, Index, Name, Negative, Number, Product, Sum, Syntax
from .tokens import Token

if TYPE_CHECKING:
    from .brackets import Brackets


Piece = tuple[int, int]
Range = tuple[list[str], Syntax | None, Syntax | None, str]
_ORDERS = frozenset("< > ≤ ≥ ≠".split())


def python_sum(p: Brackets, fn: str, args: tuple[Syntax, ...], start: int) -> Syntax:
    """sumover(body, i, lo, hi) and prodover(body, i, lo, hi), as the engine prints them in Python."""
    if len(args) != 4 or not isinstance(args[1], Name):
        raise p.error(p.since(start), f"{fn} wants a body, an index and two limits", f"{fn}(body, i, 1, n)")
    return BigSum(p.since(start), args[1].text, args[2], args[3], args[0], product=fn == "prodover")


def extreme(p: Brackets, fn: str, args: tuple[Syntax, ...], over: str, start: int) -> Syntax:
    r"""\max_i x_i is the largest entry of x."""
    body = args[0]
    if len(args) == 1 and isinstance(body, Index) and [getattr(i, "text", None) for i in body.indices] == [over]:
        return Call(p.since(start), fn, (body.body,))
    raise p.error(p.since(start), f"cannot read the {fn} over {over} of this", f"\\{fn}_{over} x_{over}")


def big_sum(p: Brackets) -> Syntax:
    r"""\sum_{i=1}^n body, \prod_{i=1}^n body: the body is the product that follows."""
    start = p.i
    product = p.take().text == "\\prod"
    found = scripts.gather(p)
    sub = next((s for s in found if s.kind == "sub"), None)
    sup = next((s for s in found if s.kind == "sup"), None)
    if sub is None:
        return total(p, start, "prod" if product else "sum", p.expression(19))
    indices, low, high, order = _range(p, sub)
    high = high if sup is None else p.within(sup.piece)
    if order == "≠" and len(indices) == 1:
        raise p.error(sub.span, f"which index differs from {indices[0]} is not said", "j \\ne i")
    p.bound.extend(indices)
    body = p.expression(19)
    del p.bound[len(p.bound) - len(indices) :]
    span = p.since(start)
    if order:
        return _ordered(p, BigSum(span, indices[0], low, high, body, product=product), indices[1], order)
    for index in reversed(indices):
        body = BigSum(span, index, low, high, body, product=product)
    return body


def _ordered(p: Brackets, outer: BigSum, j: str, order: str) -> Syntax:
    r"""\sum_{i<j}, \sum_{i \ne j}: a sum over i with the sum over the j behind i, or over those before and behind."""
    i, span = Name(outer.span, outer.index), outer.span
    one = Number(span, Fraction(1))
    behind = Sum(span, (i, one)) if order != "≤" else i
    after = replace(outer, index=j, low=behind)
    if order != "≠":
        return replace(outer, body=after)
    before = replace(outer, index=j, high=Sum(span, (i, Negative(span, one))))
    joined = Product(span, (before, after), ("",)) if outer.product else Sum(span, (before, after))
    return joined if outer.index in p.bound else replace(outer, body=joined)


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


def unicode_sum(p: Brackets, start: int, product: bool = False) -> Syntax:
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
    return BigSum(p.since(start), index, low, high, body, product=product)


def _range(p: Brackets, sub: Script) -> Range:
    r"""The indices below a sum, its limits, and how two indices are ordered: i=1, i,j=1, i, i \in V, 1 \le i \le n,
    i<j, j \ne i, 1 \le i < j \le n."""
    first, last = sub.piece
    tokens = p.tokens[first:last]
    compared = _compared(p, first, tokens)
    if compared is not None:
        return compared
    indices: list[str] = []
    for k, token in enumerate(tokens):
        if token.kind == "symbol":
            indices.append(token.text)
        elif token.text == "=" and indices:
            return indices, p.within((first + k + 1, last)), None, ""
        elif token.text == "∈" and indices:
            return indices, None, None, ""
        elif token.text != ",":
            raise p.error(token, f"cannot read {token.text} below a sum", "i=1 or i,j")
    return indices, None, None, ""


def _compared(p: Brackets, first: int, tokens: list[Token]) -> Range | None:
    """Indices between signs of order; j > i is i < j."""
    signs = [k for k, t in enumerate(tokens) if t.text in _ORDERS]
    if not signs:
        return None
    ends = [-1, *signs, len(tokens)]
    pieces = [(first + a + 1, first + b) for a, b in itertools.pairwise(ends)]
    words = [tokens[k].text for k in signs]
    if any(w in (">", "≥") for w in words):
        pieces, words = pieces[::-1], [{">": "<", "≥": "≤"}.get(w, w) for w in words[::-1]]
    low = high = None
    if len(pieces) > 2:
        low, high, pieces = p.within(pieces[0]), p.within(pieces[-1]), pieces[1:-1]
        if {words[0], words[-1]} != {"≤"}:
            raise p.error(tokens[signs[0]], "cannot read this range", "1 \\le i \\le n")
        words = words[1:-1]
    names = [p.tokens[a].text for a, b in pieces if b == a + 1 and p.tokens[a].kind == "symbol"]
    if len(names) != len(pieces) or len(names) > 2:
        raise p.error(tokens[signs[0]], f"cannot read {tokens[signs[0]].text} below a sum", "i=1, i<j or j \\ne i")
    if words == ["≠"] and names[1] in p.bound:
        names.reverse()
    if len(words) == 1 and words[0] != "≠" and any(n in p.bound for n in names):
        return _beside(p, pieces, names, words[0])
    return names, low, high, words[0] if words else ""


def _beside(p: Brackets, pieces: list[Piece], names: list[str], sign: str) -> Range:
    r"""\sum_{j < i} and \sum_{j > i} where i is bound outside: the limits of the sum over j."""
    one = Number(p.since(p.i), Fraction(1))
    at = 0 if names[0] in p.bound else 1
    limit = p.within(pieces[at])
    if sign == "<":
        limit = Sum(limit.span, (limit, one if at == 0 else Negative(limit.span, one)))
    return [names[1 - at]], limit if at == 0 else None, limit if at == 1 else None, ""
