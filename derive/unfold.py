"""Differentials in unfolding: d(g) as a mark, replaced by g's law one at a time; dX brought to the right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from . import algebra as al
from . import law as laws
from . import leaves, maps
from .book import Book, Row
from .errors import NoClosedForm
from .initials import is_negative_constant
from .law import Law
from .linearise import Deferred
from .linearise import law as differential_law
from .nodes import MINUS_ONE, ONE, SCALAR, ZERO, Node, depends, make, walk, with_args
from .random_variables import is_expectation
from .rebuilding import rebuild
from .rule import Primary, d, differential_of, is_tangent
from .sizes import is_one

LINEAR = ("add", "transpose", "diag", "diagonal", "vec", "unvec", "sumover", "explicit")


def is_mark(n: Node) -> bool:
    """True for d(g), a differential not yet worked out."""
    return n.op == "call" and n.fn is differential_of


class Unfolding:
    """How a mark d(g) is replaced by g's law, with marks d(a) on its arguments."""

    def __init__(self, tangents: Mapping[Node, Node], active: set[Node], book: Book) -> None:
        self.tangents, self.active, self.book = tangents, active, book

    def is_linear(self, g: Node) -> bool:
        """True where d only passes through: sums, linear maps, products with one varying factor."""
        varying = sum(a in self.active for a in g.args)
        if g.op == "trace":
            return not self._held(g)
        if _is_linear_call(g) or g.op in LINEAR:
            return True
        return g.op in laws.PRODUCTS and varying == 1

    def _held(self, trace: Node) -> bool:
        """True for tr f(Y) of a matrix function f, whose differential is known only inside the trace."""
        return self._is_primary(trace.args[0])

    def _is_primary(self, g: Node) -> bool:
        """True for a matrix function."""
        return g.op == "call" and not _is_linear_call(g) and isinstance(self.book.row(g), Primary)

    def _holds_terms(self, trace: Node) -> bool:
        """True for tr(A + f(Y)), with a matrix function among the terms."""
        terms = trace.args[0].args if trace.args[0].op == "add" else ()
        return any(t in self.active and self._is_primary(t) for t in map(_unscaled, terms))

    def _trace_of_terms(self, trace: Node) -> Node:
        """d tr(A + B) = d tr A + d tr B."""
        traces = [maps.trace(t) for t in trace.args[0].args if t in self.active]
        self.active.update(n for t in traces for n in walk(t) if n.op in ("trace", "had"))
        return al.add([d(t) for t in traces])

    def row(self, g: Node) -> Row | Law:
        if g.op == "trace":
            g = g.args[0]
        if self._quotient(g) is not None:
            return laws.QUOTIENT
        return self.book.row(g) if g.op == "call" and not is_expectation(g) else laws.law_of(g)

    def once(self, g: Node) -> Node:
        """The law of g, its arguments' differentials marked."""
        if g.op == "trace":
            held = g.args[0]
            part = differential_law(held, [self.part(a) for a in held.args], self.book)
            found = differential_law(g, [part], self.book)
        elif (over := self._quotient(g)) is not None:
            found = self._by_quotient_rule(*over)
        elif self._is_primary(g):
            found = differential_law(g, [self.linear(a) if a in self.active else None for a in g.args], self.book)
        else:
            found = differential_law(g, [self.part(a) for a in g.args], self.book)
        if isinstance(found, Deferred):
            raise NoClosedForm(f"no closed form for d({g}) outside of a trace")
        return found

    def _quotient(self, g: Node) -> tuple[Node, Node] | None:
        """(a, p) of g = a/p, a scalar or a multiple of a matrix, where both vary."""
        scalar = g if g.op == "had" and g.is_scalar else g.args[0] if g.op == "scale" else None
        if scalar is None:
            return None
        factors = scalar.args if scalar.op == "had" else (scalar,)
        under = [f for f in factors if f.op == "pow" and f in self.active and is_negative_constant(f.args[1])]
        rest = [f for f in factors if f not in under]
        over = [*rest, g.args[1]] if g.op == "scale" else rest
        if len(under) != 1 or not any(n in self.active for n in over):
            return None
        numerator = al.scale(al.had([ONE, *rest]), g.args[1]) if g.op == "scale" else al.had(rest)
        return numerator, al.pow_(under[0], MINUS_ONE)

    def _by_quotient_rule(self, a: Node, p: Node) -> Node:
        """d(a/p) = (da - dp a/p)/p."""
        for n in walk(a, p):
            if any(m in self.active for m in n.args):
                self.active.add(n)
        under = al.pow_(p, MINUS_ONE)
        da, dp = self.part(a), self.part(p)
        assert da is not None and dp is not None
        fall = al.scale(al.had([MINUS_ONE, dp]), al.scale(under, a))
        return al.scale(under, make("add", (da, fall), a.shape))

    def linear(self, g: Node) -> Node:
        """d carried through sums and linear maps, down to what is not linear."""
        done: dict[Node, Node | None] = {}
        for node in walk(g):
            if node not in self.active:
                done[node] = None
            elif node in self.tangents:
                done[node] = self.tangents[node]
            elif node.op == "trace" and self._holds_terms(node):
                done[node] = self._trace_of_terms(node)
            elif self.is_linear(node):
                found = differential_law(node, [done[a] for a in node.args], self.book)
                assert isinstance(found, Node)
                done[node] = found
            else:
                done[node] = d(node)
        found_here = done[g]
        assert found_here is not None
        return found_here

    def part(self, a: Node) -> Node | None:
        if a not in self.active:
            return None
        if a in self.tangents:
            return self.tangents[a]
        if a.op == "transpose":
            inner = self.part(a.args[0])
            return None if inner is None else al.transpose(inner)
        return d(a)


