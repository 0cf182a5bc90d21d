"""The Kronecker form of a derivative as a book prints it: A (x) B + A (x) C = A (x) (B + C), T + K T = (I + K) T."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from . import algebra as al
from . import leaves, maps
from .nodes import MINUS_ONE, ONE, ZERO, Node, const, walk
from .normal import collect
from .sizes import Shape, Size, is_one, same_shape, same_size
from .values import is_negative, value_product

_MOST = 40  # terms that are compared in pairs


def gathered(jacobian: Node, f: Shape, x: Shape) -> Node:
    """d vec F / d (vec X)^T with its Kronecker products and commutation matrices collected.

    `f` and `x` are the shapes of F and X; the form with fewer commutation matrices, then fewer symbols, is taken.
    """
    if not any(n.op in ("kron", "commutation") for n in walk(jacobian)):
        return jacobian
    inside = _inside_vech(jacobian, x)
    if inside is not None:
        return inside
    terms = _multiplied_out(jacobian)
    if len(terms) > _MOST:
        return jacobian
    parts = _joined([_Part.of(t) for t in terms])
    found = collect(_paired(parts, f, x))
    return min((found, jacobian), key=_length)


def _inside_vech(jacobian: Node, x: Shape) -> Node | None:
    """L (T + K T) = L (I + K) T, the Jacobian of vech Y by that of vec Y."""
    terms = _multiplied_out(jacobian)
    chains = [_Part.of(t).chain for t in terms]
    first = chains[0][0] if chains else jacobian
    if first.op != "elimination" or any(len(c) < 2 or c[0] is not first for c in chains):
        return None
    inside = [_Part.of(t) for t in terms]
    body = al.add([p._replace(chain=p.chain[1:]).node for p in inside])
    n = first.param
    return al.matmul([first, gathered(body, (n, n), x)])


def _length(root: Node) -> tuple[int, int, int, int]:
    """How many commutation matrices, Kronecker products, terms and symbols a form is written with."""
    body = al.split(root)[1]
    terms = len(body.args) if body.op == "add" else 1
    return _count(root, "commutation"), _count(root, "kron"), terms, root.weight


def _count(root: Node, op: str) -> int:
    """How often a kind of node is written."""
    count: dict[Node, int] = {}
    for n in walk(root):
        count[n] = (n.op == op) + sum(count[a] for a in n.args)
    return count[root]


class _Part(NamedTuple):
    """coefficient * scalar * chain of matrices."""

    coefficient: Node
    scalar: Node
    chain: tuple[Node, ...]

    @classmethod
    def of(cls, term: Node) -> _Part:
        c, rest = al.split(term)
        s, body = (rest.args[0], rest.args[1]) if rest.op == "scale" else (ONE, rest)
        return cls(const(c), s, body.args if body.op == "matmul" else (body,))

    @property
    def node(self) -> Node:
        return al.scale(al.had([self.coefficient, self.scalar]), al.matmul(self.chain))


# --- terms ------------------------------------------------------------------------------------------------------
def _multiplied_out(root: Node) -> list[Node]:
    """The terms of a sum of products, multiplied out along the sums that hold Kronecker products."""
    terms, done = [root], list[Node]()
    while terms and len(terms) + len(done) <= _MOST:
        t = terms.pop()
        spread = _spread(t)
        if spread:
            terms.extend(spread)
        elif not leaves.is_zero(t):
            done.append(t)
    return done + terms


def _spread(t: Node) -> list[Node]:
    if t.op == "transpose" and t.args[0].op in ("add", "scale"):
        return [al.transpose(a) for a in _spread(t.args[0])]
    if t.op == "add":
        return list(t.args)
    if t.op == "diag" and t.args[0].op == "add":
        return [maps.diag(a) for a in t.args[0].args]
    if t.op == "scale":
        return [al.scale(t.args[0], a) for a in _spread(t.args[1])]
    if t.op == "matmul":
        for i, a in enumerate(t.args):
            inner = _spread(a) if _is_wide(a) else []
            if inner:
                return [al.matmul([*t.args[:i], u, *t.args[i + 1 :]]) for u in inner]
    return []


def _is_wide(a: Node) -> bool:
    """True for a sum of maps between vecs, not for one of the user's own matrices."""
    if a.op == "diag":
        return _is_wide(a.args[0])
    terms = a.args if a.op == "add" else a.args[0].args if a.op == "transpose" and a.args[0].op == "add" else ()
    return any(n.op in ("kron", "commutation", "vec") for t in terms for n in walk(t))


# --- A (x) B + A (x) C ------------------------------------------------------------------------------------------
def _joined(parts: list[_Part]) -> list[_Part]:
    """The terms, those that differ in one Kronecker factor put together, the heaviest common factor first."""
    parts = sorted(parts, key=lambda p: p.node.digest)
    while True:
        options = [(j, p, q) for p, q in combinations(parts, 2) if (j := _one_factor(p, q)) is not None]
        if not options:
            return parts
        (_, whole), p, q = max(options, key=lambda o: (o[0][0], o[0][1].node.digest))
        parts = [r for r in parts if r is not p and r is not q] + [whole]


