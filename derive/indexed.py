"""Index notation: products of entries such as A_ij x_j, summed over indices, and the matrix form that each has.

A product is a network whose vertices are indices: a matrix is an edge, a vector a weight on a vertex. Summing over an
index removes its vertex: sum_i A_ij v_i B_ik = (A^T diag(v) B)_jk. The position of an index fixes every transpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from .algebra import add as matrix_sum
from .algebra import had, matmul, scale, transpose
from .errors import NoClosedForm
from .leaves import ones
from .maps import diag, diagonal, trace
from .nodes import Node, const
from .sizes import Size


class NoMatrixForm(NoClosedForm):
    """A formula in indices that no matrix expression of order two holds."""


class Index:
    """A bound index that runs over a whole axis of this size; equal only to itself."""

    __slots__ = ("name", "size")

    def __init__(self, name: str, size: Size) -> None:
        self.name, self.size = name, size


class Entry(NamedTuple):
    """node[row, column] for all values of its indices; no index stands where the size is 1."""

    node: Node
    row: Index | None = None
    column: Index | None = None


Product = tuple[Entry, ...]
"""A product of entries; the empty product is 1."""


def indices(product: Iterable[Entry]) -> list[Index]:
    """The indices of a product, in the order in which they first occur."""
    found: dict[Index, None] = {}
    for e in product:
        for i in (e.row, e.column):
            if i is not None:
                found[i] = None
    return list(found)


def gather(product: Product) -> Entry:
    """A product as the entry of one matrix: x_i A_ij is (diag(x) A)_ij."""
    if len(product) == 1 and (product[0].row is None or product[0].row is not product[0].column):
        return product[0]
    free = indices(product)
    if len(free) > 2:
        raise NoMatrixForm(f"an array with the indices {', '.join(i.name for i in free)} is not a matrix")
    network = _Network(product)
    scalars = network.scalars
    if not free:
        return Entry(had([const(1), *scalars]))
    columns = [network.weight(i) for i in free]
    if len(free) == 1:
        body = columns[0] if columns[0] is not None else ones(free[0].size)
    else:
        body = _weighted(columns[0], network.between(*free), columns[1], free)
    return Entry(scale(had(scalars), body) if scalars else body, *free)


def _weighted(left: Node | None, middle: list[Node], right: Node | None, free: Sequence[Index]) -> Node:
    """left_i M_ij right_j as a matrix."""
    if not middle:
        i, j = free
        left = ones(i.size) if left is None else left
        return matmul([left, transpose(ones(j.size) if right is None else right)])
    factors = [had(middle)]
    if left is not None:
        factors.insert(0, diag(left))
    if right is not None:
        factors.append(diag(right))
    return matmul(factors)


def align(entry: Entry, free: Sequence[Index]) -> Node:
    """The matrix with this entry at (free[0], free[1]), constant along indices that the entry lacks."""
    node, row, column = entry.node, entry.row, entry.column
    if len(free) == 2 and (row is free[1] or column is free[0]):
        node, row, column = transpose(node), column, row
    elif len(free) == 1 and column is free[0]:
        node, row, column = transpose(node), column, None
    m, n = free[0].size if free else 1, free[1].size if len(free) == 2 else 1
    if node.is_scalar and row is None and column is None:
        return scale(node, ones(m, n)) if free else node
    if row is None:
        return matmul([ones(m), node])
    return node if column is not None or len(free) == 1 else matmul([node, ones(1, n)])


def apply(function: Callable[..., Node], products: Sequence[Product]) -> Product:
    """An elementwise function of entries, after writing each over all their indices."""
    entries = [gather(p) for p in products]
    free = indices(entries)
    if len(free) > 2:
        raise NoMatrixForm(f"an array with the indices {', '.join(i.name for i in free)} is not a matrix")
    return (Entry(function(*(align(e, free) for e in entries)), *free),)


def add(products: Sequence[Product]) -> Product:
    """The sum of products, entry by entry."""
    return apply(lambda *terms: matrix_sum(terms), products)


def matrix(product: Product, row: Index | None, column: Index | None) -> Node:
    """The matrix whose (row, column) entry is the product."""
    free = [i for i in (row, column) if i is not None]
    entry = gather(product)
    foreign = [i.name for i in indices((entry,)) if i not in free]
    if foreign:
        raise NoMatrixForm(f"the index {foreign[0]} is bound outside")
    node = align(entry, free)
    return transpose(node) if row is None and column is not None else node


def contract(product: Product, over: Sequence[Index]) -> Product:
    """The sum of a product over some of its indices, those with the fewest neighbours first."""
    network, pending = _Network(product), list(over)
    while pending:
        i = min(pending, key=network.degree)
        network.eliminate(i)
        pending.remove(i)
    return network.product()


class _Network:
    """A product of entries, sorted by what its factors join."""

    def __init__(self, product: Product) -> None:
        self.scalars: list[Node] = []
        self.columns: dict[Index, list[Node]] = {}
        self.loops: dict[Index, list[Node]] = {}
        self.edges: list[Entry] = []
        for e in product:
            if e.row is not None and e.column is not None:
                self._join(e.node, e.row, e.column)
            elif e.row is not None:
                self.columns.setdefault(e.row, []).append(e.node)
            elif e.column is not None:
                self.columns.setdefault(e.column, []).append(transpose(e.node))
            else:
                self.scalars.append(e.node)

    def _join(self, node: Node, row: Index, column: Index) -> None:
        if row is column:
            self.loops.setdefault(row, []).append(node)
        else:
            self.edges.append(Entry(node, row, column))

    def degree(self, i: Index) -> int:
        """How many other indices share a factor with i."""
        return len({e.column if e.row is i else e.row for e in self.edges if i in (e.row, e.column)})

    def between(self, i: Index, j: Index) -> list[Node]:
        """The matrices that join i and j, with i as the row."""
        forward = [e.node for e in self.edges if e.row is i and e.column is j]
        return forward + [transpose(e.node) for e in self.edges if e.row is j and e.column is i]

    def weight(self, i: Index) -> Node | None:
        """All factors with the index i alone, as one column."""
        columns = self._columns(i)
        return had(columns) if columns else None

    def _columns(self, i: Index) -> list[Node]:
        return self.columns.get(i, []) + [diagonal(m) for m in self.loops.get(i, [])]

    def eliminate(self, i: Index) -> None:
        """Sum over i."""
        ends = {e.column if e.row is i else e.row: None for e in self.edges if i in (e.row, e.column)}
        neighbours = [j for j in ends if j is not None]
        if len(neighbours) > 2:
            raise NoMatrixForm(f"the index {i.name} joins more than two others")
        if not neighbours:
            self.scalars.append(self._sum_alone(i))
        else:
            self._sum_through(i, neighbours)
        self.columns.pop(i, None)
        self.loops.pop(i, None)

    def _sum_alone(self, i: Index) -> Node:
        if len(self.loops.get(i, [])) == 1 and not self.columns.get(i):
            loop = self.loops[i][0]
            return trace(min(loop, transpose(loop), key=lambda m: m.flips))
        columns = self._columns(i)
        if not columns:
            return const(i.size)
        rest = had(columns[1:]) if len(columns) > 1 else ones(i.size)
        return matmul([transpose(rest), columns[0]])

    def _sum_through(self, i: Index, neighbours: list[Index]) -> None:
        joined = [self.between(i, j) for j in neighbours]
        self.edges = [e for e in self.edges if i not in (e.row, e.column)]
        weight = self.weight(i)
        if len(neighbours) == 1:
            (j,), (matrices,) = neighbours, joined
            if len(matrices) == 1:
                column = weight if weight is not None else ones(i.size)
                self.columns.setdefault(j, []).append(matmul([transpose(matrices[0]), column]))
                return
            left, right, k = matrices[0], had(matrices[1:]), j
        else:
            (j, k), (left, right) = neighbours, (had(m) for m in joined)
        middle = [diag(weight)] if weight is not None else []
        self._join(matmul([transpose(left), *middle, right]), j, k)

    def product(self) -> Product:
        """What is left as a product of entries."""
        found = [Entry(s) for s in self.scalars]
        found += [Entry(v, i) for i, columns in self.columns.items() for v in columns]
        found += [Entry(m, i, i) for i, matrices in self.loops.items() for m in matrices]
        return (*found, *self.edges)
