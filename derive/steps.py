"""Steps: a derivation as data, in the order that reads well.

The differential, one law at a time, outermost first; distribute; bring dX to the right; collect; read off; the
gradient. What a step says is taken from the law or the row that made it, and every step can be checked by numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from . import algebra as al
from . import law as laws
from .adjoint import pullback
from .book import Book, Row
from .conditions import conditions
from .differential import Deferred
from .differential import law as differential_law
from .errors import NoClosedForm
from .evidence import Ground, StepCheck, compare
from .law import Law
from .nodes import ONE, SCALAR, Node, depends, make, placeholder, walk
from .normal import collect
from .rule import Condition, Primary, d, differential_of, tangent
from .sizes import is_one

if TYPE_CHECKING:
    from .derivation import Derivation

EQUAL, READ_OFF, TRANSPOSED = "=", "read off", "transposed"


@dataclass(frozen=True, eq=False)
class Step:
    """One step: `rule` turned `before` into `after`.

    `relation` says what the two have to do with each other: "=" they are equal; "read off": `before` is linear in dX
    and `after` its Jacobian or gradient; "transposed": `after` is `before` transposed. `where` is the path to the
    matched subexpression, as argument positions in `before`; `row` the row or law that was applied, if it has one.
    """

    rule: str
    before: Node
    after: Node
    where: tuple[int, ...] = ()
    conditions: tuple[Condition, ...] = ()
    substeps: tuple[Step, ...] = ()
    row: Row | Law | None = None
    relation: str = EQUAL
    subject: str = "df"
    ground: Ground = field(default_factory=lambda: Ground(ONE, ()), repr=False)

    @property
    def matched(self) -> Node:
        """The subexpression of `before` to which the rule was applied."""
        node = self.before
        for i in self.where:
            node = node.args[i]
        return node

    @cached_property
    def check(self) -> StepCheck:
        """Whether the step is right, on random instances with a random dX; "correct" only on evidence."""
        if self.relation == TRANSPOSED:
            return compare(self.ground, make("transpose", (self.before,), self.before.shape[::-1]), self.after)
        if self.relation == READ_OFF:
            return compare(self.ground, self.before, _paired(self.after, self.before, self.ground.variables[0]))
        return compare(self.ground, self.before, self.after)

    def __str__(self) -> str:
        return f"{self.before} = {self.after}    ({self.rule})"


def _paired(derivative: Node, change: Node, x: Node) -> Node:
    """The change that a Jacobian or a gradient stands for: J dx, J dt, or the sum of G o dX."""
    dx = tangent(x)
    if x.is_scalar:
        return al.scale(dx, derivative)
    if change.is_scalar:
        return al.inner(derivative if derivative.shape == x.shape else al.transpose(derivative), dx)
    column = al.matmul([derivative, al.vec(dx)])
    return column if is_one(change.shape[1]) else al.transpose(column)


# --- the steps of a derivation ----------------------------------------------------------------------------------
def steps(derivation: Derivation) -> tuple[Step, ...]:
    """The steps from d(f) to derivation.result. Raises what the derivation raises where it has no result."""
    f, x, stands_for = _problem(derivation.function, derivation.wrt)
    ground = Ground(f, (x,), (), stands_for)
    writer = _Writer(ground, derivation.book)
    change = writer.differential(f, {x: tangent(x)})
    try:
        derivation.result
    except NoClosedForm:
        return tuple(writer.steps)
    if f.is_scalar:
        _scalar(writer, derivation, change, x)
    else:
        _vector(writer, derivation, change, x)
    return tuple(writer.steps)


def _problem(f: Node, x: Node) -> tuple[Node, Node, dict[Node, Node]]:
    """f by a symbol; a variable such as X^T or X^-1 gets a symbol of its own."""
    if x.op in ("symbol", "item"):
        return f, x, {}
    fresh = placeholder(x.args[0].name + "'" if x.args and x.args[0].op == "symbol" else "z'", x.shape)
    inner = x.args[0] if x.args else x
    if x.op == "transpose" and inner.op == "symbol":
        return al.substitute(f, {inner: al.transpose(fresh)}), fresh, {fresh: x}
    if x.op == "matpow" and inner.op == "symbol":
        return al.substitute(f, {inner: al.inv(fresh)}), fresh, {fresh: x}
    return al.substitute(f, {x: fresh}), fresh, {fresh: x}


def _scalar(writer: _Writer, derivation: Derivation, change: Node, x: Node) -> None:
    """df = tr(G^T dX), the Jacobian, the gradient."""
    dx = tangent(x)
    free = writer.fresh(al.transpose(derivation._free))
    writer.bring_right(change, [dx])
    writer.to("collect", right_form(free, dx))
    gradient = writer.fresh(derivation.gradient)
    if gradient is not free:
        kind = next((p for p in ("diagonal", "symmetric", "skew") if p in x.properties), "structured")
        writer.to(f"d{x} is {kind}", right_form(gradient, dx))
    if x.is_scalar:
        writer.read_off("read off the derivative", derivation.result, "dt")
        return
    is_column, strict = is_one(x.shape[1]), derivation.layout == "numerator-strict"
    if is_column or strict:
        writer.read_off("read off the Jacobian", derivation.jacobian, "J")
    if not strict:
        writer.gradient(derivation.result, from_jacobian=is_column)


def _vector(writer: _Writer, derivation: Derivation, change: Node, x: Node) -> None:
    """dy = J dx, or dY = Y' dt."""
    dx = tangent(x)
    jacobian = writer.fresh(derivation.jacobian)
    after = al.scale(dx, jacobian) if x.is_scalar else make("matmul", (*_factors(jacobian), _column(dx)), (jacobian.shape[0], 1))
    if jacobian.op == "eye":
        after = _column(dx)
    if not x.is_scalar and is_one(change.shape[0]):
        after = al.transpose(after)
    if not al.is_zero(jacobian):
        writer.to("collect", after)
    writer.read_off("read off the derivative" if x.is_scalar else "read off the Jacobian", derivation.jacobian, "dt" if x.is_scalar else "J")
    if derivation.result is not derivation.jacobian:
        writer.transposed("denominator layout: transpose", derivation.result, "Jt")


