"""Linearise: the differential of one node from the differentials of its arguments, one law for each kind.

Every function here is a law; its docstring is the equation. A differential that is None belongs to a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from . import algebra as al
from . import leaves, maps
from .book import Book, standard_book
from .errors import NoRule, NotDifferentiable
from .functions import hadamard, log
from .members import member_tangents, summed
from .nodes import MINUS_ONE, ONE, ZERO, Node, const, depends, placeholder, walk
from .random_variables import expected, is_expectation, refuse_moments
from .rule import Primary, Rule, instantiate
from .values import is_negative

Differentials = Sequence[Node | None]


def differential(root: Node, tangents: Mapping[Node, Node], book: Book | None = None) -> Node:
    """d root, given dX for each variable X: an expression linear in the tangents."""
    book = book or standard_book()
    tangents = {**tangents, **member_tangents(root, tangents)}
    active = depends(root, tangents)
    refuse_moments(root, tangents)
    done: dict[Node, Node | Deferred] = dict(tangents)
    for node in walk(root):
        if node in active and node not in done:
            done[node] = law(node, [done.get(a) for a in node.args], book)
    (result,) = _settled([done.get(root)])
    return leaves.zeros_like(root) if result is None else result


def law(node: Node, parts: Sequence[Node | Deferred | None], book: Book) -> Node | Deferred:
    """The differential of `node` in terms of the differentials of its arguments."""
    if node.op == "trace":
        return _trace(node, parts)
    settled = _settled(parts)
    if node.op == "call":
        return _call(node, settled, book)
    try:
        return LAWS[node.op](node, settled)
    except KeyError:
        raise NoRule(f"no law for the differential of {node}") from None


def _sum(node: Node, parts: Differentials) -> Node:
    """d(A + B) = dA + dB."""
    return al.add([p for p in parts if p is not None])


def _product(rebuild: Callable[[list[Node]], Node]) -> Callable[[Node, Differentials], Node]:
    def law(node: Node, parts: Differentials) -> Node:
        """d f(A, B, ...) = f(dA, B, ...) + f(A, dB, ...) + ..., for f linear in every argument."""
        terms = []
        for i, p in enumerate(parts):
            if p is not None:
                terms.append(rebuild([*node.args[:i], p, *node.args[i + 1 :]]))
        return al.add(terms)

    return law


def _linear(rebuild: Callable[[Node, Node], Node]) -> Callable[[Node, Differentials], Node]:
    def law(node: Node, parts: Differentials) -> Node:
        """d f(A) = f(dA), for f linear."""
        assert parts[0] is not None
        return rebuild(node, parts[0])

    return law


def _power(node: Node, parts: Differentials) -> Node:
    """d(y^k) = k y^(k-1) dy + y^k log(y) dk, entry by entry."""
    base, k = node.args
    terms = []
    if parts[0] is not None:
        terms.append(hadamard(k, al.pow_(base, al.add([k, MINUS_ONE])), parts[0]))
    if parts[1] is not None:
        terms.append(hadamard(node, log(base), parts[1]))
    return al.add(terms)


def _matrix_power(node: Node, parts: Differentials) -> Node:
    """d(X^k) = sum over r < k of X^r dX X^(k-1-r);  d(X^-k) = -sum over r < k of X^(-1-r) dX X^(r-k)."""
    x, k = node.args
    dx = parts[0]
    if parts[1] is not None or dx is None:
        raise NotDifferentiable(f"the exponent of a matrix power must not vary, in {node}")
    return power_sum(x, k, lambda left, right: al.matmul([left, dx, right]), node)


def power_sum(x: Node, k: Node, term: Callable[[Node, Node], Node], node: Node) -> Node:
    """The sum of term(X^r, X^(k-1-r)) that differentiates X^k, for either sign of k and for symbolic k."""
    if k.op == "const" and isinstance(k.param, int):
        n = k.param
        if abs(n) <= 12:
            if n > 0:
                return al.add([term(al.matpow(x, const(r)), al.matpow(x, const(n - 1 - r))) for r in range(n)])
            pairs = [(al.matpow(x, const(-1 - r)), al.matpow(x, const(r + n))) for r in range(-n)]
            return al.scale(MINUS_ONE, al.add([term(left, right) for left, right in pairs]))
    elif k.op == "const" and not getattr(k.param, "is_integer", False):
        raise NoRule(f"no closed form for d({node}): the exponent {k} is not an integer")
    if _certainly_negative(k):
        positive = al.scale(MINUS_ONE, k)
        inverse = al.inv(x)
        return al.scale(
            MINUS_ONE,
            power_sum(inverse, positive, lambda a, b: term(al.matmul([a, inverse]), al.matmul([inverse, b])), node),
        )
    r = placeholder("r", (1, 1), ("integer",))
    last = al.add([k, MINUS_ONE])
    body = term(al.matpow(x, r), al.matpow(x, al.add([last, al.scale(MINUS_ONE, r)])))
    return maps.sumover(body, r, const(0), last)


def _certainly_negative(k: Node) -> bool:
    return is_negative(al.split(k)[0]) and k.op != "add"


def _explicit(node: Node, parts: Differentials) -> Node:
    """d [y_ij] = [dy_ij]."""
    entries = [ZERO if p is None else p for p in parts]
    columns = int(node.shape[1])
    return maps.explicit([entries[i : i + columns] for i in range(0, len(entries), columns)])


def _indexed_sum(node: Node, parts: Differentials) -> Node:
    """d sum_i y_i = sum_i dy_i."""
    if parts[1] is not None or parts[2] is not None or parts[0] is None:
        raise NotDifferentiable(f"the range of a sum must not vary, in {node}")
    return summed(parts[0], node.param, node.args[1], node.args[2])


def _indexed_product(node: Node, parts: Differentials) -> Node:
    """d prod_i y_i = prod_i y_i sum_i dy_i / y_i, where no y_i is 0."""
    if parts[1] is not None or parts[2] is not None or parts[0] is None:
        raise NotDifferentiable(f"the range of a product must not vary, in {node}")
    logarithmic = al.had([al.pow_(node.args[0], MINUS_ONE), parts[0]])
    return al.had([node, summed(logarithmic, node.param, node.args[1], node.args[2])])


def _index(node: Node, parts: Differentials) -> Node:
    raise NotDifferentiable(f"an index must not vary, in {node}")


LAWS: dict[str, Callable[[Node, Differentials], Node]] = {
    "add": _sum,
    "had": _product(al.had),
    "scale": _product(lambda a: al.scale(a[0], a[1])),
    "matmul": _product(al.matmul),
    "kron": _product(maps.kron),
    "pow": _power,
    "matpow": _matrix_power,
    "transpose": _linear(lambda n, p: al.transpose(p)),
    "diag": _linear(lambda n, p: maps.diag(p)),
    "diagonal": _linear(lambda n, p: maps.diagonal(p)),
    "vec": _linear(lambda n, p: maps.vec(p)),
    "unvec": _linear(lambda n, p: maps.unvec(p, n.shape)),
    "explicit": _explicit,
    "sumover": _indexed_sum,
    "prodover": _indexed_product,
    "basis": _index,
    "item": _index,
}


# --- calls ------------------------------------------------------------------------------------------------------
def _call(node: Node, parts: Differentials, book: Book) -> Node | Deferred:
    if node.fn.projection and parts[0] is not None:
        return al.call(node.fn, (parts[0],))
    if is_expectation(node) and parts[0] is not None:
        return expected(parts[0])
    row = book.row(node)
    if isinstance(row, Primary):
        return _primary(node, parts, row)
    mapping = dict(zip(row.placeholders, node.args, strict=True))
    for t, p, a in zip(row.tangents, parts, node.args, strict=True):
        if t is not None:
            mapping[t] = leaves.zeros_like(a) if p is None else p
        elif p is not None:
            refuse_parameter(node, a, row)
    return leaves.zeros_like(node) if leaves.is_zero(row.rhs) else instantiate(row.rhs, mapping)


def refuse_parameter(node: Node, argument: Node, row: Rule) -> None:
    """A row with a zero right side differentiates to 0; any other row without this tangent has no answer."""
    if not leaves.is_zero(row.rhs):
        raise NoRule(f"no rule for the differential of {node} by its parameter {argument}")


@dataclass(frozen=True, slots=True)
class Deferred:
    """The differential of a matrix function f(Y), known only inside a trace: tr f'(Y) dY."""

    of: Node
    derivative: Node
    part: Node


def _primary(node: Node, parts: Differentials, row: Primary) -> Node | Deferred:
    """d f(tA) = A f'(tA) dt for constant A;  d tr f(Y) = tr(f'(Y) dY)."""
    y, dy = node.args[0], parts[0]
    assert dy is not None
    derivative = row.derivative(y)
    if y.op == "scale" and (dy is y.args[1] or (dy.op == "scale" and dy.args[1] is y.args[1])):
        dt = ONE if dy is y.args[1] else dy.args[0]
        return al.scale(dt, al.matmul([y.args[1], derivative]))
    return Deferred(node, derivative, dy)


def _trace(node: Node, parts: Sequence[Node | Deferred | None]) -> Node:
    """d tr Y = tr dY;  for a matrix function, d tr f(Y) = tr(f'(Y) dY)."""
    part = parts[0]
    if isinstance(part, Deferred):
        return maps.trace(al.matmul([part.derivative, part.part]))
    assert part is not None
    return maps.trace(part)


def _settled(parts: Sequence[Node | Deferred | None]) -> list[Node | None]:
    for p in parts:
        if isinstance(p, Deferred):
            raise NoRule(f"no closed form for d({p.of}) outside of a trace")
    return list(parts)  # type: ignore[arg-type]