def _is_linear_call(g: Node) -> bool:
    """True for E[...] and for a projection, such as the lower triangle."""
    return g.op == "call" and (g.fn.projection or is_expectation(g))


def _unscaled(n: Node) -> Node:
    return n.args[1] if n.op == "scale" else n


def path_to(root: Node, wanted: Node) -> tuple[int, ...]:
    """Argument positions from `root` to its first occurrence of `wanted`."""
    came: dict[Node, tuple[Node, int]] = {}
    for node in walk(root):
        for i, a in enumerate(node.args):
            came.setdefault(a, (node, i))
    path: list[int] = []
    while wanted is not root:
        wanted, i = came[wanted]
        path.append(i)
    return tuple(reversed(path))


# --- forms ------------------------------------------------------------------------------------------------------
def settled(node: Node) -> Node:
    """u^T v with the side that holds a differential last; other nodes as they are."""
    held: set[Node] = set()
    done: dict[Node, Node] = {}
    for n in walk(node):
        if is_mark(n) or is_tangent(n) or any(a in held for a in n.args):
            held.add(n)
        args = tuple(done[a] for a in n.args) if not is_mark(n) else n.args
        new = with_args(n, args)
        if n.op == "matmul" and len(n.args) == 2 and n.is_scalar and n.args[0] in held and n.args[1] not in held:
            new = make("matmul", (al.transpose(args[1]), al.transpose(args[0])), SCALAR)
        done[n] = new
    return done[node]


def factors(m: Node) -> tuple[Node, ...]:
    return m.args if m.op == "matmul" else (m,)


def right_form(g: Node, dx: Node) -> Node:
    """<G, dX> with dX last: g dt, g^T dx, tr(G^T dX); not simplified, so that it stays as it reads."""
    if leaves.is_zero(g):
        return ZERO
    entries = g.args[0] if g.op == "transpose" else g
    if dx.op == "explicit" and entries.op == "explicit":
        return al.add([al.had(pair) for pair in zip(entries.args, dx.args, strict=True)])
    if dx.is_scalar:
        return al.had([g, dx])
    row = al.transpose(g)
    s, m = (row.args[0], row.args[1]) if row.op == "scale" else (ONE, row)
    if is_one(dx.shape[0]):
        m, dx = al.transpose(m), al.transpose(dx)
    chain = (dx,) if m.op == "eye" else (*factors(m), dx)
    body = chain[0] if len(chain) == 1 else make("matmul", chain, (chain[0].shape[0], dx.shape[1]))
    return al.had([s, body if body.is_scalar else make("trace", (body,), SCALAR)])


def distributed(change: Node, tangents: Iterable[Node]) -> list[Node]:
    """The terms of an expression linear in the tangents, products multiplied out along them."""
    held = depends(change, tangents)
    terms: dict[Node, list[Node]] = {}
    for n in walk(change):
        if n not in held:
            continue
        varying = [i for i, a in enumerate(n.args) if a in held]
        if not varying or n.op in ("explicit", "sumover", "call"):
            terms[n] = [n]
        elif n.op == "add":
            terms[n] = [t for a in n.args for t in (terms[a] if a in held else [a])]
        elif len(varying) == 1 and len(terms[n.args[varying[0]]]) > 1:
            i = varying[0]
            before, after = n.args[:i], n.args[i + 1 :]
            terms[n] = [rebuild(n.op, (*before, t, *after), n.param, n.shape) for t in terms[n.args[i]]]
        else:
            terms[n] = [n]
    return terms.get(change, [change])


def moving_laws(terms: Sequence[Node], t: Node) -> list[Law]:
    """The laws by which the terms are written with t last."""
    found: dict[Law, None] = {}
    for term in terms:
        held = depends(term, [t])
        for n in walk(term):
            if n in held:
                law = _moving_law(n, held, t)
                if law is not None:
                    found[law] = None
    return sorted(found, key=laws.LAWS.index)


def _moving_law(n: Node, held: set[Node], t: Node) -> Law | None:
    if n.op == "trace":
        flipped = any(a.op == "transpose" and a in held for a in walk(n))
        return laws.TRACE_TRANSPOSE if flipped else laws.CYCLIC
    if n.op == "matmul" and n.is_scalar and n.args[-1] is not t:
        if not is_one(t.shape[1]):
            return laws.SANDWICH
        return laws.SCALAR_TRANSPOSE if n.args[0] in held else None
    if n.op == "had" and not n.is_scalar:
        return laws.INNER_HADAMARD
    if n.op in ("diag", "diagonal", "vec"):
        return {"diag": laws.INNER_DIAG, "diagonal": laws.INNER_DIAGONAL, "vec": laws.INNER_VEC}[n.op]
    return None
