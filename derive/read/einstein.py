r"""The summation convention: in x_i a_{ij} x_j the repeated indices i and j are summed, and that is said.

An index is summed only when it is declared nowhere, bound by no sum, and stands alone in no term of any of the formulas
read together: in s_i \delta_{ij} - s_i s_j, read with s_i and x_j, nothing is summed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from . import syntax as s
from .scope import Scope
from .syntax import walk


def summed(trees: Sequence[s.Syntax], scope: Scope) -> list[s.Syntax]:
    """The trees with their implied sums written out."""
    if not any(isinstance(x, s.Index) for tree in trees for x in walk(tree)):
        return list(trees)
    counts = [_letters(term, scope) for tree in trees for term in _terms(tree)]
    alone = {letter for count in counts for letter, n in count.items() if n != 2}
    repeated = {letter for count in counts for letter, n in count.items() if n == 2} - alone
    return [_rewritten(tree, repeated, scope) for tree in trees] if repeated else list(trees)


def _terms(node: s.Syntax) -> list[s.Syntax]:
    if isinstance(node, s.Sum):
        return [t for term in node.terms for t in _terms(term)]
    return _terms(node.body) if isinstance(node, s.Negative) else [node]


def _letters(term: s.Syntax, scope: Scope) -> Counter[str]:
    """How often each free index letter stands in a term; a letter inside a function or a power counts as alone."""
    bound = {x.index for x in walk(term) if isinstance(x, s.BigSum)}
    direct = term.factors if isinstance(term, s.Product) else (term,)
    found: Counter[str] = Counter()
    for node in walk(term):
        if isinstance(node, s.Index):
            weight = 1 if any(node is d for d in direct) else 3
            for i in node.indices:
                if isinstance(i, s.Name) and i.text not in bound and i.text not in scope.names:
                    found[i.text] += weight
        elif isinstance(node, s.Unit | s.Item):
            inner = node.indices if isinstance(node, s.Item) else (node.index,)
            found.update({i.text: 3 for i in inner if isinstance(i, s.Name)})
    return found


def _rewritten(node: s.Syntax, letters: set[str], scope: Scope) -> s.Syntax:
    if isinstance(node, s.Sum):
        return replace(node, terms=tuple(_rewritten(t, letters, scope) for t in node.terms))
    if isinstance(node, s.Negative):
        return replace(node, body=_rewritten(node.body, letters, scope))
    body = node
    for letter in sorted(set(_letters(node, scope)) & letters, reverse=True):
        body = s.BigSum(node.span, letter, None, None, body, implied=True)
    return body