def _column(dx: Node) -> Node:
    return dx if is_one(dx.shape[1]) else al.transpose(dx)


class _Writer:
    """Steps as they are written, each beginning where the last ended."""

    def __init__(self, ground: Ground, book: Book, subject: str = "df") -> None:
        self.ground, self.book, self.subject = ground, book, subject
        self.steps: list[Step] = []
        self.now: Node = ONE

    def write(self, rule: str, after: Node, **facts: object) -> None:
        step = Step(rule, self.now, after, subject=str(facts.pop("subject", self.subject)), ground=self.ground, **facts)  # type: ignore[arg-type]
        self.steps.append(step)
        self.now = after

    def to(self, rule: str, after: Node, row: Law | None = None) -> None:
        """A step to an equal expression, unless nothing changes."""
        if after is not self.now:
            self.write(rule, after, row=row)

    def fresh(self, node: Node) -> Node:
        """A result in terms of the variable's own symbol."""
        return al.substitute(node, {x: fresh for fresh, x in self.ground.stands_for.items()}) if self.ground.stands_for else node

    def read_off(self, rule: str, after: Node, subject: str) -> None:
        self.write(rule, after, relation=READ_OFF, subject=subject)

    def transposed(self, rule: str, after: Node, subject: str) -> None:
        self.write(rule, after, relation=TRANSPOSED, subject=subject)

    def gradient(self, after: Node, from_jacobian: bool) -> None:
        if from_jacobian:
            self.transposed("the gradient is the transposed Jacobian", after, "grad")
        else:
            self.read_off("read off the gradient", after, "grad")

    # --- the differential ---
    def differential(self, y: Node, tangents: Mapping[Node, Node]) -> Node:
        """dy in the tangents, one law at a time, outermost first."""
        self.now = d(y)
        active = depends(y, tangents)
        if y not in active:
            self.write("constant", al.zeros_like(y))
            return self.now
        unfolding = _Unfolding(tangents, active, self.book)
        while True:
            marks = [n for n in walk(self.now) if is_mark(n)]
            if not marks:
                return self.now
            linear = [m for m in marks if unfolding.is_linear(m.args[0])]
            if linear:
                self._unfold(laws.LINEARITY, linear, unfolding.linear)
                continue
            row = unfolding.row(marks[-1].args[0])
            same = [m for m in marks if unfolding.row(m.args[0]) is row]
            self._unfold(row, same, unfolding.once)

    def _unfold(self, row: Row | Law, marks: Sequence[Node], how: Callable[[Node], Node]) -> None:
        after = settled(al.substitute(self.now, {m: how(m.args[0]) for m in marks}))
        self.write(
            row.name, after, where=_path(self.now, marks[0]), row=row,
            conditions=tuple(c for m in marks for c in conditions(m.args[0], [m.args[0]], self.book)),
        )  # fmt: skip

    # --- dX to the right ---
    def bring_right(self, change: Node, tangents: Iterable[Node]) -> None:
        """Distribute, then write every term with its differential last."""
        tangents = list(tangents)
        terms = distributed(change, tangents)
        if len(terms) > 12:
            return
        self.to(laws.DISTRIBUTE.name, settled(al.add(terms)), laws.DISTRIBUTE)
        for t in tangents:
            moved = [right_form(pullback(term, [t], ONE, combine=collect)[t], t) if t in set(walk(term)) else term for term in terms]
            names = moving_laws(terms, t)
            terms = moved
            self.to(" and ".join(law.name for law in names) or "adjoint", al.add(moved), names[0] if names else None)


