"""Transpose: carry a cotangent through the DAG, from a node to its arguments, one adjoint for each linear piece.

With <A, B> = tr(A^T B), a law df = L(dX) has the adjoint L* with <G, L(dX)> = <L*(G), dX>. Rules of the book are
transposed by the same laws, applied to their own right sides; nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from . import algebra as al
from . import leaves, maps
from .book import Book, standard_book
from .errors import NoRule, NotDifferentiable
from .functions import hadamard, log
from .linearise import power_sum, refuse_parameter
from .members import Active, delta, relatives, summed
from .nodes import BINDERS, MINUS_ONE, ONE, Node, const, depends, placeholder, walk
from .operators import getitem
from .random_variables import expected, is_expectation, is_random, refuse_moments
from .rule import Primary, Rule, instantiate
from .sizes import is_one, same_shape

Combine = Callable[[Sequence[Node]], Node]
Contribution = tuple[Node, Node]


def pullback(
    root: Node, variables: Iterable[Node], seed: Node, book: Book | None = None, combine: Combine = al.add
) -> dict[Node, Node]:
    """For each variable X the G_X with <seed, d root> = sum of <G_X, dX>: one adjoint per node, in one sweep."""
    book = book or standard_book()
    variables = list(variables)
    wanted = set(variables)
    order, active = _active(root, wanted)
    received: dict[Node, list[Node]] = {root: [seed]}
    members: dict[Node, list[Node]] = {}
    result: dict[Node, Node] = {}
    for node in reversed(order):
        if node not in received:
            continue
        parts = received.pop(node)
        cotangent = parts[0] if len(parts) == 1 else combine(parts)
        if node.op == "item":
            for k in active.members[node]:
                members.setdefault(k, []).append(al.scale(delta(node, k), cotangent))
            continue
        if node in wanted:
            result[node] = cotangent
            continue
        if leaves.is_zero(cotangent):
            continue
        for argument, contribution in adjoint(node, cotangent, active, book, combine):
            if argument in wanted and argument.op == "item":
                members.setdefault(argument, []).append(contribution)
            else:
                received.setdefault(argument, []).append(contribution)
    result.update((k, al.add(parts)) for k, parts in members.items())
    return {x: result[x] if x in result else leaves.zeros_like(x) for x in variables}


def _active(root: Node, wanted: set[Node]) -> tuple[list[Node], Active]:
    """The nodes in which a variable occurs, children first, as list and as set."""
    order: list[Node] = []
    active = Active()
    active.members = relatives(root, wanted)
    refuse_moments(root, wanted)
    for node in walk(root):
        if node in wanted or node in active.members or not active.isdisjoint(node.args):
            active.add(node)
            order.append(node)
    return order, active


def adjoint(node: Node, g: Node, active: Active, book: Book, combine: Combine) -> Iterator[Contribution]:
    """What the cotangent g of a node contributes to its arguments."""
    if is_expectation(node):
        return _expectation(node, g, active, book, combine)
    if node.op == "call":
        return _call(node, g, active, book)
    if node.op in BINDERS:
        return _indexed(node, g, active, book, combine)
    try:
        return ADJOINTS[node.op](node, g, active)
    except KeyError:
        raise NoRule(f"no law for the differential of {node}") from None


def _sum(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<G, dA + dB> = <G, dA> + <G, dB>."""
    return ((a, g) for a in node.args if a in active)


