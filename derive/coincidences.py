"""Free indices meet rarely by chance: values for i, j, k, l such that every pattern of equal and unequal ones occurs.

A claim such as dX_ij / dX_kl = delta_ik delta_jl says nothing where i, j, k, l are four different numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import sympy

from .arrays import Array
from .binding import size_value
from .nodes import Node, walk
from .properties import Generator
from .sizes import Size
from .symbols import Family

Range = tuple[Size, Size]  # the first and the last value of an index
Pattern = tuple[int, ...]  # for each index the number of its class; indices of one class are equal
MOST = 20


def free_indices(*roots: Node) -> dict[Node, Range]:
    """The integer symbols that select entries or members, and are bound by no sum, with their ranges."""
    found: dict[Node, Range] = {}
    for root in roots:
        order = walk(root)
        here: dict[Node, Range] = {}
        for node in order:
            if node.op == "basis":
                _enter(here, node.args[0], (1, node.shape[0]))
            elif node.op == "item":
                for i in node.args:
                    _enter(here, i, (node.param.lo, node.param.hi))
        bound = {n.param for n in order if n.op == "sumover"}
        found = {**{i: r for i, r in here.items() if i not in bound}, **found}
    return {i: found[i] for i in sorted(found, key=lambda n: n.name)}


def _enter(found: dict[Node, Range], i: Node, between: Range) -> None:
    if i.op == "symbol" and "integer" in i.properties:
        found.setdefault(i, between)


def patterns(indices: Mapping[Node, Range]) -> list[Pattern]:
    """The partitions of the indices into classes of equal ones; indices of different ranges do not meet.

    Of more than MOST, those with at most two classes a range come first, and the rest is cut.
    """
    ranges = list(dict.fromkeys(map(_key, indices.values())))
    groups = [[k for k, r in enumerate(indices.values()) if _key(r) == key] for key in ranges]
    found = [_joined(groups, choice) for choice in itertools.product(*(list(_partitions(len(g))) for g in groups))]
    return sorted(found, key=lambda p: (max(p, default=0) > 1, len(set(p))))[:MOST] if len(found) > MOST else found


def _key(between: Range) -> str:
    return str(between)


def _partitions(n: int) -> Iterator[Pattern]:
    """Every way to number n things by classes, the first 0 and each new class the next number."""
    found: list[Pattern] = [()]
    for _ in range(min(n, 8)):
        found = [(*p, c) for p in found for c in range(max(p, default=-1) + 2)]
    return ((*p, *(0,) * (n - len(p))) for p in found)


def _joined(groups: Sequence[Sequence[int]], choice: Sequence[Pattern]) -> Pattern:
    at = {k: c for group, classes in zip(groups, choice, strict=True) for k, c in zip(group, classes, strict=True)}
    return tuple(at[k] for k in sorted(at))


def large_enough(indices: Mapping[Node, Range], pattern: Pattern, rng: Generator) -> dict[str, int]:
    """Distinct sizes, by name, in which every class of the pattern finds a value of its own."""
    names: dict[str, int] = {}
    for (_, hi), c in zip(indices.values(), pattern, strict=True):
        if isinstance(hi, sympy.Symbol):
            names[hi.name] = max(names.get(hi.name, 2), c + 1)
    pool = rng.permutation(np.arange(2, 6 + len(names))).tolist()
    for name, least in sorted(names.items(), key=lambda pair: -pair[1]):
        fit = [n for n in pool if n >= least]
        names[name] = fit[0] if fit else least
        pool = [n for n in pool if n != names[name]]
    return names


def placed(
    indices: Mapping[Node, Range], pattern: Pattern, rng: Generator, sizes: Mapping[str, int]
) -> dict[Node | Family, Array]:
    """A value within its range for every index, equal within a class and, where the sizes allow, only there."""
    found: dict[Node | Family, Array] = {}
    orders: dict[str, list[int]] = {}
    for (i, (lo, hi)), c in zip(indices.items(), pattern, strict=True):
        first, last = size_value(lo, sizes), size_value(hi, sizes)
        order = orders.setdefault(_key((lo, hi)), rng.permutation(np.arange(first, last + 1)).tolist())
        found[i] = np.array([[float(order[c % len(order)])]])
    return found
