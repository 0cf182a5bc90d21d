r"""Undeclared names that are indexed by the variable of a sum: x_i is an entry of x, or a member of a family.

In \sum_i x_i^2 it is an entry. In \sum_i (w^T x_i - y_i)^2 entries would make w^T x_i - y_i a row minus a scalar;
with the family x_i of vectors it is a scalar. The entries are kept wherever they fit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from . import syntax as s
from .choices import Member
from .conventions import Text, is_capital
from .scope import Scope

_MAX_NAMES = 4
_KINDS = {True: ((0, "matrix"), (3, "vector"), (3, "scalar")), False: ((0, "vector"), (0, "scalar"))}


def indexed(trees: Sequence[Text], scope: Scope) -> dict[str, Member]:
    """The undeclared names that stand only with one index, always that of the sum around them."""
    found: dict[str, Member] = {}
    refused: set[str] = set()
    for _, tree in trees:
        stack: list[tuple[s.Syntax, dict[str, s.BigSum]]] = [(tree, {})]
        while stack:
            node, sums = stack.pop()
            if isinstance(node, s.BigSum):
                sums = {**sums, node.index: node}
            if isinstance(node, s.Index) and isinstance(node.body, s.Name):
                name, member = node.body.text, _member(node, sums, scope)
                if member is None or found.setdefault(name, member) != member:
                    refused.add(name)
                continue
            if isinstance(node, s.Name):
                refused.add(node.text)
            stack.extend((c, sums) for c in s.children(node))
    known = refused | set(scope.names) | set(scope.sizes) | set(scope.families)
    return {n: m for n, m in found.items() if n not in known}


def _member(node: s.Index, sums: dict[str, s.BigSum], scope: Scope) -> Member | None:
    first = node.indices[0]
    around = sums.get(first.text) if isinstance(first, s.Name) and len(node.indices) == 1 else None
    if around is None or around.implied or not isinstance(around.high, s.Name | None):
        return None
    low = 1 if around.low is None else around.low.value if isinstance(around.low, s.Number) else -1
    high = "N" if around.high is None else around.high.text
    return Member("vector", around.index, int(low), high) if low in (0, 1) and high not in scope.names else None


def readings(members: dict[str, Member]) -> Iterator[tuple[int, dict[str, Member]]]:
    """Every choice of kinds that is not all scalars, with what it costs."""
    if len(members) > _MAX_NAMES:
        return
    for kinds in itertools.product(*(_KINDS[is_capital(n)] for n in members)):
        if any(kind != "scalar" for _, kind in kinds):
            yield (
                sum(cost for cost, _ in kinds),
                {
                    n: Member(kind, m.index, m.low, m.high)
                    for (n, m), (_, kind) in zip(members.items(), kinds, strict=True)
                },
            )