def _elementwise_product(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<G, A o dB> = <G o A, dB>."""
    for i, a in enumerate(node.args):
        if a in active:
            yield a, hadamard(g, *node.args[:i], *node.args[i + 1 :])


def _scale(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<G, ds M + s dM> = <G, M> ds + <s G, dM>."""
    s, m = node.args
    if s in active:
        yield s, maps.inner(g, m)
    if m in active:
        yield m, al.scale(s, g)


def _matrix_product(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<G, A dX B> = <A^T G B^T, dX>."""
    args = node.args
    for i, a in enumerate(args):
        if a in active:
            left = [al.transpose(f) for f in reversed(args[:i])]
            right = [al.transpose(f) for f in reversed(args[i + 1 :])]
            yield a, al.matmul([*left, g, *right])


def _power(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<G, d(y^k)> = <k y^(k-1) o G, dy> + <G, y^k log y> dk."""
    base, k = node.args
    if base in active:
        yield base, hadamard(k, al.pow_(base, al.add([k, MINUS_ONE])), g)
    if k in active:
        yield k, maps.inner(g, hadamard(node, log(base)))


def _transpose(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<G, dX^T> = <G^T, dX>."""
    yield node.args[0], al.transpose(g)


def _matrix_power(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<G, d(X^k)> = <sum over r < k of (X^T)^r G (X^T)^(k-1-r), dX>."""
    x, k = node.args
    if k in active:
        raise NotDifferentiable(f"the exponent of a matrix power must not vary, in {node}")
    yield x, power_sum(al.transpose(x), k, lambda left, right: al.matmul([left, g, right]), node)


def _trace(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """g tr dX = <g I, dX>."""
    yield node.args[0], al.scale(g, leaves.eye(node.args[0].shape[0]))


def _diag(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<G, diag(dv)> = <diagonal(G), dv>."""
    yield node.args[0], maps.diagonal(g)


def _diagonal(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<g, diagonal(dX)> = <diag(g), dX>."""
    yield node.args[0], maps.diag(g)


def _vec(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<g, vec dX> = <unvec(g), dX>."""
    yield node.args[0], maps.unvec(g, node.args[0].shape)


def _unvec(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<G, unvec dv> = <vec G, dv>."""
    yield node.args[0], maps.vec(g)


def _kronecker(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<G, A (x) dX (x) B> = <sum_ijkl A_ij B_kl (e_i (x) I (x) e_k)^T G (e_j (x) I (x) e_l), dX>."""
    for position, a in enumerate(node.args):
        if a in active:
            before, after = node.args[:position], node.args[position + 1 :]
            matched, rest = _matched(node.args, position, g)
            yield from ((a, m) for m in matched)
            if rest is None:
                continue
            plain = _beside_vectors(before, a, after, rest)
            if plain is not None:
                yield a, plain
                continue
            yield a, _contract(maps.kron(before) if before else None, a, maps.kron(after) if after else None, rest)


def _matched(factors: tuple[Node, ...], position: int, g: Node) -> tuple[list[Node], Node | None]:
    """<A (x) B, dX (x) C> = <<B, C> A, dX> for the terms of G that are such products; and what is left of G."""
    found, rest = [], []
    for term in g.args if g.op == "add" else (g,):
        s, body = term.args if term.op == "scale" else (ONE, term)
        parts = body.args if body.op == "kron" else ()
        if body.op == "transpose" and body.args[0].op == "kron":
            parts = tuple(map(al.transpose, body.args[0].args))
        if len(parts) != len(factors) or not all(map(same_shape, (p.shape for p in parts), (f.shape for f in factors))):
            rest.append(term)
            continue
        others = [maps.inner(p, f) for i, (p, f) in enumerate(zip(parts, factors, strict=True)) if i != position]
        found.append(al.scale(al.had([s, *others]), parts[position]))
    return found, al.add(rest) if rest else None


def _beside_vectors(before: tuple[Node, ...], x: Node, after: tuple[Node, ...], g: Node) -> Node | None:
    """u (x) X (x) v = (u (x) I (x) v) X and u^T (x) X (x) v^T = X (u^T (x) I (x) v^T), for columns u, v."""
    others = (*before, *after)
    if all(is_one(o.shape[1]) for o in others):
        return al.matmul([al.transpose(maps.kron([*before, leaves.eye(x.shape[0]), *after])), g])
    if all(is_one(o.shape[0]) for o in others):
        return al.matmul([g, al.transpose(maps.kron([*before, leaves.eye(x.shape[1]), *after]))])
    return None


def _contract(before: Node | None, x: Node, after: Node | None, g: Node) -> Node:
    left: list[Node] = [leaves.eye(x.shape[0])]
    right: list[Node] = [leaves.eye(x.shape[1])]
    weights: list[Node] = []
    ranges: list[tuple[Node, Node]] = []
    letters = _free_letters(x, g, *(o for o in (before, after) if o is not None))
    for other, front in ((before, True), (after, False)):
        if other is None:
            continue
        i, j = (placeholder(next(letters), (1, 1), ("integer",)) for _ in range(2))
        row, column = leaves.basis(other.shape[0], i), leaves.basis(other.shape[1], j)
        weights.append(al.matmul([al.transpose(row), other, column]))
        left = [row, *left] if front else [*left, row]
        right = [column, *right] if front else [*right, column]
        ranges += [(i, const(other.shape[0])), (j, const(other.shape[1]))]
    body = al.scale(al.had(weights), al.matmul([al.transpose(maps.kron(left)), g, maps.kron(right)]))
    for index, last in reversed(ranges):
        body = maps.sumover(body, index, const(1), last)
    return body


def _free_letters(*roots: Node) -> Iterator[str]:
    """Letters for indices that name nothing in the expressions and none of their sizes."""
    order = walk(*roots)
    taken = {n.name for n in order if n.op in ("symbol", "item")}
    taken |= {str(s) for n in order for size in n.shape for s in getattr(size, "free_symbols", ())}
    return (c for c in "ijklrstuvpqabcdegh" if c not in taken)


def _explicit(node: Node, g: Node, active: Active) -> Iterator[Contribution]:
    """<G, [dy_ij]> = sum of G_ij dy_ij."""
    columns = node.shape[1]
    for position, entry in enumerate(node.args):
        if entry in active:
            i, j = divmod(position, int(columns))
            yield entry, entry_of(g, i, j)


def entry_of(g: Node, i: int, j: int) -> Node:
    """G_ij, counted from 0."""
    if g.op == "explicit":
        return g.args[i * int(g.shape[1]) + j]
    return getitem(g, (i, j))


ADJOINTS: dict[str, Callable[[Node, Node, Active], Iterator[Contribution]]] = {
    "add": _sum,
    "had": _elementwise_product,
    "scale": _scale,
    "matmul": _matrix_product,
    "pow": _power,
    "transpose": _transpose,
    "matpow": _matrix_power,
    "trace": _trace,
    "diag": _diag,
    "diagonal": _diagonal,
    "vec": _vec,
    "unvec": _unvec,
    "kron": _kronecker,
    "explicit": _explicit,
}


def _indexed(node: Node, g: Node, active: Active, book: Book, combine: Combine) -> Iterator[Contribution]:
    """<G, sum_i dy_i> = sum_i <G, dy_i>, and g d prod_i y_i = g prod_i y_i sum_i dy_i / y_i."""
    body, lo, hi = node.args
    product = node.op == "prodover"
    if lo in active or hi in active:
        raise NotDifferentiable(f"the range of a {'product' if product else 'sum'} must not vary, in {node}")
    if product:
        seed, outside = al.pow_(body, MINUS_ONE), al.had([g, node])
    else:
        seed, outside = (ONE, g) if g.is_scalar else (g, ONE)
    for x, cotangent in pullback(body, _sources(body, [node.param], active), seed, book, combine).items():
        yield x, al.scale(outside, summed(cotangent, node.param, lo, hi))


def _sources(body: Node, indices: Iterable[Node], active: Active) -> list[Node]:
    """The nodes that vary, know neither these indices nor one bound inside, and feed one that does."""
    inside = walk(body)
    known = {*indices, *(n.param for n in inside if n.op in BINDERS), *filter(is_random, inside)}
    bound = {n for n in depends(body, known) if n in active}
    feeding = {a for n in bound for a in n.args}
    free = [n for n in inside if n in active and n not in bound and (n in feeding or n is body) and n.op != "item"]
    return [*free, *dict.fromkeys(k for n in inside if n.op == "item" for k in active.members.get(n, ()))]


def _expectation(node: Node, g: Node, active: Active, book: Book, combine: Combine) -> Iterator[Contribution]:
    """<G, E dY> = E <G, dY>."""
    (body,) = node.args
    seed, outside = (ONE, g) if g.is_scalar else (g, ONE)
    for x, cotangent in pullback(body, _sources(body, (), active), seed, book, combine).items():
        yield x, al.scale(outside, expected(cotangent))


# --- calls ------------------------------------------------------------------------------------------------------
def _call(node: Node, g: Node, active: Active, book: Book) -> Iterator[Contribution]:
    if node.fn.projection:
        yield node.args[0], al.call(node.fn, (g,))
        return
    row = book.row(node)
    if isinstance(row, Primary):
        yield from _primary(node, g, row, active)
        return
    for position, a in enumerate(node.args):
        if a in active:
            compiled = transposed_row(row, position)
            if compiled is None:
                refuse_parameter(node, a, row)
                continue
            template, slot = compiled
            mapping = dict(zip(row.placeholders, node.args, strict=True))
            mapping[slot] = g
            yield a, instantiate(template, mapping)


@lru_cache(maxsize=512)
def transposed_row(row: Rule, position: int) -> tuple[Node, Node] | None:
    """(L*(G), G) of a row's right side in the differential of one argument; None where that does not occur."""
    tangent = row.tangents[position]
    if tangent is None:
        return None
    slot = placeholder("G", row.lhs.shape)
    return pullback(row.rhs, [tangent], slot, _EMPTY)[tangent], slot


_EMPTY = Book({})


def _primary(node: Node, g: Node, row: Primary, active: Active) -> Iterator[Contribution]:
    """<g I, d f(Y)> = <g f'(Y)^T, dY>, and <G, d f(tA)> = <G, A f'(tA)> dt for constant A."""
    y = node.args[0]
    s, rest = (g.args[0], g.args[1]) if g.op == "scale" else (None, g)
    if rest.op == "eye":
        f = al.transpose(row.derivative(y))
        yield y, f if s is None else al.scale(s, f)
        return
    if y.op == "scale" and y.args[1] not in active:
        yield y.args[0], maps.inner(g, al.matmul([y.args[1], row.derivative(y)]))
        return
    raise NoRule(f"no closed form for d({node}) outside of a trace")
