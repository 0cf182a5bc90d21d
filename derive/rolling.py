"""Sums that SymPy has written out, X[0,0]*y[0] + X[0,1]*y[1] + ..., rolled up again into sums over an index.

With integer sizes `(x.T*A*x)[0, 0]` and explicit matrices arrive as polynomials in elements. Terms that are one term at
k = 0, 1, ..., n-1, over a whole axis, are its sum over k. What is not recognised stays as it is, which is also right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import sympy
from sympy.matrices.expressions.matexpr import MatrixElement

_LARGEST = 4000  # parts of an expression beyond which it is left as it is
_PLACES = 6  # integer indices in one term beyond which it is left as it is
Places = tuple[int, ...]


def roll(expression: Any, levels: Levels | None = None) -> Any:
    """The expression with its written-out sums as `Sum`; the same object when there is none."""
    levels = levels or Levels()
    order = list(_parts(expression))
    if len(order) > _LARGEST:
        return expression
    done: dict[int, Any] = {}
    for e in order:
        args = [done.get(id(a), a) for a in e.args]
        changed = any(a is not b for a, b in zip(args, e.args, strict=True))
        new = e.func(*args) if changed else e
        done[id(e)] = _rolled_sum(new, levels) if isinstance(new, sympy.Add) else new
    return done[id(expression)]


def roll_matrix(entries: Sequence[Any], rows: int, columns: int) -> tuple[Any, Any, Any] | None:
    """(body, i, j) when the entry in row i and column j of the matrix is always `body`; None when it is not."""
    forms = [_skeleton(e) for e in entries]
    first, width = forms[0][0], len(forms[0][1])
    if width == 0 or width > _PLACES or any(s != first for s, _, _ in forms):
        return None
    i, j = sympy.Dummy("i", integer=True), sympy.Dummy("j", integer=True)
    marks: dict[int, Any] = {}
    for place in range(width):
        values = [at[place] for _, at, _ in forms]
        if values == [k // columns for k in range(rows * columns)] and rows > 1:
            marks[place] = i
        elif values == [k % columns for k in range(rows * columns)] and columns > 1:
            marks[place] = j
        elif any(v != values[0] for v in values):
            return None
    return _marked(entries[0], marks), i, j


class Levels:
    """One index for each depth of nesting, so that equal sums are equal expressions."""

    def __init__(self) -> None:
        self.indices: list[sympy.Dummy] = []

    def index(self, terms: Sequence[Any]) -> sympy.Dummy:
        """An index that does not occur in the terms."""
        used = set().union(*(t.atoms(sympy.Dummy) for t in terms))
        for k in self.indices:
            if k not in used:
                return k
        self.indices.append(sympy.Dummy(f"k{len(self.indices)}", integer=True))
        return self.indices[-1]


def _parts(expression: Any) -> Iterator[Any]:
    """Every part that may hold a written-out sum, children first; sums and functions bind indices of their own."""
    seen: set[int] = set()
    stack = [(expression, False)]
    while stack:
        e, ready = stack.pop()
        if ready:
            yield e
        elif id(e) not in seen:
            seen.add(id(e))
            stack.append((e, True))
            if not isinstance(e, MatrixElement | sympy.Sum | sympy.Lambda | sympy.MatrixSymbol):
                stack.extend((a, False) for a in e.args if isinstance(a, sympy.Basic))


def _rolled_sum(e: Any, levels: Levels) -> Any:
    """The sum with complete runs of terms replaced, until there is none."""
    terms = list(e.args)
    while True:
        groups: dict[Any, list[tuple[Places, Places, Any]]] = defaultdict(list)
        for t in terms:
            skeleton, places, sizes = _skeleton(t)
            groups[skeleton].append((places, sizes, t))
        for members in groups.values():
            found = _run(members)
            if found is not None:
                run, marked = found
                k = levels.index(run)
                body = _marked(run[0], dict.fromkeys(marked, k))
                terms = [t for t in terms if not any(t is r for r in run)]
                terms.append(sympy.Sum(body, (k, 0, len(run) - 1)))
                break
        else:
            return e if len(terms) == len(e.args) else sympy.Add(*terms)


def _run(members: list[tuple[Places, Places, Any]]) -> tuple[list[Any], Places] | None:
    """Terms 0, 1, ..., n-1 that differ only in some places, where each has its number, and these places."""
    width, sizes = len(members[0][0]), members[0][1]
    if len(members) < 2 or width > _PLACES:
        return None
    best: tuple[int, int, list[Any], Places] = (0, 0, [], ())
    for count in range(1, width + 1):
        for chosen in combinations(range(width), count):
            n = sizes[chosen[0]]
            if 1 < n <= len(members) and all(sizes[p] == n for p in chosen):
                runs = _complete_runs(members, chosen, n)
                if runs:
                    best = max(best, (n * len(runs), count, runs[0], chosen), key=lambda b: b[:2])
    return best[2:] if best[0] else None


def _complete_runs(members: list[tuple[Places, Places, Any]], chosen: Places, n: int) -> list[list[Any]]:
    """All runs of terms numbered 0, ..., n-1 in the chosen places that agree in the others."""
    runs: dict[Places, dict[int, Any]] = defaultdict(dict)
    for places, _, term in members:
        if len({places[p] for p in chosen}) == 1:
            rest = tuple(v for p, v in enumerate(places) if p not in chosen)
            runs[rest][places[chosen[0]]] = term
    return [[run[k] for k in range(n)] for run in runs.values() if len(run) == n]


def _axes(e: Any) -> list[tuple[int, int]]:
    """(argument position, size) of the indices of an element that run over more than one value."""
    shape = e.parent.shape
    return [(axis + 1, int(n)) for axis, n in enumerate(shape) if n != 1 and getattr(n, "is_Integer", False)]


def _skeleton(term: Any) -> tuple[Any, Places, Places]:
    """The term without its integer indices, these indices in order, and the sizes of their axes."""
    tokens: list[Any] = []
    places: list[int] = []
    sizes: list[int] = []
    stack = [term]
    while stack:
        e = stack.pop()
        if isinstance(e, MatrixElement):
            axes = {axis: n for axis, n in _axes(e) if e.args[axis].is_Integer}
            tokens.append((MatrixElement, e.parent, *(None if axis in axes else e.args[axis] for axis in (1, 2))))
            places += [int(e.args[axis]) for axis in axes]
            sizes += axes.values()
        elif e.args and not isinstance(e, sympy.MatrixSymbol):
            tokens.append((e.func, len(e.args)))
            stack.extend(reversed(e.args))
        else:
            tokens.append(e)
    return tuple(tokens), tuple(places), tuple(sizes)


def _marked(term: Any, marks: dict[int, Any]) -> Any:
    """The term with the index in each marked place replaced."""
    count = iter(range(1 << 30))

    def replaced(e: Any) -> Any:
        if isinstance(e, MatrixElement):
            args = list(e.args)
            for axis, _ in _axes(e):
                if args[axis].is_Integer:
                    args[axis] = marks.get(next(count), args[axis])
            return MatrixElement(*args)
        if e.args and not isinstance(e, sympy.MatrixSymbol):
            return e.func(*[replaced(a) for a in e.args])
        return e

    return replaced(term)