def _one_factor(p: _Part, q: _Part) -> tuple[int, _Part] | None:
    """p + q where they differ in a single Kronecker factor, with the weight of what they share there."""
    a, b = _written_out(p.chain, q.chain), _written_out(q.chain, p.chain)
    if len(a) != len(b):
        return None
    different = [i for i, (m, n) in enumerate(zip(a, b, strict=True)) if m is not n]
    if len(different) != 1:
        return None
    (i,) = different
    same = p.scalar is q.scalar
    c, d = (r.coefficient if same else al.had([r.coefficient, r.scalar]) for r in (p, q))
    found = _common(a[i], b[i], c, d)
    if found is None:
        return None
    c, weight, made = found
    return weight, _Part(
        c, p.scalar if same else ONE, (*a[:i], *(made.args if made.op == "matmul" else (made,)), *a[i + 1 :])
    )


def _written_out(chain: tuple[Node, ...], other: tuple[Node, ...]) -> tuple[Node, ...]:
    """K as I K beside (A (x) B) K, and u (a^T (x) b^T) as a^T (x) u b^T beside a Kronecker product."""
    if len(chain) == 2 and len(other) == 1 and is_one(chain[0].shape[1]):
        rows = _factors(chain[1], chain[1])
        if len(rows) > 1:
            return (maps.kron([*rows[:-1], al.matmul([chain[0], rows[-1]])]),)
    if len(chain) == 1 and chain[0].op == "commutation" and len(other) == 2 and other[1] is chain[0]:
        return leaves.eye(chain[0].shape[0]), chain[0]
    return chain


def _common(a: Node, b: Node, c: Node, d: Node) -> tuple[Node, int, Node] | None:
    """(c, weight of A, A (x) (B + d/c C)) for c A (x) B + d A (x) C."""
    if a.op == b.op == "diag" and a.args[0].op == b.args[0].op == "vec":
        outside, (e, g) = _outside(c, d)
        inner = collect([al.scale(e, a.args[0].args[0]), al.scale(g, b.args[0].args[0])])
        return outside, a.weight, maps.diag(maps.vec(inner))
    left, right = _factors(a, b), _factors(b, a)
    if len(left) < 2 or len(left) != len(right):
        return None
    if not all(same_shape(x.shape, y.shape) for x, y in zip(left, right, strict=True)):
        return None
    different = [i for i, (x, y) in enumerate(zip(left, right, strict=True)) if x is not y]
    if len(different) != 1:
        return None
    (i,) = different
    outside, (e, g) = _outside(c, d)
    inner = collect([al.scale(e, left[i]), al.scale(g, right[i])])
    if any(
        t.op == "scale" and t.args[1].op == "eye" and is_negative(al.split(t)[0]) for t in inner.args
    ):  # I - P stays
        outside, inner = al.scale(MINUS_ONE, outside), al.add([al.scale(MINUS_ONE, t) for t in inner.args])
    weight = sum(x.weight for k, x in enumerate(left) if k != i)
    return outside, weight, maps.kron([*left[:i], inner, *left[i + 1 :]])


def _outside(c: Node, d: Node) -> tuple[Node, tuple[Node, Node]]:
    """What two coefficients share: their size, and a minus where both have one."""
    if c.op != "const" or d.op != "const":
        return ONE, (c, d)
    size = [const(value_product(-1, v.param)) if is_negative(v.param) else v for v in (c, d)]
    if size[0] is not size[1]:
        return ONE, (c, d)
    both = is_negative(c.param) and is_negative(d.param)
    shared = c if both or (size[0] is c and size[1] is d) else size[0]
    inverse = al.pow_(shared, const(-1))
    return shared, (al.had([c, inverse]), al.had([d, inverse]))


def _factors(m: Node, beside: Node) -> tuple[Node, ...]:
    """The factors of a Kronecker product, also of its transpose; I as I (x) I of the shapes beside it."""
    if m.op == "transpose" and m.args[0].op == "kron":
        return tuple(map(al.transpose, m.args[0].args))
    if m.op == "eye" and beside.op != "eye":
        shapes = [f.shape for f in _factors(beside, beside)]
        return tuple(leaves.eye(s[0]) for s in shapes) if all(same_size(*s) for s in shapes) else (m,)
    return m.args if m.op == "kron" else (m,)


# --- T + K T ----------------------------------------------------------------------------------------------------
def _paired(parts: Sequence[_Part], f: Shape, x: Shape) -> list[Node]:
    """(I + K) T for T + K T where F is square, and T (I + K) for T + T K where X is."""
    terms: dict[Node, Node] = {}
    for p in sorted(parts, key=lambda p: (_length(p.node), p.node.digest)):
        t = al.scale(p.scalar, al.matmul(p.chain))
        terms[t] = al.add([terms.get(t, ZERO), p.coefficient])
    sides = [(shape[0], left) for shape, left in ((f, True), (x, False)) if same_size(*shape) and not is_one(shape[0])]
    done: list[Node] = []
    while terms:
        t = next(iter(terms))
        c = terms.pop(t)
        done.append(
            next((both for n, left in sides if (both := _pair(t, c, terms, n, left)) is not None), al.scale(c, t))
        )
    return done


def _pair(t: Node, c: Node, terms: dict[Node, Node], n: Size, left: bool) -> Node | None:
    """c (I + K) T where c K T is among the terms, which loses it; c (I - K) T for -c K T."""
    k = leaves.commutation(n, n)
    turned = al.matmul([k, t] if left else [t, k])
    if turned is t or turned not in terms:
        return None
    other = terms[turned]
    if other is not c and other is not al.had([MINUS_ONE, c]):
        return None
    del terms[turned]
    both = al.add([leaves.eye(k.shape[0]), k if other is c else al.scale(MINUS_ONE, k)])
    return al.scale(c, al.matmul([both, t] if left else [t, both]))
