"""Laws that are not rows of the book: how d passes through products and sums, and how dX is brought to the right.

Each is an equation between expressions with placeholders, like a row; its text and its LaTeX are computed from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import algebra as al
from . import leaves, maps
from .functions import expectation_
from .nodes import MINUS_ONE, ONE, SCALAR, Node, const, make, symbol
from .random_variables import is_expectation
from .rule import d, tangent, variable


@dataclass(frozen=True)
class Law:
    """An equation `lhs` = `rhs` between expressions with placeholders, by the name a mathematician gives it."""

    name: str
    lhs: Node
    rhs: Node
    cite: str = ""


def _raw(*factors: Node) -> Node:
    """A product as it stands, not brought into the shorter of its two orientations."""
    shape = (factors[0].shape[0], factors[-1].shape[1])
    return make("matmul", factors, shape)


A, B, C, P = (variable(*v.split(":")) for v in ("A:m x k", "B:k x n", "C:m x k", "P:k x m"))
H, G, M, X, D = (variable(v, "m x n") for v in "HGMXD")
S, Y = variable("S", "n x n"), variable("Y", "n x n")
u, v, w = variable("u", "m x 1"), variable("v", "n x 1"), variable("w", "n x 1")
a, b, c, k = (variable(s) for s in "abck")
dA, dB, dC, dH, dG, dS, dY, da, db = map(tangent, (A, B, C, H, G, S, Y, a, b))
E = variable("C", "k x n")
p = variable("p", "scalar", "positive")
t = al.transpose

i = symbol("i", SCALAR, ("integer",))


def _over(kind: str, body: Node) -> Node:
    return maps.over(kind, body, i, ONE, const(v.shape[0]))


def _entry(column: Node) -> Node:
    return al.dot(leaves.basis(column.shape[0], i), column)


# fmt: off
# ruff: noqa: E501 -- the table is aligned by hand
LINEARITY        = Law("linearity",                 d(a * A + b * C),  a * dA + b * dC, "Matrix Cookbook 34, 35")
PRODUCT          = Law("product rule",              d(A * B),          dA * B + A * dB, "Matrix Cookbook 37")
SCALAR_PRODUCT   = Law("product rule",              d(a * b),          b * da + a * db)
MULTIPLE         = Law("product rule",              d(a * A),          da * A + a * dA)
QUOTIENT         = Law("quotient rule",             d(a / p),          (da - a / p * tangent(p)) / p)
HADAMARD         = Law("elementwise product rule",  d(al.had([H, G])), al.had([dH, G]) + al.had([H, dG]), "Matrix Cookbook 38")
KRONECKER        = Law("Kronecker product rule",    d(maps.kron([A, S])), maps.kron([dA, S]) + maps.kron([A, dS]), "Matrix Cookbook 39")
POWER            = Law("power rule",                d(al.pow_(p, k)),  al.had([k, al.pow_(p, k - 1), tangent(p)]))
EXPECTATION      = Law("d passes into an expectation", d(al.call(expectation_, (X,))), al.call(expectation_, (tangent(X),)))
INDEXED_PRODUCT  = Law("product over an index",     d(_over("prodover", _entry(v))), _over("prodover", _entry(v)) * _over("sumover", al.had([_entry(tangent(v)), al.pow_(_entry(v), MINUS_ONE)])))
INVERSE          = Law("inverse",                   d(al.inv(Y)),      -al.inv(Y) * dY * al.inv(Y), "Matrix Cookbook 40")
MATRIX_POWER     = Law("power of a matrix",         d(al.matpow(Y, const(3))), dY * Y * Y + Y * dY * Y + Y * Y * dY, "Matrix Cookbook 90")
DISTRIBUTE       = Law("distribute",                A * (B + E), A * B + A * E)
SCALAR_TRANSPOSE = Law("a scalar equals its transpose", _raw(t(v), S, w), _raw(t(w), t(S), v))
CYCLIC           = Law("trace is cyclic",           maps.trace(_raw(A, P)), maps.trace(_raw(P, A)), "Matrix Cookbook 14")
TRACE_TRANSPOSE  = Law("trace of a transpose",      make("trace", (_raw(t(P), t(A)),), SCALAR), make("trace", (_raw(A, P),), SCALAR), "Matrix Cookbook 13")
SANDWICH         = Law("a scalar is its own trace", _raw(t(u), X, v),  make("trace", (_raw(v, t(u), X),), SCALAR), "Matrix Cookbook 16")
INNER_HADAMARD   = Law("inner product with an elementwise product", make("trace", (_raw(t(H), al.had([G, X])),), SCALAR), make("trace", (_raw(t(al.had([H, G])), X),), SCALAR))
INNER_DIAG       = Law("inner product with a diagonal matrix", make("trace", (_raw(S, maps.diag(w)),), SCALAR), _raw(t(maps.diagonal(S)), w))
INNER_DIAGONAL   = Law("inner product with a diagonal", _raw(t(w), maps.diagonal(S)), make("trace", (_raw(maps.diag(w), S),), SCALAR))
INNER_VEC        = Law("inner product with vec",    _raw(t(maps.vec(H)), maps.vec(X)), make("trace", (_raw(t(H), X),), SCALAR), "Matrix Cookbook 521")
# fmt: on

LAWS = (
    LINEARITY, PRODUCT, SCALAR_PRODUCT, MULTIPLE, QUOTIENT, HADAMARD, KRONECKER, POWER, EXPECTATION, INDEXED_PRODUCT, INVERSE, MATRIX_POWER, DISTRIBUTE,
    SCALAR_TRANSPOSE, CYCLIC, TRACE_TRANSPOSE, SANDWICH, INNER_HADAMARD, INNER_DIAG, INNER_DIAGONAL, INNER_VEC,
)  # fmt: skip

PRODUCTS = {"matmul": PRODUCT, "had": HADAMARD, "scale": MULTIPLE, "kron": KRONECKER}


def law_of(node: Node) -> Law:
    """The law by which d passes through a node that is no call."""
    if node.op == "had" and node.is_scalar:
        return SCALAR_PRODUCT
    if node.op == "pow":
        return POWER
    if is_expectation(node):
        return EXPECTATION
    if node.op == "prodover":
        return INDEXED_PRODUCT
    if node.op == "matpow":
        return INVERSE if node.args[1] is MINUS_ONE else MATRIX_POWER
    return PRODUCTS.get(node.op, LINEARITY)


__all__ = ["LAWS", "ONE", "Law", "law_of"]
