"""What SymPy's matrix expressions mean: products, powers, slices and named matrices, with the strict law of shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sympy.matrices import expressions as matexpr
from sympy.matrices.expressions.dotproduct import DotProduct
from sympy.matrices.expressions.slice import MatrixSlice

from . import algebra, functions, leaves, maps
from .algebra import had, inv, matmul, transpose
from .errors import BadInput, ShapeError
from .meaning import Meaning, Reading, Reads, Scope, first_part, no_parts, plain
from .nodes import Node, const
from .sizes import Size, as_size, same_size, shape_text
from .sympy_scalars import entry_power


def _of_matrices(function: Callable[..., Node]) -> Reading:
    """A function of whole matrices."""
    return Reading(lambda reader, e, values, scope: function(*map(plain, values)))


def _of_many(function: Callable[[Sequence[Node]], Node]) -> Reading:
    """A sum or product of matrices."""
    return Reading(lambda reader, e, values, scope: function([plain(v) for v in values]))


def _constants_of_shape(function: Callable[..., Node]) -> Reading:
    return Reading(lambda reader, e, values, scope: function(*reader.shape(e.args[:2])), no_parts)


def _hadamard_power(reader: Reads, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    base, k = map(plain, values)
    if not base.is_scalar and not k.is_scalar:
        algebra.had([base, k])  # the shapes must agree
    return entry_power(base, k)


def _determinant(m: Node) -> Node:
    return functions.det(m)


def _diagonal_matrix(m: Node) -> Node:
    """DiagonalMatrix(M) keeps the diagonal of M; of a vector, SymPy means a matrix of that shape, (x)_11 e_1."""
    if not same_size(*m.shape):
        raise ShapeError(
            f"DiagonalMatrix wants a square matrix, found {m} {shape_text(m.shape)}; write DiagMatrix for a vector"
        )
    return maps.diag(maps.diagonal(m))


def _dot(a: Node, b: Node) -> Node:
    return functions.dot(a, b)


def _slice(reader: Reads, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    """M[a:b:step, c:d:step] = S M T with 0-1 selections; whole axes and single rows or columns keep their notation."""
    m = plain(values[0])
    rows = _selection(e.rowslice, m.shape[0], e)
    columns = _selection(e.colslice, m.shape[1], e)
    return matmul([*([] if rows is None else [transpose(rows)]), m, *([] if columns is None else [columns])])


def _selection(bounds: Any, size: Size, e: Any) -> Node | None:
    """The matrix whose columns are the unit vectors of these positions."""
    start, stop, step = bounds
    if start == 0 and step == 1 and (stop == size or str(stop) == str(size)):
        return None
    if step == 1 and stop - start == 1:
        return leaves.basis(size, leaves.as_node(start + 1))
    if isinstance(size, int) and all(getattr(b, "is_Integer", isinstance(b, int)) for b in bounds):
        chosen = range(int(start), int(stop), int(step))
        return maps.explicit([[const(int(i == j)) for j in chosen] for i in range(size)])
    raise BadInput(f"cannot read the slice {e}: its bounds are symbols; multiply by a selection matrix")


def chain(factors: Sequence[Node]) -> Node:
    """The product; a 1 x 1 stretch of it that does not fit its neighbours is a scalar, as in x.T*x*A."""
    try:
        return matmul(factors)
    except ShapeError:
        stretches = [matmul(f) for f in _stretches(factors)]
        if sum(not s.is_scalar for s in stretches) > 1:
            raise
        return matmul(stretches)


def _stretches(factors: Sequence[Node]) -> list[list[Node]]:
    """The factors, cut where two neighbours do not fit."""
    found: list[list[Node]] = [[]]
    for f in factors:
        if not f.is_scalar and found[-1] and not same_size(found[-1][-1].shape[1], f.shape[0]):
            found.append([])
        found[-1].append(f)
    return found


MATRICES: dict[type, Reading] = {
    matexpr.MatAdd: _of_many(algebra.add),
    matexpr.MatMul: _of_many(chain),
    matexpr.Inverse: Reading(lambda reader, e, values, scope: inv(plain(values[0])), first_part),
    matexpr.Transpose: _of_matrices(transpose),
    matexpr.Adjoint: _of_matrices(transpose),
    matexpr.Trace: _of_matrices(maps.trace),
    matexpr.Determinant: _of_matrices(_determinant),
    matexpr.HadamardProduct: _of_many(had),
    matexpr.HadamardPower: Reading(_hadamard_power),
    matexpr.KroneckerProduct: _of_many(maps.kron),
    matexpr.DiagMatrix: _of_matrices(functions.diag),
    matexpr.DiagonalMatrix: _of_matrices(_diagonal_matrix),
    matexpr.DiagonalOf: _of_matrices(maps.diagonal),
    DotProduct: _of_matrices(_dot),
    matexpr.OneMatrix: _constants_of_shape(leaves.ones),
    matexpr.ZeroMatrix: _constants_of_shape(leaves.zeros),
    matexpr.Identity: Reading(lambda reader, e, values, scope: leaves.eye(as_size(e.args[0])), no_parts),
    MatrixSlice: Reading(_slice, first_part),
}  # fmt: skip
