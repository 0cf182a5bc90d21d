"""A formula in entries as a matrix: A_ik B_lj for dY_ij / dX_kl is B^T (x) A.

A factor joins at most two of the indices i, j of Y and k, l of X. What joins i to k and j to l is a Kronecker product;
what joins i to l and j to k is one with dX transposed; what joins i to j weights the rows, k to l the columns.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import algebra as al
from . import indexed, leaves, maps
from .components import Place, holds_unit, multiplied_out
from .errors import NoClosedForm
from .indexed import Entry, Index
from .kronecker_form import gathered
from .nodes import ONE, Node, depends, walk
from .normal import collect
from .rebuilding import substitute
from .sizes import Shape, Size

Axes = dict[Node, Index]
Group = frozenset[Index]


def kronecker_form(entry: Node, places: Sequence[Place], f: Shape, x: Shape) -> Node:
    """d vec Y / d (vec X)^T from its entry at the rows and columns of Y and of X."""
    known = {i: Index(i.name, n) for place in places for i, n in place}
    axes = [[known[i] for i, _ in place] for place in places]
    found = collect([_of_term(t, known, axes, f, x) for t in multiplied_out(entry, known)])
    return gathered(found, f, x)


def _live(f: Node, known: Axes) -> list[Node]:
    """The indices that stand in a factor."""
    inside = set(walk(f))
    return [i for i in known if i in inside]


def _of_term(term: Node, known: Axes, axes: Sequence[Sequence[Index]], f: Shape, x: Shape) -> Node:
    if term.op == "sumover":
        body = al.add([_of_term(t, known, axes, f, x) for t in multiplied_out(term.args[0], known)])
        return maps.sumover(body, term.param, term.args[1], term.args[2])
    factors = term.args if term.op == "had" else (term,)
    live = _straightened([g for g in factors if _live(g, known)], known, axes)
    c = al.had([ONE, *(g for g in factors if not _live(g, known))])
    if len(live) == 1 and live[0].op == "sumover":
        return al.scale(c, _of_term(live[0], known, axes, f, x))
    groups: dict[Group, list[Entry]] = {}
    for e in (_as_entry(g, known) for g in live):
        groups.setdefault(frozenset(i for i in (e.row, e.column) if i is not None), []).append(e)
    if max(map(len, axes)) > 1:
        return al.scale(c, _blocks(groups, axes))
    i, j, k, l = (a[0] if a else None for a in axes)
    return al.scale(c, _Term(groups, i, j, k, l).matrix(f, x))


def _straightened(factors: list[Node], known: Axes, axes: Sequence[Sequence[Index]]) -> list[Node]:
    """delta_ik B_il = delta_ik B_kl: beside a delta, what joins Y to X crosswise is a weight of the rows or columns."""
    own = {*axes[0], *axes[1]}
    deltas = [pair for f in factors if (pair := delta_pair(f)) is not None]
    out = []
    for f in factors:
        live = _live(f, known)
        for pair in deltas:
            for a, b in (pair, pair[::-1]):
                others = [i for i in live if i is not a]
                across = delta_pair(f) is None and a in live and len(others) == 1 and b not in live
                if across and (known[a] in own) != (known[others[0]] in own) == (known[b] in own):
                    f, live = substitute(f, {a: b}), [b, *others]
        out.append(f)
    return out


# --- one index for an axis --------------------------------------------------------------------------------------
class _Term:
    """A product of entries of the indices i, j of Y and k, l of X, by what they join."""

    def __init__(self, groups: dict[Group, list[Entry]], *indices: Index | None) -> None:
        self.groups = dict(groups)
        self.i, self.j, self.k, self.l = indices

    def matrix(self, f: Shape, x: Shape) -> Node:
        """diag(vec M_ij) ((Q_jl (x) P_ik) o ((R_jk (x) S_il) K)) diag(vec N_kl), as much of it as there is."""
        i, j, k, l = self.i, self.j, self.k, self.l
        (m, n), (p, q) = f, x
        rows, columns = self._taken(i, j), self._taken(k, l)
        if not any(len(g) == 2 for g in self.groups):
            rows += self._taken(i, None) + self._taken(j, None)
            columns += self._taken(k, None) + self._taken(l, None)
            row = al.transpose(maps.vec(_matrix(columns, k, l, p, q)))
            return al.matmul([maps.vec(_matrix(rows, i, j, m, n)), row])
        straight, turned = (self._joined(i, k, j, l, m, n, p, q), self._joined(i, l, j, k, m, n, q, p))
        parts = [maps.kron(straight)] if straight else []
        if turned:
            parts.append(al.matmul([maps.kron(turned), leaves.commutation(p, q)]))
        chain = [al.had(parts)]
        if rows:
            chain.insert(0, maps.diag(maps.vec(_matrix(rows, i, j, m, n))))
        if columns:
            chain.append(maps.diag(maps.vec(_matrix(columns, k, l, p, q))))
        return al.matmul(chain)

    def _joined(
        self, i: Index | None, k: Index | None, j: Index | None, l: Index | None, m: Size, n: Size, p: Size, q: Size
    ) -> list[Node]:
        """Q and P of Q_jl P_ik, with what stands at one of these indices alone; nothing where no two are joined."""
        left = self._taken(i, k) if i and k else []
        right = self._taken(j, l) if j and l else []
        if not left and not right:
            return []
        left += self._taken(i, None) + self._taken(k, None)
        right += self._taken(j, None) + self._taken(l, None)
        return [_matrix(right, j, l, n, q), _matrix(left, i, k, m, p)]

    def _taken(self, a: Index | None, b: Index | None) -> list[Entry]:
        """The factors that join these two, or that one alone."""
        if a is None:
            return []
        return self.groups.pop(frozenset(x for x in (a, b) if x is not None), [])


def _matrix(entries: Sequence[Entry], row: Index | None, column: Index | None, m: Size, n: Size) -> Node:
    """The m x n matrix whose entries are the product; of ones where there are no factors."""
    if not entries:
        return leaves.ones(m, n)
    found = indexed.align(indexed.gather(tuple(entries)), [x for x in (row, column) if x is not None])
    return found if row is not None else al.transpose(found)


# --- two indices for an axis ------------------------------------------------------------------------------------
def _blocks(groups: dict[Group, list[Entry]], axes: Sequence[Sequence[Index]]) -> Node:
    """(I (x) K (x) I)(A (x) vec B) for groups that join a row of vec Y to a column of its Jacobian, or rows alone."""
    rows, columns = [*axes[1], *axes[0]], [*axes[3], *axes[2]]
    for order, turned in ((columns, False), (columns[::-1], True)):
        made = _arranged(groups, rows, order)
        if made is not None:
            k, l = axes[2], axes[3]
            swap = [leaves.commutation(k[0].size, l[0].size)] if turned and k and l else []
            return al.matmul([*made, *swap])
    raise NoClosedForm("the indices of a term cannot be sorted into Kronecker factors; evaluate() gives its numbers")


def _arranged(groups: dict[Group, list[Entry]], rows: list[Index], columns: list[Index]) -> list[Node] | None:
    """The permutation of the rows and the Kronecker product, its columns in this order."""
    singles: list[tuple[list[Index], Node]] = []
    for c in columns:
        joined = [g for g in groups if c in g]
        if len(joined) != 1 or len(joined[0]) != 2:
            return None
        (r,) = joined[0] - {c}
        if r not in rows:
            return None
        singles.append(([r], _matrix(groups[joined[0]], r, c, r.size, c.size)))
    used = {r for rs, _ in singles for r in rs}
    for g, entries in groups.items():
        if not g & set(columns):
            order = [r for r in rows if r in g]
            if used & g:
                return None
            used |= g
            column = _matrix(entries, order[-1], order[0] if len(order) > 1 else None, order[-1].size, order[0].size)
            singles.append((order, maps.vec(column)))
    singles += [([r], leaves.ones(r.size)) for r in rows if r not in used]
    return _in_order(singles, rows, len(columns))


def _in_order(parts: list[tuple[list[Index], Node]], rows: list[Index], count: int) -> list[Node] | None:
    """The factors placed so that at most two neighbouring groups of rows have to change places."""
    fixed, loose = parts[:count], parts[count:]
    arrangements, options = [fixed], list[list[Node]]()
    for part in loose:
        arrangements = [[*a[:p], part, *a[p:]] for a in arrangements for p in range(len(a) + 1)]
    for arrangement in arrangements:
        order = [r for rs, _ in arrangement for r in rs]
        swap = _one_swap(order, rows)
        if swap is not None:
            options.append([swap, maps.kron([m for _, m in arrangement])])
    return min(options, key=lambda o: sum(m.weight for m in o), default=None)


def _one_swap(order: list[Index], rows: list[Index]) -> Node | None:
    """The permutation from one order of rows to the other, as I (x) K (x) I."""
    if order == rows:
        return leaves.eye(_size(rows))
    n = len(rows)
    for a in range(n):
        for b in range(a + 1, n):
            for c in range(b + 1, n + 1):
                if [*order[:a], *order[b:c], *order[a:b], *order[c:]] == rows:
                    k = leaves.commutation(_size(order[b:c]), _size(order[a:b]))
                    return maps.kron([leaves.eye(_size(order[:a])), k, leaves.eye(_size(order[c:]))])
    return None


def _size(indices: Sequence[Index]) -> Size:
    size: Size = 1
    for i in indices:
        size = leaves.size_product(size, i.size)
    return size


# --- factors as entries -----------------------------------------------------------------------------------------
def _as_entry(f: Node, known: Axes) -> Entry:
    """A scalar factor as the entry of a matrix at known indices."""
    pair = delta_pair(f)
    if pair is not None:
        row, column = known[pair[0]], known[pair[1]]
        return Entry(leaves.eye(row.size), row, column)
    if f.op in ("pow", "add", "had") or (f.op == "call" and f.fn.elementwise):
        return _pointwise(f, known)
    found = _entry_parts(f)
    if found is None or any(i is not None and i not in known for i in found[1:]):
        raise NoClosedForm(f"{f} is no entry of a matrix; the index form has no Kronecker form")
    m, i, j = found
    return Entry(m, None if i is None else known[i], None if j is None else known[j])


def _pointwise(f: Node, known: Axes) -> Entry:
    """g(A_ij) as g(A)_ij; the arguments may lack some of the indices."""
    if f.op in ("add", "had"):
        parts = [_as_entry(a, known) if depends(a, known) else Entry(a) for a in f.args]
        made = indexed.add([(p,) for p in parts]) if f.op == "add" else tuple(parts)
        return indexed.gather(made)
    inner = _as_entry(f.args[0], known)
    value = f.fn(inner.node, *f.args[1:]) if f.op == "call" else al.pow_(inner.node, f.args[1])
    return Entry(value, inner.row, inner.column)


def _entry_parts(f: Node) -> tuple[Node, Node | None, Node | None] | None:
    """(M, i, j) of e_i^T M e_j for any M."""
    if f.op != "matmul" or not f.is_scalar:
        return None
    first, last = f.args[0], f.args[-1]
    row = first.args[0].args[0] if first.op == "transpose" and first.args[0].op == "basis" else None
    column = last.args[0] if last.op == "basis" else None
    inside = f.args[row is not None : len(f.args) - (column is not None)]
    if not inside or (row is None and column is None) or any(holds_unit(m) for m in inside):
        return None
    return al.matmul(inside), row, column


def delta_pair(f: Node) -> tuple[Node, Node] | None:
    """(i, k) of e_i^T e_k."""
    if f.op != "matmul" or len(f.args) != 2 or not f.is_scalar:
        return None
    units = [g.args[0] if g.op == "transpose" else g for g in f.args]
    if any(u.op != "basis" or u.args[0].op != "symbol" for u in units):
        return None
    first, second = sorted((u.args[0] for u in units), key=lambda n: n.name)
    return first, second