def is_mark(n: Node) -> bool:
    """True for d(g), a differential not yet worked out."""
    return n.op == "call" and n.fn is differential_of


class _Unfolding:
    """How a mark d(g) is replaced by g's law, with marks d(a) on its arguments."""

    def __init__(self, tangents: Mapping[Node, Node], active: set[Node], book: Book) -> None:
        self.tangents, self.active, self.book = tangents, active, book

    def is_linear(self, g: Node) -> bool:
        """True where d only passes through: sums, linear maps, products with one varying factor."""
        varying = sum(a in self.active for a in g.args)
        if g.op == "trace":
            return not self._held(g)
        if g.op in ("add", "transpose", "diag", "diagonal", "vec", "unvec", "sumover", "explicit"):
            return True
        return g.op in laws.PRODUCTS and varying == 1

    def _held(self, trace: Node) -> bool:
        """True for tr f(Y) of a matrix function f, whose differential is known only inside the trace."""
        return trace.args[0].op == "call" and isinstance(self.book.row(trace.args[0]), Primary)

    def row(self, g: Node) -> Row | Law:
        if g.op == "trace":
            return self.book.row(g.args[0])
        return self.book.row(g) if g.op == "call" else laws.law_of(g)

    def once(self, g: Node) -> Node:
        """The law of g, its arguments' differentials marked."""
        if g.op == "trace":
            held = g.args[0]
            part = differential_law(held, [self.part(a) for a in held.args], self.book)
            found = differential_law(g, [part], self.book)
        elif g.op == "call" and isinstance(self.book.row(g), Primary):
            found = differential_law(g, [self.linear(a) if a in self.active else None for a in g.args], self.book)
        else:
            found = differential_law(g, [self.part(a) for a in g.args], self.book)
        if isinstance(found, Deferred):
            raise NoClosedForm(f"no closed form for d({g}) outside of a trace")
        return found

    def linear(self, g: Node) -> Node:
        """d carried through sums and linear maps, down to what is not linear."""
        done: dict[Node, Node | None] = {}
        for node in walk(g):
            if node not in self.active:
                done[node] = None
            elif node in self.tangents:
                done[node] = self.tangents[node]
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


def _path(root: Node, wanted: Node) -> tuple[int, ...]:
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
        if is_mark(n) or (n.op == "symbol" and type(n.param).__name__ == "_Tangent") or any(a in held for a in n.args):
            held.add(n)
        args = tuple(done[a] for a in n.args) if not is_mark(n) else n.args
        new = n if all(x is y for x, y in zip(args, n.args, strict=True)) else make(n.op, args, n.shape, n.param)
        if n.op == "matmul" and len(n.args) == 2 and n.is_scalar and n.args[0] in held and n.args[1] not in held:
            new = make("matmul", (al.transpose(args[1]), al.transpose(args[0])), SCALAR)
        done[n] = new
    return done[node]


def _factors(m: Node) -> tuple[Node, ...]:
    return m.args if m.op == "matmul" else (m,)


def right_form(g: Node, dx: Node) -> Node:
    """<G, dX> with dX last: g dt, g^T dx, tr(G^T dX); not simplified, so that it stays as it reads."""
    if al.is_zero(g):
        return al.ZERO
    if dx.is_scalar:
        return al.had([g, dx])
    row = al.transpose(g)
    s, m = (row.args[0], row.args[1]) if row.op == "scale" else (ONE, row)
    if is_one(dx.shape[0]):
        m, dx = al.transpose(m), al.transpose(dx)
    chain = (dx,) if m.op == "eye" else (*_factors(m), dx)
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
            terms[n] = [al.rebuild(n.op, (*n.args[:i], t, *n.args[i + 1 :]), n.param, n.shape) for t in terms[n.args[i]]]
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
    return list(found)


def _moving_law(n: Node, held: set[Node], t: Node) -> Law | None:
    if n.op == "trace":
        flipped = any(a.op == "transpose" and a in held for a in walk(n))
        return laws.TRACE_TRANSPOSE if flipped else laws.CYCLIC
    if n.op == "matmul" and n.is_scalar and n.args[-1] is not t:
        return laws.SCALAR_TRANSPOSE if n.args[0] in held and is_one(t.shape[1]) else laws.SANDWICH if not is_one(t.shape[1]) else None
    if n.op == "had" and not n.is_scalar:
        return laws.INNER_HADAMARD
    if n.op in ("diag", "diagonal", "vec"):
        return {"diag": laws.INNER_DIAG, "diagonal": laws.INNER_DIAGONAL, "vec": laws.INNER_VEC}[n.op]
    return None
