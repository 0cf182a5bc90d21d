r"""How far a sum without brackets reaches: \sum_i y_i \log p_i + (1 - y_i) \log(1 - p_i) sums both terms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .syntax import BigSum, Name, Negative, Product, Sum, Syntax, walk

if TYPE_CHECKING:
    from .brackets import Brackets

_SIGNS = ("\\sum", "∑", "Σ")


def reaching(p: Brackets, terms: list[Syntax]) -> list[Syntax]:
    r"""\sum_i a_i + b_i: a term with the index of the sum before it belongs to that sum, and that is said."""
    kept = terms[:1]
    for term in terms[1:]:
        longer = _with_term(p, kept[-1], term)
        if longer is None:
            kept.append(term)
        elif isinstance(kept[-1], Negative) and isinstance(term, Negative):
            raise p.error(term.span, "this term may belong to the sum before it or stand beside it", "brackets")
        else:
            kept[-1] = longer
    return kept


def _with_term(p: Brackets, node: Syntax, term: Syntax) -> Syntax | None:
    """The sum at the end of `node` with one more term, or None where the term has nothing to do with it."""
    span = (node.span[0], term.span[1])
    if isinstance(node, Negative):
        body = _with_term(p, node.body, term)
        return body and Negative(span, body)
    if isinstance(node, Product):
        last = _with_term(p, node.factors[-1], term)
        return last and replace(node, span=span, factors=(*node.factors[:-1], last))
    bare = p.text.startswith(_SIGNS, node.span[0])  # not (\sum_i a_i)
    if not isinstance(node, BigSum) or node.product or not bare:
        return None
    inner = _with_term(p, node.body, term)
    if inner is None and _speaks_of(term, node.index) and node.index not in {*p.bound, *p.fixed, *p.scope.names}:
        inner = Sum((node.body.span[0], term.span[1]), (node.body, term))
    said = f"the sum over {node.index} is taken to reach as far as {node.index} is used"
    return inner and replace(node, span=span, body=inner, note=said)


def _speaks_of(term: Syntax, index: str) -> bool:
    pieces = list(walk(term))
    bound = any(isinstance(x, BigSum) and x.index == index for x in pieces)
    return not bound and any(isinstance(x, Name) and x.text == index for x in pieces)
