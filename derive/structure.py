"""The gradient in the space that a structured variable lives in, and the other answers that books print."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy

from . import algebra as al
from . import leaves, maps
from .entries import EntryOf
from .errors import BadInput
from .functions import diagonal_means, diagonal_sums, tril, triu
from .nodes import MINUS_ONE, Node, const, placeholder, symbol, walk
from .normal import collect, expanded_terms, factored
from .patterns import BOTH, triangles
from .rebuilding import substitute
from .symbols import CURVED, LINEAR
from .values import value_power, value_product

HALF = const(Fraction(1, 2))
FREED = CURVED | {"toeplitz"}
STRUCTURED = CURVED.union(LINEAR, ("positive definite", "positive semidefinite", "identity"))


def structure(variable: Node) -> tuple[str, ...]:
    """The linear structures of a variable that say most: "diagonal" rather than "symmetric" besides."""
    if variable.is_scalar:
        return ()
    properties = properties_of(variable)
    found = tuple(p for p in LINEAR if p in properties)
    return tuple(p for p in found if p == "diagonal" or "diagonal" not in found or p == "toeplitz")


def properties_of(variable: Node) -> frozenset[str]:
    """Those of a symbol, and what of them its transpose, its inverse or its power keeps."""
    if variable.op == "matpow":
        return variable.args[0].properties & _OF_INVERSES if variable.args[1] is MINUS_ONE else frozenset()
    if variable.op == "transpose":
        return frozenset(_TRANSPOSED.get(p, p) for p in variable.args[0].properties)
    if variable.op != "pow":
        return variable.properties
    base, k = variable.args
    even = isinstance(k.param, int) and k.param % 2 == 0
    return base.properties | {"positive"} if even else base.properties


_OF_INVERSES = frozenset((
    "symmetric", "skew", "diagonal", "lower triangular", "upper triangular", "orthogonal", "identity", "invertible",
    "positive definite", "positive determinant", "positive eigenvalues",
))  # fmt: skip
_TRANSPOSED = {
    "lower triangular": "upper triangular", "upper triangular": "lower triangular",
    "full row rank": "full column rank", "full column rank": "full row rank",
}  # fmt: skip


def projected(gradient: Node, variable: Node) -> Node:
    """The gradient in the space of the variable: sym(G) for a symmetric one, skew(G), the diagonal part, a triangle.

    The orthogonal projections on these spaces commute, so that one after the other projects on their intersection.
    """
    if gradient.is_scalar:
        return gradient
    for name in structure(variable):
        gradient = _PROJECTIONS[name](gradient)
    return gradient


def along_entry(entry: EntryOf) -> Node:
    """How the variable moves when one entry does: e_i e_j^T, in the space of a structured variable."""
    m, n = entry.of.shape
    unit = al.matmul([leaves.basis(m, entry.row), al.transpose(leaves.basis(n, entry.column))])
    return projected(unit, entry.of)


def moved_entry(entry: EntryOf, x: Node, t: Node) -> Node:
    """X with t in the place of its entry x: X + (t - X_ij) e_i e_j^T."""
    return al.add([entry.of, al.scale(al.add([t, al.scale(MINUS_ONE, x)]), along_entry(entry))])


def with_free_entries(f: Node, *variables: Node) -> tuple[Node, list[Node]]:
    """f and its variables without X^T X = I and its like, which hold at X but not beside it.

    A gradient may use them, since it is taken at X; what is differentiated once more may not. Neither is it projected
    on the Toeplitz matrices, for which no Kronecker form is known: what it is along their dX needs no projection.
    """
    free = {x: symbol(x.name, x.shape, x.properties - FREED, x.param.latex) for x in variables if _is_freed(x)}
    return substitute(f, free), [free.get(x, x) for x in variables]


def unstructured(x: Node) -> Node:
    """A symbol like x whose entries move one by one; x itself where it is such a symbol."""
    held = x.properties & STRUCTURED if x.op == "symbol" and not x.is_scalar else ()
    return symbol(x.name, x.shape, x.properties - STRUCTURED, x.param.latex) if held else x


def _is_freed(x: Node) -> bool:
    return x.op == "symbol" and bool(x.properties & FREED)


def is_diagonal(x: Node) -> bool:
    """True for a diagonal matrix as a variable, which moves with its diagonal alone."""
    return x.op == "symbol" and structure(x) == ("diagonal",)


def entries_kept(x: Node) -> Node | None:
    """The ones where a diagonal or triangular X has entries, 0 elsewhere; None where X has no such pattern."""
    names = [p for p in structure(x) if p in ("diagonal", "lower triangular", "upper triangular")]
    return projected(leaves.ones(*x.shape), x) if names and len(names) == len(structure(x)) else None


# --- projections ------------------------------------------------------------------------------------------------
def symmetric_part(g: Node) -> Node:
    """(G + G^T) / 2; G itself where G, multiplied out, is symmetric."""
    t = al.transpose(g)
    if t is g:
        return g
    spread = al.add(expanded_terms(g))
    return factored(spread) if al.transpose(spread) is spread else al.scale(HALF, _shorter_sum(g, t))


def skew_part(g: Node) -> Node:
    """(G - G^T) / 2."""
    return al.scale(HALF, _shorter_sum(g, minus(al.transpose(g))))


def diagonal_part(g: Node) -> Node:
    """G o I."""
    if triangles(g) == BOTH:
        return g
    return maps.diag(maps.diagonal(g))


def _shorter_sum(a: Node, b: Node) -> Node:
    """a + b, multiplied out where terms cancel."""
    kept = collect([a, b])
    spread = collect([*expanded_terms(a), *expanded_terms(b)])
    return spread if spread.weight < kept.weight else kept


_PROJECTIONS: dict[str, Callable[[Node], Node]] = {
    "diagonal": diagonal_part,
    "symmetric": symmetric_part,
    "skew": skew_part,
    "toeplitz": diagonal_means,
    "lower triangular": tril,
    "upper triangular": triu,
}


# --- entries that move together ---------------------------------------------------------------------------------
def vech_form(g: Node) -> Node:
    """G + G^T - G o I: by the independent entries of vech, as the Matrix Cookbook prints it (138)."""
    return al.add([g, al.transpose(g), minus(diagonal_part(g))])


def skew_entries(g: Node) -> Node:
    """G - G^T: X_ij and X_ji = -X_ij move together."""
    return _shorter_sum(g, minus(al.transpose(g)))


def toeplitz_entries(g: Node) -> Node:
    """The sums along the diagonals, alpha(A) for G = A^T (Matrix Cookbook 143)."""
    return diagonal_sums(g)


def symmetric_toeplitz_entries(g: Node) -> Node:
    """The sums along both diagonals that an entry of a symmetric Toeplitz matrix stands on, the main one once."""
    sums = diagonal_sums(_shorter_sum(g, al.transpose(g)))
    return al.add([sums, minus(diagonal_part(al.scale(HALF, sums)))])


def minus(m: Node) -> Node:
    return al.scale(MINUS_ONE, m)


def solved(x: Node, z: Node) -> dict[Node, Node] | None:
    """The symbol that x = X^T, X^-1, vec X, diag D, vech S or s^k is a function of, in terms of z = x, or None."""
    inner = x.args[0] if x.args else x
    if x.op == "symbol" or inner.op != "symbol":
        return None
    match x.op:
        case "transpose":
            return {inner: al.transpose(z)}
        case "matpow" if x.args[1] is MINUS_ONE:
            return {inner: al.inv(z)}
        case "vec":
            return {inner: maps.unvec(z, inner.shape)}
        case "diagonal" if "diagonal" in inner.properties:
            return {inner: maps.diag(z)}
        case "call" if x.fn is maps.vech_ and al.transpose(inner) is inner:
            return {inner: maps.unvec(al.matmul([leaves.duplication(inner.shape[0]), z]), inner.shape)}
        case "pow" if x.args[1].op == "const" and (x.args[1] is MINUS_ONE or "positive" in inner.properties):
            return {inner: al.pow_(z, al.pow_(x.args[1], MINUS_ONE))}
    return None


def in_its_place(f: Node, x: Node, z: Node) -> Node:
    """f with the symbol z for the variable x, which is X^T, X^-1, vec X, s^k or a part of f.

    Errors: BadInput where f depends on what is in x in another way too, as s^2 + log s does not on s^2 alone.
    """
    known = solved(x, z)
    if known is not None:
        return substitute(f, known)
    replaced = substitute(f, {**powers(f, x, z), x: z})
    if not _letters(x) & _letters(replaced):
        return replaced
    if x.op == "pow" and x.is_scalar:
        base = x.args[0]
        way_out = f"declare {base} positive" if base.op == "symbol" else f"give {x} a name of its own"
        raise BadInput(f"f depends on {base} otherwise than through {x}; {way_out}")
    also = f"; the second derivative is d^2 f above, by {x.args[0]} twice" if x.op == "pow" else ""
    raise BadInput(f"wrt must be a symbol: {x} shares symbols with the rest of f{also}")


def powers(f: Node, x: Node, z: Node) -> dict[Node, Node]:
    """The powers of s in f as powers of z = s^k: s^4 is z^2 for z = s^2."""
    if x.op != "pow" or not x.is_scalar or x.args[1].op != "const":
        return {}
    base, k = x.args
    found = {}
    for n in walk(f):
        if n.op == "pow" and n.args[0] is base and n.args[1].op == "const":
            times = value_product(n.args[1].param, value_power(k.param, -1))
            if isinstance(times, int) or (isinstance(times, sympy.Expr) and times.is_integer):
                found[n] = al.pow_(z, const(times))
    return found


def with_positive_base(x: Node, *roots: Node) -> dict[Node, Node]:
    """For x = s^k: s as a positive symbol, where it stands in the roots otherwise than in powers of x; else nothing."""
    if x.op != "pow" or not x.is_scalar or x.args[0].op != "symbol" or "positive" in x.args[0].properties:
        return {}
    base, z = x.args[0], placeholder("z", x.shape)
    if not any(base in _letters(substitute(root, powers(root, x, z))) for root in roots):
        return {}
    return {base: symbol(base.name, base.shape, base.properties | {"positive"}, base.param.latex)}


def _letters(n: Node) -> set[Node]:
    """The symbols and families in an expression, without the indices that only select."""
    found = {s.param if s.op == "item" else s for s in walk(n) if s.op in ("symbol", "item")}
    return {s for s in found if "integer" not in s.properties}
