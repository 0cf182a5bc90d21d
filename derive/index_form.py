"""Derivatives entry by entry: dY_ij / dX_kl = A_ik B_lj, from the differential along e_k e_l^T, and its Kronecker form.

A term is a coefficient and a product of entries; the position of an index in an entry fixes every transpose. The
conversion to B^T (x) A and back goes through that position too, or declines.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from . import algebra as al
from .adjoint import pullback
from .book import Book
from .commuting import cost, simplest
from .components import Place, axes, entry, multiplied_out, spread, terms_of, unit
from .errors import BadInput, NoClosedForm
from .latex import latex
from .letters import superscript
from .linearise import differential
from .nodes import ONE, SCALAR, Node, depends, make, symbol, walk
from .normal import collect, polish
from .rebuilding import substitute
from .sizes import Size, is_one
from .structure import unstructured
from .text import unicode
from .unindexed import delta_pair, kronecker_form

Places = tuple[Place, ...]
FREE = "entries independent"
LARGE = 5_000  # symbols; nobody reads entries as long as that


@dataclass(frozen=True, eq=False)
class IndexForm:
    """dY_ij / dX_kl as a scalar expression in the indices; an axis of length 1 has none, one of Y = A (x) B has two.

    A derivative of order k has two places for Y and two for each of its k variables: d2Y_ij / dX_kl dX_pq.
    """

    function: Node
    wrt: Node
    places: Places
    entry: Node

    @property
    def letters(self) -> tuple[Node, ...]:
        """The indices: those of the rows and columns of Y, then those of X."""
        return tuple(i for place in self.places for i, _ in place)

    @property
    def shape(self) -> tuple[Any, ...]:
        """The shape of Y, then that of X for each order."""
        return (*self.function.shape, *self.wrt.shape * self.order)

    @property
    def order(self) -> int:
        """How often Y is differentiated."""
        return len(self.places) // 2 - 1

    @property
    def is_free(self) -> bool:
        """True where the variable has a structure, which the entries leave aside: they vary one by one."""
        return unstructured(self.wrt) is not self.wrt

    @cached_property
    def terms(self) -> tuple[tuple[Node, tuple[Node, ...]], ...]:
        """Each term as its coefficient and its entries, those with the indices of Y first."""
        parts = self.entry.args if self.entry.op == "add" else (self.entry,)
        return tuple(self._term(t) for t in parts)

    def _term(self, term: Node) -> tuple[Node, tuple[Node, ...]]:
        factors = term.args if term.op == "had" else (term,)
        live = [f for f in factors if depends(f, self.letters)]
        return al.had([ONE, *(f for f in factors if f not in live)]), tuple(sorted(live, key=self._place))

    def _place(self, factor: Node) -> tuple[int, int]:
        held = set(walk(factor))
        return min(p for p, i in enumerate(self.letters) if i in held), factor.digest

    # --- on paper ---
    def text(self) -> str:
        """The equation in Unicode: ∂(AXB)_ij/∂X_kl = A_ik B_lj."""
        left, *right = (unicode(n) for n in self._sides())
        order = superscript(str(self.order)) if self.order > 1 else ""
        said = f"   ({FREE})" if self.is_free else ""
        return f"∂{order}{left}/{''.join(f'∂{x}' for x in right)} = {unicode(self._written())}{said}"

    def latex(self) -> str:
        """The equation in LaTeX."""
        left, *right = (latex(n) for n in self._sides())
        order, below = f"^{{{self.order}}}" if self.order > 1 else "", r" \, ".join(rf"\partial {x}" for x in right)
        said = rf" \quad \text{{({FREE})}}" if self.is_free else ""
        return rf"\frac{{\partial{order} {left}}}{{{below}}} = {latex(self._written())}{said}"

    __str__ = text
    __repr__ = text

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def _sides(self) -> list[Node]:
        """Y_ij, and X_kl once for each order."""
        pairs = zip(self.places[::2], self.places[1::2], strict=True)
        return [_raw_entry(self.wrt if n else self.function, *pair) for n, pair in enumerate(pairs)]

    def _written(self) -> Node:
        """The entry with e_i^T e_k as a letter, the factors of each term in reading order."""
        written = []
        shown_as = {n: _as_written(n) for n in walk(self.entry) if n.op == "matmul" and n.is_scalar}
        for c, factors in self.terms:
            shown = [substitute(f, shown_as) for f in factors]
            parts = [*(c.args if c.op == "had" else () if c is ONE else (c,)), *shown]
            written.append(parts[0] if len(parts) == 1 else make("had", tuple(parts), SCALAR) if parts else ONE)
        return written[0] if len(written) == 1 else make("add", tuple(written), SCALAR)

    # --- numbers ---
    def evaluate(self, values: Mapping[Any, Any]) -> Any:
        """The array with axes i, j, k, l; an axis of length 1 is dropped, two indices of one axis count it together."""
        from .binding import size_value
        from .numeric import known_sizes
        from .tensor import tabulated

        sizes = known_sizes(walk(self.function, self.wrt), values, None)
        array = tabulated(self.entry, [pair for place in self.places for pair in place], values, sizes)
        lengths = [size_value(n, dict(sizes or {})) for n in self.shape if not is_one(n)]
        return array.reshape(lengths)

    # --- the Kronecker form ---
    def kronecker(self) -> Node:
        """d vec Y / d (vec X)^T as an expression in Kronecker products. NoClosedForm where a term has none."""
        if self.order > 1:
            raise NoClosedForm(f"a derivative of order {self.order} has no Kronecker form; tensor() gives its numbers")
        found = kronecker_form(self.entry, self.places, self.function.shape, self.wrt.shape)
        return substitute(found, {unstructured(self.wrt): self.wrt}) if self.is_free else found


def index_form(f: Node, x: Node, book: Book, order: int = 1) -> IndexForm:
    """dY_ij / dX_kl for a scalar, vector or matrix by a vector or matrix, none of whose letters occurs in f.

    order: how often; each further one is the derivative of the entry before, a scalar.
    """
    if x.op not in ("symbol", "item"):
        raise BadInput(f"an index form wants a symbol or a member of a family as the variable, found {x}")
    places, free = _places(f, x, order), unstructured(x)
    function = f if free is x else substitute(f, {x: free})
    found = _first(function, free, places, book)
    for k, l in zip(places[4::2], places[5::2], strict=True):
        found = _next(found, function, free, places, (k, l), book)
    return IndexForm(f, x, places, found)


def _first(f: Node, x: Node, places: Places, book: Book) -> Node:
    """The entry of df / dX."""
    i, j, k, l, *_ = places
    if f.is_scalar:
        return polish(collect([entry(pullback(f, [x], ONE, book, collect)[x], k, l)]), f)
    letters = {letter for place in places for letter, _ in place}
    change = differential(f, {x: al.matmul([unit(k), al.transpose(unit(l))])}, book)
    return _collected(entry(spread(change, letters), i, j), places, f)


def _next(found: Node, f: Node, x: Node, places: Places, at: tuple[Place, Place], book: Book) -> Node:
    """The derivative of an entry by X_kl, in the form with the fewest symbols."""
    carried = spread(pullback(found, [x], ONE, book, collect)[x], {letter for place in places for letter, _ in place})
    change = collect([entry(carried, *at)])
    settled = _collected(change, places, f)
    made = min((polish(simplest(n, f), f) for n in (change, settled)), key=lambda n: (_holds_sum_of_units(n), cost(n)))
    if made.weight > LARGE:
        raise NoClosedForm(f"the entries of this order of {f} are too long; ask for a lower order")
    return made


def _holds_sum_of_units(n: Node) -> bool:
    """True for what is not yet read off: a product with e_i + e_j inside."""
    return any(m.op == "add" and not m.is_scalar and any(u.op == "basis" for u in walk(m)) for m in walk(n))


def _collected(found: Node, places: Places, f: Node) -> Node:
    """An entry with its deltas used and like terms taken together."""
    letters = [letter for place in places for letter, _ in place]
    return polish(collect([_settled(t, places) for t in multiplied_out(found, letters)]), f)


def _settled(term: Node, places: Places) -> Node:
    """delta_ik B_kj = delta_ik B_ij: beside a delta, an index of Y stands for the one of X."""
    own = {letter for place in places[:2] for letter, _ in place}
    factors = term.args if term.op == "had" else ()
    pairs = {f: pair for f in factors if (pair := delta_pair(f)) is not None}
    renamed = {b: a for pair in pairs.values() for a, b in (pair, pair[::-1]) if a in own and b not in own}
    if not renamed:
        return term
    return al.had([f if f in pairs else substitute(f, renamed) for f in factors])


def _places(f: Node, x: Node, order: int) -> Places:
    """Letters that name nothing in f and in x and none of their sizes, for every axis."""
    nodes = walk(f, x)
    taken = {n.name for n in nodes if n.op in ("symbol", "item")}
    taken |= {str(s) for n in nodes for size in n.shape for s in getattr(size, "free_symbols", ())}
    numbered = (f"{c}_{n}" for n in itertools.count(1) for c in "ij")
    free = (c for c in itertools.chain("ijklpqrsuvabcdeghtwyz", numbered) if c not in taken)
    rows, columns = axes(f)
    return (_place(rows, free), _place(columns, free), *(_place([n], free) for n in x.shape * order))


def _place(sizes: list[Size], free: Iterator[str]) -> Place:
    return tuple((symbol(next(free), SCALAR, ("integer",)), n) for n in sizes if not is_one(n))


def from_kronecker(jacobian: Node, form: IndexForm) -> Node:
    """The entry dY_ij / dX_kl of d vec Y / d (vec X)^T, in the letters of an index form."""
    i, j, k, l, *_ = form.places
    parts = [entry(t, (*j, *i), (*l, *k)) for t in terms_of(jacobian) or (jacobian,)]
    return _collected(al.add(parts), form.places, form.function)


def _raw_entry(m: Node, row: Place, column: Place) -> Node:
    """M_ij as it is written, whatever M simplifies to."""
    left = [al.transpose(unit(row))] if row else []
    right = [unit(column)] if column else []
    return make("matmul", (*left, m, *right), SCALAR) if left or right else m


def _as_written(f: Node) -> Node:
    """delta_ik for e_i^T e_k, softmax(X, axis=1)_ij for softmax(X^T, axis=0)_ji, and (A^T x)_j for (x^T A)_j."""
    pair = delta_pair(f)
    if pair is not None:
        return _kronecker_delta(pair)
    first, last = f.args[0], f.args[-1]
    if last.op != "basis":
        return f
    if first.op != "transpose" or first.args[0].op != "basis":
        return make("matmul", (al.transpose(last), al.transpose(al.matmul(f.args[:-1]))), SCALAR)
    body = f.args[1]
    if len(f.args) > 3 or body.op != "call" or body.args[0].flips <= al.transpose(body.args[0]).flips:
        return f
    return make("matmul", (al.transpose(last), al.transpose(body), first.args[0]), SCALAR)


def _kronecker_delta(pair: tuple[Node, Node]) -> Node:
    """e_i^T e_k as the letter delta_ik."""
    return symbol(rf"\delta_{{{pair[0].name}{pair[1].name}}}", SCALAR)
