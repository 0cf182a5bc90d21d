"""A claim whose shapes do not fit, with a part transposed or its factors in another order, as far as that fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, permutations

from ..errors import ReadError
from ..nodes import Node
from . import syntax as s
from .formula import Formula, Reader, Where
from .macros import as_macros
from .ranges import with_ranges
from .scope import make_scope

_MOST = 160  # changes that are tried
_MOST_FACTORS = 4  # of a product of which every order is tried


@dataclass(frozen=True, slots=True)
class Amended:
    """The kind of mistake that a change undoes, the change in words, and f, the variable and the claim, read again."""

    kind: str
    change: str
    f: Formula
    wrt: Formula
    claim: Formula


@dataclass(frozen=True, slots=True)
class _Change:
    kind: str
    words: str
    tree: s.Syntax


def amended(
    f: str,
    wrt: str,
    claim: str,
    where: Where | None = None,
    *,
    form: str = "derivative",
    definitions: Mapping[str, Node] | None = None,
) -> Iterator[Amended]:
    """Every change of the claim after which it can be read: one of them first, then two of one kind.

    >>> [a.change for a in amended("x^T A x", "x", "x^T A + A x", {"A": "n x n", "x": "n"})][:1]
    ['(x^T A)^T for x^T A']
    """
    reader = Reader(make_scope(with_ranges(where, [f, wrt, claim]), definitions), as_macros(None))
    first = reader.parse_all([f, wrt], False)
    ((text, tree),) = reader.parse_all([claim], form == "differential")
    for change in islice(_all_changes(text, tree), _MOST):
        try:
            function, variable, said = reader.finish([*first, (text, change.tree)], form)
        except ReadError:
            continue
        yield Amended(change.kind, change.words, function, variable, said)


def _all_changes(text: str, tree: s.Syntax) -> Iterator[_Change]:
    singles = list(_changes(text, tree))
    yield from singles
    for one in singles:
        for two in _changes(text, one.tree):
            if two.kind == one.kind:
                yield _Change(one.kind, f"{one.words}, and {two.words}", two.tree)


def _changes(text: str, tree: s.Syntax) -> Iterator[_Change]:
    yield from _turned_terms(text, tree)
    yield from _turned_parts(text, tree)
    yield from _reordered(text, tree)


def _turned_terms(text: str, tree: s.Syntax) -> Iterator[_Change]:
    """A row for a column, or the reverse: a whole term of a sum transposed."""
    for node in s.walk(tree):
        for term in node.terms if isinstance(node, s.Sum) else ():
            body = term.body if isinstance(term, s.Negative) else term
            if isinstance(body, s.Product):
                yield _turned(text, tree, body, "transposed")


def _turned_parts(text: str, tree: s.Syntax) -> Iterator[_Change]:
    """One factor transposed, or not transposed any more."""
    inside = {id(x) for node in s.walk(tree) if isinstance(node, s.Transpose | s.Index | s.Power)
              for x in s.children(node)}  # fmt: skip
    inside |= {id(x) for node in s.walk(tree) if isinstance(node, s.BigSum) for x in (node.low, node.high)}
    for node in s.walk(tree):
        if isinstance(node, s.Transpose):
            words = f"{_words(text, node.body)} for {_words(text, node)}"
            yield _Change("missing-transpose", words, _with(tree, node, node.body))
        elif id(node) not in inside and isinstance(node, s.Name | s.Power | s.Sum | s.Hadamard | s.Call):
            yield _turned(text, tree, node, "missing-transpose")


def _turned(text: str, tree: s.Syntax, node: s.Syntax, kind: str) -> _Change:
    words = _words(text, node)
    single = isinstance(node, s.Name) or words.startswith(("(", r"\left("))
    return _Change(
        kind, f"{words if single else f'({words})'}^T for {words}", _with(tree, node, s.Transpose(node.span, node))
    )


def _reordered(text: str, tree: s.Syntax) -> Iterator[_Change]:
    for node in s.walk(tree):
        if not isinstance(node, s.Product) or len(node.factors) > _MOST_FACTORS:
            continue
        for order in permutations(range(len(node.factors))):
            if list(order) != sorted(order):
                factors = tuple(node.factors[k] for k in order)
                words = f"{' '.join(_words(text, f) for f in factors)} for {_words(text, node)}"
                yield _Change("product-order", words, _with(tree, node, replace(node, factors=factors)))


def _words(text: str, node: s.Syntax) -> str:
    return text[node.span[0] : node.span[1]].strip()


def _with(tree: s.Syntax, old: s.Syntax, new: s.Syntax) -> s.Syntax:
    """The tree with one piece replaced; the pieces around it are new, as shapes belong to pieces."""
    return new if tree is old else s.mapped(tree, lambda piece: _with(piece, old, new))
