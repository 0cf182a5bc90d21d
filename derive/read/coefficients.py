r"""Undeclared capitals that are numbers: N of \frac N2 \log\det X, C of \frac C2 \|x\|^2.

A capital is a matrix by convention. Where that makes f a matrix to be differentiated by an array, it is a number
instead, if the claim then has the shape of a gradient. A claim about a matrix N x^T x by x says vec(N), which does
not fit the number; so the two readings are never both open.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from . import syntax as s
from .conventions import Text, is_capital
from .syntax import walk

_MAX_NAMES = 4


def coefficients(trees: Sequence[Text], kinds: Mapping[str, str]) -> Iterator[list[frozenset[str]]]:
    """The capitals of f, read as matrices, that may be numbers: one of them, then two, and so on. Not the variable."""
    (_, f), (_, x) = trees[:2]
    variable = {n.text for n in walk(x) if isinstance(n, s.Name)}
    used = dict.fromkeys(n.text for n in walk(f) if isinstance(n, s.Name))
    open_names = [n for n in used if kinds.get(n) == "matrix" and is_capital(n) and n not in variable]
    for size in range(1, len(open_names) + 1 if len(open_names) <= _MAX_NAMES else 1):
        yield [frozenset(chosen) for chosen in itertools.combinations(open_names, size)]
