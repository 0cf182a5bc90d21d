"""Derivatives entry by entry: dY_ij / dX_kl = A_ik B_lj, from the pullback of e_i e_j^T, and the Kronecker form of it.

A term is a coefficient and a product of entries; the position of an index in an entry fixes every transpose. The
conversion to B^T (x) A and back goes through that position too, or declines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from . import algebra as al
from . import indexed, leaves, maps
from .adjoint import pullback
from .book import Book
from .errors import BadInput, NoClosedForm
from .indexed import Entry, Index
from .latex import latex
from .members import summed
from .nodes import ONE, SCALAR, Node, const, depends, make, symbol, walk
from .normal import collect, polish
from .rebuilding import rebuild, substitute
from .sizes import Shape, Size, is_one
from .text import unicode

Letters = tuple[Node, Node, Node, Node]


@dataclass(frozen=True, eq=False)
class IndexForm:
    """dY_ij / dX_kl as a scalar expression in the indices; an index of an axis of length 1 is the constant 1."""

    function: Node
    wrt: Node
    letters: Letters
    entry: Node

    @property
    def shape(self) -> tuple[Any, ...]:
        """The lengths of i, j, k, l."""
        return (*self.function.shape, *self.wrt.shape)

    @cached_property
    def terms(self) -> tuple[tuple[Node, tuple[Node, ...]], ...]:
        """Each term as its coefficient and its entries, those with the indices of Y first."""
        parts = self.entry.args if self.entry.op == "add" else (self.entry,)
        return tuple(self._term(t) for t in parts)

    def _term(self, term: Node) -> tuple[Node, tuple[Node, ...]]:
        factors = term.args if term.op == "had" else (term,)
        live = [f for f in factors if depends(f, self._symbols)]
        return al.had([ONE, *(f for f in factors if f not in live)]), tuple(sorted(live, key=self._place))

    @property
    def _symbols(self) -> list[Node]:
        return [i for i in self.letters if i.op == "symbol"]

    def _place(self, factor: Node) -> tuple[int, int]:
        held = set(walk(factor))
        return min(p for p, i in enumerate(self.letters) if i in held), factor.digest

    # --- on paper ---
    def text(self) -> str:
        """The equation in Unicode: ∂(AXB)_ij/∂X_kl = A_ik B_lj."""
        left, right = (unicode(n) for n in self._sides())
        return f"∂{left}/∂{right} = {unicode(self._written())}"

    def latex(self) -> str:
        """The equation in LaTeX."""
        left, right = (latex(n) for n in self._sides())
        return rf"\frac{{\partial {left}}}{{\partial {right}}} = {latex(self._written())}"

    __str__ = text
    __repr__ = text

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def _sides(self) -> tuple[Node, Node]:
        i, j, k, l = self.letters
        return _raw_entry(self.function, i, j), _raw_entry(self.wrt, k, l)

    def _written(self) -> Node:
        """The entry with e_i^T e_k as a letter, the factors of each term in reading order."""
        written = []
        deltas = {n: _kronecker_delta(n) for n in walk(self.entry) if _delta_pair(n) is not None}
        for c, factors in self.terms:
            shown = [substitute(f, deltas) for f in factors]
            parts = [*(c.args if c.op == "had" else () if c is ONE else (c,)), *shown]
            written.append(parts[0] if len(parts) == 1 else make("had", tuple(parts), SCALAR) if parts else ONE)
        return written[0] if len(written) == 1 else make("add", tuple(written), SCALAR)

    # --- numbers ---
    def evaluate(self, values: Mapping[Any, Any]) -> Any:
        """The array with axes i, j, k, l; an axis of length 1 is dropped."""
        from .numeric import known_sizes
        from .tensor import tabulated

        sizes = known_sizes(walk(self.function, self.wrt), values, None)
        axes = [(i, n) for i, n in zip(self.letters, self.shape, strict=True) if i.op == "symbol"]
        return tabulated(self.entry, axes, values, sizes)

    # --- the Kronecker form ---
    def kronecker(self) -> Node:
        """d vec Y / d (vec X)^T as an expression in Kronecker products. NoClosedForm where a term has none."""
        axes = [None if i.op != "symbol" else Index(i.name, n) for i, n in zip(self.letters, self.shape, strict=True)]
        shapes = self.function.shape, self.wrt.shape
        known = dict(zip(self.letters, axes, strict=True))
        terms = [(c, [_as_entry(f, known) for f in factors]) for c, factors in self.terms]
        return collect([al.scale(c, _kronecker_term(entries, axes, shapes)) for c, entries in terms])


def index_form(f: Node, x: Node, book: Book) -> IndexForm:
    """dY_ij / dX_kl for a scalar, vector or matrix by a vector or matrix, none of whose letters occurs in f."""
    if x.op not in ("symbol", "item"):
        raise BadInput(f"an index form wants a symbol or a member of a family as the variable, found {x}")
    letters = _letters(f, x)
    i, j, k, l = letters
    seed = al.matmul([leaves.basis(f.shape[0], i), al.transpose(leaves.basis(f.shape[1], j))])
    carried = pullback(f, [x], seed, book, collect)[x]
    entry = polish(collect([entry_of(_spread(carried, set(letters)), k, l)]), f)
    if any(n.op == "kron" and _holds_unit(n) for n in walk(entry)):
        raise NoClosedForm(f"the entries of {f} need two indices for each axis; tensor() gives their numbers")
    return IndexForm(f, x, letters, entry)


def _letters(f: Node, x: Node) -> Letters:
    taken = {n.name for n in walk(f, x) if n.op in ("symbol", "item")}
    free = (c for c in "ijklpqrsuvabcdeghtwyz" if c not in taken)
    axes = (*f.shape, *x.shape)
    i, j, k, l = (ONE if is_one(n) else symbol(next(free), SCALAR, ("integer",)) for n in axes)
    return i, j, k, l


# --- entries ----------------------------------------------------------------------------------------------------
def entry_of(m: Node, k: Node, l: Node) -> Node:
    """M_kl, carried into sums, elementwise products, diagonals and sums over an index."""
    match m.op:
        case "add":
            return al.add([entry_of(t, k, l) for t in m.args])
        case "scale":
            return al.had([m.args[0], entry_of(m.args[1], k, l)])
        case "had" if not m.is_scalar:
            return al.had([entry_of(t, k, l) for t in m.args])
        case "transpose":
            return entry_of(m.args[0], l, k) if m.args[0].op in ("add", "had", "sumover", "scale") else _plain(m, k, l)
        case "sumover":
            return summed(entry_of(m.args[0], k, l), m.param, m.args[1], m.args[2])
        case "diag":
            return al.had([entry_of(m.args[0], k, ONE), _delta(m.shape[0], k, l)])
        case "eye":
            return _delta(m.shape[0], k, l)
        case "ones":
            return ONE
        case "call" if m.fn.elementwise and not m.is_scalar:
            return m.fn(*(entry_of(a, k, l) if not a.is_scalar else a for a in m.args))
        case "pow" if not m.is_scalar:
            return al.pow_(entry_of(m.args[0], k, l), m.args[1])
        case "matmul":
            return _product_entry(m, k, l)
    return _plain(m, k, l)


def _product_entry(m: Node, k: Node, l: Node) -> Node:
    """(diag(u) M diag(v))_kl = u_k M_kl v_l; at a cut between a column and a row the product falls apart."""
    factors = list(m.args)
    scalars = []
    cut = next((p for p, f in enumerate(factors) if p and is_one(f.shape[0])), None)
    if cut is not None:
        return al.had([entry_of(al.matmul(factors[:cut]), k, ONE), entry_of(al.matmul(factors[cut:]), ONE, l)])
    while len(factors) > 1 and factors[0].op == "diag":
        scalars.append(entry_of(factors.pop(0).args[0], k, ONE))
    while len(factors) > 1 and factors[-1].op == "diag":
        scalars.append(entry_of(factors.pop().args[0], l, ONE))
    rest = al.matmul(factors)
    return al.had([*scalars, entry_of(rest, k, l) if rest.op != "matmul" else _plain(rest, k, l)])


def _plain(m: Node, k: Node, l: Node) -> Node:
    return al.matmul([al.transpose(leaves.basis(m.shape[0], k)), m, leaves.basis(m.shape[1], l)])


def _delta(n: Any, k: Node, l: Node) -> Node:
    return al.dot(leaves.basis(n, k), leaves.basis(n, l))


def _spread(root: Node, letters: set[Node]) -> Node:
    """M o e_i e_j^T = M_ij e_i e_j^T, diag(e_i) = e_i e_i^T, and products multiplied out around the seed."""
    done: dict[Node, Node] = {}
    held = depends(root, letters)
    for n in walk(root):
        args = tuple(done[a] for a in n.args)
        same = all(x is y for x, y in zip(args, n.args, strict=True))
        made = n if same else rebuild(n.op, args, n.param, n.shape)
        done[n] = _spread_one(made) if n in held else made
    return done[root]


def _spread_one(n: Node) -> Node:
    if n.op == "scale":
        return al.scale(n.args[0], _spread_one(n.args[1]))
    if n.op == "add":
        return al.add([_spread_one(t) for t in n.args])
    if n.op == "had" and not n.is_scalar:
        return _spread_had(n)
    if n.op == "diag" and n.args[0].op == "basis":
        return al.matmul([n.args[0], al.transpose(n.args[0])])
    if n.op == "diag" and n.args[0].op == "add":
        return al.add([_spread_one(maps.diag(t)) for t in n.args[0].args])
    if n.op in ("matmul", "trace", "transpose", "diagonal"):
        for p, f in enumerate(n.args):
            terms = _terms(f)
            if terms and any(_holds_unit(t) for t in terms):
                parts = [rebuild(n.op, (*n.args[:p], t, *n.args[p + 1 :]), n.param, n.shape) for t in terms]
                return al.add([_spread_one(t) for t in parts])
    return n


def _terms(f: Node) -> tuple[Node, ...]:
    """The terms of a sum or of a transposed sum; none for anything else."""
    if f.op == "transpose" and f.args[0].op == "add":
        return tuple(map(al.transpose, f.args[0].args))
    return f.args if f.op == "add" else ()


def _holds_unit(t: Node) -> bool:
    return any(n.op == "basis" for n in walk(t))


def _spread_had(n: Node) -> Node:
    """M o (e_i e_j^T) = M_ij e_i e_j^T."""
    for p, f in enumerate(n.args):
        body = f.args[1] if f.op == "scale" else f
        place = _single_entry(body)
        if place is not None:
            others = [*n.args[:p], *n.args[p + 1 :]]
            entries = [entry_of(o, *place) for o in others]
            outside = [f.args[0]] if f.op == "scale" else []
            return al.scale(al.had([*outside, *entries]), body)
    return n


def _single_entry(n: Node) -> tuple[Node, Node] | None:
    """(i, j) of e_i e_j^T, and of a column e_i or a row e_j^T."""
    parts = n.args if n.op == "matmul" else (n,)
    if len(parts) > 2:
        return None
    row, column = ONE, ONE
    for f in parts:
        if f.op == "basis":
            row = f.args[0]
        elif f.op == "transpose" and f.args[0].op == "basis":
            column = f.args[0].args[0]
        else:
            return None
    return row, column


def _raw_entry(m: Node, i: Node, j: Node) -> Node:
    """M_ij as it is written, whatever M simplifies to."""
    row = [al.transpose(leaves.basis(m.shape[0], i))] if not is_one(m.shape[0]) else []
    column = [leaves.basis(m.shape[1], j)] if not is_one(m.shape[1]) else []
    return make("matmul", (*row, m, *column), SCALAR) if row or column else m


def _kronecker_delta(f: Node) -> Node:
    """e_i^T e_k as the letter delta_ik."""
    pair = _delta_pair(f)
    assert pair is not None
    return symbol(rf"\delta_{{{pair[0].name}{pair[1].name}}}", SCALAR)


def _delta_pair(f: Node) -> tuple[Node, Node] | None:
    if f.op != "matmul" or len(f.args) != 2 or not f.is_scalar:
        return None
    units = [g.args[0] if g.op == "transpose" else g for g in f.args]
    if any(u.op != "basis" or u.args[0].op != "symbol" for u in units):
        return None
    first, second = sorted((u.args[0] for u in units), key=lambda n: n.name)
    return first, second


# --- to the Kronecker form --------------------------------------------------------------------------------------
def _as_entry(f: Node, axes: Mapping[Node, Index | None]) -> Entry:
    """A scalar factor as the entry of a matrix at known indices."""
    pair = _delta_pair(f)
    if pair is not None:
        row, column = axes[pair[0]], axes[pair[1]]
        assert row is not None
        return Entry(leaves.eye(row.size), row, column)
    if f.op in ("pow", "add", "had") or (f.op == "call" and f.fn.elementwise):
        return _pointwise(f, axes)
    found = _entry_parts(f)
    if found is None:
        raise NoClosedForm(f"{f} is no entry of a matrix; the index form has no Kronecker form")
    m, i, j = found
    return Entry(m, axes.get(i), axes.get(j))


def _pointwise(f: Node, axes: Mapping[Node, Index | None]) -> Entry:
    """g(A_ij) as g(A)_ij; the arguments may lack some of the indices."""
    live = [i for i in axes if i.op == "symbol"]
    if f.op in ("add", "had"):
        parts = [_as_entry(a, axes) if depends(a, live) else Entry(a) for a in f.args]
        made = indexed.add([(p,) for p in parts]) if f.op == "add" else tuple(parts)
        return indexed.gather(made)
    inner = _as_entry(f.args[0], axes)
    value = f.fn(inner.node, *f.args[1:]) if f.op == "call" else al.pow_(inner.node, f.args[1])
    return Entry(value, inner.row, inner.column)


def _entry_parts(f: Node) -> tuple[Node, Node, Node] | None:
    """(M, i, j) of e_i^T M e_j for any M, with the constant 1 for an axis of length 1."""
    if f.op != "matmul" or not f.is_scalar:
        return None
    first, last = f.args[0], f.args[-1]
    row = first.args[0].args[0] if first.op == "transpose" and first.args[0].op == "basis" else None
    column = last.args[0] if last.op == "basis" else None
    inside = f.args[row is not None : len(f.args) - (column is not None)]
    if not inside or (row is None and column is None) or any(_holds_unit(m) for m in inside):
        return None
    return al.matmul(inside), ONE if row is None else row, ONE if column is None else column


def _kronecker_term(entries: Sequence[Entry], axes: Sequence[Index | None], shapes: tuple[Shape, Shape]) -> Node:
    """diag(vec M_ij) (Q_jl (x) P_ik) diag(vec N_kl), or with dX transposed, (Q_jk (x) P_il) K."""
    i, j, k, l = axes
    groups: dict[frozenset[Index], list[Entry]] = {}
    for e in entries:
        groups.setdefault(frozenset(x for x in (e.row, e.column) if x is not None), []).append(e)
    (m, n), (p, q) = shapes

    def joins(a: Index | None, b: Index | None) -> bool:
        return a is not None and b is not None and frozenset((a, b)) in groups

    turned = joins(i, l) or joins(j, k)
    if turned and (joins(i, k) or joins(j, l)):
        raise NoClosedForm("a term joins an index of Y to both indices of X; it has no Kronecker form")
    outer = groups.pop(frozenset((i, j)), []) if i is not None and j is not None else []
    inner = groups.pop(frozenset((k, l)), []) if k is not None and l is not None else []
    k_, l_ = (l, k) if turned else (k, l)
    left = [e for g, es in groups.items() for e in es if g <= {i, k_}]
    right = [e for g, es in groups.items() for e in es if not g <= {i, k_}]
    core = maps.kron([_matrix(right, j, l_, n, p if turned else q), _matrix(left, i, k_, m, q if turned else p)])
    chain = [core, leaves.commutation(p, q)] if turned else [core]
    if outer:
        chain.insert(0, maps.diag(maps.vec(_matrix(outer, i, j, m, n))))
    if inner:
        chain.append(maps.diag(maps.vec(_matrix(inner, k, l, p, q))))
    return al.matmul(chain)


def _matrix(entries: Sequence[Entry], row: Index | None, column: Index | None, m: Any, n: Any) -> Node:
    """The m x n matrix whose entries are the product; of ones where there are no factors."""
    if not entries:
        return leaves.ones(m, n)
    found = indexed.align(indexed.gather(tuple(entries)), [x for x in (row, column) if x is not None])
    return found if row is not None else al.transpose(found)


# --- and back ---------------------------------------------------------------------------------------------------
def from_kronecker(jacobian: Node, form: IndexForm) -> Node:
    """The entry dY_ij / dX_kl of a sum of Kronecker products; NoClosedForm for what is none."""
    i, j, k, l = form.letters
    if j is ONE and l is ONE:
        return collect([entry_of(_multiplied_out(jacobian), i, k)])
    return collect([_kronecker_entry(t, form) for t in _terms(jacobian) or (jacobian,)])


def _multiplied_out(m: Node) -> Node:
    """diag(u) (A + B) = diag(u) A + diag(u) B, one sum."""
    if m.op == "matmul":
        for p, f in enumerate(m.args):
            if f.op == "add":
                return al.add([al.matmul([*m.args[:p], t, *m.args[p + 1 :]]) for t in f.args])
    return m


def _kronecker_entry(term: Node, form: IndexForm) -> Node:
    """The entry of c diag(vec M) (Q (x) P) diag(vec N) K."""
    c, rest = al.split(term)
    s, body = (rest.args[0], rest.args[1]) if rest.op == "scale" else (ONE, rest)
    i, j, k, l = form.letters
    factors = list(body.args) if body.op == "matmul" else [body]
    row, column = (i, j), (k, l)
    scalars = [const(c), s]
    while factors and (factors[0].op == "commutation" or _is_weight(factors[0])):
        f = factors.pop(0)
        row = row[::-1] if f.op == "commutation" else row
        scalars += [entry_of(f.args[0].args[0], *row)] if _is_weight(f) else []
    while factors and (factors[-1].op == "commutation" or _is_weight(factors[-1])):
        f = factors.pop()
        column = column[::-1] if f.op == "commutation" else column
        scalars += [entry_of(f.args[0].args[0], *column)] if _is_weight(f) else []
    if len(factors) > 1:
        raise NoClosedForm(f"{term} is no Kronecker product; its entries have no index form")
    core = factors[0] if factors else maps.kron([leaves.eye(form.shape[3]), leaves.eye(form.shape[2])])
    if core.op == "eye" or not factors:
        lengths = form.shape[:2] if row == (i, j) else form.shape[1::-1]
        return al.had([*scalars, *(_delta(n, a, b) for n, a, b in zip(lengths, row, column, strict=True))])
    return al.had([*scalars, _core_entry(core, row, column)])


def _is_weight(f: Node) -> bool:
    return f.op == "diag" and f.args[0].op == "vec"


def _core_entry(f: Node, row: tuple[Node, Node], column: tuple[Node, Node]) -> Node:
    """(Q (x) P)_{(ij)(kl)} = P_ik Q_jl; an index of the other factor where one has no axis for it."""
    turned = f.op == "transpose" and f.args[0].op == "kron"
    parts = [al.transpose(a) for a in f.args[0].args] if turned else list(f.args) if f.op == "kron" else []
    if len(parts) != 2:
        raise NoClosedForm(f"{f} is no Kronecker product; its entries have no index form")
    q, p = parts
    (i, j), (k, l) = _dealt(row, p.shape[0], q.shape[0]), _dealt(column, p.shape[1], q.shape[1])
    return al.had([entry_of(q, j, l), entry_of(p, i, k)])


def _dealt(pair: tuple[Node, Node], inner: Size, outer: Size) -> tuple[Node, Node]:
    a, b = pair
    if b is ONE and is_one(inner):
        return ONE, a
    return (b, ONE) if a is ONE and is_one(outer) else (a, b)
