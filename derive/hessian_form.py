"""The textbook form of a Hessian: symmetric on its face, and in the names that f and its gradient give.

For a quotient f = p/q the gradient is g = (grad p - f grad q)/q. Differentiating q g = grad p - f grad q gives the form
that a person writes, with rho = f and g = grad f as names:

    H = (H_p - rho H_q - g grad q^T - grad q g^T)/q.

In the same way H = (H_q/2 - g g^T)/f for f = sqrt q, and H = H_q/q - g g^T for f = log q.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from . import algebra as al
from . import leaves, maps
from .forward import free_names, spelling
from .kronecker_form import gathered
from .nodes import MINUS_ONE, ONE, Node, const, depends, placeholder, walk
from .normal import collect, expanded_terms, factored, polish
from .rebuilding import rebuild, renewed, substitute
from .sizes import Shape, is_one
from .values import is_negative

Definition = tuple[Node, Node]
Derivatives = Callable[[Node], tuple[Node, Node]]
HALF = const(Fraction(1, 2))
TERMS = 40  # more terms than this are not collected anew


# --- symmetric on its face --------------------------------------------------------------------------------------
def symmetrized(h: Node, known: Iterable[Node], x: Shape) -> Node:
    """A Hessian as a sum whose terms are symmetric, or pairs of a term and its transpose.

    Sums among the `known` nodes, those of f and of its gradient, stay as they are. `x` is the shape of the variable.
    """
    known = set(known)
    total = al.add(written_out(h, {n for n in known if n.op == "add"}))
    if al.transpose(total) is not total:
        spread = polish(collect(expanded_terms(h)), known)
        return min((h, al.transpose(h), spread), key=lambda n: n.weight)
    form = polish(gathered(factored(total), x, x), known)
    return h if al.transpose(h) is h and h.weight <= form.weight else form


def with_facts(h: Node, x: Node) -> Node:
    """What is declared of the data put in: 1'y = 1 for one-hot y or y on the simplex, y o y = 1 for signs.

    Not for the variable itself, which moves freely.
    """
    facts: dict[Node, Node] = {}
    for n in walk(h):
        held = n.args[-1].properties if n.args and n.args[-1] is not x else frozenset()
        if n.op == "matmul" and len(n.args) == 2 and n.args[0].op == "ones" and held & {"one-hot", "simplex"}:
            facts[n] = ONE
        squared = n.op == "pow" and n.args[1].op == "const" and n.args[1].param == 2 and n.args[0] is not x
        if squared and "plus or minus one" in n.args[0].properties:
            facts[n] = leaves.ones(*n.shape)
        if squared and n.args[0].properties & {"binary", "one-hot"}:
            facts[n] = n.args[0]
    return substitute(h, facts) if facts else h


def written_out(h: Node, keep: set[Node]) -> list[Node]:
    """The terms of h, its products multiplied out over sums that are neither symmetric nor in `keep`."""
    terms = [h]
    while len(terms) <= TERMS:
        spread = [u for t in terms for u in _parts(t, keep)]
        if len(spread) == len(terms):
            return spread
        terms = spread
    return [h]


def _parts(t: Node, keep: set[Node]) -> list[Node]:
    """The terms of a sum, of a product with a sum among its factors, or the term alone."""
    if t.op == "add":
        return list(t.args)
    if t.op == "transpose" and t.args[0].op == "add":
        return [al.transpose(a) for a in t.args[0].args]
    if t.op in ("scale", "matmul", "kron"):
        for i, f in enumerate(t.args):
            inner = _parts(f, keep) if _may_hold_terms(f, keep) else [f]
            if len(inner) > 1:
                return [rebuild(t.op, (*t.args[:i], u, *t.args[i + 1 :]), t.param, t.shape) for u in inner]
    return [t]


def _may_hold_terms(f: Node, keep: set[Node]) -> bool:
    """False for scalars, and for sums that are symmetric or in `keep`, which stay as they are."""
    inner = f.args[0] if f.op == "transpose" else f
    return not f.is_scalar and (inner.op != "add" or (inner not in keep and al.transpose(inner) is not inner))


# --- in names ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Quotient:
    """g = N/D, the gradient of f, and what its differential dg = (dN - g dD)/D is made of.

    `names` are rho = f, where N holds it, and g. Along dx: dN = `slope` dx - `moved` d rho, and dD = `falls`^T dx.
    """

    names: tuple[Definition, ...]
    gradient: Node  # the name g
    value: Node | None  # the name rho
    numerator: Node
    denominator: Node
    slope: Node
    moved: Node | None
    falls: Node
    shape: Shape  # of the variable

    @property
    def form(self) -> Node:
        """H = (slope - moved g^T - g falls^T)/D in the names."""
        g, under = self.gradient, al.pow_(self.denominator, MINUS_ONE)
        terms = [self.slope, al.scale(MINUS_ONE, al.matmul([g, al.transpose(self.falls)]))]
        if self.moved is not None:
            terms.append(al.scale(MINUS_ONE, al.matmul([self.moved, al.transpose(g)])))
        known = walk(self.numerator, self.denominator)
        return symmetrized(collect([al.scale(under, t) for t in terms]), known, self.shape)

    def along(self, v: Node) -> Node:
        """H v in the names, for a column v."""
        g, under = self.gradient, al.pow_(self.denominator, MINUS_ONE)
        terms = [al.matmul([t, v]) for t in written_out(self.slope, set())]
        terms.append(al.scale(al.had([MINUS_ONE, maps.inner(self.falls, v)]), g))
        if self.moved is not None:
            terms.append(al.scale(al.had([MINUS_ONE, maps.inner(g, v)]), self.moved))
        return collect([al.scale(under, t) for t in terms])

    def written_out(self, node: Node) -> Node:
        """An expression in the names, in the variables again, its sums collected anew."""
        return regrouped(node, dict(self.names))


def regrouped(node: Node, meaning: Mapping[Node, Node], keep: Collection[Node] | None = None) -> Node:
    """An expression with names replaced by their meaning, and every sum that is new, or not in `keep`, collected."""
    done = dict(meaning)
    for n in walk(node):
        if n not in done:
            made = renewed(n, tuple(done[a] for a in n.args))
            done[n] = made if made is n and (keep is None or n in keep) else factored(made)
    return done[node]


def quotient(f: Node, x: Node, gradient: Node, derivatives: Derivatives) -> Quotient | None:
    """The form in names of f = c p/q, sqrt q or log q; None for any other f.

    `derivatives` gives (gradient, Hessian) of a scalar by x, the gradient as a column.
    """
    if x.is_scalar or x.op == "explicit":
        return None
    names = _Names(f, x, gradient)
    if f.op == "call" and f.fn.name == "log" and f.args[0].op != "had":
        return _logarithm(f.args[0], names, derivatives)
    if f.op == "pow" and f.args[1] is HALF:
        return _root(f, names, derivatives)
    if f.op == "had":
        return _ratio(f, x, names, derivatives)
    return None


class _Names:
    """The letters rho and g, where they are free."""

    def __init__(self, f: Node, x: Node, gradient: Node) -> None:
        self.shape = x.shape
        self.taken = {spelling(n.name) for n in walk(f, x) if n.op in ("symbol", "item")}
        column = gradient if is_one(x.shape[1]) else maps.vec(gradient)
        self.g = placeholder(self.free("g", "gamma"), column.shape)
        self.defined: tuple[Definition, ...] = ((self.g, column),)

    def free(self, *letters: str) -> str:
        letter = next((c for c in letters if spelling(c) not in self.taken), letters[0])
        (name,) = free_names(letter, 1, self.taken)
        return name


def _logarithm(q: Node, names: _Names, derivatives: Derivatives) -> Quotient:
    """f = log q: g = grad q/q, and dq = q g^T dx."""
    gradient, hessian = derivatives(q)
    return Quotient(names.defined, names.g, None, gradient, q, hessian, None, al.scale(q, names.g), names.shape)


def _root(f: Node, names: _Names, derivatives: Derivatives) -> Quotient:
    """f = sqrt q: g = (grad q/2)/f, and df = g^T dx."""
    gradient, hessian = derivatives(f.args[0])
    half, slope = (al.scale(HALF, n) for n in (gradient, hessian))
    return Quotient(names.defined, names.g, None, half, f, slope, None, names.g, names.shape)


def _ratio(f: Node, x: Node, names: _Names, derivatives: Derivatives) -> Quotient | None:
    """f = c p/q: with rho = p/q, so that d rho = g^T dx/c, N = c (grad p - rho grad q) and D = q."""
    c, rest = al.split(f)
    under = [t for t in rest.args if t.op == "pow" and t.args[1].op == "const" and is_negative(t.args[1].param)]
    over = [t for t in rest.args if t not in under]
    if rest.op != "had" or not depends(al.had([ONE, *under]), [x]) or not depends(al.had([ONE, *over]), [x]):
        return None
    p, q = al.had([ONE, *over]), al.pow_(al.had([ONE, *under]), MINUS_ONE)
    (gp, hp), (gq, hq) = derivatives(p), derivatives(q)
    rho = placeholder(names.free("rho", "kappa"), rest.shape, ("positive",) if al.is_positive(rest) else ())
    minus = al.had([MINUS_ONE, rho])
    numerator, slope = (factored(al.scale(const(c), al.add([a, al.scale(minus, b)]))) for a, b in ((gp, gq), (hp, hq)))
    return Quotient(((rho, rest), *names.defined), names.g, rho, numerator, q, slope, gq, gq, names.shape)
