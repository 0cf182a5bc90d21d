r"""The summation convention: in x_i a_{ij} x_j the repeated indices i and j are summed, and that is said.

An index is summed only when it is declared nowhere, bound by no sum, and stands alone in no term of any of the formulas
read together: in s_i \delta_{ij} - s_i s_j, read with s_i and x_j, nothing is summed. In (a_{kj} + a_{jk}) x_j every
term of the bracket has j once, so that it repeats; in (a_i x_i)^2 and \exp(a_i x_i) the sum is inside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from . import syntax as s
from .scope import Scope
from .syntax import children, mapped, walk

_ALONE = 3  # no index of the convention stands so often in a term


def summed(trees: Sequence[s.Syntax], scope: Scope) -> list[s.Syntax]:
    """The trees with their implied sums written out."""
    if not any(isinstance(x, s.Index) for tree in trees for x in walk(tree)):
        return list(trees)
    alone: set[str] = set()
    repeated: set[str] = set()
    for tree in trees:
        known = _known(tree, scope)
        for count in (_letters(term, known) for term in _terms(tree)):
            alone |= {letter for letter, n in count.items() if n not in (0, 2)}
        for count in (_letters(x, known) for x in walk(tree) if isinstance(x, s.Product | s.Index)):
            repeated |= {letter for letter, n in count.items() if n == 2}
    found = repeated - alone
    return [_rewritten(tree, found, _known(tree, scope)) for tree in trees] if found else list(trees)


def _known(tree: s.Syntax, scope: Scope) -> set[str]:
    """Letters that are no indices of the convention: declared ones, and those of the sums."""
    return {*scope.names, *(x.index for x in walk(tree) if isinstance(x, s.BigSum))}


def _terms(node: s.Syntax) -> list[s.Syntax]:
    if isinstance(node, s.Sum):
        return [t for term in node.terms for t in _terms(term)]
    return _terms(node.body) if isinstance(node, s.Negative) else [node]


def _letters(node: s.Syntax, known: Collection[str]) -> Counter[str]:
    """How often each free index letter stands in a piece; one that is summed inside a part of it not at all."""
    if isinstance(node, s.Product):
        return _total(_letters(f, known) for f in node.factors)
    if isinstance(node, s.Index) and isinstance(node.body, s.Name):
        return Counter(i.text for i in node.indices if isinstance(i, s.Name) and i.text not in known)
    if isinstance(node, s.Unit | s.Item):
        inner = node.indices if isinstance(node, s.Item) else (node.index,)
        return Counter({i.text: _ALONE for i in inner if isinstance(i, s.Name)})
    parts = [_letters(c, known) for c in children(node)]
    if isinstance(node, s.Sum | s.Negative):
        return _in_every(parts)
    if isinstance(node, s.Quotient):  # a letter that stands once above may meet another beside the fraction
        once = Counter({x: 1 for x, n in parts[0].items() if n == 1})
        return _total(
            [once, Counter({x: _ALONE for k, c in enumerate(parts) for x, n in c.items() if n > 2 or (k and n == 1)})]
        )
    within_sum = isinstance(node, s.BigSum)
    return Counter({x: _ALONE for count in parts for x, n in count.items() if n != 0 and (within_sum or n != 2)})


def _total(counts: Iterable[Counter[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for count in counts:
        found.update(count)
    return found


def _in_every(terms: Sequence[Counter[str]]) -> Counter[str]:
    """How often a letter stands in each of the terms, where it is as often in all."""
    found: Counter[str] = Counter()
    for letter in {x for count in terms for x in count}:
        (first, *others) = (0 if count[letter] == 2 else count[letter] for count in terms)
        found[letter] = first if all(n == first for n in others) else _ALONE
    return found


def _rewritten(node: s.Syntax, letters: set[str], known: Collection[str]) -> s.Syntax:
    body = _inside(node, letters, known)
    counts = _letters(node, known) if isinstance(node, s.Product | s.Index) else {}
    for letter in sorted((x for x in letters if counts.get(x) == 2), reverse=True):
        body = s.BigSum(node.span, letter, None, None, body, implied=True)
    return body


def _inside(node: s.Syntax, letters: set[str], known: Collection[str]) -> s.Syntax:
    """A piece with the sums of its parts written out; the factors of a product share theirs."""
    if isinstance(node, s.Index | s.BigSum):
        return node
    if not isinstance(node, s.Product):
        return mapped(node, lambda c: _rewritten(c, letters, known))
    shared = s.Product | s.Index
    return mapped(node, lambda c: (_inside if isinstance(c, shared) else _rewritten)(c, letters, known))
