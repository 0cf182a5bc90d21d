"""What an expression costs: operations as formulas in the sizes.

An operation is a multiplication, a division, an addition, or an elementary function of one entry. Signs, transposes,
and factors that are ones or the identity cost nothing, and nor does what does not vary. Determinants, inverses and
other matrix functions count 2 n^3.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from .leaves import size_product
from .nodes import Node, const, walk
from .sizes import Shape, is_one
from .text import unicode

CUBIC = frozenset(("det", "logdet", "pinv", "expm", "logm", "sqrtm", "sinm", "cosm", "adjugate"))


@dataclass(frozen=True)
class Cost:
    """Operations of one run, how many runs the whole Jacobian takes, and how many numbers are held at once."""

    operations: sympy.Expr
    runs: sympy.Expr
    memory: sympy.Expr

    @property
    def total(self) -> sympy.Expr:
        """The operations of all runs."""
        return sympy.expand(self.operations * self.runs)

    def __str__(self) -> str:
        runs = "1 run" if self.runs == 1 else f"{shown(self.runs)} runs"
        return f"{shown(self.operations)} operations a run, {runs}; {shown(self.memory)} numbers held"


def shown(count: sympy.Expr) -> str:
    """A count as on paper: 4mn + 3m − 1, or max(4m, 2m + 2n)."""
    if isinstance(count, sympy.Max):
        return f"max({', '.join(sorted(map(shown, count.args)))})"
    return unicode(const(count))


def entries(shape: Shape) -> sympy.Expr:
    """How many numbers a value of this shape has."""
    return sympy.sympify(size_product(*shape))


def magnitude(count: Any) -> float:
    """The count at sizes of 100."""
    count = sympy.sympify(count)
    return float(count.subs(dict.fromkeys(count.free_symbols, 100)))


def total_of(counts: Any) -> sympy.Expr:
    """The sum of some counts, multiplied out."""
    return sympy.expand(sum(counts, sympy.Integer(0)))


def largest(counts: Sequence[sympy.Expr]) -> sympy.Expr:
    """The largest of some counts: one of them where it is so for all sizes, else the maximum of those in question."""
    found: list[sympy.Expr] = []
    for c in dict.fromkeys(map(sympy.expand, counts)):
        if not any(_at_most(c, other) for other in found):
            found = [other for other in found if not _at_most(other, c)] + [c]
    return sympy.Max(*found) if len(found) > 1 else found[0] if found else sympy.Integer(0)


def _at_most(a: sympy.Expr, b: sympy.Expr) -> bool:
    """a <= b for all sizes from 1 on, seen from the coefficients of b - a in sizes less 1."""
    sizes = sorted((b - a).free_symbols, key=str)
    if not sizes:
        return bool(a <= b)
    shifted = sympy.expand((b - a).subs({s: s + 1 for s in sizes}, simultaneous=True))
    return all(c >= 0 for c in sympy.Poly(shifted, *sizes).coeffs())


def operations(expression: Node, varying: Collection[Node], known: Collection[Node] = ()) -> sympy.Expr:
    """The operations of an expression, each shared part once.

    `varying` are the symbols that vary: what holds none of them is there already, and so are the parts `known`.
    """
    order = walk(expression)
    fused = {n.args[0] for n in order if n.op == "trace"}
    return total_of(_one(n) for n in _growing(order, varying) if n not in known and n not in fused)


def filled(g: Node) -> sympy.Expr:
    """How many entries of a contribution are not 0 at once: one of s e_i."""
    body = g.args[1] if g.op == "scale" else g
    return sympy.Integer(1) if _is_unit(body) else entries(g.shape)


def _is_unit(f: Node | Shape) -> bool:
    """True for e_i and e_i^T, which pick an entry."""
    if not isinstance(f, Node):
        return False
    return f.op == "basis" or (f.op == "transpose" and f.args[0].op == "basis")


def _growing(order: Sequence[Node], varying: Collection[Node]) -> list[Node]:
    """The nodes that hold a varying symbol, arguments first."""
    moving = set(varying)
    for n in order:
        if any(a in moving for a in n.args):
            moving.add(n)
    return [n for n in order if n in moving]


def _one(n: Node) -> sympy.Expr:
    """The operations of one node, its arguments given."""
    size = entries(n.shape)
    match n.op:
        case "add" | "had":
            signs = [a for a in n.args if a.op == "const" and a.param in (1, -1)]
            return size * (len(n.args) - 1 - len(signs))
        case "scale":
            free = n.args[1].op == "ones" or _is_unit(n.args[1]) or (n.args[0].op == "const" and n.args[0].param == -1)
            return sympy.Integer(0) if free else size
        case "matmul":
            return _chain(n.args)
        case "pow":
            return size
        case "matpow":
            return 2 * sympy.sympify(n.shape[0]) ** 3
        case "trace":
            return _trace(n.args[0])
        case "kron":
            return size * (len(n.args) - 1)
        case "call":
            return _call(n)
    return sympy.Integer(0)


def _call(n: Node) -> sympy.Expr:
    inside = entries(n.args[0].shape)
    if n.fn.elementwise:
        return inside
    if n.fn.name in CUBIC:
        return 2 * sympy.sympify(n.args[0].shape[0]) ** 3
    per_column = sympy.sympify(n.shape[1])
    return {
        "sqnorm": 2 * inside - 1,
        "norm": 2 * inside,
        "softmax": 3 * inside - per_column,
        "logsumexp": 2 * inside,
    }.get(n.fn.name, inside)


def _trace(m: Node) -> sympy.Expr:
    """tr(A B) is the sum of the entries of A o B^T: only the diagonal of a product is worked out."""
    if m.op != "matmul" or len(m.args) < 2:
        return sympy.sympify(m.shape[0]) - 1
    first = m.args[:-1]
    before = _chain(first) if len(first) > 1 else sympy.Integer(0)
    return before + 2 * entries((first[0].shape[0], first[-1].shape[1])) - 1


def _chain(factors: Sequence[Node]) -> sympy.Expr:
    """A product from the side that ends in a vector."""
    found, order = sympy.Integer(0), list(factors)
    backwards = is_one(order[-1].shape[1])
    now: Node | Shape = order.pop() if backwards else order.pop(0)
    while order:
        other = order.pop() if backwards else order.pop(0)
        left, right = (other, now) if backwards else (now, other)
        found += _product(left, right)
        now = (_shape(left)[0], _shape(right)[1])
    return found


def _product(left: Node | Shape, right: Node | Shape) -> sympy.Expr:
    """(m x k)(k x n) takes m n (2k - 1): k multiplications and k - 1 additions an entry."""
    (m, k), (_, n) = _shape(left), _shape(right)
    size, inner = entries((m, n)), sympy.sympify(k)
    kinds = {f.op for f in (left, right) if isinstance(f, Node)}
    if "diag" in kinds:
        return size
    if _is_unit(left) or _is_unit(right):  # an entry, a row or a column is read
        return sympy.Integer(0)
    return size * (inner - 1 if "ones" in kinds else 2 * inner - 1)


def _shape(f: Node | Shape) -> Shape:
    return f.shape if isinstance(f, Node) else f
